{{- /* Named things are a list or a map; these make lists of both. In a map, null removes what a lower layer has. */ -}}

{{- /* A number, a switch or a text as text; large numbers keep their digits. */}}
{{- define "airflow.text" -}}
{{- if kindIs "float64" . -}}
{{- if eq (floor .) . }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- else if not (kindIs "invalid" .) }}{{ . }}{{ end -}}
{{- end }}

{{- /* A map as JSON without what is null, which removes a key of a lower layer. */}}
{{- define "airflow.stated" -}}
{{- $stated := dict -}}
{{- range $key, $value := . -}}
{{- if not (kindIs "invalid" $value) }}{{ $_ := set $stated $key $value }}{{ end -}}
{{- end -}}
{{- toJson $stated -}}
{{- end }}

{{- /* {items}: named things as a YAML list. A list keeps its order. */}}
{{- define "airflow.named" -}}
{{- $map := kindIs "map" .items -}}
{{- range $name, $item := .items }}
{{- if $map }}{{ $item = and $item (merge (dict) $item (dict "name" $name)) }}{{ end }}
{{- with $item }}
- {{ toJson . }}
{{- end }}{{ end }}
{{- end }}

{{- /* {ports}: ports as values have them; what was a template must be a number again. */}}
{{- define "airflow.portList" -}}
{{- range .ports }}
{{- $port := dict }}
{{- range $key, $value := . }}
{{- $text := include "airflow.text" $value }}
{{- $_ := set $port $key (regexMatch "^[0-9]+$" $text | ternary (int64 $text) $value) }}
{{- end }}
- {{ include "airflow.yaml" $port | trim | default "{}" | nindent 2 | trim }}
{{- end }}
{{- end }}

{{- /* {sources, key}: several of them as one list in which `key` is unique, in the order they were first named; the
last wins. */}}
{{- define "airflow.merged" -}}
{{- $key := .key -}}
{{- $found := dict -}}
{{- $order := list -}}
{{- range .sources -}}
{{- $map := kindIs "map" . -}}
{{- range $name, $item := . -}}
{{- if $item -}}
{{- if $map }}{{ $item = merge (dict) $item (dict "name" $name) }}{{ end -}}
{{- $at := index $item $key | toString -}}
{{- if not (hasKey $found $at) }}{{ $order = append $order $at }}{{ end -}}
{{- $_ := set $found $at $item -}}
{{- end }}{{ end }}{{ end -}}
{{- $list := list -}}
{{- range $order }}{{ $list = append $list (index $found .) }}{{ end -}}
{{- if $list }}{{ include "airflow.named" (dict "items" $list) | trim }}{{ end -}}
{{- end }}

{{- /* {sources}: environment variables as a list in the order they were first named; the last value wins. */}}
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
{{- end }}{{ end }}{{ end -}}
{{- range $names }}
{{- $item := index $found . }}
- name: {{ . | quote }}
  {{- if $item.valueFrom }}
  valueFrom:
    {{- include "airflow.yaml" $item.valueFrom | trim | nindent 4 }}
  {{- else }}
  value: {{ include "airflow.text" $item.value | quote }}
  {{- end }}{{ end }}
{{- end }}
