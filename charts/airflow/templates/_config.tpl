{{- /* airflow.cfg: what the chart computes, under what values say. */ -}}
{{- define "airflow.cfg" -}}
{{- $values := .Values -}}
{{- $dags := include "airflow.dagsFolder" . -}}
{{- $api := printf "http://%s-api-server.%s:%d%s/execution/" (include "airflow.fullname" .) .Release.Namespace (int $values.ports.apiServer) (include "airflow.basePath" .) -}}
{{- $computed := dict
  "core" (dict "dags_folder" $dags "executor" $values.executor "execution_api_server_url" $api)
  "dag_processor" (dict "dag_bundle_config_list" (toJson $values.dagProcessor.dagBundleConfigList))
  "kubernetes_executor" (dict "namespace" (include "airflow.tasksNamespace" .) "multi_namespace_mode" .Values.multiNamespaceMode "pod_template_file" (printf "%s/pod_templates/pod_template_file.yaml" $values.airflowHome))
  "logging" (dict "base_log_folder" (printf "%s/logs" $values.airflowHome))
-}}
{{- range $section, $keys := mergeOverwrite $computed (deepCopy $values.config) }}
[{{ $section }}]
{{- range $key, $value := $keys }}
{{- $text := include "airflow.text" $value }}
{{- if contains "{{" $text }}{{ $text = tpl $text $ }}{{ end }}
{{- /* The further lines of a value are those that are indented. */}}
{{ $key }} = {{ $text | trimSuffix "\n" | replace "\n" "\n    " }}
{{- end }}
{{ end }}
{{- end }}

{{- define "airflow.dagsFolder" -}}
{{- .Values.dags.mountPath | default (printf "%s/dags" .Values.airflowHome) -}}
{{- end }}

{{- /* What task pods read, too; it holds no secret. */}}
{{- define "airflow.commonConfig" -}}
airflow.cfg: |
  {{- include "airflow.cfg" . | nindent 2 }}
{{- with .Values.airflowLocalSettings }}
airflow_local_settings.py: |
  {{- tpl . $ | nindent 2 }}
{{- end }}
{{- end }}
