{{- /* Refusals of lists and texts of values from which no pod can be made. */ -}}

{{- /* Fields of Kubernetes with another type than there: answered before all others, since templates read them. */}}
{{- define "airflow.refusals.types" -}}
{{- $shapes := .tables.shapes -}}
{{- range $path, $block := .blocks -}}
{{- $this := dict "types" $shapes.types "shape" $shapes.block "value" $block "path" (trimSuffix "." $path) -}}
{{- include "airflow.refusals.typesOf" $this -}}
{{- end -}}
{{- range $key, $shape := $shapes.texts -}}
{{- $items := fromYamlArray (index $.Values $key | default "") -}}
{{- include "airflow.refusals.typesOf" (dict "types" $shapes.types "shape" $shape "value" $items "path" $key) -}}
{{- end -}}
{{- end }}

{{- /* {types, shape, value, path}: of a value and all below it; shapes are those of files/shapes.yaml. */}}
{{- define "airflow.refusals.typesOf" -}}
{{- $shape := .shape -}}
{{- if kindIs "string" $shape }}{{ $shape = index .types $shape | default $shape }}{{ end -}}
{{- $named := kindIs "map" $shape | ternary $shape dict | dig "named" nil -}}
{{- if $named }}{{ $shape = kindIs "map" .value | ternary (dict "*" $named) (list $named) }}{{ end -}}
{{- $wanted := kindIs "string" $shape | ternary "text" (kindIs "slice" $shape | ternary "list" "map") -}}
{{- $kind := get (dict "string" "text" "slice" "list" "map" "map") (kindOf .value) | default "number" -}}
{{- if kindIs "bool" .value }}{{ $kind = "switch" }}{{ end -}}
{{- if and (ne $kind $wanted) (ne (toString $shape) "any") }}
- {{ .path }} is a {{ $kind }}, not a {{ $wanted }}: write it as Kubernetes defines this field.
{{- else if eq $wanted "list" -}}
{{- range $index, $item := .value -}}
{{- /* A text in place of a named thing is its name, or the value of a variable. */ -}}
{{- if not (or (kindIs "invalid" $item) (and $named (not (kindIs "map" $item)))) -}}
{{- $this := dict "types" $.types "shape" (first $shape) "value" $item "path" (printf "%s[%d]" $.path $index) -}}
{{- include "airflow.refusals.typesOf" $this -}}
{{- end }}{{ end -}}
{{- else if eq $wanted "map" -}}
{{- $fields := $shape -}}
{{- with index $shape "*" -}}
{{- $fields = dict -}}
{{- range $key, $_ := $.value }}{{ $_ := set $fields $key (index $shape "*") }}{{ end -}}
{{- end -}}
{{- range $key, $below := $fields -}}
{{- $value := index $.value $key -}}
{{- /* Most are not there, or empty as they should be: these take no time. */ -}}
{{- $isSet := true -}}
{{- if $value }}{{ else if kindIs "invalid" $value }}{{ $isSet = false -}}
{{- else if kindIs "map" $value }}{{ $isSet = not (or (kindIs "map" $below) (hasKey $.types (toString $below))) -}}
{{- else if kindIs "slice" $value }}{{ $isSet = not (hasKey (kindIs "map" $below | ternary $below dict) "named") -}}
{{- end -}}
{{- if $isSet }}{{ if $named }}{{ $isSet = kindIs "map" $value }}{{ end }}{{ end -}}
{{- if $isSet -}}
{{- $this := dict "types" $.types "shape" $below "value" $value "path" (trimPrefix "." (print $.path "." $key)) -}}
{{- include "airflow.refusals.typesOf" $this -}}
{{- end }}{{ end }}{{ end -}}
{{- end }}

{{- define "airflow.refusals.shapes" -}}
{{- include "airflow.refusals.texts" . -}}
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
{{- $this := dict "types" $.tables.shapes.types "shape" "object" "value" $parsed "path" $path -}}
{{- include "airflow.refusals.typesOf" $this -}}
{{- end }}{{ end }}{{ end -}}
{{- end }}

{{- /* {key, items, field}: of named things, of which each must have a field. */}}
{{- define "airflow.refusals.shapeOfList" -}}
{{- $named := and (kindIs "map" .items) (eq .field "name") -}}
{{- range $named | ternary nil .items -}}
{{- if and (kindIs "map" .) (not (index . $.field)) }}
- {{ $.key }} has an item without `{{ $.field }}`: add it.{{ end }}{{ end -}}
{{- end }}
