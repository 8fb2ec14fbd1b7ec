{{- /* NetworkPolicies in both directions, from .edges: egress of the caller, ingress of the callee. */ -}}

{{- /* Sets .dns: its values, with the usual labels where values state none. */}}
{{- define "airflow.findDns" -}}
{{- $dns := merge (dict) .Values.networkPolicies.dns -}}
{{- $usual := dict "namespaceLabels" (dict "kubernetes.io/metadata.name" "kube-system")
  "podLabels" (dict "k8s-app" "kube-dns") -}}
{{- range $key, $labels := $usual -}}
{{- $_ := set $dns $key (index $dns $key | default $labels | include "airflow.stated") -}}
{{- end -}}
{{- $_ := set . "dns" $dns -}}
{{- end }}

{{- /* {root, component, facts, settings, namespace}: the policy of a component. An annotation says which names the
addresses of its egress have in values. */}}
{{- define "airflow.networkPolicy" -}}
{{- $names := dict -}}
{{- range $callee := index .root.edges .component -}}
{{- with index $.root.external $callee | default (index $.root.destinations $callee) -}}
{{- if .cidrs }}{{ $_ := set $names (.title | default $callee) .cidrs }}{{ end -}}
{{- end }}{{ end -}}
{{- $name := include "airflow.objectName" (merge (dict "kind" "policy") .) -}}
{{- $this := dict "name" $name "component" (include "airflow.policyKey" .) -}}
{{- if $names }}{{ $_ := set $this "annotations" (dict "traffic/destinations" (toJson $names)) }}{{ end }}
{{- include "airflow.object" (list "networking.k8s.io/v1 NetworkPolicy" (merge $this .)) }}
spec:
  podSelector:
    {{- with include "airflow.policyLabels" . }}
    matchLabels:
      {{- . | nindent 6 }}
    {{- else }} {}
    {{- end }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- include "airflow.ingressRules" . | trim | default "[]" | nindent 4 }}
  egress:
    {{- include "airflow.egressRules" . | trim | default "[]" | nindent 4 }}
{{- end }}

{{- /* {root, component, namespace}: labels of the pods of a policy. Pods that tasks launch have the label of
KubernetesPodOperator in the release's namespace; in another, all pods are tasks' and need none. */}}
{{- define "airflow.policyLabels" -}}
{{- if ne .component .root.launched.component }}{{ include "airflow.selector" . }}
{{- else if eq .namespace .root.Release.Namespace }}kubernetes_pod_operator: "True"{{ end -}}
{{- end }}

{{- /* {root, component, facts, settings}: from callers of values, from components, from callers of its facts. */}}
{{- define "airflow.ingressRules" -}}
{{- $rules := list -}}
{{- with ((.settings).networkPolicy).ingress -}}
{{- if .from }}{{ $rules = list (dict "caller" "outside" "from" (toYaml .from) "ports" .ports) }}{{ end -}}
{{- end -}}
{{- range $caller, $callees := .root.edges -}}
{{- if and (has $.component $callees) (not (hasKey $.root.external $.component)) -}}
{{- $peer := include "airflow.podPeer" (dict "root" $.root "component" $caller "from" $.component) -}}
{{- $rules = append $rules (dict "caller" $caller "from" $peer) -}}
{{- end }}{{ end -}}
{{- range $caller, $peers := (.facts).callers -}}
{{- $rules = append $rules (dict "caller" $caller "from" (toYaml $peers)) -}}
{{- end -}}
{{- $ports := list (include "airflow.policyPort" . | fromYaml) -}}
{{- with (.settings).extraNetworkPolicies -}}
{{- $all := $ports -}}
{{- with $.facts.scrape }}{{ $all = append $ports (dict "protocol" "TCP" "port" .port) }}{{ end -}}
{{- $rules = append $rules (dict "caller" "outside" "from" (toYaml .) "ports" $all) -}}
{{- end -}}
{{- range $rules }}
# {{ .caller }} -> {{ $.component }}
- from:
    {{- .from | nindent 4 }}
  ports:
    {{- include "airflow.portList" (dict "ports" (.ports | default $ports)) | trim | nindent 4 }}
{{- end }}
{{- end }}

{{- /* {root, component}: to DNS and whom it calls, then the rules that values have as Kubernetes has them. */}}
{{- define "airflow.egressRules" -}}
{{- $callees := index .root.edges .component -}}
{{- $more := index (.root.Values.networkPolicies.extraEgress | default dict) (include "airflow.policyKey" .) -}}
{{- if or $callees $more }}
{{- include "airflow.dnsRule" .root }}
{{- $here := dict "root" .root "from" .component "here" .namespace }}
{{- range $callees }}{{ include "airflow.egressRule" (merge (dict "callee" .) $here) }}{{ end }}
{{- range index .root.opened .component }}
# -> {{ .place }}, whose address values do not state
- ports: {{ toJson .ports }}
{{- end }}
{{- with $more }}{{ toYaml . | nindent 0 }}{{ end }}
{{- end }}
{{- end }}

{{- define "airflow.dnsRule" }}
# -> DNS
- to:
    - namespaceSelector: {matchLabels: {{ .dns.namespaceLabels }}}
      podSelector: {matchLabels: {{ .dns.podLabels }}}
    {{- range .dns.cidrs }}
    - {ipBlock: {cidr: {{ . | quote }}}}
    {{- end }}
  ports:
    {{- range .dns.ports }}
    - {protocol: UDP, port: {{ . }}}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- end }}

{{- /* {root, callee, from, here}: the rule to a component or a destination; none for one without addresses. */}}
{{- define "airflow.egressRule" -}}
{{- $destination := index .root.external .callee | default (index .root.destinations .callee) | default dict -}}
{{- $labels := or $destination.namespaceLabels $destination.podLabels -}}
{{- if or $destination.cidrs $labels }}
# -> {{ $destination.title | default .callee }}
- to:
    {{- if $labels }}
    {{- $own := dict "kubernetes.io/metadata.name" .root.Release.Namespace }}
    - namespaceSelector: {matchLabels: {{ toJson ($destination.namespaceLabels | default $own) }}}
      {{- with $destination.podLabels }}
      podSelector: {matchLabels: {{ toJson . }}}
      {{- end }}{{ end }}
    {{- range $cidr := $destination.cidrs }}
    {{- /* Kubernetes takes only exceptions within the block: here, those of its family from the whole family. */}}
    {{- $except := list }}
    {{- range hasSuffix "/0" $cidr | ternary $destination.except nil }}
    {{- if eq (contains ":" $cidr) (contains ":" .) }}{{ $except = append $except . }}{{ end }}
    {{- end }}
    - ipBlock:
        cidr: {{ $cidr | quote }}
        {{- with $except }}
        except: {{ toJson . }}
        {{- end }}{{ end }}
  {{- if or $destination.ports $destination.udpPorts }}
  ports:
    {{- range $protocol, $ports := dict "TCP" $destination.ports "UDP" $destination.udpPorts }}
    {{- range $ports }}
    - {protocol: {{ $protocol }}, port: {{ . }}}
    {{- end }}{{ end }}{{ end }}
{{- else if and (hasKey .root.components .callee) (not (hasKey .root.external .callee)) }}
# -> {{ .callee }}
- to:
    {{- include "airflow.podPeer" (merge (dict "component" .callee) .) | nindent 4 }}
  ports:
    - {{ include "airflow.policyPort" (dict "root" .root "component" .callee) }}
{{- end }}
{{- end }}

{{- /* {root, component, from, here}: the pods of a component, as seen from the namespace `here`, or from that of
another component. */}}
{{- define "airflow.podPeer" -}}
{{- $inTasks := eq "tasks" (index .root.components .component).namespace -}}
{{- $namespaces := $inTasks | ternary .root.taskNamespaces (list .root.Release.Namespace) -}}
{{- $here := .here | default (include "airflow.namespaceOf" (dict "root" .root "component" .from)) -}}
{{- $launched := eq .component .root.launched.component -}}
- podSelector:
    matchLabels:
      {{- $launched | ternary "kubernetes_pod_operator: \"True\"" (include "airflow.selector" .) | nindent 6 }}
  {{- if and $inTasks .root.anyNamespace }}
  namespaceSelector: {}
  {{- else if gt (len $namespaces) 1 }}
  namespaceSelector:
    matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: {{ toJson $namespaces }}}]
  {{- else if ne (first $namespaces) $here }}
  namespaceSelector:
    matchLabels: {kubernetes.io/metadata.name: {{ first $namespaces | quote }}}
  {{- end }}
{{- end }}
