{{- /* Datadog: what the agent on each node is sent (metrics by DogStatsD) and told (labels, annotations). */ -}}

{{- /* Sets .datadog to {tags, service, labels, config, env}; empty when Datadog is off. */}}
{{- define "airflow.findDatadog" -}}
{{- $datadog := .Values.datadog -}}
{{- $found := dict -}}
{{- if $datadog.enabled -}}
{{- $tags := include "airflow.datadogTags" . | fromYaml -}}
{{- $words := list -}}
{{- range $name, $value := $tags }}{{ $words = append $words (printf "%s:%s" $name $value) }}{{ end -}}
{{- $labels := dict -}}
{{- range $name := list "env" "service" "version" -}}
{{- $label := printf "tags.datadoghq.com/%s" $name -}}
{{- with index $tags $name }}{{ $_ := set $labels $label (trunc 63 . | trimAll "-_.") }}{{ end -}}
{{- end -}}
{{- with $tags.team }}{{ $_ := set $labels "team" . }}{{ end -}}
{{- /* Only a pod knows its node. */ -}}
{{- $host := dict "valueFrom" (dict "fieldRef" (dict "fieldPath" "status.hostIP")) -}}
{{- $found = dict "tags" $words "service" $tags.service "labels" $labels -}}
{{- $_ := set $found "config" (include "airflow.datadogConfig" (dict "datadog" $datadog "tags" $words) | fromYaml) -}}
{{- $_ := set $found "env" (dict "AIRFLOW__METRICS__STATSD_HOST" $host) -}}
{{- end -}}
{{- $_ := set . "datadog" $found -}}
{{- end }}

{{- /* The tags of every metric and log; those of values win. */}}
{{- define "airflow.datadogTags" -}}
{{- $values := .Values -}}
{{- $version := toString ($values.images.airflow.tag | default (include "airflow.version" .)) -}}
{{- $tags := dict "service" "airflow" "version" $version -}}
{{- with $values.environment }}{{ $_ := set $tags "env" . }}{{ end -}}
{{- with $values.team }}{{ $_ := set $tags "team" . }}{{ end -}}
{{- toYaml (mergeOverwrite $tags (deepCopy ($values.datadog.tags | default dict))) -}}
{{- end }}

{{- /* {datadog, tags}: the section [metrics] of airflow.cfg. A percent sign begins a reference there. */}}
{{- define "airflow.datadogConfig" -}}
{{- $datadog := .datadog -}}
legacy_names_on: false
statsd_datadog_enabled: true
statsd_datadog_metrics_tags: true
statsd_datadog_tags: {{ join "," .tags | replace "%" "%%" | quote }}
statsd_disabled_tags: {{ join "," $datadog.disabledTags | replace "%" "%%" | quote }}
statsd_port: {{ $datadog.port }}
{{- if $datadog.allowList }}
metrics_allow_list: {{ join "," $datadog.allowList | replace "%" "%%" | quote }}
{{- else if $datadog.blockList }}
metrics_block_list: {{ join "," $datadog.blockList | replace "%" "%%" | quote }}
{{- end }}
{{- end }}

{{- /* How the agent reads the log, as JSON: a line of JSON is a whole entry; of text, an entry begins with a date. */}}
{{- define "airflow.datadogLog" -}}
{{- if .Values.datadog.logs.enabled -}}
{{- $log := dict "source" "airflow" "service" .datadog.service -}}
{{- if ne "true" (index (.Values.config.logging | default dict) "json_logs" | toString | lower) -}}
{{- $rule := dict "type" "multi_line" "name" "entries_begin_with_a_date" "pattern" `\[?\d{4}-\d{2}-\d{2}[T ]` -}}
{{- $_ := set $log "log_processing_rules" (list $rule) -}}
{{- end -}}
{{- list $log | toJson -}}
{{- end -}}
{{- end }}

{{- /* {root, facts, settings}: checks of the health that a component reports, as JSON: one of the database, one of each
component that is on. The answer is 200 whatever it says, so each part is looked for in the text. */}}
{{- define "airflow.datadogChecks" -}}
{{- $root := .root -}}
{{- $check := .facts.healthCheck -}}
{{- $parts := list "metadatabase" -}}
{{- range $name, $row := $root.components -}}
{{- if and $row.health (not (has $name $root.off)) }}{{ $parts = append $parts $row.health }}{{ end -}}
{{- end -}}
{{- $scheme := lower .settings.readinessProbe.scheme -}}
{{- $instances := list -}}
{{- range $part := $parts -}}
{{- $instances = append $instances (dict
  "name" (printf "airflow_%s" $part)
  "url" (printf "%s://%%%%host%%%%:%d%s" $scheme (int $check.port) $check.path)
  "content_match" (printf `"%s":\s*\{[^}]*"status":\s*"healthy"` $part)
  "timeout" 10
  "min_collection_interval" 60
  "tags" (append $root.datadog.tags (printf "component:%s" $part))
) -}}
{{- end -}}
{{- $http := dict "init_config" dict "instances" $instances -}}
{{- toJson (dict "airflow" (dict "instances" list) "http_check" $http) -}}
{{- end }}
