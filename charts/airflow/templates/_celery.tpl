{{- /* Queues of Celery workers, and the broker. */ -}}

{{- /* {root, settings}: facts that follow from the queues of a set. A row of the task's table without an
executor belongs to the first one. */}}
{{- define "airflow.celery-worker.facts" -}}
{{- $queue := .settings.queue | default "default" -}}
{{- $size := include "airflow.option" (list .root "celery-worker" "celery.worker_concurrency" 16) -}}
{{- $most := include "airflow.option" (list .root "celery-worker" "celery.worker_autoscale" $size) | splitList "," -}}
{{- $listens := include "airflow.option" (list .root "celery-worker" "operators.default_queue" "default") -}}
{{- $queues := eq $queue "default" | ternary $listens $queue | replace "'" "''" | splitList "," | join "','" -}}
{{- $own := "" -}}
{{- if contains "," .root.Values.executor -}}
{{- $isFirst := first (splitList "," .root.Values.executor) | contains "CeleryExecutor" -}}
{{- $own = $isFirst | ternary " AND (executor IS NULL OR executor LIKE '%CeleryExecutor%')"
  " AND executor LIKE '%CeleryExecutor%'" -}}
{{- end -}}
{{- $rows := printf "(state='running' OR state='queued') AND queue IN ('%s')%s" $queues $own -}}
{{- $size = first $most | trim | int | max 1 -}}
{{- $query := printf "SELECT ceil(COUNT(*)::decimal / %d) FROM task_instance WHERE %s" $size $rows -}}
{{- $word := regexMatch "^[-\\w.,:]*$" $queue | ternary $queue (squote $queue) -}}
{{- $option := eq $queue "default" | ternary "" (print " -q " $word) }}
args: [bash, -c, {{ print "exec \\\nairflow celery worker" $option | toJson }}]
scalingQuery: {{ quote $query }}
{{- if (index .root.secrets "result-backend").missing }}
waitsFor: migrations
{{- end }}
{{- end }}

{{- /* The URL of the broker, as far as values know it. */}}
{{- define "airflow.brokerUrl" -}}
{{- $redis := .Values.redis -}}
{{- if .Values.data.brokerUrl }}{{ .Values.data.brokerUrl }}
{{- else if and $redis.password (not (has "redis" .off)) }}
{{- include "airflow.redisUrl" . | replace "{password}" (urlquery $redis.password | replace "+" "%20") }}
{{- end -}}
{{- end }}

{{- define "airflow.redisUrl" -}}
redis://:{password}@{{ include "airflow.fullname" . }}-redis:{{ .ports.redisDB }}/0
{{- end }}

{{- /* URL of CeleryExecutor's own database of results. */}}
{{- define "airflow.resultBackendUrl" -}}
{{- $database := include "airflow.resultDatabase" . | fromJson -}}
{{- $scheme := print "db+" ($database.protocol | default "postgresql") -}}
{{- include "airflow.urlTo" (dict "root" . "database" $database "scheme" $scheme "alias" "result-backend") -}}
{{- end }}
