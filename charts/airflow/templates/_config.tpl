{{- /* airflow.cfg: the chart's settings, under those of values. */ -}}

{{- define "airflow.cfg" -}}
{{- $sections := include "airflow.chartConfig" . | fromYaml -}}
{{- with .datadog.config }}{{ $_ := set $sections "metrics" . }}{{ end -}}
{{- $sections = mergeOverwrite $sections (deepCopy .Values.config) -}}
{{- if and .Values.multiNamespaceMode (not .anyNamespace) -}}
{{- $_ := set $sections.kubernetes_executor "multi_namespace_mode_namespace_list" (join "," .taskNamespaces) -}}
{{- end -}}
{{- range $section, $keys := $sections }}
[{{ $section }}]
{{- range $key, $value := $keys }}
{{- $text := include "airflow.tpl" (list $ (include "airflow.text" $value)) }}
{{- /* The further lines of a value are those that are indented. */}}
{{ $key }} = {{ $text | trimSuffix "\n" | replace "\n" "\n    " }}
{{- end }}
{{ end }}
{{- end }}

{{- define "airflow.chartConfig" -}}
{{- $values := .Values -}}
core:
  dags_folder: {{ include "airflow.dagsFolder" . | quote }}
  executor: {{ $values.executor | quote }}
  execution_api_server_url: {{ include "airflow.executionUrl" . | quote }}
dag_processor:
  dag_bundle_config_list: {{ include "airflow.bundles" . | replace "%" "%%" | quote }}
kubernetes_executor:
  multi_namespace_mode: {{ $values.multiNamespaceMode }}
  namespace: {{ first .taskNamespaces | quote }}
  pod_template_file: {{ $values.airflowHome }}/pod_templates/pod_template_file.yaml
logging:
  base_log_folder: {{ $values.airflowHome }}/logs
{{- end }}

{{- define "airflow.dagsFolder" -}}
{{- .Values.dags.mountPath | default (printf "%s/dags" .Values.airflowHome) -}}
{{- end }}

{{- /* Data of the ConfigMap that task pods read, too; it holds no secret. */}}
{{- define "airflow.commonConfig" -}}
airflow.cfg: |
  {{- include "airflow.cfg" . | nindent 2 }}
{{- with .Values.airflowLocalSettings }}
{{ toYaml (dict "airflow_local_settings.py" (include "airflow.tpl" (list $ .))) }}
{{- end }}
{{- end }}

{{- /* "true" when logs go to a store outside. */}}
{{- define "airflow.remoteLogging" -}}
{{- if eq "true" ((.Values.config.logging).remote_logging | toString | lower) }}true{{ end -}}
{{- end }}
