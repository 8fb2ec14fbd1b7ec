{{- /* airflow.cfg: the chart's settings, under those of values. */ -}}

{{- define "airflow.cfg" -}}
{{- $values := .Values -}}
{{- $home := $values.airflowHome -}}
{{- $sections := dict
  "core" (dict "dags_folder" (include "airflow.dagsFolder" .) "executor" $values.executor
    "execution_api_server_url" (include "airflow.executionUrl" .))
  "dag_processor" (dict "dag_bundle_config_list" (include "airflow.bundles" . | replace "%" "%%"))
  "kubernetes_executor" (dict "multi_namespace_mode" $values.multiNamespaceMode "namespace" (first .taskNamespaces)
    "pod_template_file" (print $home "/pod_templates/pod_template_file.yaml"))
  "logging" (dict "base_log_folder" (print $home "/logs"))
-}}
{{- with .datadog.config }}{{ $_ := set $sections "metrics" . }}{{ end -}}
{{- $sections = mergeOverwrite $sections (deepCopy $values.config) -}}
{{- if and $values.multiNamespaceMode (not .anyNamespace) -}}
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

{{- define "airflow.dagsFolder" -}}
{{- .Values.dags.mountPath | default (printf "%s/dags" .Values.airflowHome) -}}
{{- end }}

{{- define "airflow.configName" -}}
{{- include "airflow.fullname" . }}-config
{{- end }}

{{- /* Data of the ConfigMap that task pods read, too; it holds no secret. The ignore file is for Dags in volumes of
links, and means the same in both syntaxes of Airflow (dag_ignore_file_syntax). */}}
{{- define "airflow.commonConfig" -}}
.airflowignore: |
  [.][.][0-9d]*
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
