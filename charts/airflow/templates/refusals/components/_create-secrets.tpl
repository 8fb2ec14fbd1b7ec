{{- /* Refusals: secrets that are not created, because the Job is off. */ -}}

{{- define "airflow.refusals.create-secrets" -}}
{{- if not .Values.createSecretsJob.enabled -}}
{{- $missing := list -}}
{{- with include "airflow.missingSecrets" . -}}
{{- range fromJsonArray . }}{{ $missing = append $missing .name }}{{ end -}}
{{- end -}}
{{- range .secretRows }}
{{- if has .object $missing }}
- The Secret {{ .object }} is not created, because createSecretsJob.enabled is false:
  set it to true, or {{ .values.name }} to a Secret of yours.{{ end }}{{ end }}{{ end }}
{{- end }}
