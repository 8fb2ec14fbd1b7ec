{{- /* Refusals: secrets that are not created, because the Job is off. */ -}}

{{- define "airflow.refusals.create-secrets" -}}
{{- if not .Values.createSecretsJob.enabled -}}
{{- $missing := list -}}
{{- with include "airflow.missingSecrets" . -}}
{{- range fromJsonArray . }}{{ $missing = append $missing .name }}{{ end -}}
{{- end -}}
{{- range .secretRows }}
{{- $name := include "airflow.secretName" (dict "root" $ "secret" .name) }}
{{- if has $name $missing }}
- The Secret {{ $name }} is not created, because createSecretsJob.enabled is false:
  set it to true, or {{ .values.name }} to a Secret of yours.{{ end }}{{ end }}{{ end }}
{{- end }}
