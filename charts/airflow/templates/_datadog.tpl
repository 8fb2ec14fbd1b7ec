{{- /* Datadog: what the agent on each node is sent (metrics by DogStatsD) and told (labels, annotations). */ -}}

{{- /* Sets .datadog to {tags, service, labels, config, env}; empty when Datadog is off. */}}
{{- define "airflow.findDatadog" -}}
{{- $_ := set . "datadog" dict -}}
{{- $values := .Values -}}
{{- if $values.datadog.enabled -}}
{{- $tags := dict "service" "airflow" "version" ($values.images.airflow.tag | default (include "airflow.version" .)) -}}
{{- with $values.environment }}{{ $_ := set $tags "env" . }}{{ end -}}
{{- with $values.team }}{{ $_ := set $tags "team" . }}{{ end -}}
{{- $tags = mergeOverwrite $tags (deepCopy ($values.datadog.tags | default dict)) -}}
{{- $words := list -}}
{{- range $name, $value := $tags }}{{ $words = append $words (printf "%s:%s" $name (toString $value)) }}{{ end -}}
{{- $labels := pick $tags "team" -}}
{{- range $name, $value := pick $tags "env" "service" "version" -}}
{{- $_ := set $labels (print "tags.datadoghq.com/" $name) (toString $value | trunc 63 | trimAll "-_.") -}}
{{- end -}}
{{- $config := include "airflow.datadogConfig" (dict "datadog" $values.datadog "tags" $words) | fromYaml -}}
{{- /* Only a pod knows its node. */ -}}
{{- $host := dict "valueFrom" (dict "fieldRef" (dict "fieldPath" "status.hostIP")) -}}
{{- $env := dict "AIRFLOW__METRICS__STATSD_HOST" $host -}}
{{- $found := dict "tags" $words "service" $tags.service "labels" $labels "config" $config "env" $env -}}
{{- $_ := set . "datadog" $found -}}
{{- end -}}
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

{{- /* {root, component}: how the agent reads the log, as JSON: a line of JSON is a whole entry; of text, an entry
begins with a date. */}}
{{- define "airflow.datadogLog" -}}
{{- if .root.Values.datadog.logs.enabled -}}
{{- $log := dict "source" "airflow" "service" .root.datadog.service -}}
{{- if not (include "airflow.optionIsOn" (list .root .component "logging.json_logs")) -}}
{{- $rule := dict "type" "multi_line" "name" "entries_begin_with_a_date" "pattern" `\[?\d{4}-\d{2}-\d{2}[T ]` -}}
{{- $_ := set $log "log_processing_rules" (list $rule) -}}
{{- end -}}
{{- list $log | toJson -}}
{{- end -}}
{{- end }}

{{- /* {root, facts, settings}: checks of the health that Airflow reports, as JSON: of the database and each component
that is on. The answer is 200 whatever it says, so each part is looked for in the text. */}}
{{- define "airflow.datadogChecks" -}}
{{- $check := .facts.healthCheck -}}
{{- $parts := list "metadatabase" -}}
{{- range $name, $row := .root.components -}}
{{- if and $row.health (not (has $name $.root.off)) }}{{ $parts = append $parts $row.health }}{{ end -}}
{{- end -}}
{{- $scheme := include "airflow.apiScheme" .root -}}
{{- $instances := list -}}
{{- range $part := $parts -}}
{{- $instances = append $instances (dict
  "name" (printf "airflow_%s" $part)
  "url" (printf "%s://%%%%host%%%%:%d%s" $scheme (int $check.port) $check.path)
  "content_match" (printf `"%s":\s*\{[^}]*"status":\s*"healthy"` $part)
  "timeout" 10
  "min_collection_interval" 60
  "tags" (append $.root.datadog.tags (printf "component:%s" $part))
) -}}
{{- /* A certificate names the Service, not the address of a pod. */ -}}
{{- if eq $scheme "https" }}{{ $_ := set (last $instances) "tls_verify" false }}{{ end -}}
{{- end -}}
{{- dict "airflow" (dict "instances" list) "http_check" (dict "init_config" dict "instances" $instances) | toJson -}}
{{- end }}
