{{- /* airflow.cfg: the chart's settings, under those of values. */ -}}

{{- define "airflow.cfg" -}}
{{- $values := .Values -}}
{{- $home := $values.airflowHome -}}
{{- $logs := include "airflow.logsFolder" (list . "worker") -}}
{{- $sections := dict
  "api" (dict "port" .ports.apiServer)
  "core" (dict "dags_folder" (include "airflow.dagsFolder" .) "executor" $values.executor
    "execution_api_server_url" (include "airflow.executionUrl" .))
  "dag_processor" (dict "dag_bundle_config_list" (include "airflow.bundles" . | replace "%" "%%"))
  "kubernetes_executor" (dict "multi_namespace_mode" $values.multiNamespaceMode "namespace" (first .taskNamespaces)
    "pod_template_file" (print $home "/pod_templates/pod_template_file.yaml"))
  "logging" (dict "base_log_folder" $logs "dag_processor_child_process_log_directory" (print $logs "/dag_processor")
    "trigger_log_server_port" .ports.triggererLogs)
  "scheduler" (dict "scheduler_health_check_server_port" .ports.schedulerHealth)
-}}
{{- if ne $values.executor "KubernetesExecutor" -}}
{{- $cpu := toString (.Values.scheduler.resources.limits | default dict).cpu -}}
{{- $cores := hasSuffix "m" $cpu | ternary (divf (trimSuffix "m" $cpu) 1000) (float64 $cpu) | ceil -}}
{{- $_ := set $sections "celery" (dict "flower_port" .ports.flowerUI
  "flower_url_prefix" (trimSuffix "/" .Values.ingress.flower.path)) -}}
{{- with $cores }}{{ $_ := set $sections.celery "sync_parallelism" . }}{{ end -}}
{{- $_ := set $sections.logging "worker_log_server_port" .ports.workerLogs -}}
{{- end -}}
{{- $_ := merge $sections.logging .storedLogs -}}
{{- /* The title of the UI. */ -}}
{{- with compact (list $values.environment $values.team) -}}
{{- $title := include "airflow.optionName" (dict "root" $ "name" "webserver.instance_name") | splitn "." 2 -}}
{{- $_ := set $sections $title._0 (merge (dict $title._1 (join "/" .)) (index $sections $title._0 | default dict)) -}}
{{- end -}}
{{- $sections = merge $sections (deepCopy .receivers) -}}
{{- with .kerberos | ternary $values.kerberos nil -}}
{{- $_ := set $sections "kerberos" (dict "keytab" .keytabPath "principal" .principal
  "ccache" (printf "%s/%s" .ccacheMountPath .ccacheFileName) "reinit_frequency" .reinitFrequency) -}}
{{- end -}}
{{- $sections = mergeOverwrite $sections (deepCopy .config) -}}
{{- if and $values.multiNamespaceMode (not .anyNamespace) -}}
{{- $_ := set $sections.kubernetes_executor "multi_namespace_mode_namespace_list" (join "," .taskNamespaces) -}}
{{- end -}}
{{- /* For an executor of a team, Airflow reads no section of the release. */ -}}
{{- $core := pick $sections.core "dags_folder" "execution_api_server_url" "parallelism" -}}
{{- range $team := .teams.executors -}}
{{- range $section, $usual := dict "core" $core "kubernetes_executor" $sections.kubernetes_executor -}}
{{- $name := printf "%s=%s" $team $section -}}
{{- $_ := set $sections $name (merge dict (index $sections $name | default dict) $usual) -}}
{{- end }}{{ end -}}
{{- range $section, $keys := $sections }}
[{{ $section }}]
{{- range $key, $value := $keys }}
{{- /* The further lines of a value are those that are indented. */}}
{{ $key }} = {{ include "airflow.text" $value | trimSuffix "\n" | replace "\n" "\n    " }}
{{- end }}
{{ end }}
{{- end }}

{{- /* [root, component]: the folder of logs, which is a volume. */}}
{{- define "airflow.logsFolder" -}}
{{- $usual := print (first .).Values.airflowHome "/logs" -}}
{{- include "airflow.option" (list (first .) (last .) "logging.base_log_folder" $usual) -}}
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
{{- $sync := .Values.dags.gitSync -}}
{{- $shipper := .Values.logs.shipper -}}
{{- range $file, $text := dict "airflow_local_settings.py" .Values.airflowLocalSettings
  "log-shipper" (and $shipper.enabled $shipper.config)
  "known_hosts" (and $sync.enabled $sync.knownHosts) "krb5.conf" (and .kerberos .Values.kerberos.config) }}
{{- with $text }}
{{ toYaml (dict $file .) }}
{{- end }}{{ end }}
{{- end }}
