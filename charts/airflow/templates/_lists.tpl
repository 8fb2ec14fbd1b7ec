{{- /* Lists of named things may be lists or maps; these turn both into lists. In a map, null takes an item of a lower layer away. */ -}}

{{- /* A number, a switch or a text as text; large numbers keep their digits. */}}
{{- define "airflow.text" -}}
{{- if kindIs "float64" . -}}
{{- if eq (floor .) . }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- else }}{{ . }}{{ end -}}
{{- end }}

{{- /* {root, items}: named things as a YAML list, through tpl where it is needed. A list keeps its order. */}}
{{- define "airflow.named" -}}
{{- $text := "" -}}
{{- if kindIs "map" .items -}}
{{- $list := list -}}
{{- range $name, $item := .items }}{{ if $item }}{{ $list = append $list (merge (dict) $item (dict "name" $name)) }}{{ end }}{{ end -}}
{{- $text = toYaml $list -}}
{{- else -}}
{{- $text = toYaml .items -}}
{{- end -}}
{{- if contains "{{" $text }}{{ tpl $text .root }}{{ else }}{{ $text }}{{ end -}}
{{- end }}

{{- /* {root, words}: a command or its arguments as JSON; tpl, which is slow, only where it is needed. */}}
{{- define "airflow.words" -}}
{{- $words := list -}}
{{- range .words -}}
{{- if contains "{{" . }}{{ $words = append $words (tpl . $.root) }}{{ else }}{{ $words = append $words . }}{{ end -}}
{{- end -}}
{{- toJson $words -}}
{{- end }}

{{- /* {root, ports}: ports as values have them; what goes through tpl must be a number again. */}}
{{- define "airflow.portList" -}}
{{- range .ports }}
- {{- range $key, $value := . }}
  {{ $key }}: {{ tpl (include "airflow.text" $value) $.root }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* {root, sources, key}: several of them as one list in which `key` is unique; the last wins. */}}
{{- define "airflow.merged" -}}
{{- $key := .key -}}
{{- $found := dict -}}
{{- range .sources -}}
{{- $map := kindIs "map" . -}}
{{- range $name, $item := . -}}
{{- if $item -}}
{{- if $map }}{{ $item = merge (dict) $item (dict "name" $name) }}{{ end -}}
{{- $_ := set $found (index $item $key) $item -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $list := list -}}
{{- range $_, $item := $found }}{{ $list = append $list $item }}{{ end -}}
{{- if $list }}{{ include "airflow.named" (dict "root" .root "items" $list) }}{{ end -}}
{{- end }}

{{- /* {root, sources}: environment variables as a list in the order they were first named; the last value wins. */}}
{{- define "airflow.env" -}}
{{- $found := dict -}}
{{- $names := list -}}
{{- range .sources -}}
{{- $map := kindIs "map" . -}}
{{- range $name, $item := . -}}
{{- if not (kindIs "invalid" $item) -}}
{{- if not $map }}{{ $name = $item.name }}{{ end -}}
{{- if not (kindIs "map" $item) }}{{ $item = dict "value" $item }}{{ end -}}
{{- if not (hasKey $found $name) }}{{ $names = append $names $name }}{{ end -}}
{{- $_ := set $found $name $item -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $names }}
{{- $item := index $found . }}
- name: {{ . | quote }}
  {{- if $item.valueFrom }}
  valueFrom: {{ toJson $item.valueFrom }}
  {{- else }}
  value: {{ include "airflow.text" $item.value | quote }}
  {{- end }}
{{- end }}
{{- end }}
