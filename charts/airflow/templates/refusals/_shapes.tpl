{{- /* Refusals of lists and texts of values from which no pod can be made. */ -}}

{{- define "airflow.refusals.shapes" -}}
{{- range $key, $start := dict "extraEnv" "name" "extraEnvFrom" "secretRef" -}}
{{- with index $.Values $key -}}
{{- range fromYamlArray (tpl . $) -}}
{{- if not (kindIs "map" .) }}
- {{ $key }} is not a YAML list of maps: begin each item with `- {{ $start }}: …`.
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $image, $reference := dict "airflow" (include "airflow.image" .) "pod_template" (include "airflow.workerImage" .) -}}
{{- if hasSuffix ":" $reference }}
- images.{{ $image }} has neither a tag nor a digest: set images.{{ $image }}.tag.
{{- end -}}
{{- end -}}
{{- $blocks := dict "" .Values -}}
{{- range .components }}{{ $_ := set $blocks (print .key ".") (index $.Values .key) }}{{ end -}}
{{- range $path, $block := $blocks -}}
{{- include "airflow.refusals.shapesOfBlock" (dict "root" $ "path" $path "block" $block) -}}
{{- range $below := list "kubernetes" "waitForMigrations" -}}
{{- with index $block $below -}}
{{- include "airflow.refusals.shapesOfBlock" (dict "root" $ "path" (print $path $below ".") "block" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* {root, path, block}: of the values of a component, or of all. */}}
{{- define "airflow.refusals.shapesOfBlock" -}}
{{- $named := dict "env" "name" "volumes" "name" "extraVolumes" "name" "volumeMounts" "mountPath" "extraVolumeMounts" "mountPath" -}}
{{- range $key, $field := $named -}}
{{- $items := index $.block $key -}}
{{- $keyed := and (kindIs "map" $items) (eq $field "name") -}}
{{- range $items -}}
{{- if and . (not $keyed) (not (index . $field)) }}
- {{ $.path }}{{ $key }} has an item without `{{ $field }}`: add it.
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key := list "volumes" "extraVolumes" "volumeMounts" "extraVolumeMounts" "extraContainers" "extraInitContainers" -}}
{{- with index $.block $key -}}
{{- $text := include "airflow.named" (dict "root" $.root "items" .) -}}
{{- if not (kindIs "map" (first (fromYamlArray $text | default (list dict)))) }}
- {{ $.path }}{{ $key }} rendered to invalid YAML: check its template expressions.
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .block.image -}}
{{- if and (kindIs "map" .) (not (or .tag .digest)) }}
- {{ $.path }}image has neither a tag nor a digest: set {{ $.path }}image.tag.
{{- end -}}
{{- end -}}
{{- end }}

{{- /* {component, error}: of a pod; what is left once its lists and texts are found to be right. */}}
{{- define "airflow.refusals.pod" }}
- The {{ .component }} pod rendered to invalid YAML: check the names and texts in its values ({{ .error }}).
{{- end }}
