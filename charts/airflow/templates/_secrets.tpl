{{- /* Secrets of the platform, from the rows of files/secrets.yaml. */ -}}

{{- /* Sets .secretRows, .secrets and .secretsOf. Each row gets these fields:
  own      name of the installer's Secret that holds it
  text     its content, when values hold it
  remote   {by, key, …}: where it is kept outside, and by which operator it comes
  object   name of the Secret that holds it: the installer's, or the chart's
  missing  true when nothing of this provides it
  needed   false when its switch is off
  revision text of values; another one replaces the pods that read it */}}
{{- define "airflow.findSecrets" -}}
{{- $remotes := dict -}}
{{- range $by, $block := pick .Values "externalSecrets" "secretsStore" -}}
{{- range $name, $remote := $block.enabled | ternary $block.secrets nil -}}
{{- with $remote -}}
{{- $_ := set $remotes $name (merge (dict "by" $by) .) -}}
{{- end }}{{ end }}{{ end -}}
{{- $_ := set . "secretRows" .tables.secrets -}}
{{- $_ := set . "secrets" dict -}}
{{- $_ := set . "secretsOf" dict -}}
{{- range $row := .secretRows -}}
{{- $_ := set $row "own" (include "airflow.valueAt" (list $ .values.name)) -}}
{{- $text := include "airflow.valueAt" (list $ .values.text) -}}
{{- if and $text .text }}{{ $text = tpl .text $ }}{{ end -}}
{{- $_ := set $row "text" $text -}}
{{- $_ := set $row "remote" (index $remotes .name) -}}
{{- $_ := set $row "object" (.own | default (include "airflow.objectName" (dict "root" $ "component" .name))) -}}
{{- $_ := set $row "missing" (not (or .own .text .remote)) -}}
{{- $_ := set $row "needed" (or (not .when) (include "airflow.valueAt" (list $ .when))) -}}
{{- $_ := set $row "revision" (index ($.Values.secretRevisions | default dict) .name | default "") -}}
{{- $_ := set $.secrets .name $row -}}
{{- range .readers }}{{ $_ := set $.secretsOf . (append (index $.secretsOf . | default list) $row) }}{{ end -}}
{{- end -}}
{{- end }}

{{- /* Sets .missingSecrets, and `generated` of their rows. */}}
{{- define "airflow.findMissingSecrets" -}}
{{- $missing := list -}}
{{- range $row := .secretRows -}}
{{- $can := or (not .generateWhen) (include "airflow.valueAt" (list $ .generateWhen)) -}}
{{- $_ := set $row "generated" (and .missing .needed $can) -}}
{{- if .generated -}}
{{- $data := dict -}}
{{- range $key, $how := .generate -}}
{{- $made := omit $how "password" -}}
{{- with .text }}{{ $_ := set $made "text" (tpl . $) }}{{ end -}}
{{- with .password -}}
{{- $_ := set $made "password" (dict "secret" (index $.secrets .).object "key" "password") -}}
{{- end -}}
{{- $_ := set $data $key $made -}}
{{- end -}}
{{- $missing = append $missing (dict "name" .object "data" $data) -}}
{{- end }}{{ end -}}
{{- $_ := set . "missingSecrets" $missing -}}
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
