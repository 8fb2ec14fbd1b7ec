{{- /* Refusals: the bundled database, or the external one in its place. */ -}}

{{- define "airflow.refusals.postgresql" -}}
{{- $connection := .Values.data.metadataConnection -}}
{{- if .Values.postgresql.enabled -}}
{{- range $key, $default := dict "user" "airflow" "db" "airflow" "port" 5432 "sslmode" "prefer" }}
{{- if ne (toString $default) (toString (index $connection $key)) }}
- data.metadataConnection.{{ $key }} has no effect on the bundled database: remove it,
  or set postgresql.enabled to false and data.metadataConnection.host to an external database.{{ end }}{{ end }}
{{- if and .Values.data.metadataSecretName .secrets.postgresql.missing }}
- postgresql.enabled makes a database with a generated password, which the Secret of data.metadataSecretName lacks:
  set postgresql.enabled to false, or postgresql.auth.existingSecret to a Secret with the password.
{{- else if $connection.host }}
- data.metadataConnection.host names an external database, but postgresql.enabled makes a bundled one:
  set postgresql.enabled to false, or remove the host.
{{- else if $connection.pass }}
- data.metadataConnection.pass has no effect on the bundled database, whose password is generated: remove it,
  or set postgresql.enabled to false and data.metadataConnection.host to an external database.{{ end }}
{{- if .secrets.postgresql.missing }}
{{- with .secrets.metadata.remote }}
- postgresql.enabled makes a database with a generated password, which the URL of {{ .by }}.secrets.metadata lacks:
  set postgresql.enabled to false, or add the password as {{ .by }}.secrets.postgresql.{{ end }}{{ end }}
{{- if eq .Values.environment "prod" }}
- prod must not keep its database in a pod: set postgresql.enabled to false,
  and data.metadataSecretName to the Secret of an external database.{{ end }}
{{- else }}
{{- if and $connection.pass (not $connection.host) (not .Values.data.metadataSecretName) }}
- data.metadataConnection.host is empty, but postgresql.enabled is false: set it to the external database.{{ end }}
{{- if .secrets.metadata.missing }}
- data.metadataSecretName is empty, but postgresql.enabled is false: set it to a Secret
  with the key `connection`, a URL that begins with postgresql+psycopg2://.{{ end }}
{{- end }}
{{- end }}
