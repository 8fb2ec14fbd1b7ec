{{- /* The address, the URL and the volumes of the release's own database. */ -}}

{{- define "airflow.bundledDatabaseHost" -}}
{{ .Release.Name }}-postgresql.{{ .Release.Namespace }}
{{- end }}

{{- /* Its URL for files/create_secrets.py, which knows the password. */}}
{{- define "airflow.bundledDatabaseUrl" -}}
{{- $auth := .Values.postgresql.auth -}}
{{- $host := include "airflow.bundledDatabaseHost" . -}}
{{- $user := $auth.username | default "airflow" | urlquery | replace "+" "%20" -}}
{{- printf "postgresql+psycopg2://%s:{password}@%s:5432/%s" $user $host ($auth.database | default "airflow") -}}
{{- end }}

{{- define "airflow.postgresql.volumes" }}
{{- $claim := .Values.postgresql.persistence }}
volumes:
  run: {emptyDir: {}}
  password:
    secret:
      secretName: {{ .secrets.postgresql.object | quote }}
      items: [{key: password, path: password}]
  data:
    {{- if or $claim.enabled $claim.existingClaim }}
    persistentVolumeClaim:
      claimName: {{ $claim.existingClaim | default (printf "%s-postgresql" .Release.Name) | quote }}
    {{- else }}
    emptyDir: {}
    {{- end }}
volumeMounts:
  - {name: data, mountPath: /var/lib/postgresql/data}
  - {name: run, mountPath: /var/run/postgresql}
  - {name: password, mountPath: /run/secrets/postgresql, readOnly: true}
{{- end }}

{{- define "airflow.postgresql.notes" }}
{{- $persistence := .Values.postgresql.persistence }}
{{- if and .Values.postgresql.enabled (not $persistence.enabled) (not $persistence.existingClaim) }}

WARNING: the database has no volume: it is lost with its pod. Set postgresql.persistence.enabled to true.
{{- end }}
{{- end }}
