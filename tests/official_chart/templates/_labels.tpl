{{- /* The name of the objects; that of accounts follows the standard in any case. */}}
{{- define "fullname" -}}
{{- .Values.useStandardNaming | ternary (include "account" .) .Release.Name -}}
{{- end }}

{{- define "account" -}}
{{- $isNamed := contains .Chart.Name .Release.Name }}
{{- .Values.fullnameOverride | default ($isNamed | ternary .Release.Name (print .Release.Name "-" .Chart.Name)) -}}
{{- end }}

{{- define "labels" }}
tier: airflow
{{- with .component }}
component: {{ . }}
{{- end }}
release: {{ .root.Release.Name }}
chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
heritage: {{ .root.Release.Service }}
{{- end }}

{{- define "selector" }}
tier: airflow
component: {{ .component }}
release: {{ .root.Release.Name }}
{{- end }}

{{- /* Sets .key, the block of a component in values, and .on. */}}
{{- define "describe" }}
{{- $key := .component | replace "-" " " | title | nospace | untitle | replace "worker" "workers" }}
{{- $_ := set . "values" (get .root.Values $key | default dict) }}
{{- $isNeeded := contains (.facts.executor | default "") .root.Values.executor }}
{{- $_ := set . "on" (and $isNeeded (ne "false" (toString .values.enabled))) }}
{{- end }}
