{{- /* Autoscalers, which then own the number of pods. */ -}}

{{- /* {settings}: `keda` or `hpa`, when one of them sets the number of pods. */}}
{{- define "airflow.scaledBy" -}}
{{- if (.settings.keda).enabled }}keda{{ else if (.settings.hpa).enabled }}hpa{{ end -}}
{{- end }}

{{- /* {root, settings}: "true" when KEDA's queries do not go through PgBouncer, and the variable with their URL. */}}
{{- define "airflow.kedaBypasses" -}}
{{- if and .root.Values.pgbouncer.enabled (not .settings.keda.usePgbouncer) }}true{{ end -}}
{{- end }}

{{- define "airflow.kedaVariable" -}}
{{- include "airflow.kedaBypasses" . | empty | ternary "AIRFLOW_CONN_AIRFLOW_DB" "KEDA_DB_CONN" -}}
{{- end }}

{{- /* A fact of what KEDA's operator queries: that it may call it. */}}
{{- define "airflow.kedaCallers" }}
{{- $pods := dict "matchLabels" (dict "app" "keda-operator") -}}
{{- $peers := list -}}
{{- range .sets }}{{ range . -}}
{{- with .settings.keda -}}
{{- $namespace := dict "matchLabels" (.namespaceLabels | default dict) -}}
{{- $peer := dict "namespaceSelector" $namespace "podSelector" $pods -}}
{{- if .enabled }}{{ $peers = append $peers $peer }}{{ end -}}
{{- end }}{{ end }}{{ end -}}
{{- with uniq $peers }}
callers: {the operator of KEDA: {{ toJson . }}}
{{- end }}
{{- end }}

{{- /* {root, component, facts, settings, set}: the HorizontalPodAutoscaler or the ScaledObject of a component. */}}
{{- define "airflow.scaler" -}}
{{- with $by := include "airflow.scaledBy" . -}}
{{- $scaler := index $.settings $by -}}
{{- $name := include "airflow.objectName" $ -}}
{{- $label := include "airflow.labelOf" $ -}}
{{- $this := dict "root" $.root "component" (print $label "-horizontalpodautoscaler") "name" $name
  "settings" $.settings "labels" (dict "deploymentName" $name) }}
{{- $is := eq $by "hpa" | ternary "autoscaling/v2 HorizontalPodAutoscaler" "keda.sh/v1alpha1 ScaledObject" }}
{{- include "airflow.object" (list $is $this) }}
spec:
  scaleTargetRef:
    kind: {{ $.facts.kind }}
    name: {{ quote $name }}
    {{- if eq $by "hpa" }}
    apiVersion: apps/v1
  minReplicas: {{ int $scaler.minReplicaCount }}
  maxReplicas: {{ int $scaler.maxReplicaCount }}
  metrics: {{ toJson $scaler.metrics }}
    {{- with $scaler.behavior }}
  behavior: {{ toJson . }}
    {{- end }}
    {{- else }}
    envSourceContainerName: {{ $.facts.container }}
  {{- range $key := list "pollingInterval" "cooldownPeriod" "minReplicaCount" "maxReplicaCount" }}
  {{ $key }}: {{ index $scaler $key | int }}
  {{- end }}
  {{- with $scaler.advanced }}
  advanced: {{ toJson . }}
  {{- end }}
  triggers:
    - type: postgresql
      metadata:
        targetQueryValue: "1"
        connectionFromEnv: {{ include "airflow.kedaVariable" $ }}
        query: {{ $scaler.query | default $.facts.scalingQuery | quote }}
    {{- end }}{{ end }}
{{- end }}
