{{- /* Datadog: what the agent on each node is sent (metrics by DogStatsD) and told (labels, annotations). */ -}}

{{- /* Of this release, as JSON: tags, labels of pods, variables, and the section [metrics]; nothing when it is off. */}}
{{- define "airflow.datadog" -}}
{{- $values := .Values -}}
{{- $datadog := $values.datadog -}}
{{- if $datadog.enabled -}}
{{- $tags := dict "service" "airflow" "version" (toString ($values.images.airflow.tag | default (include "airflow.version" .))) -}}
{{- with $values.environment }}{{ $_ := set $tags "env" . }}{{ end -}}
{{- with $values.team }}{{ $_ := set $tags "team" . }}{{ end -}}
{{- $tags = mergeOverwrite $tags (deepCopy ($datadog.tags | default dict)) -}}
{{- $words := list -}}
{{- range $name, $value := $tags }}{{ $words = append $words (printf "%s:%s" $name $value) }}{{ end -}}
{{- $labels := dict -}}
{{- range $name := list "env" "service" "version" }}{{ with index $tags $name }}{{ $_ := set $labels (printf "tags.datadoghq.com/%s" $name) (trunc 63 . | trimAll "-_.") }}{{ end }}{{ end -}}
{{- with $tags.team }}{{ $_ := set $labels "team" . }}{{ end -}}
{{- $config := dict "statsd_datadog_enabled" true "statsd_datadog_metrics_tags" true "legacy_names_on" false "statsd_port" $datadog.port "statsd_datadog_tags" (join "," $words) "statsd_disabled_tags" (join "," $datadog.disabledTags) -}}
{{- $lists := $datadog.allowList | empty | ternary (dict "metrics_block_list" $datadog.blockList) (dict "metrics_allow_list" $datadog.allowList) -}}
{{- range $key, $expressions := $lists }}{{ with $expressions }}{{ $_ := set $config $key (join "," .) }}{{ end }}{{ end -}}
{{- /* A percent sign begins a reference in airflow.cfg. */ -}}
{{- range $key, $value := $config }}{{ if kindIs "string" $value }}{{ $_ := set $config $key (replace "%" "%%" $value) }}{{ end }}{{ end -}}
{{- /* Only a pod knows its node. */ -}}
{{- $env := dict "AIRFLOW__METRICS__STATSD_HOST" (dict "valueFrom" (dict "fieldRef" (dict "fieldPath" "status.hostIP"))) -}}
{{- toJson (dict "tags" $words "service" $tags.service "labels" $labels "config" $config "env" $env) -}}
{{- else -}}
{}
{{- end -}}
{{- end }}

{{- /* {root, facts, settings}: what the agent does with the main container of a pod, as JSON. It would begin a check of its own for images that are called airflow, which fails with Airflow 3: an api-server has another, the rest have none. */}}
{{- define "airflow.datadogAnnotations" -}}
{{- $root := .root -}}
{{- $datadog := $root.Values.datadog -}}
{{- $prefix := printf "ad.datadoghq.com/%s" .facts.container -}}
{{- $annotations := dict -}}
{{- if $datadog.logs.enabled -}}
{{- $log := dict "source" "airflow" "service" $root.datadog.service -}}
{{- /* A line of JSON is a whole entry; of text, one begins with a date. */ -}}
{{- if ne "true" (index ($root.Values.config.logging | default dict) "json_logs" | toString | lower) -}}
{{- $_ := set $log "log_processing_rules" (list (dict "type" "multi_line" "name" "entries_begin_with_a_date" "pattern" `\[?\d{4}-\d{2}-\d{2}[T ]`)) -}}
{{- end -}}
{{- $_ := set $annotations (printf "%s.logs" $prefix) (list $log | toJson) -}}
{{- end -}}
{{- if and (eq .facts.component "api-server") $datadog.healthCheck.enabled -}}
{{- $instances := list -}}
{{- $url := printf "%s://%%%%host%%%%:%d%s/api/v2/monitor/health" (lower .settings.readinessProbe.scheme) (int $root.Values.ports.apiServer) (include "airflow.basePath" $root) -}}
{{- /* The answer is 200 whatever it says, so each part is looked for in it. */ -}}
{{- range $part := list "metadatabase" "scheduler" "dag_processor" "triggerer" -}}
{{- if not (has (replace "_" "-" $part) $root.off) -}}
{{- $instances = append $instances (dict "name" (printf "airflow_%s" $part) "url" $url "content_match" (printf `"%s":\s*\{[^}]*"status":\s*"healthy"` $part) "timeout" 10 "min_collection_interval" 60 "tags" (append $root.datadog.tags (printf "component:%s" $part))) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $annotations (printf "%s.checks" $prefix) (toJson (dict "airflow" (dict "instances" list) "http_check" (dict "init_config" dict "instances" $instances))) -}}
{{- else -}}
{{- range $key := list "check_names" "init_configs" "instances" }}{{ $_ := set $annotations (printf "%s.%s" $prefix $key) "[]" }}{{ end -}}
{{- end -}}
{{- toJson $annotations -}}
{{- end }}
