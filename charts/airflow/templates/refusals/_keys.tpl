{{- /* Refusals of keys that the schema cannot judge: keys that null removed, and keys with another name. */ -}}

{{- /* {values, needed, path}: answered before all others, since templates fail on a missing block. */}}
{{- define "airflow.refusals.emptyKeys" -}}
{{- range $key, $below := .needed -}}
{{- $value := index $.values $key -}}
{{- if kindIs "invalid" $value }}
- {{ $.path }}{{ $key }} is null: set it, or remove the key to use its default.
{{- else if $below -}}
{{- include "airflow.refusals.emptyKeys" (dict "values" $value "needed" $below "path" (print $.path $key ".")) -}}
{{- end }}{{ end -}}
{{- end }}

{{- define "airflow.refusals.movedKeys" -}}
{{- range $path, $instead := .keys.moved -}}
{{- $value := $.Values -}}
{{- range splitList "." $path }}{{ if kindIs "map" $value }}{{ $value = index $value . }}{{ end }}{{ end -}}
{{- if $value }}
- {{ $path }} has another name in this chart: use {{ $instead }} instead.{{ end }}{{ end -}}
{{- end }}
