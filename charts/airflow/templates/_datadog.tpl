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
{{- /* The section [metrics] of airflow.cfg, in which a percent sign begins a reference. */ -}}
{{- $config := dict "legacy_names_on" false "statsd_datadog_enabled" true "statsd_port" $values.datadog.port -}}
{{- $lists := dict "statsd_datadog_tags" $words "statsd_disabled_tags" $values.datadog.disabledTags -}}
{{- $kind := $values.datadog.allowList | empty | ternary "block" "allow" -}}
{{- with index $values.datadog (print $kind "List") -}}
{{- $_ := set $lists (printf "metrics_%s_list" $kind) . -}}
{{- end -}}
{{- range $key, $list := $lists }}{{ $_ := set $config $key (join "," $list | replace "%" "%%") }}{{ end -}}
{{- /* Only a pod knows its node. */ -}}
{{- $host := dict "valueFrom" (dict "fieldRef" (dict "fieldPath" "status.hostIP")) -}}
{{- $found := dict "tags" $words "service" $tags.service "labels" $labels "config" $config -}}
{{- $_ := set . "datadog" (merge $found (dict "env" (dict "AIRFLOW__METRICS__STATSD_HOST" $host))) -}}
{{- end -}}
{{- end }}

{{- /* {root, component}: how the agent reads the log, as JSON. In text, an entry begins with a date. */}}
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
{{- $scheme := include "airflow.apiScheme" .root -}}
{{- $address := printf "%s://%%%%host%%%%:%d%s" $scheme (int $check.port) $check.path -}}
{{- $usual := dict "url" $address "timeout" 10 "min_collection_interval" 60 -}}
{{- /* A certificate names the Service, not the address of a pod. */ -}}
{{- if eq $scheme "https" }}{{ $_ := set $usual "tls_verify" false }}{{ end -}}
{{- $instances := list -}}
{{- range $name, $row := merge (dict "" (dict "health" "metadatabase")) .root.components -}}
{{- if and $row.health (not (has $name $.root.off)) -}}
{{- $instances = append $instances (merge (dict "name" (print "airflow_" $row.health)
  "content_match" (printf `"%s":\s*\{[^}]*"status":\s*"healthy"` $row.health)
  "tags" (append $.root.datadog.tags (print "component:" $row.health))) $usual) -}}
{{- end }}{{ end -}}
{{- dict "airflow" (dict "instances" list) "http_check" (dict "init_config" dict "instances" $instances) | toJson -}}
{{- end }}
