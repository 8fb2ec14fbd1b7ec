{{- /* Sets of a component, each a workload of its own: workers for some queues, a dag-processor for a team. */ -}}

{{- /* Sets .sets: component -> contexts of its sets that run. The default one has no name, and the values of the block
that has the others. */}}
{{- define "airflow.findSets" -}}
{{- $_ := set . "sets" dict -}}
{{- range $component, $row := .components -}}
{{- if $row.sets -}}
{{- $block := $.Values -}}
{{- range splitList "." $row.sets }}{{ $block = index $block . }}{{ end -}}
{{- $sets := kindIs "map" $block.sets | ternary list $block.sets | default list -}}
{{- range $name, $set := kindIs "map" $block.sets | ternary $block.sets nil -}}
{{- if not (kindIs "invalid" $set) }}{{ $sets = append $sets (merge (dict "name" $name) $set) }}{{ end -}}
{{- end -}}
{{- if $block.enableDefault }}{{ $sets = prepend $sets (dict "name" "") }}{{ end -}}
{{- $found := list -}}
{{- range has $component $.off | ternary nil $sets -}}
{{- $this := dict "root" $ "component" $component "path" $row.sets "layer" . "set" (.name | default "") -}}
{{- include "airflow.laySettings" $this -}}
{{- $found = append $found $this -}}
{{- end -}}
{{- $_ := set $.sets $component $found -}}
{{- end }}{{ end -}}
{{- end }}

{{- /* Bundles that no set of the dag-processor has, as JSON; none when there are no sets. */}}
{{- define "airflow.restOfBundles" -}}
{{- $rest := list -}}
{{- $taken := list -}}
{{- range index .sets "dag-processor" }}{{ $taken = concat $taken (.settings.bundles | default list) }}{{ end -}}
{{- if $taken }}{{ $rest = include "airflow.bundleNames" . | fromJsonArray }}{{ end -}}
{{- range $taken }}{{ $rest = without $rest . }}{{ end -}}
{{- toJson $rest -}}
{{- end }}

{{- /* Names of the bundles that values have, as JSON. */}}
{{- define "airflow.bundleNames" -}}
{{- $names := list -}}
{{- range include "airflow.option" (list . "dag-processor" "dag_processor.dag_bundle_config_list") | fromJsonArray -}}
{{- if kindIs "map" . }}{{ $names = append $names .name }}{{ end -}}
{{- end -}}
{{- toJson $names -}}
{{- end }}
