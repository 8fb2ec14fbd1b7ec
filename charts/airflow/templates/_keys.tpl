{{- /* What the schema cannot say: keys that null took away, and keys that have moved. */ -}}

{{- /* Every template asks this first, since a missing block trips whoever reads below it. */}}
{{- define "airflow.keys" -}}
{{- $keys := .Files.Get "files/keys.json" | fromJson -}}
{{- $no := list -}}
{{- with include "airflow.emptyKeys" (dict "values" .Values "needed" $keys.needed "path" "") }}{{ $no = append $no (trim .) }}{{ end -}}
{{- range $path, $instead := $keys.moved -}}
{{- $value := $.Values -}}
{{- range splitList "." $path }}{{ if kindIs "map" $value }}{{ $value = index $value . }}{{ end }}{{ end -}}
{{- if $value }}{{ $no = append $no (printf "%s is %s in this chart: move it there." $path $instead) }}{{ end -}}
{{- end -}}
{{- with $no }}{{ fail (join "\n" .) }}{{ end -}}
{{- end }}

{{- /* {values, needed, path}: a sentence for every key that is needed and empty. */}}
{{- define "airflow.emptyKeys" -}}
{{- range $key, $below := .needed -}}
{{- $value := index $.values $key -}}
{{- if kindIs "invalid" $value }}
{{ $.path }}{{ $key }} is empty: give it a value, or leave it out.
{{- else if $below -}}
{{- include "airflow.emptyKeys" (dict "values" $value "needed" $below "path" (printf "%s%s." $.path $key)) -}}
{{- end }}{{ end -}}
{{- end }}
