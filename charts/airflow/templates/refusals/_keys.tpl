{{- /* Refusals of keys that the schema cannot judge: those that null removed, and those of the official chart. */ -}}

{{- /* {values, needed, path}: answered before all others, since templates fail on a missing block. */}}
{{- define "airflow.refusals.emptyKeys" -}}
{{- range $key, $below := omit .needed "?" -}}
{{- $value := index $.values $key -}}
{{- if and (kindIs "invalid" $value) (hasKey $below "?") }}{{- else if kindIs "invalid" $value }}
- {{ $.path }}{{ $key }} is null: set it, or remove the key to use its default.
{{- else if $below -}}
{{- include "airflow.refusals.emptyKeys" (dict "values" $value "needed" $below "path" (print $.path $key ".")) -}}
{{- end }}{{ end -}}
{{- end }}

{{- /* {root, values, keys, path}: values of the official chart that this chart does not have, and that ask for
something: they are not empty, not what the official chart has by default, and their switch is not off. */}}
{{- define "airflow.refusals.officialKeys" -}}
{{- range $key, $_ := hasKey .keys "/" | ternary .values nil }}
{{- if not (hasKey $.keys $key) }}
- {{ $.path }}{{ $key }} is an unknown value, in the official chart, too: correct it or remove it.{{ end }}{{ end -}}
{{- range $key, $row := .keys -}}
{{- $value := index $.values $key -}}
{{- $path := print $.path $key -}}
{{- if not $value -}}
{{- /* It is empty, as almost always. */ -}}
{{- else if not (kindIs "map" $row) -}}
{{- $leaf := kindIs "slice" $row | ternary $row (list $row "") -}}
{{- $entry := index $.root.keys.official.entries (first $leaf | int) -}}
{{- $asked := dict "root" $.root "entry" $entry "path" $path "value" $value "nothing" (last $leaf) -}}
{{- if include "airflow.asksFor" $asked }}
{{- if $entry.use }}
- {{ $path }} has another name in this chart: use {{ $entry.use }} instead.
{{- else }}
- {{ $path }} is not supported: {{ $entry.way }}.
{{- end }}{{ end -}}
{{- else if not (kindIs "map" $value) }}
- {{ $path }} is not a map, as it is in the official chart: write keys and values, or remove it.
{{- else -}}
{{- $below := dict "root" $.root "values" $value "keys" $row "path" (print $path ".") -}}
{{- include "airflow.refusals.officialKeys" $below -}}
{{- end }}{{ end -}}
{{- end }}

{{- /* {root, entry, path, value, nothing}: "true" when a value asks for what the chart does not have. */}}
{{- define "airflow.asksFor" -}}
{{- if eq .path (.entry.switch | default "") -}}
{{- if and (not .entry.on) (ne "false" (toString .value)) }}true{{ end -}}
{{- else if ne .nothing (toJson .value) -}}
{{- $switch := .root.Values -}}
{{- range splitList "." (.entry.switch | default "") -}}
{{- if kindIs "map" $switch }}{{ $switch = index $switch . }}{{ end -}}
{{- end -}}
{{- /* A switch that is off there, and set, is refused itself. */ -}}
{{- if or (not .entry.switch) (and .entry.on (ne "false" (toString $switch))) }}true{{ end -}}
{{- end -}}
{{- end }}
