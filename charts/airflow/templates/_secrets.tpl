{{- /* Secrets of the platform, from the rows of files/secrets.yaml. */ -}}

{{- /* Adds to each row of .secretRows:
  own      name of the installer's Secret that holds it
  text     its content, when values hold it
  remote   {by, key, …}: where it is kept outside, and by which operator it comes
  object   name of the Secret that holds it: the installer's, or the chart's
  missing  true when nothing of this provides it
  needed   false when its switch is off */}}
{{- define "airflow.secrets" -}}
{{- $remotes := dict -}}
{{- range $by, $block := dict "externalSecrets" .Values.externalSecrets "secretsStore" .Values.secretsStore -}}
{{- if $block.enabled -}}
{{- range $name, $remote := $block.secrets -}}
{{- with $remote -}}
{{- $key := include "airflow.tpl" (list $ .key) -}}
{{- $_ := set $remotes $name (merge (dict "by" $by "key" $key) .) -}}
{{- end }}{{ end }}{{ end }}{{ end -}}
{{- range $row := .secretRows -}}
{{- $own := include "airflow.valueAt" (dict "root" $ "path" $row.values.name) -}}
{{- $text := include "airflow.valueAt" (dict "root" $ "path" $row.values.text) -}}
{{- $remote := index $remotes $row.name -}}
{{- $_ := set $row "own" $own -}}
{{- if and $text $row.text }}{{ $text = tpl $row.text $ }}{{ end -}}
{{- $_ := set $row "text" $text -}}
{{- $_ := set $row "remote" $remote -}}
{{- $_ := set $row "object" ($own | default (include "airflow.objectName" (dict "root" $ "component" $row.name))) -}}
{{- $_ := set $row "missing" (not (or $own $text $remote)) -}}
{{- $_ := set $row "needed" (ne "" (include "airflow.isOn" (dict "root" $ "path" $row.when))) -}}
{{- end -}}
{{- end }}

{{- /* {root, path}: "true" when there is no switch at the path, or it is on. */}}
{{- define "airflow.isOn" -}}
{{- if or (not .path) (include "airflow.valueAt" .) }}true{{ end -}}
{{- end }}

{{- /* {root, secret}: name of the Secret that holds a row. */}}
{{- define "airflow.secretName" -}}
{{- range .root.secretRows }}{{ if eq .name $.secret }}{{ .object }}{{ end }}{{ end -}}
{{- end }}

{{- /* {root, secret}: "true" when nothing provides the row, so that the Job must make it. */}}
{{- define "airflow.isMissing" -}}
{{- range .root.secretRows }}{{ if and (eq .name $.secret) .missing }}true{{ end }}{{ end -}}
{{- end }}

{{- /* Secrets that the Job must make, as JSON for files/create_secrets.py: [{name, data: key -> how}]. */}}
{{- define "airflow.missingSecrets" -}}
{{- $missing := list -}}
{{- range $row := .secretRows -}}
{{- if and $row.missing $row.needed (include "airflow.isOn" (dict "root" $ "path" $row.generateWhen)) -}}
{{- $data := dict -}}
{{- range $key, $how := $row.generate -}}
{{- $made := omit $how "password" -}}
{{- with $how.text }}{{ $_ := set $made "text" (tpl . $) }}{{ end -}}
{{- with $how.password -}}
{{- $password := dict "secret" (include "airflow.secretName" (dict "root" $ "secret" .)) "key" "password" -}}
{{- $_ := set $made "password" $password -}}
{{- end -}}
{{- $_ := set $data $key $made -}}
{{- end -}}
{{- $missing = append $missing (dict "name" $row.object "data" $data) -}}
{{- end }}{{ end -}}
{{- if $missing }}{{ toJson $missing }}{{ end -}}
{{- end }}

{{- /* URL of the database that values describe, with the password that they hold. */}}
{{- define "airflow.externalDatabaseUrl" -}}
{{- $database := .Values.data.metadataConnection -}}
{{- $user := $database.user | urlquery | replace "+" "%20" -}}
{{- $password := $database.pass | urlquery | replace "+" "%20" -}}
{{- $host := $database.host | default (include "airflow.bundledDatabaseHost" .) -}}
{{- $address := printf "%s:%d/%s?sslmode=%s" $host (int $database.port) $database.db $database.sslmode -}}
{{- printf "postgresql+psycopg2://%s:%s@%s" $user $password $address -}}
{{- end }}
