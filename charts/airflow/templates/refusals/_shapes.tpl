{{- /* Refusals of lists and texts of values from which no pod can be made. */ -}}

{{- define "airflow.refusals.shapes" -}}
{{- range $key, $start := dict "extraEnv" "name" "extraEnvFrom" "secretRef" -}}
{{- with index $.Values $key -}}
{{- range fromYamlArray . -}}
{{- if not (and (kindIs "map" .) (or .name (ne $start "name"))) }}
- {{ $key }} is not a YAML list of maps: begin each item with `- {{ $start }}: …`.{{ end }}{{ end }}{{ end }}
{{- end -}}
{{- if hasSuffix ":" (include "airflow.image" .) }}
- images.airflow has neither a tag nor a digest: set images.airflow.tag.{{ end -}}
{{- $image := include "airflow.taskImage" . -}}
{{- if and (hasSuffix ":" $image) (ne $image (include "airflow.image" .)) }}
- images.pod_template has neither a tag nor a digest: set images.pod_template.tag.{{ end -}}
{{- $lists := list "env" "extraContainers" "extraInitContainers" "extraVolumeMounts" "extraVolumes" "volumeMounts" -}}
{{- range $path, $block := .blocks -}}
{{- range append $lists "volumes" -}}
{{- $field := hasSuffix "Mounts" . | ternary "mountPath" "name" -}}
{{- $list := dict "root" $ "key" (print $path .) "items" (index $block .) "field" $field -}}
{{- if $list.items }}{{ include "airflow.refusals.shapeOfList" $list }}{{ end -}}
{{- end -}}
{{- with .image -}}
{{- if and (kindIs "map" .) (not (or .tag .digest)) }}
- {{ $path }}image has neither a tag nor a digest: set {{ $path }}image.tag.{{ end }}{{ end }}{{ end -}}
{{- end }}

{{- /* {root, key, items, field}: of named things, of which each must have a field. */}}
{{- define "airflow.refusals.shapeOfList" -}}
{{- $named := and (kindIs "map" .items) (eq .field "name") -}}
{{- range $named | ternary nil .items -}}
{{- if and (kindIs "map" .) (not (index . $.field)) }}
- {{ $.key }} has an item without `{{ $.field }}`: add it.{{ end }}{{ end -}}
{{- end }}

{{- /* A pod that renders to invalid YAML although its lists are right: it is found only when it is rendered. */}}
{{- define "airflow.refusals.pod" }}
- The {{ . }} pod rendered to invalid YAML: check the names and texts in its values.
{{- end }}
