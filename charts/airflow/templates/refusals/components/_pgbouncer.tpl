{{- /* Refusals: PgBouncer without the password of the database, or with less TLS than asked for. */ -}}

{{- define "airflow.refusals.pgbouncer" -}}
{{- $settings := .Values.pgbouncer -}}
{{- range include "airflow.pgbouncerUsers" . | empty | ternary (list "stats" "users") nil }}
{{- $row := index $.secrets (print "pgbouncer-" .) }}
{{- if and $row.needed $row.missing (not $row.generated) }}
- {{ $row.values.name }} is empty, but PgBouncer needs the password of the database, which values do not have:
  set it to a Secret that has `{{ $row.key | replace "users.txt" "pgbouncer.ini` and `users.txt" }}`.{{ end }}{{ end }}
{{- $mode := .Values.data.metadataConnection.sslmode }}
{{- $isStrict := has $mode (list "require" "verify-ca" "verify-full") }}
{{- if and $settings.enabled $isStrict (ne $mode $settings.sslmode) }}
- data.metadataConnection.sslmode {{ $mode }} does not count through PgBouncer: set pgbouncer.sslmode to it.{{ end }}
{{- end }}
