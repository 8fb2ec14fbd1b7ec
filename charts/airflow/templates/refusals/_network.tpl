{{- /* Refusals: destinations of NetworkPolicies, and policies that allow everything. */ -}}

{{- define "airflow.refusals.network" -}}
{{- $policies := .Values.networkPolicies -}}
{{- include "airflow.refusals.destinations" . -}}
{{- if $policies.enabled }}
{{- include "airflow.refusals.unreached" . }}
{{- range $component, $row := .components }}
{{- $settings := index $.Values $row.key }}
{{- $type := ($settings.service).type | default "ClusterIP" }}
{{- if and $row.ui (ne $type "ClusterIP") (not (has $component $.off)) (not $settings.networkPolicy.ingress.from) }}
- {{ $row.key }}.service.type is {{ $type }}, but network policies keep all clients out:
  name them in {{ $row.key }}.networkPolicy.ingress.from, or the nodes, whose addresses policies may see instead.
{{- end }}{{ end }}{{ end -}}
{{- if not $policies.allowAnywhere -}}
{{- include "airflow.refusals.openDestinations" . -}}
{{- include "airflow.refusals.openRules" . -}}
{{- end -}}
{{- end }}

{{- define "airflow.refusals.destinations" -}}
{{- $policies := .Values.networkPolicies -}}
{{- $known := keys .destinations | sortAlpha | join ", " -}}
{{- range $component, $names := $policies.egress }}
{{- range $name, $_ := $names }}
{{- if not (hasKey $.destinations $name) }}
- networkPolicies.egress.{{ $component }}.{{ $name }} is not one of {{ $known }}:
  add it to networkPolicies.destinations.{{ end }}{{ end }}{{ end }}
{{- $reserved := list "kubernetes" "internet" }}
{{- range $name, $row := .components }}{{ $reserved = concat $reserved (list $name $row.external) }}{{ end }}
{{- $nets := dict "internet" $policies.internet "database" $policies.database }}
{{- range $name, $place := $policies.destinations }}
{{- if has $name $reserved }}
- networkPolicies.destinations.{{ $name }} has a reserved name: rename it.{{ end }}
{{- with $place }}{{ $_ := set $nets (print "destinations." $name) . }}{{ end }}{{ end }}
{{- range $name, $place := $nets }}
{{- if and $place.fqdns (not $policies.cilium.enabled) }}
- networkPolicies.{{ $name }}.fqdns needs Cilium, because NetworkPolicies know addresses only:
  set networkPolicies.cilium.enabled to true, or list cidrs.{{ end }}{{ end }}
{{- /* Private ranges are the default of `except`, and may stay when cidrs are set. */}}
{{- $default := concat (index .privateNetworks "4") (index .privateNetworks "6") | join "," }}
{{- range $name, $place := $nets }}
{{- range $cidr := $place.cidrs }}
{{- if and $place.except (not (hasSuffix "/0" $cidr)) (ne (join "," $place.except) $default) }}
- networkPolicies.{{ $name }}.except works only with 0.0.0.0/0 or ::/0, not with {{ $cidr }}:
  remove it, and list the allowed subnets in cidrs.{{ end }}{{ end }}{{ end }}
{{- end }}

{{- /* Destinations that components call and that no rule leads to, or none with the port. */}}
{{- define "airflow.refusals.unreached" -}}
{{- range .asks }}
{{- if not .warns }}
{{- $path := include "airflow.placePath" (dict "root" $ "place" .place) }}
{{- if .closed }}
- {{ $path }}.cidrs {{ .public | ternary "has only public addresses" "is empty" }},
  but {{ join ", " .closed }} must reach {{ .host | default "it" }}{{ with .where }} ({{ . }}){{ end }}:
  set it, or namespaceLabels and podLabels if it runs in this cluster,
  or add a rule to networkPolicies.extraEgress.{{ first .closed }}
  {{- if rest .closed }} and of each other caller{{ end }}
  {{- if not .inside }}, or allow the internet in networkPolicies.egress.{{ first .closed }}{{ end }}.
{{- end }}
{{- if .lacking }}
- {{ $path }}.{{ eq .protocol "UDP" | ternary "udpPorts" "ports" }} lacks {{ .port }}, {{ with .portWhere -}}
  the value of {{ . }}{{ else }}the port of {{ .where }}{{ end }}: add it.
{{- end }}
{{- end }}{{ end }}
{{- end }}

{{- /* {root, place}: where values have a destination. */}}
{{- define "airflow.placePath" -}}
networkPolicies.
{{- with index .root.components .place }}{{ .external }}
{{- else }}{{ has .place (list "kubernetes" "internet") | ternary .place (print "destinations." .place) }}{{ end -}}
{{- end }}

{{- define "airflow.refusals.openDestinations" -}}
{{- $places := dict -}}
{{- range $name, $place := pick .Values.networkPolicies "dns" "database" -}}
{{- $_ := set $places (print "networkPolicies." $name) $place -}}
{{- end -}}
{{- range $name, $place := .destinations -}}
{{- $_ := set $places (include "airflow.placePath" (dict "root" $ "place" $name)) $place -}}
{{- end -}}
{{- range $path, $place := $places -}}
{{- $open := "" -}}
{{- range .cidrs -}}
{{- $open = or $open (include "airflow.isAnyNetwork" (dict "root" $ "cidr" . "except" $place.except)) -}}
{{- end -}}
{{- if $open }}
- {{ $path }}.cidrs allows all addresses: list the networks that are needed,
  exclude private ones by `except`, or set networkPolicies.allowAnywhere to true.{{ end }}
{{- if regexMatch "(^|\n)[*.]+(\n|$)" (join "\n" .fqdns) }}
- {{ $path }}.fqdns allows all hosts: list those that are needed,
  or set networkPolicies.allowAnywhere to true.{{ end }}{{ end }}
{{- end }}

{{- /* Rules that values hold as Kubernetes has them. Ingress is open to all addresses even without private ones. */}}
{{- define "airflow.refusals.openRules" -}}
{{- range $component, $rules := .Values.networkPolicies.extraEgress -}}
{{- $open := "" -}}
{{- range $rules -}}
{{- range kindIs "slice" .to | ternary .to (list dict) -}}
{{- $open = or $open (include "airflow.isAnyPeer" (dict "root" $ "peer" . "except" true)) -}}
{{- end }}{{ end -}}
{{- if $open }}
- networkPolicies.extraEgress.{{ $component }} allows all {{ $open }}: name those that are needed,
  {{ if eq $open "addresses" }}exclude private ones by `except`, {{ end }}or set networkPolicies.allowAnywhere to true.
{{- end }}{{ end }}
{{- range .components }}
{{- $open := "" }}
{{- range (((index $.Values .key).networkPolicy).ingress).from }}
{{- $open = or $open (include "airflow.isAnyPeer" (dict "root" $ "peer" . "except" false)) }}
{{- end }}
{{- if $open }}
- {{ .key }}.networkPolicy.ingress.from allows all {{ $open }}: name those that are needed,
  or set networkPolicies.allowAnywhere to true.{{ end }}{{ end }}
{{- end }}

{{- /* {root, peer, except}: "addresses" or "pods" when a peer allows all; `except` tells if its own counts. */}}
{{- define "airflow.isAnyPeer" -}}
{{- $peer := kindIs "map" .peer | ternary .peer dict -}}
{{- if kindIs "map" $peer.ipBlock -}}
{{- $cidr := toString $peer.ipBlock.cidr -}}
{{- $except := .except | ternary $peer.ipBlock.except nil -}}
{{- if include "airflow.isAnyNetwork" (dict "root" .root "cidr" $cidr "except" $except) }}addresses{{ end -}}
{{- else -}}
{{- $anyNamespace := and (hasKey $peer "namespaceSelector") (include "airflow.selectsAll" $peer.namespaceSelector) -}}
{{- if and (or (not $peer) $anyNamespace) (include "airflow.selectsAll" $peer.podSelector) }}pods{{ end -}}
{{- end -}}
{{- end }}

{{- /* {root, cidr, except}: "true" for a network that is larger than private ones and includes some. */}}
{{- define "airflow.isAnyNetwork" -}}
{{- $size := splitList "/" .cidr | last | int -}}
{{- $family := contains ":" .cidr | ternary "6" "4" -}}
{{- $open := index .root.privateNetworks $family -}}
{{- if eq $size 0 }}{{ range .except }}{{ $open = without $open . }}{{ end }}{{ end -}}
{{- /* The largest private networks are 10.0.0.0/8 and fc00::/7. */ -}}
{{- if and (lt $size (eq $family "4" | ternary 8 7)) $open }}true{{ end -}}
{{- end }}

{{- /* A label selector: "true" when it requires no value of a label, so that any pod may match. */}}
{{- define "airflow.selectsAll" -}}
{{- $selector := kindIs "map" . | ternary . dict -}}
{{- $asked := $selector.matchLabels -}}
{{- range $selector.matchExpressions }}{{ if eq .operator "In" }}{{ $asked = .values }}{{ end }}{{ end -}}
{{- if not $asked }}true{{ end -}}
{{- end }}
