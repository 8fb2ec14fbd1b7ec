{{- /* How the chart refuses values: every topic emits its sentences, and all are answered at once. */ -}}

{{- /* A text of sentences, each beginning with "- " on a line of its own: fails with them, if there are any. */}}
{{- define "airflow.refuse" -}}
{{- $sentences := list -}}
{{- range splitList "\n- " . | rest -}}
{{- $sentences = append $sentences (regexReplaceAll "\\s+" . " " | trim) -}}
{{- end -}}
{{- with $sentences }}{{ fail (join "\n" .) }}{{ end -}}
{{- end }}

{{- /* Every topic; a row of files/components.yaml with `refusals` has a define of its own. */}}
{{- define "airflow.refusals" -}}
{{- $official := dict "root" . "values" .Values "keys" .keys.official.keys "path" "" -}}
{{- include "airflow.refusals.officialKeys" $official -}}
{{- include "airflow.refusals.airflow" . -}}
{{- include "airflow.refusals.options" . -}}
{{- include "airflow.refusals.names" . -}}
{{- include "airflow.refusals.namespaces" . -}}
{{- include "airflow.refusals.launching" . -}}
{{- include "airflow.refusals.secrets" . -}}
{{- include "airflow.refusals.hooks" . -}}
{{- if .Values.datadog.enabled }}{{ include "airflow.refusals.datadog" . }}{{ end -}}
{{- include "airflow.refusals.access" . -}}
{{- include "airflow.refusals.network" . -}}
{{- if eq .Values.environment "prod" }}{{ include "airflow.refusals.prod" . }}{{ end -}}
{{- range $component, $row := .components -}}
{{- if $row.refusals }}{{ include (printf "airflow.refusals.%s" $component) $ }}{{ end -}}
{{- end -}}
{{- end }}
