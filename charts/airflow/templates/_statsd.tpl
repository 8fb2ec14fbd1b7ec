{{- /* Configuration of the StatsD exporter and the OpenTelemetry collector, and of Airflow for them. */ -}}

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

{{- /* [root, component]: the host of a receiver. Tasks in another namespace need that of the receiver. */}}
{{- define "airflow.receiverHost" -}}
{{- $root := first . -}}
{{- include "airflow.objectName" (dict "root" $root "component" (last .)) -}}
{{- if or $root.Values.tasks.namespace $root.Values.multiNamespaceMode }}.{{ $root.Release.Namespace }}.svc{{ end -}}
{{- end }}

{{- /* The sections [metrics] and [traces] of airflow.cfg. */}}
{{- define "airflow.receiverConfig" -}}
{{- $values := .Values -}}
{{- range $section := list "metrics" "traces" -}}
{{- $isOther := and $values.statsd.enabled (eq $section "metrics") -}}
{{- if and $values.otelCollector.enabled (index $values.otelCollector $section) (not $isOther) }}
{{ $section }}:
  otel_on: true
  otel_host: {{ include "airflow.receiverHost" (list $ "otel-collector") }}
  otel_port: {{ int64 $values.ports.otelIngest }}
{{- end }}{{ end }}
{{- if $values.statsd.enabled }}
metrics:
  statsd_on: true
  statsd_host: {{ include "airflow.receiverHost" (list . "statsd") }}
  statsd_port: {{ int64 $values.ports.statsdIngest }}
{{- end }}
{{- end }}

{{- /* The configuration of the collector: values over the receiver and the exporter that have the ports. */}}
{{- define "airflow.otelCollectorConfig" -}}
{{- $address := "0.0.0.0:" -}}
{{- $receiver := dict "http" (dict "endpoint" (print $address .ports.otelIngest)) | dict "protocols" -}}
{{- $exporter := dict "endpoint" (print $address .ports.otelScrape) -}}
{{- $config := dict "receivers" (dict "otlp" $receiver) "exporters" (dict "prometheus" $exporter) -}}
{{- mergeOverwrite $config (deepCopy .Values.otelCollector.config) | toYaml -}}
{{- end }}
