{{- /* Refusals: what CeleryExecutor needs. */ -}}

{{- define "airflow.refusals.celery-worker" -}}
{{- if and (has "redis" .off) (index .secrets "broker-url").missing (not (has "celery-worker" .off)) }}
- CeleryExecutor has no broker: set redis.enabled to true, or data.brokerUrlSecretName to a Secret with its URL.
{{- end }}
{{- end }}
