{{- /* The address of the API, its Ingress and its configuration file. */ -}}

{{- /* The path of api.base_url, which the API and its probes have. */}}
{{- define "airflow.basePath" -}}
{{- $url := include "airflow.option" (list . "api-server" "api.base_url") -}}
{{- regexReplaceAll "^[^/?#]*(//[^/?#]*)?|[?#].*$" $url "" | trimSuffix "/" -}}
{{- end }}

{{- /* `https` when the api-server itself has a certificate, or its probes say that it speaks TLS. */}}
{{- define "airflow.apiScheme" -}}
{{- $secure := include "airflow.option" (list . "api-server" "api.ssl_cert") -}}
{{- range $name, $probe := .Values.apiServer -}}
{{- if and (hasSuffix "Probe" $name) (eq "HTTPS" (toString $probe.scheme)) }}{{ $secure = "true" }}{{ end -}}
{{- end -}}
{{- $secure | empty | ternary "http" "https" -}}
{{- end }}

{{- /* Where tasks call the execution API. */}}
{{- define "airflow.executionUrl" -}}
{{- $component := has "api-server-execution" .off | ternary "api-server" "api-server-execution" -}}
{{- $this := dict "root" . "component" $component -}}
{{- $port := int (include "airflow.servicePort" $this | fromYaml).port -}}
{{- /* A host that ends in .svc is one that NO_PROXY can name. */ -}}
{{- $host := printf "%s.%s.svc" (include "airflow.objectName" $this) .Release.Namespace -}}
{{- printf "%s://%s:%d%s/execution/" (include "airflow.apiScheme" .) $host $port (include "airflow.basePath" .) -}}
{{- end }}

{{- /* The ConfigMap with webserver_config.py: the installer's, or the chart's. */}}
{{- define "airflow.apiServerConfigMap" -}}
{{- with .Values.apiServer -}}
{{- $made := .apiServerConfig | empty | ternary "" (printf "%s-api-server-config" (include "airflow.fullname" $)) -}}
{{- .apiServerConfigConfigMapName | default $made -}}
{{- end -}}
{{- end }}

{{- define "airflow.apiServerConfigMount" -}}
{{- $usual := print .Values.airflowHome "/webserver_config.py" -}}
{{- $file := include "airflow.option" (list . "api-server" "fab.config_file" $usual) -}}
{{- dict "name" "api-server-config" "mountPath" $file "subPath" "webserver_config.py" "readOnly" true | toJson -}}
{{- end }}

{{- define "airflow.apiServerConfig" -}}
{{- $api := .Values.apiServer -}}
{{- if and $api.apiServerConfig (not $api.apiServerConfigConfigMapName) }}
{{- $this := dict "root" . "component" "config" "suffix" "api-server-config" }}
{{- include "airflow.object" (list "v1 ConfigMap" (merge (dict "annotations" $api.configMapAnnotations) $this)) }}
data:
  {{- toYaml (dict "webserver_config.py" $api.apiServerConfig) | nindent 2 }}
{{- end }}
{{- end }}

{{- define "airflow.apiServerVariables" -}}
{{- /* Enough connections that 40 request threads never wait for one on the event loop. */ -}}
{{- $variables := dict "AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE" "20" -}}
{{- $_ := set $variables "AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW" "30" -}}
{{- /* A connection to an absent database blocks the event loop, and with it all answers. */ -}}
{{- $_ := set $variables "PGCONNECT_TIMEOUT" "5" -}}
{{- /* The log of a task that did not start says why. */ -}}
{{- $_ := set $variables "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS" "chart_logs.LOGGING_CONFIG" -}}
{{- if include "airflow.sharesLogs" . -}}
{{- $executors := include "airflow.executors" (list . "shared_log_executor.SharedLogExecutor") -}}
{{- $_ := set $variables "AIRFLOW__CORE__EXECUTOR" $executors -}}
{{- end -}}
{{- toJson $variables -}}
{{- end }}

{{- /* "true" when the log of a running task comes from its pod: a shared volume has it already. */}}
{{- define "airflow.readsPodLogs" -}}
{{- if and .Values.apiServer.allowPodLogReading (not .Values.logs.persistence.enabled) }}true{{ end -}}
{{- end }}

{{- /* "true" when the api-server reads the logs of task pods from their volume, and no output of pods. */}}
{{- define "airflow.sharesLogs" -}}
{{- if and .Values.logs.persistence.enabled (not (has "worker" .off)) }}true{{ end -}}
{{- end }}

{{- define "airflow.api-server.notes" }}
{{- $unread := and .Values.apiServer.apiServerConfigConfigMapName .Values.networkPolicies.enabled }}
{{- if and $unread (not (index .destinations "identityProvider" | default dict).cidrs) }}

WARNING: the chart does not read the ConfigMap of apiServer.apiServerConfigConfigMapName. If people sign in at an
identity provider, set networkPolicies.destinations.identityProvider.cidrs to its addresses.
{{- end }}
{{- if not (has "api-server" .off) }}

Reach it
{{- $type := .Values.apiServer.service.type }}
{{- if ne $type "ClusterIP" }} by its Service, of type {{ $type }}, or from your machine{{ end }}:
{{- $port := (include "airflow.servicePort" (dict "root" . "component" "api-server") | fromYaml).port }}
{{- $service := printf "%s-api-server 8080:%v" (include "airflow.fullname" .) $port }}
  kubectl -n {{ .Release.Namespace }} port-forward service/{{ $service }}
{{- end }}
{{- $closed := and .Values.networkPolicies.enabled (not .Values.apiServer.networkPolicy.ingress.from) }}
{{- if and .Values.ingress.apiServer.enabled $closed }}

WARNING: network policies keep the ingress controller out. Name its pods in apiServer.networkPolicy.ingress.from.
{{- end }}
{{- end }}
