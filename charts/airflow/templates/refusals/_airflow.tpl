{{- /* Refusals: Airflow's version, the executor, and airflow.cfg. */ -}}

{{- define "airflow.refusals.airflow" -}}
{{- $values := .Values -}}
{{- $version := include "airflow.version" . -}}
{{- if not (regexMatch "^[0-9]+\\.[0-9]+" $version) }}
- Airflow's version is unknown, because the image's tag does not begin with it:
  set airflowVersion to a version such as 3.3.2.
{{- else if regexMatch "^[0-2]\\." $version }}
- Airflow {{ $version }} is older than 3.0, the oldest version that this chart runs:
  set images.airflow.tag (or airflowVersion) to 3.0.0 or newer.{{ end }}
{{- if regexMatch "^[0-2]\\.[0-9]" ($values.images.pod_template.tag | default "") }}
- Airflow {{ $values.images.pod_template.tag }} is older than 3.0, the oldest version that this chart runs:
  set images.pod_template.tag to 3.0.0 or newer, or remove it.{{ end }}
{{- if ne $values.executor "KubernetesExecutor" }}
- executor {{ $values.executor }} is not supported: set executor to KubernetesExecutor.{{ end }}
{{- range $component, $told := .options }}
{{- with index $told "core.executor" }}
{{- if and (eq $component "scheduler") (ne .value $values.executor) }}
- {{ .where }} is {{ .value }}, but executor is {{ $values.executor }}: remove {{ .where }}.
{{- end }}{{ end }}{{ end }}
{{- end }}
