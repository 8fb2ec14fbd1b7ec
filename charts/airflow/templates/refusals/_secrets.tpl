{{- /* Refusals: secrets of the platform that are set twice, externalSecrets and secretsStore. */ -}}

{{- define "airflow.refusals.secrets" -}}
{{- range .secretRows -}}
{{- if and .own .text }}
- {{ .values.text }} has no effect while {{ .values.name }} is set: remove one of them.{{ end }}
{{- if and .remote (or .own .text) }}
{{- $other := .own | empty | ternary .values.text .values.name }}
- {{ .remote.by }}.secrets.{{ .name }} has no effect while {{ $other }} is set: remove one of them.{{ end }}{{ end }}
{{- range $by, $block := pick .Values "externalSecrets" "secretsStore" }}
{{- if and $block.enabled (not $block.secrets) }}
- {{ $by }}.enabled has no effect without {{ $by }}.secrets:
  list a secret there, or set {{ $by }}.enabled to false.{{ end }}{{ end }}
{{- $operator := .Values.externalSecrets }}
{{- $driver := .Values.secretsStore }}
{{- if and $operator.enabled (not $operator.storeRef.name) }}
- externalSecrets.storeRef.name is empty: set it to the name of a store of the External Secrets Operator.{{ end }}
{{- if and $operator.enabled (not (regexMatch "[1-9]" $operator.refreshInterval)) }}
- externalSecrets.refreshInterval {{ $operator.refreshInterval }} makes the operator read each secret only once,
  even when its revision changes: set it to an interval such as 1h.{{ end }}
{{- if and $operator.enabled $driver.enabled }}
- externalSecrets and secretsStore would both write the Secrets:
  set externalSecrets.enabled or secretsStore.enabled to false.{{ end }}
{{- if hasKey ($driver.parameters | default dict) "objects" }}
- secretsStore.parameters.objects is generated from secretsStore.secrets: remove it, and list the secrets there.
{{- end }}
{{- end }}
