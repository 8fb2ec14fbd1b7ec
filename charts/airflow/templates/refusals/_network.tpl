{{- /* Refusals: destinations of NetworkPolicies, and policies that allow everything. */ -}}

{{- define "airflow.refusals.network" -}}
{{- $policies := .Values.networkPolicies -}}
{{- include "airflow.refusals.destinations" . -}}
{{- if $policies.enabled }}
{{- include "airflow.refusals.unreached" . }}
{{- end -}}
{{- if not $policies.allowAnywhere -}}
{{- include "airflow.refusals.open" . -}}
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
{{- /* Private ranges are the default of `except`, and may stay when cidrs are set. */}}
{{- $default := concat (index .privateNetworks "4") (index .privateNetworks "6") | join "," }}
{{- range $name, $place := $nets }}
{{- if and $place.fqdns (not $policies.cilium.enabled) }}
- networkPolicies.{{ $name }}.fqdns needs Cilium, because NetworkPolicies know addresses only:
  set networkPolicies.cilium.enabled to true, or list cidrs.{{ end }}
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
{{- if and .closed (not .opens) }}
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
{{- end }}{{ end }}{{ end }}
{{- end }}

{{- /* {root, place}: where values have a destination. */}}
{{- define "airflow.placePath" -}}
networkPolicies.
{{- with index .root.components .place }}{{ .external }}
{{- else }}{{ has .place (list "kubernetes" "internet") | ternary .place (print "destinations." .place) }}{{ end -}}
{{- end }}

{{- /* Peers that allow everything. Ingress is open to all addresses even without private ones. */}}
{{- define "airflow.refusals.open" -}}
{{- $places := dict -}}
{{- range $name, $place := pick .Values.networkPolicies "dns" "database" -}}
{{- $_ := set $places (print "networkPolicies." $name) $place -}}
{{- end -}}
{{- range $name, $place := .destinations -}}
{{- $_ := set $places (include "airflow.placePath" (dict "root" $ "place" $name)) $place -}}
{{- end -}}
{{- $peers := dict -}}
{{- range $path, $place := $places -}}
{{- $to := list -}}
{{- range $place.cidrs }}{{ $to = append $to (dict "ipBlock" (dict "cidr" . "except" $place.except)) }}{{ end -}}
{{- $_ := set $peers (print $path ".cidrs") $to -}}
{{- $isAnyHost := regexMatch "(^|\n)[*.]+(\n|$)" (join "\n" $place.fqdns) -}}
{{- $_ := set $peers (print $path ".fqdns") ($isAnyHost | ternary (list "hosts") list) -}}
{{- end -}}
{{- range $component, $rules := .Values.networkPolicies.extraEgress -}}
{{- $to := list -}}
{{- range $rules }}{{ $to = concat $to (kindIs "slice" .to | ternary .to (list dict)) }}{{ end -}}
{{- $_ := set $peers (print "networkPolicies.extraEgress." $component) $to -}}
{{- end -}}
{{- range .components -}}
{{- $_ := set $peers (print .key ".networkPolicy.ingress.from") (((index $.Values .key).networkPolicy).ingress).from -}}
{{- end -}}
{{- range $path, $all := $peers -}}
{{- $isEgress := not (hasSuffix ".ingress.from" $path) -}}
{{- $open := "" -}}
{{- range $all -}}
{{- $open = or $open (include "airflow.isAnyPeer" (dict "root" $ "peer" . "except" $isEgress)) -}}
{{- end -}}
{{- if $open }}
- {{ $path }} allows all {{ $open }}: name those that are needed,
  {{ if and $isEgress (eq $open "addresses") }}exclude private ones by `except`, {{ end -}}
  or set networkPolicies.allowAnywhere to true.
{{- end }}{{ end -}}
{{- end }}

{{- /* {root, peer, except}: what a peer allows all of, or a word for it; `except` tells if its own counts. */}}
{{- define "airflow.isAnyPeer" -}}
{{- $peer := kindIs "map" .peer | ternary .peer dict -}}
{{- if kindIs "string" .peer }}{{ .peer -}}
{{- else if kindIs "map" $peer.ipBlock -}}
{{- $except := .except | ternary $peer.ipBlock.except nil -}}
{{- $this := dict "root" .root "cidr" (toString $peer.ipBlock.cidr) "except" $except -}}
{{- if include "airflow.isAnyNetwork" $this }}addresses{{ end -}}
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
