{{- /* Refusals: Datadog, when it is on. */ -}}

{{- define "airflow.refusals.datadog" -}}
{{- $values := .Values -}}
{{- $version := include "airflow.version" . -}}
{{- if regexMatch "^([0-2]|3\\.[01])(\\.|$)" $version }}
- datadog.enabled needs Airflow 3.2 or newer, because the metric names of {{ $version }} contain ids:
  set datadog.enabled to false, or images.airflow.tag to a newer version.{{ end }}
{{- range $key, $on := pick ($values.config.metrics | default dict) "statsd_on" "otel_on" }}
{{- if eq "true" (toString $on | lower) }}
- config.metrics.{{ $key }} and datadog.enabled are both on, but Airflow sends its metrics to one receiver only:
  remove config.metrics.{{ $key }}, or set datadog.enabled to false.{{ end }}{{ end }}
{{- if and $values.podTemplate .podTemplate (not (contains "AIRFLOW__METRICS__STATSD_HOST" .podTemplate)) }}
- podTemplate has no variable AIRFLOW__METRICS__STATSD_HOST, without which tasks send no metrics to Datadog:
  add it with valueFrom.fieldRef.fieldPath status.hostIP.{{ end }}
{{- if $values.networkPolicies.enabled }}
{{- $agents := index .destinations "metrics" | default dict }}
{{- $port := toString $values.datadog.port }}
{{- if not (or $agents.cidrs $agents.fqdns) }}
- networkPolicies.destinations.metrics.cidrs is empty, but Datadog's agents run on the nodes:
  set it to the network of the nodes, or datadog.enabled to false.
{{- else if and (or $agents.ports $agents.udpPorts) (not (has $port (join "," $agents.udpPorts | splitList ","))) }}
- networkPolicies.destinations.metrics.udpPorts lacks {{ $port }}, the value of datadog.port: add it.{{ end }}{{ end }}
{{- end }}
