{{- /* Refusals: options of Airflow and variables that have no effect, or that the chart cannot follow. */ -}}

{{- define "airflow.refusals.options" -}}
{{- $said := dict -}}
{{- range $component, $told := .options -}}
{{- range $name, $option := $told -}}
{{- if not (hasKey $said $option.where) -}}
{{- $_ := set $said $option.where true -}}
{{- $this := dict "facts" $.optionFacts "home" $.Values.airflowHome -}}
{{- $this = merge (dict "name" $name "option" $option) $this -}}
{{- include "airflow.refusals.option" $this -}}
{{- end }}{{ end }}{{ end -}}
{{- include "airflow.refusals.followed" . -}}
{{- end }}

{{- /* {facts, home, name, option}: one option or variable. */}}
{{- define "airflow.refusals.option" -}}
{{- $option := .option -}}
{{- $value := $option.value | default "" | lower -}}
{{- $derived := index .facts.derived .name -}}
{{- if and $derived $option.hidden }}
- {{ $option.where }} is not known when the chart is rendered, but {{ $derived }} depends on it:
  set config.{{ .name }} to its value.{{ end }}
{{- with $option.unread }}
- {{ $option.where }} has no effect, because Airflow 3 has another name for it:
  use config.{{ . }} or AIRFLOW__{{ upper . | replace "." "__" }}.{{ end }}
{{- $instead := index .facts.variables .name }}
{{- if eq .name "AIRFLOW_HOME" }}{{ $instead = eq $option.value .home | ternary "" $instead }}{{ end }}
{{- if and $instead (or $option.hidden (not (has $value (list "" "false" "0")))) }}
- {{ $option.where }} {{ $instead }}.{{ end }}
{{- end }}

{{- /* Options whose value contradicts what the chart makes. */}}
{{- define "airflow.refusals.followed" -}}
{{- $values := .Values -}}
{{- $api := index .options "api-server" -}}
{{- range $key, $at := .optionFacts.ports }}
{{- $port := index $.ports $key }}
{{- $stated := index $values.ports $key | default $at.usual | int64 }}
{{- with index $.options $at.component $at.option }}
{{- if or (lt $port 1) (gt $port 65535) }}
- {{ .where }} is {{ .value }}: set it to a port, 1 to 65535.
{{- else if and (ne $stated $port) (ne $stated (int64 $at.usual)) }}
- {{ .where }} is {{ $port }}, but ports.{{ $key }} is {{ $stated }}: remove one of them.{{ end }}{{ end }}{{ end }}
{{- with index $api "api.base_url" }}
{{- if not (or .hidden (contains "://" .value)) }}
- {{ .where }} {{ .value }} has no scheme: begin it with https://.{{ end }}{{ end }}
{{- with index $api "api.host" }}
{{- if has .value (list "localhost" "127.0.0.1" "::1") }}
- {{ .where }} is {{ .value }}, where neither probes nor tasks reach the api-server: remove it.{{ end }}{{ end }}
{{- $words := dict "--port" "ports.apiServer" "-p" "ports.apiServer" "--ssl-cert" "config.api.ssl_cert" }}
{{- $arguments := regexReplaceAll "(?s)^.*\\bapi-server\\b" (join " " $values.apiServer.args) "" }}
{{- range $word := regexSplit "[\\s=]+" $arguments -1 }}
{{- with index $words $word }}
- apiServer.args has {{ $word }}, which the chart cannot follow: remove it, and set {{ . }}.{{ end }}{{ end }}
{{- with index .options .task.component "api.ssl_cert" }}
{{- $certificate := .value }}
{{- $mounted := "" }}
{{- range ((first (($.taskPod.spec).containers | default (list dict))).volumeMounts) }}
{{- if hasPrefix (print (trimSuffix "/" .mountPath) "/") (print $certificate "/") }}{{ $mounted = true }}{{ end }}
{{- end }}
{{- if not $mounted }}
- {{ .where }} is {{ .value }}, which task pods read to verify the api-server but do not mount: mount the certificate
  (not its key) by workers.extraVolumeMounts, or remove it and end TLS at the Ingress.{{ end }}{{ end }}
{{- $remote := "logging.remote_logging" }}
{{- $written := include "airflow.optionIsOn" (list . .task.component $remote) }}
{{- with index .options .task.component $remote }}
{{- if and $written (not (include "airflow.optionIsOn" (list $ "api-server" $remote))) }}
- {{ .where }} sends the logs of tasks to a place where the api-server does not read them:
  set config.logging.remote_logging for all.{{ end }}{{ end }}
{{- $scheduler := index .options "scheduler" }}
{{- range $name, $probe := pick $values.scheduler "startupProbe" "livenessProbe" }}
{{- if and $probe.enabled (not $probe.command) }}
{{- with index $scheduler "scheduler.enable_health_check" }}
{{- if not (include "airflow.isTrue" .value) }}
- {{ .where }} is {{ .value }}, but scheduler.{{ $name }} asks the health check:
  set scheduler.{{ $name }}.enabled to false, or remove {{ .where }}.{{ end }}{{ end }}{{ end }}{{ end }}
{{- with index $scheduler "kubernetes_executor.pod_template_file" }}
- {{ .where }} would hide the pod template of this chart: remove it, and set podTemplate.{{ end }}
{{- with index .options .task.component "core.dags_folder" }}
{{- $folder := include "airflow.dagsFolder" $ }}
{{- $outside := not (or (eq .value $folder) (hasPrefix (print $folder "/") .value)) }}
{{- if and $values.dags.mountPath $outside }}
- {{ .where }} is {{ .value }}, but dags.mountPath is {{ $folder }}: remove one of them.{{ end }}{{ end }}
{{- end }}
