{{- /* NetworkPolicies, both directions, from the traffic table: egress of the caller, ingress of the callee. */ -}}

{{- /* Who calls whom in this release, as JSON: caller -> callees. What values say by name comes after what the table says. */}}
{{- define "airflow.edges" -}}
{{- $values := .Values -}}
{{- $on := dict "always" true "podLogReading" $values.apiServer.allowPodLogReading "podLaunching" $values.allowPodLaunching "triggererLogs" (not $values.logs.persistence.enabled) "remoteBundles" (include "airflow.remoteBundles" .) "remoteLogging" (include "airflow.remoteLogging" .) -}}
{{- $edges := dict -}}
{{- range $caller, $row := .tables.traffic -}}
{{- $callees := list -}}
{{- if not (has $caller $.off) -}}
{{- range $callee, $when := $row }}{{ if and (index $on $when) (not (has $callee $.off)) }}{{ $callees = append $callees $callee }}{{ end }}{{ end -}}
{{- range $callee, $yes := index ($values.networkPolicies.egress | default dict) (include "airflow.egressKey" $caller) }}{{ $callees = $yes | ternary (append $callees $callee) (without $callees $callee) }}{{ end -}}
{{- end -}}
{{- $_ := set $edges $caller (uniq $callees) -}}
{{- end -}}
{{- toJson $edges -}}
{{- end }}

{{- /* Pods that tasks launch have the names of the tasks. */}}
{{- define "airflow.egressKey" -}}
{{- eq . "tasks" | ternary "worker" . -}}
{{- end }}

{{- /* {root, caller, callee}: "true" when the caller calls the callee, else empty. */}}
{{- define "airflow.calls" -}}
{{- if has .callee (index .root.edges .caller) }}true{{ end -}}
{{- end }}

{{- /* "true" when Dags come from elsewhere than a folder. */}}
{{- define "airflow.remoteBundles" -}}
{{- range .Values.dagProcessor.dagBundleConfigList }}{{ if not (hasSuffix ".LocalDagBundle" (.classpath | default "")) }}true{{ end }}{{ end -}}
{{- end }}

{{- define "airflow.port" -}}
{{- $port := index .root.tables.ports .component -}}
{{- if kindIs "string" $port }}{{ index .root.Values.ports $port }}{{ else }}{{ $port }}{{ end -}}
{{- end }}

{{- /* {root, component, settings}: the policy of a component. */}}
{{- define "airflow.networkPolicy" -}}
{{- $root := .root -}}
{{- $component := .component -}}
{{- $what := dict "root" $root "component" $component "namespace" .namespace -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "airflow.fullname" $root }}-{{ $component }}-policy
  namespace: {{ include "airflow.namespaceOf" $what }}
  labels:
    {{- include "airflow.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "airflow.selector" $what | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- $callers := list }}
  {{- range $caller, $callees := $root.edges }}{{ if has $component $callees }}{{ $callers = append $callers $caller }}{{ end }}{{ end }}
  {{- $outside := ((.settings).networkPolicy | default dict).ingress | default dict }}
  {{- $datadog := $root.Values.datadog }}
  {{- $asking := and (eq $component "api-server") $datadog.enabled $datadog.healthCheck.enabled | ternary $datadog.healthCheck.namespace "" }}
  {{- if or $callers $outside.from $asking }}
  ingress:
    {{- range $callers }}
    # {{ . }} -> {{ $component }}
    - from:
        {{- include "airflow.podPeer" (dict "root" $root "component" . "from" $component) | nindent 8 }}
      ports:
        - {protocol: TCP, port: {{ include "airflow.port" $what }}}
    {{- end }}
    {{- with $asking }}
    # agents of Datadog -> {{ $component }}
    - from:
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ . }}}}
      ports:
        - {protocol: TCP, port: {{ include "airflow.port" $what }}}
    {{- end }}
    {{- with $outside.from }}
    # outside -> {{ $component }}
    - from:
        {{- tpl (toYaml .) $root | nindent 8 }}
      ports:
        {{- include "airflow.portList" (dict "root" $root "ports" ($outside.ports | default (list (dict "protocol" "TCP" "port" (include "airflow.port" $what))))) | nindent 8 }}
    {{- end }}
  {{- else }}
  ingress: []
  {{- end }}
  {{- with include "airflow.egress" $what }}
  egress:
    {{- . | nindent 4 }}
  {{- else }}
  egress: []
  {{- end }}
{{- end }}

{{- /* {root, component}: the rules that lead to whom it calls, then those that values have as Kubernetes has them. */}}
{{- define "airflow.egress" -}}
{{- $root := .root -}}
{{- $callees := index $root.edges .component -}}
{{- $more := index ($root.Values.networkPolicies.extraEgress | default dict) (include "airflow.egressKey" .component) -}}
{{- if or $callees $more -}}
{{- include "airflow.dnsEgress" $root }}
{{- range $callees }}
{{- include "airflow.egressTo" (dict "root" $root "callee" . "from" $.component) }}
{{- end }}
{{- with $more }}
{{ tpl (toYaml .) $root }}
{{- end }}
{{- end -}}
{{- end }}

{{- /* {root, component, namespace}: tasks live in their own namespace, or in the one that is said; all else in the release's. */}}
{{- define "airflow.namespaceOf" -}}
{{- if .namespace }}{{ .namespace }}{{ else if has .component (list "worker" "tasks") }}{{ include "airflow.tasksNamespace" .root }}{{ else }}{{ .root.Release.Namespace }}{{ end -}}
{{- end }}

{{- /* {root, component, from}: the pods of a component, as seen from another one's namespace. */}}
{{- define "airflow.podPeer" -}}
{{- $namespaces := list (include "airflow.namespaceOf" .) -}}
{{- if eq .component "worker" }}{{ $namespaces = include "airflow.tasksNamespaces" .root | fromJsonArray }}{{ end -}}
- podSelector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  {{- if and (eq .component "worker") (include "airflow.everyNamespace" .root) }}
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

{{- /* {root, callee, from}: the rule that leads to a component or to addresses; none when none is named. */}}
{{- define "airflow.egressTo" -}}
{{- $policies := .root.Values.networkPolicies -}}
{{- if and (eq .callee "postgresql") (not .root.Values.postgresql.enabled) }}
{{- $ports := $policies.database.ports }}
{{- /* The port of the URL, when the URL is made of values. */}}
{{- if not .root.Values.data.metadataSecretName }}{{ $ports = append $ports .root.Values.data.metadataConnection.port | uniq }}{{ end }}
{{- include "airflow.addressEgress" (dict "callee" "database" "peer" (merge (dict "ports" $ports) $policies.database)) }}
{{- else if hasKey .root.destinations .callee }}
{{- include "airflow.addressEgress" (dict "callee" .callee "peer" (index .root.destinations .callee)) }}
{{- else }}
# -> {{ .callee }}
- to:
    {{- include "airflow.podPeer" (dict "root" .root "component" .callee "from" .from) | nindent 4 }}
  ports:
    - {protocol: TCP, port: {{ include "airflow.port" (dict "root" .root "component" .callee) }}}
{{- end }}
{{- end }}

{{- /* What has a name outside, as JSON: name -> {cidrs, except, ports, udpPorts}. */}}
{{- define "airflow.destinations" -}}
{{- $policies := .Values.networkPolicies -}}
{{- $internet := $policies.internet.enabled | ternary $policies.internet dict -}}
{{- $named := dict "kubernetes" $policies.kubernetes "internet" $internet -}}
{{- range $name, $peer := $policies.destinations }}{{ if $peer }}{{ $_ := set $named $name $peer }}{{ end }}{{ end -}}
{{- toJson $named -}}
{{- end }}

{{- /* {callee, peer}: named addresses; none named means none allowed. */}}
{{- define "airflow.addressEgress" -}}
{{- $peer := .peer -}}
{{- if $peer.cidrs }}
# -> {{ .callee }}
- to:
    {{- range $cidr := $peer.cidrs }}
    {{- /* Only what lies within may be cut out: all of the family, from all of it. */}}
    {{- $block := dict "cidr" $cidr }}
    {{- $within := list }}
    {{- range $peer.except }}{{ if eq (contains ":" $cidr) (contains ":" .) }}{{ $within = append $within . }}{{ end }}{{ end }}
    {{- if and $within (hasSuffix "/0" $cidr) }}{{ $_ := set $block "except" $within }}{{ end }}
    - ipBlock: {{ toJson $block }}
    {{- end }}
  {{- if or $peer.ports $peer.udpPorts }}
  ports:
    {{- range $peer.ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
    {{- range $peer.udpPorts }}
    - {protocol: UDP, port: {{ . }}}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "airflow.dnsEgress" -}}
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
