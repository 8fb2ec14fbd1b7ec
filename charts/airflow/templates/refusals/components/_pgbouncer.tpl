{{- /* Refusals: PgBouncer without the password of the database. */ -}}

{{- define "airflow.refusals.pgbouncer" -}}
{{- range include "airflow.pgbouncerUsers" . | empty | ternary (list "stats" "users") nil }}
{{- $row := index $.secrets (print "pgbouncer-" .) }}
{{- if and $row.needed $row.missing (not $row.generated) }}
- {{ $row.values.name }} is empty, but PgBouncer needs the password of the database, which values do not have:
  set it to a Secret that has `{{ $row.key | replace "users.txt" "pgbouncer.ini` and `users.txt" }}`.{{ end }}{{ end }}
{{- end }}
