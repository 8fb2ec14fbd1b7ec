{{- /* Refusals: Datadog, when it is on. */ -}}

{{- define "airflow.refusals.datadog" -}}
{{- $values := .Values -}}
{{- $version := include "airflow.version" . -}}
{{- if regexMatch "^([0-2]|3\\.[01])(\\.|$)" $version }}
- datadog.enabled needs Airflow 3.2 or newer, because the metric names of {{ $version }} contain ids:
  set datadog.enabled to false, or images.airflow.tag to a newer version.{{ end }}
{{- range $component, $told := .options }}
{{- range $name, $option := pick $told "metrics.statsd_on" "metrics.otel_on" }}
{{- if and (eq $component $.task.component) (include "airflow.optionIsOn" (list $ $component $name)) }}
- {{ $option.where }} and datadog.enabled are both on, but Airflow sends its metrics to one receiver only:
  remove {{ $option.where }}, or set datadog.enabled to false.{{ end }}{{ end }}{{ end }}
{{- if and $values.podTemplate .podTemplate (not (contains "AIRFLOW__METRICS__STATSD_HOST" .podTemplate)) }}
- podTemplate has no variable AIRFLOW__METRICS__STATSD_HOST, without which tasks send no metrics to Datadog:
  add it with valueFrom.fieldRef.fieldPath status.hostIP.{{ end }}
{{- end }}
