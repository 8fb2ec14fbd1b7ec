{{- /* Refusals: secrets of the platform that are set twice, or not created. */ -}}

{{- define "airflow.refusals.secrets" -}}
{{- range .secretRows -}}
{{- if and .own .text }}
- {{ .values.text }} has no effect while {{ .values.name }} is set: remove one of them.{{ end }}
{{- if and .remote (or .own .text) }}
{{- $other := .own | empty | ternary .values.text .values.name }}
- {{ .remote.by }}.secrets.{{ .name }} has no effect while {{ $other }} is set: remove one of them.{{ end }}
{{- if and .generated (not $.Values.createSecretsJob.enabled) }}
- The Secret {{ .object }} is not created, because createSecretsJob.enabled is false:
  set it to true, or {{ .values.name }} to a Secret of yours.{{ end }}{{ end }}
{{- end }}
