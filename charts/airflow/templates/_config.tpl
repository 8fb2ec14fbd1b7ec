{{- /* airflow.cfg: what the chart computes, under what values say. */ -}}
{{- define "airflow.cfg" -}}
{{- $values := .Values -}}
{{- $dags := include "airflow.dagsFolder" . -}}
{{- $api := printf "http://%s-api-server.%s:%d%s/execution/" (include "airflow.fullname" .) .Release.Namespace (int ((include "airflow.apiPort" . | fromJson).port)) (include "airflow.basePath" .) -}}
{{- $computed := dict
  "core" (dict "dags_folder" $dags "executor" $values.executor "execution_api_server_url" $api)
  "dag_processor" (dict "dag_bundle_config_list" (toJson $values.dagProcessor.dagBundleConfigList | replace "%" "%%"))
  "kubernetes_executor" (dict "namespace" (include "airflow.tasksNamespace" .) "multi_namespace_mode" .Values.multiNamespaceMode "pod_template_file" (printf "%s/pod_templates/pod_template_file.yaml" $values.airflowHome))
  "logging" (dict "base_log_folder" (printf "%s/logs" $values.airflowHome))
-}}
{{- with .datadog.config }}{{ $_ := set $computed "metrics" . }}{{ end -}}
{{- $all := mergeOverwrite $computed (deepCopy $values.config) -}}
{{- if and $values.multiNamespaceMode (not (include "airflow.everyNamespace" .)) }}{{ $_ := set $all.kubernetes_executor "multi_namespace_mode_namespace_list" (include "airflow.tasksNamespaces" . | fromJsonArray | join ",") }}{{ end -}}
{{- range $section, $keys := $all }}
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
{{ toYaml (dict "airflow_local_settings.py" (tpl . $)) }}
{{- end }}
{{- end }}

{{- /* "true" when logs go to a place outside, however that is written. */}}
{{- define "airflow.remoteLogging" -}}
{{- if eq "true" (index (.Values.config.logging | default dict) "remote_logging" | toString | lower) }}true{{ end -}}
{{- end }}
