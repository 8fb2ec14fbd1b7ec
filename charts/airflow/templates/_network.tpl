{{- /* NetworkPolicies, both directions, from the traffic table: egress of the caller, ingress of the callee. */ -}}

{{- /* {root, caller, callee}: "true" when the table lets the caller call now, else empty. */}}
{{- define "airflow.calls" -}}
{{- $when := index (index .root.tables.traffic .caller) .callee -}}
{{- $on := dict "always" true "podLogReading" .root.Values.apiServer.allowPodLogReading "podLaunching" .root.Values.allowPodLaunching "triggererLogs" (not .root.Values.logs.persistence.enabled) "remoteBundles" (include "airflow.remoteBundles" .root) "remoteLogging" (eq "true" (index (.root.Values.config.logging | default dict) "remote_logging" | toString | lower)) -}}
{{- if and $when (index $on $when) (not (has .caller .root.off)) (not (has .callee .root.off)) }}true{{ end -}}
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
{{- $what := dict "root" $root "component" $component -}}
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
  {{- range $caller, $_ := $root.tables.traffic }}
  {{- if include "airflow.calls" (dict "root" $root "caller" $caller "callee" $component) }}{{ $callers = append $callers $caller }}{{ end }}
  {{- end }}
  {{- $outside := ((.settings).networkPolicy | default dict).ingress | default dict }}
  {{- if or $callers $outside.from }}
  ingress:
    {{- range $callers }}
    # {{ . }} -> {{ $component }}
    - from:
        {{- include "airflow.podPeer" (dict "root" $root "component" . "from" $component) | nindent 8 }}
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
  {{- $callees := index $root.tables.traffic $component }}
  {{- $extra := index ($root.Values.networkPolicies.extraEgress | default dict) $component }}
  {{- if or $callees $extra }}
  egress:
    {{- include "airflow.dnsEgress" $root | nindent 4 }}
    {{- range $callee, $_ := $callees }}
    {{- if include "airflow.calls" (dict "root" $root "caller" $component "callee" $callee) }}
    {{- with include "airflow.egressTo" (dict "root" $root "callee" $callee "from" $component) }}
    # {{ $component }} -> {{ $callee }}
    {{- . | trim | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- end }}
    {{- with $extra }}
    {{- tpl (toYaml .) $root | nindent 4 }}
    {{- end }}
  {{- else }}
  egress: []
  {{- end }}
{{- end }}

{{- /* {root, component}: tasks live in their own namespace, all else in the release's. */}}
{{- define "airflow.namespaceOf" -}}
{{- if has .component (list "worker" "tasks") }}{{ include "airflow.tasksNamespace" .root }}{{ else }}{{ .root.Release.Namespace }}{{ end -}}
{{- end }}

{{- /* {root, component, from}: the pods of a component, as seen from another one's namespace. */}}
{{- define "airflow.podPeer" -}}
{{- $namespace := include "airflow.namespaceOf" . -}}
- podSelector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  {{- if ne $namespace (include "airflow.namespaceOf" (dict "root" .root "component" .from)) }}
  namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ $namespace }}
  {{- end }}
{{- end }}

{{- define "airflow.egressTo" -}}
{{- $policies := .root.Values.networkPolicies -}}
{{- if eq .callee "kubernetes" }}
{{- include "airflow.addressEgress" $policies.kubernetes }}
{{- else if and (eq .callee "postgresql") (not .root.Values.postgresql.enabled) }}
{{- $ports := $policies.database.ports }}
{{- /* The port of the URL, when the URL is made of values. */}}
{{- if not .root.Values.data.metadataSecretName }}{{ $ports = append $ports .root.Values.data.metadataConnection.port | uniq }}{{ end }}
{{- include "airflow.addressEgress" (dict "cidrs" $policies.database.cidrs "ports" $ports) }}
{{- else if eq .callee "internet" }}
{{- include "airflow.internetEgress" $policies.internet }}
{{- else }}
- to:
    {{- include "airflow.podPeer" (dict "root" .root "component" .callee "from" .from) | nindent 4 }}
  ports:
    - {protocol: TCP, port: {{ include "airflow.port" (dict "root" .root "component" .callee) }}}
{{- end }}
{{- end }}

{{- /* {cidrs, ports}: named addresses; none named means none allowed. */}}
{{- define "airflow.addressEgress" -}}
{{- if .cidrs }}
- to:
    {{- range .cidrs }}
    - {ipBlock: {cidr: {{ . | quote }}}}
    {{- end }}
  {{- with .ports }}
  ports:
    {{- range . }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "airflow.internetEgress" -}}
{{- if and .enabled .cidrs }}
- to:
    {{- $except := .except }}
    {{- range .cidrs }}
    - ipBlock:
        cidr: {{ . | quote }}
        {{- /* Only what lies within may be cut out: all of the family, from all of it. */}}
        {{- $within := list }}
        {{- $colon := contains ":" . }}
        {{- range $except }}{{ if eq $colon (contains ":" .) }}{{ $within = append $within . }}{{ end }}{{ end }}
        {{- if and $within (hasSuffix "/0" .) }}
        except: {{ toJson $within }}
        {{- end }}
    {{- end }}
  {{- with .ports }}
  ports:
    {{- range . }}
    - {protocol: TCP, port: {{ . }}}
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
