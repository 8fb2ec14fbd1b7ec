{{- /* A component written once: workload, ServiceAccount, Service, PodDisruptionBudget, NetworkPolicy and Roles from
its row in files/components.yaml, its facts and its settings.

Facts hold in every installation; the component's own file defines them as `airflow.<name>.facts`:

  args, command, env, ports, probes, lifecycle, volumes, volumeMounts   as Kubernetes has them, of the main container
  container     name of the main container, when it is not that of the component
  image, pullPolicy, podName, restartPolicy, account   when they are not the usual ones
  airflow       runs the image of Airflow (default true)
  config        reads airflow.cfg and Airflow's variables (default true)
  waitsFor      `database` or `migrations`: what an init container waits for
  programs      mounts the programs of files/
  modules       programs of files/ that Airflow imports
  podTemplate   mounts the pod template of tasks
  sharedLogs    mounts the volume of task logs, when there is one; readsLogs mounts it read-only
  checksums     name -> text: a change replaces the pods
  labels        labels of the Deployment
  service       {headless}: it has a Service with its ports
  strategy      update strategy of the Deployment, unless values have one
  callers       who -> peers that may call it beside the components
  healthCheck   {path, port}: what Datadog's agent asks */ -}}

{{- /* {root, component} */}}
{{- define "airflow.component" -}}
{{- include "airflow.describe" . -}}
{{- /* A Deployment whose switch is unset runs: the official chart has such switches. */ -}}
{{- if or .settings.enabled (and (kindIs "invalid" .settings.enabled) (eq .facts.kind "Deployment")) }}
{{- if eq .facts.kind "Job" }}{{ include "airflow.job" . }}{{ else }}{{ include "airflow.workload" . }}{{ end }}
{{- if .settings.serviceAccount.create }}{{ include "airflow.serviceAccount" . }}{{ end }}
{{- if .facts.service }}{{ include "airflow.service" . }}{{ end }}
{{- if (.settings.podDisruptionBudget).enabled }}{{ include "airflow.podDisruptionBudget" . }}{{ end }}
{{- if .root.Values.networkPolicies.enabled }}{{ include "airflow.networkPolicy" . }}{{ end }}
{{- include "airflow.taskRoles" (merge (dict "account" (include "airflow.accountOf" .)) .) }}
{{- end }}
{{- end }}

{{- /* {root, component}: adds `facts` (its own over what is usual) and `settings` to this. */}}
{{- define "airflow.describe" -}}
{{- $row := index .root.components .component -}}
{{- $usual := dict "airflow" true "config" true "container" .component -}}
{{- $own := include (printf "airflow.%s.facts" .component) .root | fromYaml -}}
{{- $_ := set . "facts" (mergeOverwrite $usual (pick $row "kind" "readsDags") $own) -}}
{{- $_ := set . "settings" (index .root.Values $row.key) -}}
{{- end }}

{{- /* A Deployment or a StatefulSet. */}}
{{- define "airflow.workload" -}}
{{- $settings := .settings -}}
{{- $stated := dict "labels" .facts.labels "annotations" $settings.annotations -}}
{{- $history := $settings.revisionHistoryLimit -}}
{{- if kindIs "invalid" $history }}{{ $history = .root.Values.revisionHistoryLimit }}{{ end }}
apiVersion: apps/v1
kind: {{ .facts.kind }}
{{ include "airflow.metadata" (merge $stated (omit . "settings")) }}
spec:
  replicas: {{ hasKey $settings "replicas" | ternary $settings.replicas 1 }}
  {{- if eq .facts.kind "StatefulSet" }}
  serviceName: {{ include "airflow.objectName" . }}
  {{- else if not (kindIs "invalid" $history) }}
  revisionHistoryLimit: {{ int64 $history }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  {{- with $settings.strategy | default .facts.strategy }}
  {{- /* Kubernetes takes no numbers with Recreate: those of a lower layer are left out. */}}
  strategy: {{ eq (.type | default "") "Recreate" | ternary (omit . "rollingUpdate") . | toJson }}
  {{- end }}
  template:
    {{- include "airflow.pod" . | nindent 4 }}
{{- end }}

{{- /* A Job cannot be changed once it is made: its name carries a hash of what it runs. */}}
{{- define "airflow.job" -}}
{{- $facts := merge (dict "restartPolicy" .settings.restartPolicy) .facts -}}
{{- $pod := include "airflow.pod" (merge (dict "facts" $facts) .) -}}
{{- $prefix := include "airflow.fullname" .root | trunc 28 | trimSuffix "-" -}}
{{- $name := printf "%s-%s-%s" $prefix $facts.container (sha256sum $pod | trunc 8) }}
apiVersion: batch/v1
kind: Job
{{ include "airflow.metadata" (merge (dict "name" $name "annotations" .settings.jobAnnotations) (omit . "settings")) }}
spec:
  backoffLimit: 10
  {{- if not (kindIs "invalid" .settings.ttlSecondsAfterFinished) }}
  ttlSecondsAfterFinished: {{ int64 .settings.ttlSecondsAfterFinished }}
  {{- end }}
  template:
    {{- $pod | nindent 4 }}
{{- end }}

{{- define "airflow.serviceAccount" -}}
{{- $annotations := .settings.serviceAccount.annotations -}}
{{- $this := merge (dict "name" (include "airflow.accountOf" .) "annotations" $annotations) . }}
---
apiVersion: v1
kind: ServiceAccount
{{ include "airflow.metadata" $this }}
# The pod says whether it gets a token.
automountServiceAccountToken: false
{{- end }}

{{- define "airflow.service" -}}
{{- $service := .settings.service | default dict }}
---
apiVersion: v1
kind: Service
{{ include "airflow.metadata" (merge (dict "annotations" $service.annotations) .) }}
spec:
  {{- if .facts.service.headless }}
  clusterIP: None
  {{- else }}
  type: {{ $service.type | default "ClusterIP" }}
  {{- end }}
  selector:
    {{- include "airflow.selector" . | nindent 4 }}
  ports:
    {{- with $service.ports }}
    {{- include "airflow.portList" (dict "ports" .) | trim | nindent 4 }}
    {{- else }}
    {{- range $name, $port := .facts.ports }}
    - name: {{ $name }}
      port: {{ $port }}
      targetPort: {{ $name }}
    {{- end }}{{ end }}
  {{- range $key, $value := pick $service "loadBalancerIP" "loadBalancerSourceRanges" }}
  {{- with $value }}{{ printf "%s: %s" $key (toJson .) | nindent 2 }}{{ end }}
  {{- end }}
{{- end }}

{{- /* {root, component}: {name, port} that callers use of its Service: what values list, when they do. */}}
{{- define "airflow.servicePort" -}}
{{- $service := (index .root.Values (index .root.components .component).key).service | default dict -}}
{{- $ports := $service.ports | default (list (dict "name" .component "port" (include "airflow.port" .))) -}}
{{- $listed := first $ports -}}
{{- range $ports -}}
{{- if eq (.name | default "") $.component }}{{ $listed = . }}{{ end -}}
{{- end -}}
name: {{ $listed.name | default "" | quote }}
port: {{ include "airflow.text" $listed.port | int }}
{{- end }}

{{- define "airflow.podDisruptionBudget" -}}
{{- $config := include "airflow.stated" .settings.podDisruptionBudget.config | fromJson -}}
{{- /* Kubernetes takes one of the two: a stated minAvailable replaces maxUnavailable of a lower layer. */ -}}
{{- if hasKey $config "minAvailable" }}{{ $config = omit $config "maxUnavailable" }}
{{- else if not (hasKey $config "maxUnavailable") }}{{ $_ := set $config "maxUnavailable" 1 }}{{ end -}}
{{- $name := printf "%s-%s-pdb" (include "airflow.fullname" .root) .component }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
{{ include "airflow.metadata" (merge (dict "name" $name) .) }}
spec:
  selector:
    matchLabels:
      {{- include "airflow.selector" . | nindent 6 }}
  {{- toYaml $config | nindent 2 }}
{{- end }}
