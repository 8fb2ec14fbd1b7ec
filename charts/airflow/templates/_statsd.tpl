{{- /* Configuration of the StatsD exporter, and of Airflow for it. */ -}}

{{- /* Mappings of values instead of the chart's, or the chart's with those that values add. Metrics that Airflow
sends under two names are counted once. */}}
{{- define "airflow.statsdMappings" -}}
{{- $settings := .Values.statsd -}}
{{- $rows := .tables.statsd_mappings -}}
{{- $mappings := list -}}
{{- if ne "false" (include "airflow.option" (list . "scheduler" "metrics.legacy_names_on") | lower) -}}
{{- range $rows.twice }}{{ $mappings = append $mappings (dict "match" . "action" "drop" "name" "twice") }}{{ end -}}
{{- end -}}
{{- $mappings = concat $mappings $rows.named ($settings.extraMappings | default list) -}}
{{- $mappings = $settings.overrideMappings | default $mappings -}}
{{- toYaml (dict "defaults" (dict "ttl" $settings.cache.ttl) "mappings" $mappings) -}}
{{- end }}

{{- /* The section [metrics] of airflow.cfg. Tasks in another namespace need that of the exporter. */}}
{{- define "airflow.statsdConfig" -}}
{{- if .Values.statsd.enabled -}}
{{- $host := include "airflow.objectName" (dict "root" . "component" "statsd") -}}
statsd_on: true
statsd_host: {{ $host }}
{{- if or .Values.tasks.namespace .Values.multiNamespaceMode }}.{{ .Release.Namespace }}.svc{{ end }}
statsd_port: {{ .Values.ports.statsdIngest }}
{{- end -}}
{{- end }}
