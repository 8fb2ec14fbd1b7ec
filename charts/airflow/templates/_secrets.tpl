{{- /* Secrets of the platform, from the rows of files/secrets.yaml. */ -}}

{{- /* Sets .secretRows, .secrets and .secretsOf. Each row gets these fields:
  own      name of the installer's Secret that holds it
  command  what prints it in each pod that reads it, instead of a Secret
  text     its content, when values hold it
  made     the content of the Secret that the chart makes: key -> text
  remote   {by, key, …}: where it is kept outside, and by which operator it comes
  object   name of the Secret that holds it: the installer's, or the chart's
  missing  true when nothing of this provides it
  used     false when the executor does not need it
  needed   false when it is not used, its switch is off, or none of its readers runs
  revision text of values; another one replaces the pods that read it */}}
{{- define "airflow.findSecrets" -}}
{{- $remotes := dict -}}
{{- range $by, $block := pick .Values "externalSecrets" "secretsStore" -}}
{{- range $name, $remote := $block.enabled | ternary $block.secrets nil -}}
{{- with $remote -}}
{{- $_ := set $remotes $name (merge (dict "by" $by) .) -}}
{{- end }}{{ end }}{{ end -}}
{{- $connection := .Values.data.metadataConnection -}}
{{- $stated := or $connection.host .Values.data.metadataSecretName .Values.data.metadataCommand -}}
{{- $url := or $stated (hasKey $remotes "metadata") -}}
{{- $auth := .Values.postgresql.auth -}}
{{- $shared := and (not $connection.host) (or $auth.existingSecret $auth.password (hasKey $remotes "postgresql")) -}}
{{- $_ := set . "bundled" (and (not (has "postgresql" .off)) (or (not $url) $shared) | empty | not) -}}
{{- $_ := set . "tokens" dict -}}
{{- with $connection.iam -}}
{{- if .enabled }}{{ $_ := set $.tokens "AIRFLOW_CHART_DATABASE_TOKEN" .function }}{{ end -}}
{{- end -}}
{{- $_ := set . "secretRows" .tables.secrets -}}
{{- $_ := set . "secrets" dict -}}
{{- $_ := set . "secretsOf" dict -}}
{{- range $row := .secretRows -}}
{{- $_ := set $row "remote" (index $remotes .name) -}}
{{- $_ := set $row "own" (include "airflow.valueAt" (list $ .values.name)) -}}
{{- $_ := set $row "command" (include "airflow.valueAt" (list $ .values.command)) -}}
{{- $text := include "airflow.valueAt" (list $ .values.text) -}}
{{- $template := .text | default (index (.data | default dict) .key) -}}
{{- if and $text $template }}{{ $text = tpl $template $ }}{{ end -}}
{{- $isRead := empty .readers -}}
{{- $_ := set $row "used" (contains (.executor | default "") $.Values.executor) -}}
{{- range .readers }}{{ if not (has . $.off) }}{{ $isRead = true }}{{ end }}{{ end -}}
{{- $_ := set $row "needed" (and .used $isRead (or (not .when) (include "airflow.valueAt" (list $ .when)))) -}}
{{- $_ := set $row "made" dict -}}
{{- if $text }}{{ $_ := set $row.made .key $text }}{{ end -}}
{{- range $key, $template := or .own .remote (not .needed) | empty | ternary .data nil -}}
{{- with tpl $template $ }}{{ $_ := set $row.made $key . }}{{ end -}}
{{- end -}}
{{- $_ := set $row "text" $text -}}
{{- $_ := set $row "object" (.own | default (include "airflow.objectName" (dict "root" $ "component" .name))) -}}
{{- $_ := set $row "missing" (not (or .own .command .made .remote)) -}}
{{- $_ := set $row "revision" (index ($.Values.secretRevisions | default dict) .name | default "") -}}
{{- $_ := set $.secrets .name $row -}}
{{- end -}}
{{- range $row := .secretRows -}}
{{- range $reader := .readers -}}
{{- $own := index ($row.instead | default dict) $reader -}}
{{- $other := and $own (not (index $.secrets $own).missing) -}}
{{- $reads := contains (index ($row.only | default dict) $reader | default "") $.Values.executor -}}
{{- if and $row.needed $reads (not (or $other (and $row.optional $row.missing))) -}}
{{- $_ := set $.secretsOf $reader (append (index $.secretsOf $reader | default list) $row) -}}
{{- end }}{{ end }}{{ end -}}
{{- end }}

{{- /* Sets .sidecarSecrets, and .extraSecrets: those of values, the key of git-sync and the keytab of Kerberos. */}}
{{- define "airflow.findExtraSecrets" -}}
{{- $_ := set . "extraSecrets" (merge (dict) (.Values.extraSecrets | default dict)) -}}
{{- $name := include "airflow.fullname" . -}}
{{- $_ := dict "gitSync" (print $name "-ssh-secret") "kerberos" (print $name "-kerberos-keytab")
  | set . "sidecarSecrets" -}}
{{- with .Values.dags.gitSync.enabled | ternary .Values.dags.gitSync.sshKey "" -}}
{{- $_ := dict "gitSshKey" (b64enc .) | dict "data" | set $.extraSecrets $.sidecarSecrets.gitSync -}}
{{- end -}}
{{- with .kerberos | ternary .Values.kerberos.keytabBase64Content "" -}}
{{- $_ := dict "kerberos.keytab" . | dict "data" | set $.extraSecrets $.sidecarSecrets.kerberos -}}
{{- end -}}
{{- end }}

{{- /* Sets .missingSecrets, and `generated` of their rows. */}}
{{- define "airflow.findMissingSecrets" -}}
{{- $missing := list -}}
{{- /* The row whose password is in a Secret of the installer's. */ -}}
{{- $own := .Values.data.metadataConnection.passwordSecret -}}
{{- $theirs := empty $own.name | ternary "" "postgresql" -}}
{{- range $row := .secretRows -}}
{{- $can := true -}}
{{- range .generate -}}
{{- $isOther := and (eq "postgresql" (.password | default "")) (not $.bundled) -}}
{{- with .password }}{{ $can = or (eq . $theirs) (and (index $.secrets .).needed (not $isOther)) }}{{ end -}}
{{- end -}}
{{- $_ := set $row "generated" (and .missing .needed .generate $can) -}}
{{- if .generated -}}
{{- if and .pooled $.Values.pgbouncer.enabled }}{{ $_ := set . "object" (print .object "-pgbouncer") }}{{ end -}}
{{- $data := dict -}}
{{- range $key, $how := .generate -}}
{{- $made := omit $how "password" -}}
{{- with .text }}{{ $_ := set $made "text" (tpl . $) }}{{ end -}}
{{- with .password -}}
{{- $isOwn := eq . $theirs -}}
{{- $from := $isOwn | ternary $own.name (index $.secrets .).object -}}
{{- $key := eq . "postgresql" | ternary (include "airflow.postgresql.passwordKey" $) "password" -}}
{{- $_ := set $made "password" (dict "secret" $from "key" ($isOwn | ternary $own.key $key)) -}}
{{- /* The Job changes no Secret that exists: another password needs another name. */ -}}
{{- $revision := $isOwn | ternary $.secrets.metadata.revision "" | toString -}}
{{- with $revision }}{{ $_ := set $row "object" (sha256sum . | trunc 8 | printf "%s-%s" $row.object) }}{{ end -}}
{{- end -}}
{{- $_ := set $data $key $made -}}
{{- end -}}
{{- $missing = append $missing (dict "name" .object "data" $data) -}}
{{- end }}{{ end -}}
{{- $_ := set . "missingSecrets" $missing -}}
{{- end }}

{{- /* The database of values as JSON: {user, pass, host, port, db, sslmode}. */}}
{{- define "airflow.database" -}}
{{- $database := .Values.data.metadataConnection -}}
{{- if .bundled -}}
{{- $auth := .Values.postgresql.auth -}}
{{- $host := printf "%s-postgresql.%s" .Release.Name .Release.Namespace -}}
{{- $database = dict "host" $host "port" 5432 "user" ($auth.username | default "airflow") "pass" $auth.password -}}
{{- $_ := set $database "db" ($auth.database | default "airflow") -}}
{{- end -}}
{{- toJson $database -}}
{{- end }}

{{- /* The same of CeleryExecutor's results. */}}
{{- define "airflow.resultDatabase" -}}
{{- $database := include "airflow.database" . | fromJson -}}
{{- $own := .Values.data.resultBackendConnection | default dict -}}
{{- $own.pass | empty | ternary $database (merge (deepCopy $own) $database) | toJson -}}
{{- end }}

{{- /* {database, scheme, address}: a URL with its user. The password of the bundled one is for
files/create_secrets.py. */}}
{{- define "airflow.urlOf" -}}
{{- $user := .database.user | urlquery | replace "+" "%20" -}}
{{- $password := .database.pass | default "" | urlquery | replace "+" "%20" | default "{password}" -}}
{{- $login := (.database.iam).enabled | empty | ternary (print $user ":" $password) $user -}}
{{- printf "%s://%s@%s" .scheme $login .address -}}
{{- end }}

{{- /* {root, database, scheme, alias}: the URL of a database; with an alias, through PgBouncer when it runs. */}}
{{- define "airflow.urlTo" -}}
{{- $address := printf "%s:%d/%s" .database.host (int .database.port) .database.db -}}
{{- $ca := (.database.caSecret).name | empty | ternary "" "&sslrootcert=/run/secrets/database-ca/ca.crt" -}}
{{- $mode := contains "mysql" .scheme | ternary "" .database.sslmode -}}
{{- with $mode }}{{ $address = print $address "?sslmode=" . $ca }}{{ end -}}
{{- if and .alias .root.Values.pgbouncer.enabled -}}
{{- $host := include "airflow.objectName" (dict "root" .root "component" "pgbouncer") -}}
{{- $place := printf "%s.%s:%d" $host .root.Release.Namespace .root.ports.pgbouncer -}}
{{- $address = printf "%s/%s-%s" $place .root.Release.Name .alias -}}
{{- end -}}
{{- include "airflow.urlOf" (merge (dict "address" $address) .) -}}
{{- end }}

{{- /* Without a password in values, the one for the Job. */}}
{{- define "airflow.databaseUrl" -}}
{{- $database := include "airflow.database" . | fromJson -}}
{{- $scheme := eq "mysql" (toString $database.protocol) | ternary "mysql" "postgresql+psycopg2" -}}
{{- include "airflow.urlTo" (dict "root" . "database" $database "scheme" $scheme "alias" "metadata") -}}
{{- end }}

{{- /* The same when values have the password. */}}
{{- define "airflow.statedDatabaseUrl" -}}
{{- $database := include "airflow.database" . | fromJson -}}
{{- if or $database.pass (and $database.host ($database.iam).enabled) }}{{ include "airflow.databaseUrl" . }}{{ end -}}
{{- end }}

{{- /* The URL of a log store that values describe. */}}
{{- define "airflow.logStoreUrl" -}}
{{- with .connection -}}
{{- if .host -}}
{{- $address := printf "%s:%d" .host (int (.port | default 9200)) -}}
{{- $scheme := .scheme | default "http" -}}
{{- if .user }}{{ include "airflow.urlOf" (dict "database" . "scheme" $scheme "address" $address) }}
{{- else }}{{ printf "%s://%s" $scheme $address }}{{ end -}}
{{- end }}{{ end -}}
{{- end }}

{{- /* The log-in of an image registry, as Kubernetes reads it. */}}
{{- define "airflow.registryLogin" -}}
{{- with .Values.registry.connection -}}
{{- $login := dict "username" .user "password" .pass "auth" (printf "%s:%s" .user .pass | b64enc) -}}
{{- with .email }}{{ $_ := set $login "email" . }}{{ end -}}
{{- dict "auths" (dict .host $login) | toJson -}}
{{- end -}}
{{- end }}

{{- /* [root, alias]: the same for KEDA, which knows no driver in a URL; directly without an alias. */}}
{{- define "airflow.kedaUrl" -}}
{{- $database := include "airflow.database" (first .) | fromJson -}}
{{- include "airflow.urlTo" (dict "root" (first .) "database" $database "scheme" "postgresql" "alias" (last .)) -}}
{{- end }}
