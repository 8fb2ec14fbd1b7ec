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

{{- /* Where values hold what looks like a secret, by its name or as a connection with a password; as JSON. */}}
{{- define "airflow.hiddenSecrets" -}}
{{- $secret := "(?i)(password|passwd|passphrase|token|credential|secret|private_key|secret_key|access_key|api_key|fernet_key|jwt_secret)$" -}}
{{- $url := "://[^/@\\s]*:[^/@\\s]+@|[\"']password[\"']" -}}
{{- $blocks := dict "env" .Values.env "workers.kubernetes.env" .Values.workers.kubernetes.env -}}
{{- range $key, $block := .Values }}{{ if kindIs "map" $block }}{{ with $block.env }}{{ $_ := set $blocks (printf "%s.env" $key) . }}{{ end }}{{ end }}{{ end -}}
{{- with .Values.extraEnv }}{{ $_ := set $blocks "extraEnv" (include "airflow.listed" (dict "root" $ "text" . "value" "extraEnv") | fromJsonArray) }}{{ end -}}
{{- range $section, $keys := .Values.config }}{{ $_ := set $blocks (printf "config.%s" $section) $keys }}{{ end -}}
{{- $found := list -}}
{{- range $where, $block := $blocks -}}
{{- range $name, $item := $block -}}
{{- if not (kindIs "map" $block) }}{{ $name = $item.name }}{{ end -}}
{{- $text := $item -}}
{{- if kindIs "map" $item }}{{ $text = $item.value }}{{ end -}}
{{- /* A variable that ends in _SECRET may also name a path in a secrets backend. */ -}}
{{- $path := regexMatch "^AIRFLOW__.*_(KEY|CONN|SECRET|PASSWORD|KWARGS|URL|BACKEND)_SECRET$" $name -}}
{{- if and $text (or (and (regexMatch $secret $name) (not $path)) (regexMatch $url (toString $text))) }}{{ $found = append $found (printf "%s.%s" $where $name) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- /* In all else, a URL with a password is what gives itself away. */ -}}
{{- range $key, $value := omit .Values "data" "extraObjects" "extraSecrets" "global" -}}
{{- if regexMatch "://[^/@\\s\"]*:[^/@\\s\"]+@" (toJson $value) }}{{ $found = append $found $key }}{{ end -}}
{{- end -}}
{{- range $name, $object := .Values.extraObjects -}}
{{- if regexMatch "[\"']?kind[\"']?\\s*:\\s*[\"']?Secret\\b" (kindIs "string" $object | ternary $object (toYaml $object)) }}{{ $found = append $found (printf "extraObjects.%s" $name) }}{{ end -}}
{{- end -}}
{{- toJson $found -}}
{{- end }}
