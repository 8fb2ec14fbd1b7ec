{{- /* PgBouncer's users and volumes; its Secrets are rows of files/secrets.yaml. */ -}}

{{- /* users.txt, when values hold the password; SCRAM towards the database needs the password itself. */}}
{{- define "airflow.pgbouncerUsers" -}}
{{- $lines := list -}}
{{- range $name := list "airflow.database" "airflow.resultDatabase" -}}
{{- $database := include $name $ | fromJson -}}
{{- with $database.pass -}}
{{- $line := printf "\"%s\" \"%s\"\n" ($database.user | replace "\"" "\"\"") (replace "\"" "\"\"" .) -}}
{{- $lines = append $lines $line -}}
{{- end }}{{ end -}}
{{- uniq $lines | join "" -}}
{{- end }}

{{- define "airflow.pgbouncerStatsUrl" -}}
{{- $mode := .Values.pgbouncer.metricsExporterSidecar.sslmode -}}
{{- $address := printf "127.0.0.1:%d/pgbouncer?sslmode=%s" .ports.pgbouncer $mode -}}
{{- $database := include "airflow.database" . | fromJson -}}
{{- include "airflow.urlOf" (dict "database" $database "scheme" "postgresql" "address" $address) -}}
{{- end }}

{{- /* Files of its Secrets, as volumes and mounts. */}}
{{- define "airflow.pgbouncerVolumes" -}}
{{- $volumes := dict -}}
{{- $mounts := list -}}
{{- $config := .Values.pgbouncer.mountConfigSecret | ternary (list "pgbouncer-config" "pgbouncer-users") list -}}
{{- range $name := append $config "pgbouncer-certificates" -}}
{{- $row := index $.secrets $name -}}
{{- $ours := empty $row.own | ternary $row.made $row.data -}}
{{- range $file, $_ := or $row.generated $row.remote | empty | ternary $ours $row.generate -}}
{{- $_ := set $volumes $name (dict "secret" (dict "secretName" $row.object)) -}}
{{- $path := print "/etc/pgbouncer/" $file -}}
{{- $mounts = append $mounts (dict "name" $name "mountPath" $path "subPath" $file "readOnly" true) -}}
{{- end }}{{ end -}}
{{- with .Values.data.metadataConnection.caSecret }}{{ if .name -}}
{{- $file := "database-ca.crt" -}}
{{- $item := dict "key" .key "path" $file -}}
{{- $_ := set $volumes "database-ca" (dict "secret" (dict "secretName" .name "items" (list $item))) -}}
{{- $path := print "/etc/pgbouncer/" $file -}}
{{- $mounts = append $mounts (dict "name" "database-ca" "mountPath" $path "subPath" $file "readOnly" true) -}}
{{- end }}{{ end -}}
volumes: {{ toJson $volumes }}
volumeMounts: {{ toJson $mounts }}
{{- end }}
