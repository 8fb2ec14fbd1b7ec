{{- /* Secrets that nobody gave, by name: what the Job must create. */ -}}

{{- /* {root, secret} -> "true" when the secret is neither a Secret of yours, nor text in values, nor brought. */}}
{{- define "airflow.isMissing" -}}
{{- if not (or (include "airflow.ownSecret" .) (include "airflow.secretText" .) (hasKey .root.delivered .secret)) }}true{{ end -}}
{{- end }}

{{- /* Secrets that are kept outside, as JSON: row -> who brings it, and its name there. */}}
{{- define "airflow.delivered" -}}
{{- $delivered := dict -}}
{{- range $by, $block := dict "externalSecrets" .Values.externalSecrets "secretsStore" .Values.secretsStore -}}
{{- if $block.enabled -}}
{{- range $row, $remote := $block.secrets }}{{ with $remote }}{{ $_ := set $delivered $row (merge (dict "by" $by "key" (tpl .key $)) .) }}{{ end }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toJson $delivered -}}
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
{{- $url := printf "postgresql+psycopg2://%s:{password}@%s:5432/%s" ($auth.username | default "airflow") (include "airflow.databaseHost" .) ($auth.database | default "airflow") -}}
{{- /* Last: pods wait for this one, and then find all others. */ -}}
{{- $missing = append $missing (dict "name" (printf "%s-metadata" $full) "data" (dict "connection" (dict "text" $url "password" (dict "secret" (include "airflow.secretName" $database) "key" "password")))) -}}
{{- end -}}
{{- if $missing }}{{ toJson $missing }}{{ end -}}
{{- end }}
