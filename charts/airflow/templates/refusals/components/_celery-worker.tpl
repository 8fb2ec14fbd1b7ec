{{- /* Refusals: what CeleryExecutor needs, and its sets of workers. */ -}}

{{- define "airflow.refusals.celery-worker" -}}
{{- if has "celery-worker" .off | not -}}
{{- if and (has "redis" .off) (index .secrets "broker-url").missing }}
- CeleryExecutor has no broker: set redis.enabled to true, or data.brokerUrlSecretName to a Secret with its URL.
{{- end }}
{{- $names := list -}}
{{- range include "airflow.workerSets" . | fromJsonArray -}}
{{- $set := dict "root" $ "key" "celery" "layer" . -}}
{{- include "airflow.layWorkers" $set -}}
{{- $path := .name | empty | ternary "workers.celery" (printf "workers.celery.sets.%s" .name) -}}
{{- if has .name $names }}
- {{ $path }} is there twice: give one of the sets another name.{{ end }}
{{- $names = append $names .name -}}
{{- if and $set.settings.keda.enabled $set.settings.hpa.enabled }}
- {{ $path }} has two autoscalers: set {{ $path }}.keda.enabled or {{ $path }}.hpa.enabled to false.{{ end }}
{{- range pick $set.settings "keda" "hpa" }}
{{- if and .enabled (gt (int .minReplicaCount) (int .maxReplicaCount)) }}
- {{ $path }} has the minReplicaCount {{ int .minReplicaCount }}, but its maxReplicaCount is {{ int .maxReplicaCount }}:
  set the first one to at most the second one.{{ end }}{{ end }}
{{- end }}
{{- if not $names }}
- CeleryExecutor has no workers: set workers.celery.enableDefault to true, or name a set in workers.celery.sets.
{{- end }}{{ end }}
{{- end }}
