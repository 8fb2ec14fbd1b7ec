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
{{- $port := int (include "airflow.servicePort" (dict "root" . "component" "api-server") | fromYaml).port -}}
{{- /* A host that ends in .svc is one that NO_PROXY can name. */ -}}
{{- $host := printf "%s-api-server.%s.svc" (include "airflow.fullname" .) .Release.Namespace -}}
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
---
apiVersion: v1
kind: ConfigMap
{{- $this := dict "root" . "component" "config" "suffix" "api-server-config" }}
{{ include "airflow.metadata" (merge (dict "annotations" $api.configMapAnnotations) $this) }}
data:
  {{- toYaml (dict "webserver_config.py" $api.apiServerConfig) | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The way in for people, when there is an ingress controller. */}}
{{- define "airflow.ingress" -}}
{{- $ingress := .Values.ingress.apiServer }}
{{- if and $ingress.enabled (not (has "api-server" .off)) }}
{{- $port := include "airflow.servicePort" (dict "root" . "component" "api-server") | fromYaml }}
{{- $hosts := list }}
{{- range $ingress.hosts }}{{ $hosts = append $hosts (kindIs "map" . | ternary . (dict "name" .)) }}{{ end }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
{{- $this := dict "root" . "component" "airflow-ingress" "suffix" "ingress" "settings" .Values.apiServer }}
{{ include "airflow.metadata" (merge (dict "annotations" $ingress.annotations) $this) }}
spec:
  {{- with $ingress.ingressClassName }}
  ingressClassName: {{ quote . }}
  {{- end }}
  rules:
    {{- range $hosts | default (list dict) }}
    - http:
        paths:
          - path: {{ quote $ingress.path }}
            pathType: {{ quote $ingress.pathType }}
            backend:
              service:
                name: {{ include "airflow.fullname" $ }}-api-server
                port: {{ if $port.name }}{name: {{ quote $port.name }}}{{ else }}{number: {{ int $port.port }}}{{ end }}
      {{- with .name }}
      host: {{ . | quote }}
      {{- end }}{{ end }}
  {{- $tls := list }}
  {{- range $hosts }}
  {{- if (.tls).enabled }}
  {{- $tls = append $tls (dict "hosts" (list .name) "secretName" .tls.secretName) }}
  {{- end }}{{ end }}
  {{- with $tls }}{{ print "tls: " (toJson .) | nindent 2 }}{{ end }}
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
{{- with include "airflow.sharedLogExecutor" . }}{{ $_ := set $variables "AIRFLOW__CORE__EXECUTOR" . }}{{ end -}}
{{- toJson $variables -}}
{{- end }}

{{- /* "true" when the log of a running task comes from its pod: a shared volume has it already. */}}
{{- define "airflow.readsPodLogs" -}}
{{- if and .Values.apiServer.allowPodLogReading (not .Values.logs.persistence.enabled) }}true{{ end -}}
{{- end }}

{{- /* The executor of the api-server that reads no output of pods, by the name of the scheduler's. */}}
{{- define "airflow.sharedLogExecutor" -}}
{{- if .Values.logs.persistence.enabled -}}
KubernetesExecutor:shared_log_executor.SharedLogExecutor
{{- end -}}
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
