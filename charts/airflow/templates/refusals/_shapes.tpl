{{- /* Refusals of lists and texts of values from which no pod can be made. */ -}}

{{- /* Fields of Kubernetes with another type than there: answered before all others, since templates read them. */}}
{{- define "airflow.refusals.types" -}}
{{- $shapes := .tables.shapes -}}
{{- range $path, $block := .judged -}}
{{- $this := dict "shape" $shapes.block "value" $block "path" (trimSuffix "." $path) -}}
{{- include "airflow.refusals.typesOf" $this -}}
{{- end -}}
{{- range $key, $shape := omit $shapes "block" "object" "pod" -}}
{{- $items := fromYamlArray (include "airflow.valueAt" (list $ $key)) -}}
{{- include "airflow.refusals.typesOf" (dict "shape" $shape "value" $items "path" $key) -}}
{{- end -}}
{{- end }}

{{- /* {shape, value, path}: of a value and all below it; shapes are those of files/shapes.yaml. */}}
{{- define "airflow.refusals.typesOf" -}}
{{- $kinds := dict "string" "text" "slice" "list" "map" "map" "bool" "switch" -}}
{{- $kind := get $kinds (kindOf .value) | default "number" -}}
{{- if not (has (kindOf .value) .shape.kinds) }}
- {{ .path }} is a {{ $kind }}, not a {{ .shape.is }}: write it as Kubernetes defines this field.
{{- else -}}
{{- with .shape.of -}}
{{- range $key, $item := $.value -}}
{{- /* A text in place of a named thing is its name, or the value of a variable. */ -}}
{{- if or (kindIs "map" $item) (not (or $.shape.named (kindIs "invalid" $item))) -}}
{{- $path := printf (eq $kind "list" | ternary "%s[%v]" "%s.%v") $.path $key -}}
{{- include "airflow.refusals.typesOf" (dict "shape" $.shape.of "value" $item "path" $path) -}}
{{- end }}{{ end }}{{ end -}}
{{- range $key, $shape := .shape.fields -}}
{{- $value := index $.value $key -}}
{{- /* Most are not there, or empty as they should be: these take no time. */ -}}
{{- if or $value (not (has (kindOf $value) $shape.kinds)) -}}
{{- $path := trimPrefix "." (print $.path "." $key) -}}
{{- include "airflow.refusals.typesOf" (dict "shape" $shape "value" $value "path" $path) -}}
{{- end }}{{ end }}{{ end -}}
{{- end }}

{{- define "airflow.refusals.shapes" -}}
{{- include "airflow.refusals.texts" . -}}
{{- range $key, $start := dict "extraEnv" "name" "extraEnvFrom" "secretRef" "dags.gitSync.envFrom" "secretRef" -}}
{{- with include "airflow.valueAt" (list $ $key) -}}
{{- range fromYamlArray . -}}
{{- if not (and (kindIs "map" .) (or .name (ne $start "name"))) }}
- {{ $key }} is not a YAML list of maps: begin each item with `- {{ $start }}: …`.{{ end }}{{ end }}{{ end }}
{{- end -}}
{{- $lists := list "env" "extraContainers" "extraInitContainers" "extraVolumeMounts" "extraVolumes" "volumeMounts" -}}
{{- range $path, $block := .judged -}}
{{- range $key := append $lists "volumes" -}}
{{- with index $block $key -}}
{{- $field := hasSuffix "Mounts" $key | ternary "mountPath" "name" -}}
{{- include "airflow.refusals.shapeOfList" (dict "key" (print $path $key) "items" . "field" $field) -}}
{{- end }}{{ end -}}
{{- with .image -}}
{{- if and (kindIs "map" .) (not (or .tag .digest)) }}
- {{ $path }}image has neither a tag nor a digest: set {{ $path }}image.tag.{{ end }}{{ end }}{{ end -}}
{{- end }}

{{- /* Texts of YAML that become objects, or data of objects. */}}
{{- define "airflow.refusals.texts" -}}
{{- range $kind := list "extraConfigMaps" "extraSecrets" -}}
{{- range $name, $object := index $.Values $kind -}}
{{- range $field, $data := pick $object "data" "stringData" -}}
{{- $parsed := kindIs "string" $data | ternary (fromYaml (toString $data)) dict }}
{{- if $parsed.Error }}
- {{ $kind }}.{{ $name }}.{{ $field }} is not a map in YAML: begin each line with `key: …`.
{{- end }}{{ end }}{{ end }}{{ end -}}
{{- range $name, $object := .Values.extraObjects -}}
{{- $text := kindIs "string" $object | ternary $object (toYaml $object) -}}
{{- range regexSplit "(?m)^---" (toString $text) -1 -}}
{{- $parsed := fromYaml . -}}
{{- $path := print "extraObjects." $name -}}
{{- if and $parsed (not (kindIs "string" $parsed.kind)) }}
- {{ $path }} is not an object of Kubernetes: begin it with `apiVersion: …` and `kind: …`.
{{- else -}}
{{- include "airflow.refusals.typesOf" (dict "shape" $.tables.shapes.object "value" $parsed "path" $path) -}}
{{- end }}{{ end }}{{ end -}}
{{- end }}

{{- /* {key, items, field}: of named things, of which each must have a field. */}}
{{- define "airflow.refusals.shapeOfList" -}}
{{- $named := and (kindIs "map" .items) (eq .field "name") -}}
{{- range $named | ternary nil .items -}}
{{- if and (kindIs "map" .) (not (index . $.field)) }}
- {{ $.key }} has an item without `{{ $.field }}`: add it.{{ end }}{{ end -}}
{{- end }}
