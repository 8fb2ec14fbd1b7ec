{{- /* NetworkPolicies in both directions, from .edges: egress of the caller, ingress of the callee. */ -}}

{{- /* {root, component, facts, settings, namespace}: the policy of a component. */}}
{{- define "airflow.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "airflow.policyMetadata" . }}
spec:
  podSelector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- with include "airflow.ingressRules" . }}
  ingress:
    {{- . | nindent 4 }}
  {{- else }}
  ingress: []
  {{- end }}
  {{- include "airflow.egress" . }}
{{- end }}

{{- /* {root, component, settings, namespace}: metadata of a policy; an annotation says which names the addresses of its
egress have in values. */}}
{{- define "airflow.policyMetadata" -}}
{{- $names := dict -}}
{{- range $callee := index .root.edges .component -}}
{{- with index $.root.external $callee | default (index $.root.destinations $callee) -}}
{{- if .cidrs }}{{ $_ := set $names (.title | default $callee) .cidrs }}{{ end -}}
{{- end }}{{ end -}}
{{- $this := merge (dict "name" (printf "%s-%s-policy" (include "airflow.fullname" .root) .component)) . -}}
{{- $isLaunched := eq "LaunchedPod" (index .root.components .component).kind -}}
{{- if $isLaunched }}{{ $_ := set $this "component" .root.task.component }}{{ end -}}
{{- if $names }}{{ $_ := set $this "annotations" (dict "traffic/destinations" (toJson $names)) }}{{ end -}}
{{- include "airflow.metadata" $this -}}
{{- end }}

{{- /* {root, component, facts, settings}: from components that call it, from callers of its facts and of values. */}}
{{- define "airflow.ingressRules" -}}
{{- $root := .root -}}
{{- $component := .component -}}
{{- $outside := ((.settings).networkPolicy | default dict).ingress | default dict -}}
{{- range $caller, $callees := $root.edges }}
{{- if has $component $callees }}
# {{ $caller }} -> {{ $component }}
- from:
    {{- include "airflow.podPeer" (dict "root" $root "component" $caller "from" $component) | nindent 4 }}
  ports:
    - {protocol: TCP, port: {{ include "airflow.port" $ }}}
{{- end }}{{ end }}
{{- range $who, $peers := (.facts).callers }}
# {{ $who }} -> {{ $component }}
- from:
    {{- toYaml $peers | nindent 4 }}
  ports:
    - {protocol: TCP, port: {{ include "airflow.port" $ }}}
{{- end }}
{{- with $outside.from }}
# outside -> {{ $component }}
- from:
    {{- include "airflow.tpl" (list $root (toYaml .)) | nindent 4 }}
  ports:
    {{- with $outside.ports }}
    {{- include "airflow.portList" (dict "root" $root "ports" .) | nindent 4 }}
    {{- else }}
    - {protocol: TCP, port: {{ include "airflow.port" $ }}}
    {{- end }}{{ end }}
{{- end }}

{{- /* {root, component}: to DNS and whom it calls, then the rules that values have as Kubernetes has them. */}}
{{- define "airflow.egress" -}}
{{- $root := .root -}}
{{- $callees := index $root.edges .component -}}
{{- $key := include "airflow.policyKey" . -}}
{{- $more := index ($root.Values.networkPolicies.extraEgress | default dict) $key -}}
{{- if or $callees $more }}
  egress:
    {{- include "airflow.dnsRule" $root | nindent 4 }}
    {{- range $callees }}
    {{- with include "airflow.egressRule" (dict "root" $root "callee" . "from" $.component) }}
    {{- . | nindent 4 }}
    {{- end }}{{ end }}
    {{- with $more }}
    {{- include "airflow.tpl" (list $root (toYaml .)) | nindent 4 }}
    {{- end }}
{{- else }}
  egress: []
{{- end }}
{{- end }}

{{- /* {root, callee, from}: the rule to a component or to a destination; none for a destination without addresses. */}}
{{- define "airflow.egressRule" -}}
{{- $root := .root -}}
{{- $destination := index $root.external .callee | default (index $root.destinations .callee) -}}
{{- if ($destination | default dict).cidrs -}}
# -> {{ $destination.title | default .callee }}
- to:
    {{- range $cidr := $destination.cidrs }}
    {{- /* Kubernetes takes only exceptions within the block: here, those of its family from the whole family. */}}
    {{- $except := list }}
    {{- range hasSuffix "/0" $cidr | ternary $destination.except nil }}
    {{- if eq (contains ":" $cidr) (contains ":" .) }}{{ $except = append $except . }}{{ end }}
    {{- end }}
    - ipBlock:
        cidr: {{ $cidr | quote }}
        {{- with $except }}
        except:
          {{- toYaml . | nindent 10 }}
        {{- end }}{{ end }}
  {{- if or $destination.ports $destination.udpPorts }}
  ports:
    {{- range $destination.ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
    {{- range $destination.udpPorts }}
    - {protocol: UDP, port: {{ . }}}
    {{- end }}{{ end }}
{{- else if hasKey $root.components .callee -}}
# -> {{ .callee }}
- to:
    {{- include "airflow.podPeer" (dict "root" $root "component" .callee "from" .from) | nindent 4 }}
  ports:
    - {protocol: TCP, port: {{ include "airflow.port" (dict "root" $root "component" .callee) }}}
{{- end }}
{{- end }}

{{- /* {root, component, from}: the pods of a component, as seen from another one's namespace. */}}
{{- define "airflow.podPeer" -}}
{{- $inTasks := eq "tasks" (index .root.components .component).namespace -}}
{{- $namespaces := list (include "airflow.namespaceOf" .) -}}
{{- if $inTasks }}{{ $namespaces = .root.taskNamespaces }}{{ end -}}
- podSelector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  {{- if and $inTasks .root.anyNamespace }}
  namespaceSelector: {}
  {{- else if gt (len $namespaces) 1 }}
  namespaceSelector:
    matchExpressions:
      - {key: kubernetes.io/metadata.name, operator: In, values: {{ toJson $namespaces }}}
  {{- else if ne (first $namespaces) (include "airflow.namespaceOf" (dict "root" .root "component" .from)) }}
  namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ first $namespaces }}
  {{- end }}
{{- end }}

{{- define "airflow.dnsRule" -}}
{{- $dns := .Values.networkPolicies.dns -}}
# -> DNS
- to:
    - namespaceSelector: {matchLabels: {{ toJson $dns.namespaceLabels }}}
      podSelector: {matchLabels: {{ toJson $dns.podLabels }}}
    {{- range $dns.cidrs }}
    - {ipBlock: {cidr: {{ . | quote }}}}
    {{- end }}
  ports:
    {{- range $dns.ports }}
    - {protocol: UDP, port: {{ . }}}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- end }}

{{- /* A selector of Kubernetes: "true" when it asks for no value of a label, so that whatever is there may fit. */}}
{{- define "airflow.selectsAnything" -}}
{{- $asked := (. | default dict).matchLabels -}}
{{- range (. | default dict).matchExpressions }}{{ if eq .operator "In" }}{{ $asked = .values }}{{ end }}{{ end -}}
{{- if not $asked }}true{{ end -}}
{{- end }}

{{- /* Where a policy of values opens everything, as JSON: places in words. All of a family is no opening outwards when what is private is cut out. */}}
{{- define "airflow.openings" -}}
{{- $policies := .Values.networkPolicies -}}
{{- $blocks := list (dict "where" "networkPolicies.dns.cidrs" "peer" $policies.dns) (dict "where" "networkPolicies.database.cidrs" "peer" $policies.database) -}}
{{- $found := list -}}
{{- range $name, $peer := .destinations -}}
{{- $where := printf "networkPolicies.%s%s" (has $name (list "kubernetes" "internet") | ternary "" "destinations.") $name -}}
{{- $blocks = append $blocks (dict "where" (printf "%s.cidrs" $where) "peer" $peer) -}}
{{- range $peer.fqdns }}{{ if regexMatch "^[*.]+$" . }}{{ $found = append $found (printf "%s.fqdns" $where) }}{{ end }}{{ end -}}
{{- end -}}
{{- $rules := dict -}}
{{- range $component, $list := $policies.extraEgress -}}
{{- $where := printf "networkPolicies.extraEgress.%s" $component -}}
{{- range $list }}{{ $_ := set $rules $where (concat (index $rules $where | default list) (.to | default (list dict))) }}{{ end -}}
{{- end -}}
{{- with .Values.apiServer.networkPolicy.ingress.from }}{{ $_ := set $rules "apiServer.networkPolicy.ingress.from" . }}{{ end -}}
{{- range $where, $peers := $rules -}}
{{- range $peers -}}
{{- $anyNamespace := and (hasKey . "namespaceSelector") (include "airflow.selectsAnything" .namespaceSelector) -}}
{{- if .ipBlock }}{{ $blocks = append $blocks (dict "where" $where "peer" (dict "cidrs" (list .ipBlock.cidr) "except" (hasPrefix "apiServer" $where | ternary list .ipBlock.except))) }}
{{- else if and (include "airflow.selectsAnything" .podSelector) (or $anyNamespace (eq (len .) 0)) }}{{ $found = append $found $where }}
{{- end }}{{ end }}{{ end -}}
{{- range $block := $blocks -}}
{{- range $cidr := $block.peer.cidrs -}}
{{- $cidr = tpl $cidr $ -}}
{{- $size := int (splitList "/" $cidr | last) -}}
{{- $family := contains ":" $cidr | ternary "6" "4" -}}
{{- $left := index $.tables.private $family -}}
{{- if eq $size 0 }}{{ range $block.peer.except }}{{ $left = without $left . }}{{ end }}{{ end -}}
{{- /* The largest private networks are 10.0.0.0/8 and fc00::/7. */ -}}
{{- if and (lt $size (eq $family "4" | ternary 8 7)) $left }}{{ $found = append $found $block.where }}{{ end -}}
{{- end }}{{ end -}}
{{- toJson (uniq $found) -}}
{{- end }}
