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
{{- if and .Values.postgresql.enabled (include "airflow.isMissing" (dict "root" . "secret" "metadata")) -}}
{{- $auth := .Values.postgresql.auth -}}
{{- $database := printf "%s-postgresql" .Release.Name -}}
{{- $url := printf "postgresql+psycopg2://%s:{password}@%s:5432/%s" $auth.username (include "airflow.databaseHost" .) $auth.database -}}
{{- $missing = append $missing (dict "name" $database "data" (dict "password" (dict "generate" "token"))) -}}
{{- /* Last: pods wait for this one, and then find all others. */ -}}
{{- $missing = append $missing (dict "name" (printf "%s-metadata" $full) "data" (dict "connection" (dict "text" $url "password" (dict "secret" $database "key" "password")))) -}}
{{- end -}}
{{- if $missing }}{{ toJson $missing }}{{ end -}}
{{- end }}
