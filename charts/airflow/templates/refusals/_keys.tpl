{{- /* Refusals of keys that the schema cannot judge: keys that null removed, and keys with another name. */ -}}

{{- /* Answered before all others, since templates fail on a missing block. */}}
{{- define "airflow.refusals.emptyKeys" -}}
{{- include "airflow.refusals.emptyKeysBelow" (dict "values" .Values "needed" .keys.needed "path" "") -}}
{{- end }}

{{- /* {values, needed, path} */}}
{{- define "airflow.refusals.emptyKeysBelow" -}}
{{- range $key, $below := .needed -}}
{{- $value := index $.values $key -}}
{{- if kindIs "invalid" $value }}
- {{ $.path }}{{ $key }} is null: set it, or remove the key to use its default.
{{- else if $below -}}
{{- $what := dict "values" $value "needed" $below "path" (print $.path $key ".") -}}
{{- include "airflow.refusals.emptyKeysBelow" $what -}}
{{- end }}{{ end -}}
{{- end }}

{{- define "airflow.refusals.movedKeys" -}}
{{- range $path, $instead := .keys.moved -}}
{{- $value := $.Values -}}
{{- range splitList "." $path }}{{ if kindIs "map" $value }}{{ $value = index $value . }}{{ end }}{{ end -}}
{{- if $value }}
- {{ $path }} has another name in this chart: use {{ $instead }} instead.{{ end }}{{ end -}}
{{- end }}
