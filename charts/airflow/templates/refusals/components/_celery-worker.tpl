{{- /* Refusals: what CeleryExecutor needs, and its sets of workers. */ -}}

{{- define "airflow.refusals.celery-worker" -}}
{{- if has "celery-worker" .off | not -}}
{{- if and (has "redis" .off) (index .secrets "broker-url").missing }}
- CeleryExecutor has no broker: set redis.enabled to true, or data.brokerUrlSecretName to a Secret with its URL.
{{- end }}
{{- $names := list -}}
{{- range .workerSets -}}
{{- $path := .set | empty | ternary "workers.celery" (printf "workers.celery.sets.%s" .set) -}}
{{- if has .set $names }}
- {{ $path }} is there twice: give one of the sets another name.{{ end }}
{{- $names = append $names .set -}}
{{- if and .settings.keda.enabled .settings.hpa.enabled }}
- {{ $path }} has two autoscalers: set {{ $path }}.keda.enabled or {{ $path }}.hpa.enabled to false.{{ end }}
{{- range pick .settings "keda" "hpa" }}
{{- if and .enabled (gt (int .minReplicaCount) (int .maxReplicaCount)) }}
- {{ $path }} has the minReplicaCount {{ int .minReplicaCount }}, but its maxReplicaCount is {{ int .maxReplicaCount }}:
  set the first one to at most the second one.{{ end }}{{ end }}
{{- end }}
{{- if not $names }}
- CeleryExecutor has no workers: set workers.celery.enableDefault to true, or name a set in workers.celery.sets.
{{- end }}{{ end }}
{{- end }}
