{{- /* The volumes of the release's own database, and what the notes say about them. */ -}}

{{- define "airflow.postgresql.volumes" }}
{{- $claim := .Values.postgresql.persistence }}
volumes:
  run: {emptyDir: {}}
  password:
    secret:
      secretName: {{ .secrets.postgresql.object | quote }}
      items: [{key: {{ include "airflow.postgresql.passwordKey" . | quote }}, path: password}]
  data:
    {{- if or $claim.enabled $claim.existingClaim }}
    persistentVolumeClaim:
      claimName: {{ $claim.existingClaim | default (printf "%s-postgresql" .Release.Name) | quote }}
    {{- else }}
    emptyDir: {}
    {{- end }}
{{- end }}

{{- define "airflow.postgresql.passwordKey" -}}
{{- $auth := .Values.postgresql.auth -}}
{{- empty $auth.existingSecret | ternary "" $auth.secretKeys.userPasswordKey | default "password" -}}
{{- end }}

{{- define "airflow.postgresql.notes" }}
{{- $persistence := .Values.postgresql.persistence }}
{{- if and .Values.postgresql.enabled (not $persistence.enabled) (not $persistence.existingClaim) }}

WARNING: the database has no volume: it is lost with its pod. Set postgresql.persistence.enabled to true.
{{- end }}
{{- end }}
