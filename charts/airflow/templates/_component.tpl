{{- /* A component written once: workload, ServiceAccount, Service, PodDisruptionBudget, NetworkPolicy and Roles from
its row in files/components.yaml, its facts and its settings. Facts hold in every installation: those of
files/facts.yaml, which lists them all, under those that its own file computes, as `airflow.<name>.facts`. */ -}}

{{- /* {root, component} */}}
{{- define "airflow.component" -}}
{{- if not (has .component .root.off) }}
{{- include "airflow.describe" . -}}
{{- if eq .facts.kind "Job" }}{{ include "airflow.job" . }}
{{- else if eq .facts.kind "CronJob" }}{{ include "airflow.cronJob" . }}
{{- else }}{{ include "airflow.workload" . }}{{ end }}
{{- if .settings.serviceAccount.create }}{{ include "airflow.serviceAccount" . }}{{ end }}
{{- if .facts.service }}{{ include "airflow.service" . }}{{ end }}
{{- if .facts.scrape }}{{ include "airflow.monitors" . }}{{ end }}
{{- if (.settings.podDisruptionBudget).enabled }}{{ include "airflow.podDisruptionBudget" . }}{{ end }}
{{- include "airflow.scaler" . }}
{{- include "airflow.ingress" . }}
{{- if .root.Values.networkPolicies.enabled }}{{ include "airflow.networkPolicy" . }}{{ end }}
{{- include "airflow.taskRoles" (merge (dict "account" (include "airflow.accountOf" .)) .) }}
{{- end }}
{{- end }}

{{- /* {root, component, settings, set}: adds `facts` (its own over what is usual, and those of its set) and `settings`
to this. */}}
{{- define "airflow.describe" -}}
{{- $row := index .root.components .component -}}
{{- $usual := dict "airflow" true "config" true "container" .component -}}
{{- $fixed := index .root.tables.facts .component | default dict -}}
{{- $_ := set . "settings" (.settings | default (index .root.Values $row.key)) -}}
{{- $own := include (printf "airflow.%s.facts" .component) ($row.sets | empty | ternary .root .) | fromYaml -}}
{{- $readsDags := include "airflow.readsDags" . | empty | not -}}
{{- $facts := mergeOverwrite $usual (pick $row "kind") $fixed $own (dict "readsDags" $readsDags) -}}
{{- if and $readsDags (include "airflow.readsFolder" .root) -}}
{{- $_ := set $facts "modules" (append ($facts.modules | default list) "chart_dags") -}}
{{- end -}}
{{- with $facts.imageOf -}}
{{- $image := index $.root.Values.images . -}}
{{- $_ := set $facts "image" (include "airflow.imageReference" $image) -}}
{{- $_ := set $facts "pullPolicy" $image.pullPolicy -}}
{{- end -}}
{{- range $ports := pick $facts "ports" "udpPorts" -}}
{{- range $name, $port := $ports }}{{ if kindIs "string" $port }}{{ $_ := set $ports $name (get $.root.ports $port) }}
{{- end }}{{ end }}{{ end -}}
{{- $_ := set . "facts" $facts -}}
{{- with .facts.persistence }}{{ $_ := set $ "settings" (merge (dict "persistence" .) $.settings) }}{{ end -}}
{{- $hasClaims := and (eq "Deployment" .facts.kind) (.settings.persistence).enabled -}}
{{- if $hasClaims }}{{ $_ := set .facts "kind" "StatefulSet" }}{{ end -}}
{{- $env := dict -}}
{{- /* The api-server asks for logs at the host of a task; DNS knows no pods of a Deployment. */ -}}
{{- range $name, $_ := .facts.ports }}
{{- if hasSuffix "-logs" $name }}
{{- $_ := set $env "AIRFLOW__CORE__HOSTNAME_CALLABLE" "airflow.utils.net.get_host_ip_address" -}}
{{- end }}{{ end -}}
{{- if and (eq "keda" (include "airflow.scaledBy" .)) (ne "TaskPod" $row.kind) -}}
{{- $metadata := .root.secrets.metadata -}}
{{- $pooled := or $metadata.own $metadata.remote | empty | ternary "kedaPooledConnection" "connection" -}}
{{- $key := .settings.keda.usePgbouncer | ternary $pooled "kedaConnection" -}}
{{- $connection := dict "secretKeyRef" (dict "name" .root.secrets.metadata.object "key" $key) -}}
{{- $_ := set $env (include "airflow.kedaVariable" .) (dict "valueFrom" $connection) -}}
{{- end -}}
{{- if include "airflow.callsDatabase" . -}}
{{- $pooled := has "pgbouncer" (index .root.edges .component | default list) -}}
{{- $arguments := print "chart_database." ($pooled | ternary "POOLED" "ASYNC") -}}
{{- if include "airflow.knows" (list .root "database.sql_alchemy_connect_args_async") -}}
{{- $_ := set $env "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS_ASYNC" $arguments -}}
{{- end -}}
{{- $_ := set .facts "modules" (append (.facts.modules | default list) "chart_database") -}}
{{- with .root.tokens -}}
{{- $_ := set $env "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS" "chart_database.SYNC" -}}
{{- $env = merge $env . -}}
{{- end }}{{ end -}}
{{- with $env }}{{ $_ := set $.facts "env" (merge . ($.facts.env | default dict)) }}{{ end -}}
{{- end }}

{{- /* {root, component, facts}: "true" for a component of Airflow that may read the URL of the database. */}}
{{- define "airflow.callsDatabase" -}}
{{- if and .facts.config (has .component (((.root.secrets).metadata).readers | default list)) }}true{{ end -}}
{{- end }}

{{- /* A Deployment or a StatefulSet; pods with claims of their own need the latter. */}}
{{- define "airflow.workload" -}}
{{- $settings := .settings -}}
{{- $claim := $settings.persistence | default dict -}}
{{- $stated := dict "labels" .facts.labels "annotations" $settings.annotations -}}
{{- $history := $settings.revisionHistoryLimit -}}
{{- if kindIs "invalid" $history }}{{ $history = .root.Values.revisionHistoryLimit }}{{ end -}}
{{- /* Kubernetes takes no numbers with Recreate: those of a lower layer are left out. */ -}}
{{- $strategy := $settings.strategy | default .facts.strategy | default dict -}}
{{- if eq ($strategy.type | default "") "Recreate" }}{{ $strategy = omit $strategy "rollingUpdate" }}{{ end -}}
{{- $fields := dict "strategy" $strategy -}}
{{- if eq .facts.kind "StatefulSet" -}}
{{- $fields = merge (pick $settings "podManagementPolicy" "updateStrategy")
  (pick $claim "persistentVolumeClaimRetentionPolicy") (dict "serviceName" (include "airflow.objectName" .)) -}}
{{- $templates := $settings.volumeClaimTemplates | default list -}}
{{- with include "airflow.ownClaim" . -}}
{{- $spec := include "airflow.claimSpec" (dict "claim" $claim "mode" "ReadWriteOnce") | fromYaml -}}
{{- $metadata := dict "name" . "annotations" ($claim.annotations | default dict) -}}
{{- $templates = prepend $templates (dict "metadata" $metadata "spec" $spec) -}}
{{- end -}}
{{- $_ := set $fields "volumeClaimTemplates" $templates -}}
{{- end }}
{{- include "airflow.object" (list (print "apps/v1 " .facts.kind) (merge $stated (omit . "settings"))) }}
spec:
  {{- if not (include "airflow.scaledBy" .) }}
  replicas: {{ hasKey $settings "replicas" | ternary $settings.replicas 1 }}
  {{- end }}
  {{- if not (kindIs "invalid" $history) }}
  revisionHistoryLimit: {{ int64 $history }}
  {{- end }}
  {{- range $key, $value := $fields }}
  {{- with $value }}{{ printf "%s: %s" $key (toJson .) | nindent 2 }}{{ end }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  template:
    {{- include "airflow.pod" . | nindent 4 }}
{{- end }}

{{- /* A Job cannot be changed once it is made: its name carries a hash of what it runs. */}}
{{- define "airflow.job" -}}
{{- $facts := merge (dict "restartPolicy" .settings.restartPolicy) .facts -}}
{{- $pod := include "airflow.pod" (merge (dict "facts" $facts) .) -}}
{{- $prefix := include "airflow.fullname" .root | trunc 28 | trimSuffix "-" -}}
{{- $name := printf "%s-%s-%s" $prefix $facts.container (sha256sum $pod | trunc 8) -}}
{{- $stated := dict "name" $name "annotations" .settings.jobAnnotations }}
{{- include "airflow.object" (list "batch/v1 Job" (merge $stated (omit . "settings"))) }}
spec:
  backoffLimit: 10
  {{- if not (kindIs "invalid" .settings.ttlSecondsAfterFinished) }}
  ttlSecondsAfterFinished: {{ int64 .settings.ttlSecondsAfterFinished }}
  {{- end }}
  template:
    {{- $pod | nindent 4 }}
{{- end }}

{{- define "airflow.cronJob" -}}
{{- $suffix := (index .root.components .component).account | default .component -}}
{{- $stated := dict "suffix" $suffix "annotations" .settings.jobAnnotations }}
{{- include "airflow.object" (list "batch/v1 CronJob" (merge $stated (omit . "settings"))) }}
spec:
  schedule: {{ .settings.schedule | quote }}
  concurrencyPolicy: Forbid
  {{- range $key, $limit := pick .settings "failedJobsHistoryLimit" "successfulJobsHistoryLimit" }}
  {{- if not (kindIs "invalid" $limit) }}{{ printf "%s: %d" $key (int $limit) | nindent 2 }}{{ end }}
  {{- end }}
  jobTemplate:
    spec:
      backoffLimit: 1
      template:
        {{- include "airflow.pod" . | nindent 8 }}
{{- end }}

{{- define "airflow.serviceAccount" -}}
{{- $annotations := .settings.serviceAccount.annotations -}}
{{- $this := merge (dict "name" (include "airflow.accountOf" .) "annotations" $annotations) . }}
{{- include "airflow.object" (list "v1 ServiceAccount" $this) }}
# The pod of a component says itself whether it gets a token.
automountServiceAccountToken: {{ eq (toString .settings.serviceAccount.automountServiceAccountToken) "true" }}
{{- end }}

{{- define "airflow.service" -}}
{{- $service := .settings.service | default dict }}
{{- $annotations := merge dict ($service.annotations | default dict) ($service.extraAnnotations | default dict) }}
{{- $scraped := dict }}
{{- with .facts.scrape }}
{{- $_ := set $scraped .name .port }}
{{- $annotations = merge $annotations (dict "prometheus.io/scrape" "true" "prometheus.io/port" (toString .port)) }}
{{- end }}
{{- include "airflow.object" (list "v1 Service" (merge (dict "annotations" $annotations) .)) }}
spec:
  {{- if .facts.service.headless }}
  clusterIP: None
  {{- else }}
  type: {{ $service.type | default "ClusterIP" }}
  {{- end }}
  {{- with $service.clusterIP | default $service.clusterIp }}{{ nindent 2 (print "clusterIP: " .) }}{{ end }}
  selector:
    {{- include "airflow.selector" . | nindent 4 }}
  ports:
    {{- with $service.ports }}
    {{- include "airflow.portList" (dict "ports" .) | trim | nindent 4 }}
    {{- else }}
    {{- range $name, $port := .facts.udpPorts }}
    - {name: {{ $name }}, port: {{ $port }}, protocol: UDP}
    {{- end }}
    {{- range $name, $port := merge $scraped (.facts.ports | default dict) }}
    - name: {{ index ($.facts.service.names | default dict) $name | default $name }}
      port: {{ $port }}
      {{- with $service.nodePort }}
      nodePort: {{ int . }}
      {{- end }}
    {{- else }} []{{ end }}{{ end }}
  {{- range $key, $value := pick $service "loadBalancerIP" "loadBalancerSourceRanges" }}
  {{- with $value }}{{ printf "%s: %s" $key (toJson .) | nindent 2 }}{{ end }}
  {{- end }}
{{- end }}

{{- /* {root, component, facts}: {name, port} that callers use of its Service: what values list, when they do. */}}
{{- define "airflow.servicePort" -}}
{{- $service := (index .root.Values (index .root.components .component).key).service | default dict -}}
{{- $name := keys ((.facts).ports | default (dict .component "")) | first -}}
{{- $ports := $service.ports | default (list (dict "name" $name "port" (include "airflow.port" .))) -}}
{{- $listed := first $ports -}}
{{- range $ports -}}
{{- if eq (.name | default "") $name }}{{ $listed = . }}{{ end -}}
{{- end -}}
name: {{ $listed.name | default "" | quote }}
port: {{ include "airflow.text" $listed.port | int }}
{{- end }}

{{- define "airflow.podDisruptionBudget" -}}
{{- $config := include "airflow.stated" .settings.podDisruptionBudget.config | fromJson -}}
{{- /* Kubernetes takes one of the two: a stated minAvailable replaces maxUnavailable of a lower layer. */ -}}
{{- if hasKey $config "minAvailable" }}{{ $config = omit $config "maxUnavailable" }}
{{- else if not (hasKey $config "maxUnavailable") }}{{ $_ := set $config "maxUnavailable" 1 }}{{ end -}}
{{- /* A pod that is not ready does not hold up the drain of its node. */ -}}
{{- $_ := set $config "unhealthyPodEvictionPolicy" ($config.unhealthyPodEvictionPolicy | default "AlwaysAllow") -}}
{{- $name := include "airflow.objectName" (merge (dict "kind" "pdb") .) }}
{{- include "airflow.object" (list "policy/v1 PodDisruptionBudget" (merge (dict "name" $name) .)) }}
spec:
  selector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
    {{- /* Kubernetes evicts no pod that has two budgets. */}}
    {{- if and (not .set) (gt (len (index .root.sets .component | default list)) 1) }}
    matchExpressions: [{key: worker-set, operator: DoesNotExist}]
    {{- end }}
  {{- toYaml $config | nindent 2 }}
{{- end }}
