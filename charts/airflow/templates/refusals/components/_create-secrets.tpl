{{- /* Refusals: secrets that are not created, because the Job is off. */ -}}

{{- define "airflow.refusals.create-secrets" -}}
{{- range .Values.createSecretsJob.enabled | ternary nil .secretRows }}
{{- if .generated }}
- The Secret {{ .object }} is not created, because createSecretsJob.enabled is false:
  set it to true, or {{ .values.name }} to a Secret of yours.{{ end }}{{ end }}
{{- end }}
