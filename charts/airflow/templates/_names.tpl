{{- /* Every name is made here and nowhere else; F, R and the rules are those of the official chart. */ -}}

{{- define "airflow.standardName" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "airflow.fullname" -}}
{{- if .Values.useStandardNaming }}{{ include "airflow.standardName" . }}{{ else }}{{ .Release.Name }}{{ end -}}
{{- end }}

{{- /* {root, component}: a component's workload, Service and Secret; the database's bear the release's name. */}}
{{- define "airflow.objectName" -}}
{{- if eq .component "postgresql" }}{{ .root.Release.Name }}{{ else }}{{ include "airflow.fullname" .root }}{{ end }}-{{ .component }}
{{- end }}

{{- /* {root, settings, suffix}: the ServiceAccount that a component's pods use. */}}
{{- define "airflow.serviceAccountName" -}}
{{- $account := .settings.serviceAccount -}}
{{- if $account.name }}{{ $account.name }}
{{- else if $account.create }}{{ include "airflow.standardName" .root }}-{{ .suffix }}
{{- else }}default{{ end -}}
{{- end }}

{{- define "airflow.tasksNamespace" -}}
{{- with .Values.tasks.namespace }}{{ tpl . $ }}{{ else }}{{ .Release.Namespace }}{{ end -}}
{{- end }}

{{- /* Every namespace that tasks run in, as JSON; with multiNamespaceMode those of the list, too. */}}
{{- define "airflow.tasksNamespaces" -}}
{{- $all := list (include "airflow.tasksNamespace" .) -}}
{{- if .Values.multiNamespaceMode -}}
{{- range splitList "," (tpl (index (.Values.config.kubernetes_executor | default dict) "multi_namespace_mode_namespace_list" | default "") .) }}{{ $all = append $all (trim .) }}{{ end -}}
{{- end -}}
{{- toJson ($all | compact | uniq) -}}
{{- end }}

{{- /* "true" when tasks may run in any namespace: several, and none named. */}}
{{- define "airflow.everyNamespace" -}}
{{- if and .Values.multiNamespaceMode (not (index (.Values.config.kubernetes_executor | default dict) "multi_namespace_mode_namespace_list")) }}true{{ end -}}
{{- end }}

{{- /* {root, component, settings}: the labels of an object; those of values come last and win. */}}
{{- define "airflow.labels" -}}
{{ include "airflow.podLabels" . }}
chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
heritage: {{ .root.Release.Service }}
{{- end }}

{{- /* {root, component, settings, more}: the labels of a pod; selectors are the first three. */}}
{{- define "airflow.podLabels" -}}
{{ include "airflow.selector" . }}
{{- $values := .root.Values -}}
{{- $more := merge (dict) (.more | default dict) -}}
{{- with $values.environment }}{{ $_ := set $more "environment" . }}{{ end -}}
{{- with $values.team }}{{ $_ := set $more "team" . }}{{ end -}}
{{- with mergeOverwrite $more ($values.labels | default dict) ((.settings).labels | default dict) }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "airflow.selector" -}}
tier: airflow
component: {{ .component }}
release: {{ .root.Release.Name }}
{{- end }}

{{- /* The image of Airflow; a digest wins over a tag. */}}
{{- define "airflow.image" -}}
{{- $image := .Values.images.airflow -}}
{{- $repository := default .Values.defaultAirflowRepository $image.repository -}}
{{- $digest := $image.digest -}}
{{- if not (or $digest $image.tag $image.repository) }}{{ $digest = .Values.defaultAirflowDigest }}{{ end -}}
{{- include "airflow.imageReference" (dict "repository" $repository "tag" (default .Values.defaultAirflowTag $image.tag) "digest" $digest) -}}
{{- end }}

{{- define "airflow.workerImage" -}}
{{- $image := .Values.images.pod_template -}}
{{- if or $image.repository $image.tag $image.digest -}}
{{- $base := .Values.images.airflow -}}
{{- $repository := $image.repository | default $base.repository | default .Values.defaultAirflowRepository -}}
{{- $tag := $image.tag | default $base.tag | default .Values.defaultAirflowTag -}}
{{- include "airflow.imageReference" (dict "repository" $repository "tag" $tag "digest" $image.digest) -}}
{{- else -}}
{{- include "airflow.image" . -}}
{{- end -}}
{{- end }}

{{- define "airflow.imageReference" -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag }}{{ end -}}
{{- end }}

{{- /* The version of Airflow: what the tag begins with, unless airflowVersion says it. */}}
{{- define "airflow.version" -}}
{{- $tag := .Values.images.airflow.tag | default .Values.defaultAirflowTag -}}
{{- .Values.airflowVersion | default (regexFind "^[0-9]+\\.[0-9]+(\\.[0-9]+)?" (toString $tag)) -}}
{{- end }}

{{- /* {root, secret}: the Secret of yours that holds a row of the secret table, when you named one. */}}
{{- define "airflow.ownSecret" -}}
{{- $values := .root.Values -}}
{{- index (dict "metadata" $values.data.metadataSecretName "fernet-key" $values.fernetKeySecretName "jwt-secret" $values.jwtSecretName "api-secret-key" $values.apiSecretKeySecretName "first-user" $values.createUserJob.defaultUser.passwordSecretName "postgresql" $values.postgresql.auth.existingSecret) .secret | default "" -}}
{{- end }}

{{- /* {root, secret}: the Secret that holds a row: yours, or the one the chart makes. */}}
{{- define "airflow.secretName" -}}
{{- include "airflow.ownSecret" . | default (include "airflow.objectName" (dict "root" .root "component" .secret)) -}}
{{- end }}

{{- /* {root, secret}: the secret as text, when somebody wrote it into values. */}}
{{- define "airflow.secretText" -}}
{{- $values := .root.Values -}}
{{- if eq .secret "metadata" -}}
{{- with $values.data.metadataConnection -}}
{{- if .pass -}}
{{- $user := .user | urlquery | replace "+" "%20" -}}
{{- $pass := .pass | urlquery | replace "+" "%20" -}}
{{- printf "postgresql+psycopg2://%s:%s@%s:%d/%s?sslmode=%s" $user $pass (include "airflow.databaseHost" $.root) (int .port) .db .sslmode -}}
{{- end -}}
{{- end -}}
{{- else -}}
{{- index (dict "fernet-key" $values.fernetKey "jwt-secret" $values.jwtSecret "api-secret-key" $values.apiSecretKey "first-user" $values.createUserJob.defaultUser.password) .secret | default "" -}}
{{- end -}}
{{- end }}

{{- define "airflow.databaseHost" -}}
{{- .Values.data.metadataConnection.host | default (printf "%s-postgresql.%s" .Release.Name .Release.Namespace) -}}
{{- end }}

{{- /* The path of api.base_url, which the API and its probes carry. */}}
{{- define "airflow.basePath" -}}
{{- with .Values.config.api -}}
{{- with .base_url }}{{ (urlParse (tpl . $)).path | trimSuffix "/" }}{{ end -}}
{{- end -}}
{{- end }}

{{- /* {root, key, suffix}: a component's ServiceAccount as the subject of a binding. */}}
{{- define "airflow.subject" -}}
{{- $name := include "airflow.serviceAccountName" (dict "root" .root "settings" (index .root.Values .key) "suffix" .suffix) -}}
{{- dict "kind" "ServiceAccount" "name" $name "namespace" .root.Release.Namespace | toJson -}}
{{- end }}

{{- /* The port of the api-server's Service that tasks and the Ingress use, as JSON {name, port}: the one of values, when they list some. */}}
{{- define "airflow.apiPort" -}}
{{- $port := dict "name" "api-server" "port" .Values.ports.apiServer -}}
{{- with .Values.apiServer.service.ports -}}
{{- $listed := first . -}}
{{- range . }}{{ if eq (.name | default "") "api-server" }}{{ $listed = . }}{{ end }}{{ end -}}
{{- $port = dict "name" ($listed.name | default "") "port" (tpl (include "airflow.text" $listed.port) $) -}}
{{- end -}}
{{- toJson $port -}}
{{- end }}
