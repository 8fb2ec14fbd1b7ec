{{- /* A component written once: workload, ServiceAccount, Service, PodDisruptionBudget and NetworkPolicy from its facts and settings. */ -}}

{{- /* What all templates need, made once a render; every file begins with it, since nobody knows which comes first. */}}
{{- define "airflow.prepare" -}}
{{- if not .tables -}}
{{- $_ := set . "keys" (.Files.Get "files/keys.json" | fromJson) -}}
{{- include "airflow.refuse" (include "airflow.refusals.emptyKeys" .) -}}
{{- $_ := set . "components" (.Files.Get "files/components.yaml" | fromYaml) -}}
{{- $_ := set . "secretRows" (.Files.Get "files/secrets.yaml" | fromYamlArray) -}}
{{- $_ := set . "tables" (.Files.Get "files/tables.yaml" | fromYaml) -}}
{{- $off := list -}}
{{- range $component, $key := .tables.switches }}{{ if eq "false" (toString (index $.Values $key).enabled) }}{{ $off = append $off $component }}{{ end }}{{ end -}}
{{- $_ := set . "off" $off -}}
{{- $_ := set . "delivered" (include "airflow.delivered" . | fromJson) -}}
{{- $_ := set . "edges" (include "airflow.edges" . | fromJson) -}}
{{- $_ := set . "destinations" (include "airflow.destinations" . | fromJson) -}}
{{- $_ := set . "datadog" (include "airflow.datadog" . | fromJson) -}}
{{- $_ := set . "commonConfig" (include "airflow.commonConfig" .) -}}
{{- $shapes := include "airflow.refusals.shapes" . -}}
{{- if not $shapes -}}
{{- $_ := set . "podTemplate" (include "airflow.podTemplate" .) -}}
{{- $_ := set . "taskPod" (fromYaml .podTemplate) -}}
{{- end -}}
{{- include "airflow.refuse" (print $shapes (include "airflow.refusals" .)) -}}
{{- end -}}
{{- end }}

{{- /* {root, key, kind, facts}; the facts are in the component's own file. */}}
{{- define "airflow.component" -}}
{{- $root := .root -}}
{{- $settings := index $root.Values .key -}}
{{- /* mergeOverwrite, since merge takes false for unset. */ -}}
{{- $facts := mergeOverwrite (dict "airflow" true "config" true "container" .facts.component "account" .facts.component "spread" (eq .kind "Deployment")) .facts -}}
{{- $what := dict "root" $root "facts" $facts "settings" $settings "component" $facts.component -}}
{{- /* A Deployment whose switch is unset runs: the official chart leaves the dag-processor's so. */ -}}
{{- if or $settings.enabled (and (kindIs "invalid" $settings.enabled) $facts.spread) }}
{{- include (printf "airflow.%s" (lower .kind)) $what }}
{{- if $settings.serviceAccount.create }}
---
{{ include "airflow.serviceAccount" $what }}
{{- end }}
{{- with $facts.service }}
---
{{ include "airflow.service" $what }}
{{- end }}
{{- if ($settings.podDisruptionBudget | default dict).enabled }}
---
{{ include "airflow.podDisruptionBudget" $what }}
{{- end }}
{{- if $root.Values.networkPolicies.enabled }}
---
{{ include "airflow.networkPolicy" $what }}
{{- end }}
{{- end }}
{{- end }}

{{- /* {root, facts, settings, component, name}: metadata of an object of a component. */}}
{{- define "airflow.metadata" -}}
name: {{ .name | default (include "airflow.objectName" .) }}
namespace: {{ include "airflow.namespaceOf" . }}
labels:
  {{- include "airflow.labels" . | nindent 2 }}
{{- end }}

{{- define "airflow.deployment" -}}
{{- $settings := .settings -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "airflow.metadata" (omit . "settings") | nindent 2 }}
  {{- with .facts.labels }}
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $settings.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  replicas: {{ $settings.replicas }}
  {{- $history := $settings.revisionHistoryLimit }}
  {{- if kindIs "invalid" $history }}{{ $history = .root.Values.revisionHistoryLimit }}{{ end }}
  {{- if not (kindIs "invalid" $history) }}
  revisionHistoryLimit: {{ int64 $history }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  {{- with $settings.strategy }}
  strategy:
    {{- /* Kubernetes takes no numbers with Recreate; those of the chart give way. */}}
    {{- toYaml (eq (.type | default "") "Recreate" | ternary (omit . "rollingUpdate") .) | nindent 4 }}
  {{- end }}
  template:
    {{- include "airflow.pod" . | nindent 4 }}
{{- end }}

{{- define "airflow.statefulset" -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "airflow.metadata" (omit . "settings") | nindent 2 }}
  {{- with .settings.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  replicas: 1
  serviceName: {{ include "airflow.objectName" . }}
  selector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  template:
    {{- include "airflow.pod" . | nindent 4 }}
{{- end }}

{{- /* A Job cannot be changed once it is made: its name carries a hash of what it runs. */}}
{{- define "airflow.job" -}}
{{- $settings := .settings -}}
{{- $facts := merge (dict "restartPolicy" $settings.restartPolicy) .facts -}}
{{- $pod := include "airflow.pod" (merge (dict "facts" $facts) .) -}}
{{- $name := printf "%s-%s" (include "airflow.fullname" .root | trunc 28 | trimSuffix "-") .facts.container -}}
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "airflow.metadata" (dict "root" .root "component" .component "name" (printf "%s-%s" $name (sha256sum $pod | trunc 8))) | nindent 2 }}
  {{- with $settings.jobAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  backoffLimit: 10
  template:
    {{- $pod | nindent 4 }}
{{- end }}

{{- define "airflow.serviceAccount" -}}
{{- $account := .settings.serviceAccount -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "airflow.metadata" (merge (dict "name" (include "airflow.serviceAccountName" (dict "root" .root "settings" .settings "suffix" .facts.account))) .) | nindent 2 }}
  {{- with $account.annotations }}
  annotations:
    {{- tpl (toYaml .) $.root | nindent 4 }}
  {{- end }}
# The pod says whether it gets a token.
automountServiceAccountToken: false
{{- end }}

{{- define "airflow.service" -}}
{{- $root := .root -}}
{{- $facts := .facts -}}
{{- $service := .settings.service | default dict -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "airflow.metadata" . | nindent 2 }}
  {{- with $service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if $facts.service.headless }}
  clusterIP: None
  {{- else }}
  type: {{ $service.type | default "ClusterIP" }}
  {{- end }}
  selector:
    {{- include "airflow.selector" . | nindent 4 }}
  ports:
    {{- if $service.ports }}
    {{- include "airflow.portList" (dict "root" $root "ports" $service.ports) | nindent 4 }}
    {{- else }}
    {{- range $name, $port := $facts.ports }}
    - {name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }}}
    {{- end }}
    {{- end }}
  {{- with $service.loadBalancerIP }}
  loadBalancerIP: {{ . }}
  {{- end }}
  {{- with $service.loadBalancerSourceRanges }}
  loadBalancerSourceRanges: {{ toJson . }}
  {{- end }}
{{- end }}

{{- define "airflow.podDisruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "airflow.metadata" (merge (dict "name" (printf "%s-%s-pdb" (include "airflow.fullname" .root) .component)) .) | nindent 2 }}
spec:
  selector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  {{- $config := .settings.podDisruptionBudget.config | default dict }}
  {{- /* Kubernetes takes one of the two; the chart's own default gives way. */}}
  {{- if hasKey $config "minAvailable" }}{{ $config = omit $config "maxUnavailable" }}{{ end }}
  {{- toYaml $config | nindent 2 }}
{{- end }}

{{- /* {claim, mode}: the spec of a claim. */}}
{{- define "airflow.claimSpec" -}}
accessModes: [{{ .mode }}]
resources: {requests: {storage: {{ .claim.size }}}}
{{- with .claim.storageClassName }}
storageClassName: {{ if eq . "-" }}""{{ else }}{{ . }}{{ end }}
{{- end }}
{{- end }}
