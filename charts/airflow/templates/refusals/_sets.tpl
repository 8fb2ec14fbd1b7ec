{{- /* Refusals: sets of a component that contradict each other, or that nothing is left for. */ -}}

{{- define "airflow.refusals.sets" -}}
{{- range $component, $sets := .sets -}}
{{- $block := (index $.components $component).sets -}}
{{- $names := list -}}
{{- range $sets -}}
{{- $path := .set | empty | ternary $block (printf "%s.sets.%s" $block .set) -}}
{{- if has .set $names }}
- {{ $path }} is there twice: give one of the sets another name.{{ end }}
{{- $names = append $names .set -}}
{{- if and (.settings.keda).enabled (.settings.hpa).enabled }}
- {{ $path }} has two autoscalers: set {{ $path }}.keda.enabled or {{ $path }}.hpa.enabled to false.{{ end }}
{{- range pick .settings "keda" "hpa" }}
{{- if and .enabled (gt (int .minReplicaCount) (int .maxReplicaCount)) }}
- {{ $path }} has the minReplicaCount {{ int .minReplicaCount }}, but its maxReplicaCount is {{ int .maxReplicaCount }}:
  set the first one to at most the second one.{{ end }}{{ end }}
{{- $queues := include "airflow.optionIsOn" (list $ $component "triggerer.queues_enabled") }}
{{- if and .settings.queues (not $queues) }}
- {{ $path }}.queues has no effect without queues of triggers: set config.triggerer.queues_enabled to true.{{ end }}
{{- end }}
{{- if not (or $sets (has $component $.off)) }}
- {{ $block }} has no set that runs: set {{ $block }}.enableDefault to true, or name a set in {{ $block }}.sets.
{{- end }}{{ end }}
{{- include "airflow.refusals.bundles" . -}}
{{- end }}

{{- /* Bundles of the sets of the dag-processor, as far as values know the bundles. */}}
{{- define "airflow.refusals.bundles" -}}
{{- $known := include "airflow.bundleNames" . | fromJsonArray -}}
{{- $taken := list -}}
{{- $rest := false -}}
{{- range $known | empty | ternary nil (index .sets "dag-processor") -}}
{{- $path := print "dagProcessor" (.set | empty | ternary "" (print ".sets." .set)) -}}
{{- range .settings.bundles }}
{{- if not (has . $known) }}
- {{ $path }}.bundles has {{ . }}, which dagProcessor.dagBundleConfigList lacks: add it there, or remove it here.
{{- else if has . $taken }}
- {{ $path }}.bundles has {{ . }}, which another set has, too: remove it from one of them.{{ end }}
{{- $taken = append $taken . -}}
{{- else }}{{ $rest = true }}{{ end -}}
{{- end -}}
{{- $left := include "airflow.restOfBundles" . | fromJsonArray -}}
{{- if and $taken $rest (not $left) }}
- dagProcessor.sets have all bundles, but one set has none: set dagProcessor.enableDefault to false, or name bundles for
  each set.{{ end }}
{{- if and $taken $left (not $rest) }}
- The bundle {{ first $left }} is in no set of the dag-processor: add it to one of dagProcessor.sets,
  or set dagProcessor.enableDefault to true.{{ end }}
{{- end }}
