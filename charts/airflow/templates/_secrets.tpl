{{- /* Secrets that nobody gave, by name: what the Job must create. */ -}}

{{- /* {root} -> "true" when the secret is neither a Secret of yours nor text in values. */}}
{{- define "airflow.isMissing" -}}
{{- if not (or (include "airflow.ownSecret" .) (include "airflow.secretText" .)) }}true{{ end -}}
{{- end }}

{{- /* What is missing, as JSON for files/create_secrets.py: Secret -> key -> how to make it. */}}
{{- define "airflow.missingSecrets" -}}
{{- $root := . -}}
{{- $full := include "airflow.fullname" . -}}
{{- $missing := list -}}
{{- range $secret, $how := dict "fernet-key" "fernet" "jwt-secret" "token" "api-secret-key" "token" -}}
{{- if include "airflow.isMissing" (dict "root" $root "secret" $secret) -}}
{{- $missing = append $missing (dict "name" (printf "%s-%s" $full $secret) "data" (dict $secret (dict "generate" $how))) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.createUserJob.enabled (include "airflow.isMissing" (dict "root" . "secret" "first-user")) -}}
{{- $missing = append $missing (dict "name" (printf "%s-first-user" $full) "data" (dict "username" (dict "text" .Values.createUserJob.defaultUser.username) "password" (dict "generate" "token"))) -}}
{{- end -}}
{{- $database := dict "root" . "secret" "postgresql" -}}
{{- if and .Values.postgresql.enabled (include "airflow.isMissing" $database) -}}
{{- $missing = append $missing (dict "name" (include "airflow.secretName" $database) "data" (dict "password" (dict "generate" "token"))) -}}
{{- end -}}
{{- if and .Values.postgresql.enabled (include "airflow.isMissing" (dict "root" . "secret" "metadata")) -}}
{{- $auth := .Values.postgresql.auth -}}
{{- $url := printf "postgresql+psycopg2://%s:{password}@%s:5432/%s" $auth.username (include "airflow.databaseHost" .) $auth.database -}}
{{- /* Last: pods wait for this one, and then find all others. */ -}}
{{- $missing = append $missing (dict "name" (printf "%s-metadata" $full) "data" (dict "connection" (dict "text" $url "password" (dict "secret" (include "airflow.secretName" $database) "key" "password")))) -}}
{{- end -}}
{{- if $missing }}{{ toJson $missing }}{{ end -}}
{{- end }}

{{- /* Secrets that are text in values, as JSON: where they are -> where a Secret of yours is named. */}}
{{- define "airflow.texts" -}}
{{- $user := .Values.createUserJob.defaultUser -}}
{{- $texts := dict -}}
{{- if .Values.fernetKey }}{{ $_ := set $texts "fernetKey" "fernetKeySecretName" }}{{ end -}}
{{- if .Values.jwtSecret }}{{ $_ := set $texts "jwtSecret" "jwtSecretName" }}{{ end -}}
{{- if .Values.apiSecretKey }}{{ $_ := set $texts "apiSecretKey" "apiSecretKeySecretName" }}{{ end -}}
{{- if .Values.data.metadataConnection.pass }}{{ $_ := set $texts "data.metadataConnection.pass" "data.metadataSecretName" }}{{ end -}}
{{- if $user.password }}{{ $_ := set $texts "createUserJob.defaultUser.password" "createUserJob.defaultUser.passwordSecretName" }}{{ end -}}
{{- toJson $texts -}}
{{- end }}
