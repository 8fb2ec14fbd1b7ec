{{- /* Task pods: `workers` is the base, `workers.kubernetes` wins; what belongs together is replaced whole, as in the official chart. */ -}}
{{- define "airflow.worker" -}}
{{- $settings := deepCopy (omit .Values.workers "kubernetes") -}}
{{- $whole := list "podAnnotations" "labels" "nodeSelector" "affinity" "resources" "pod" "containerLifecycleHooks" -}}
{{- range $key, $value := deepCopy .Values.workers.kubernetes -}}
{{- if not (and (empty $value) (has (kindOf $value) (list "invalid" "map" "slice" "string"))) -}}
{{- $below := index $settings $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $below) (not (has $key $whole)) }}{{ $value = mergeOverwrite $below $value }}{{ end -}}
{{- $_ := set $settings $key $value -}}
{{- end -}}
{{- end -}}
facts:
  component: worker
  container: base
  account: worker
  podName: placeholder-name
  restartPolicy: Never
  airflow: true
  config: true
  readsDags: true
  sharedLogs: true
  image: {{ include "airflow.workerImage" . | quote }}
  pullPolicy: {{ .Values.images.pod_template.pullPolicy }}
  # The supervisor alone gets the signal to stop, and hands it to the task.
  env: {DUMB_INIT_SETSID: "0"}
settings: {{ toJson $settings }}
{{- end }}

{{- define "airflow.podTemplate" -}}
{{- if .Values.podTemplate -}}
{{- tpl .Values.podTemplate . -}}
{{- else -}}
apiVersion: v1
kind: Pod
{{ include "airflow.pod" (merge (dict "root" $) (include "airflow.worker" . | fromYaml)) }}
{{- end -}}
{{- end }}

{{- /* {root, namespace}: in a namespace of their own all pods are tasks'; beside the release, those with the operator's label. */}}
{{- define "airflow.tasksPolicy" -}}
{{- $root := .root -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "airflow.fullname" $root }}-tasks-policy
  namespace: {{ .namespace }}
  labels:
    {{- include "airflow.labels" (dict "root" $root "component" "worker") | nindent 4 }}
spec:
  podSelector: {{ if ne .namespace $root.Release.Namespace }}{}{{ else }}{matchLabels: {kubernetes_pod_operator: "True"}}{{ end }}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress:
    {{- include "airflow.egress" (dict "root" $root "component" "tasks") | nindent 4 }}
{{- end }}

{{- /* The ServiceAccounts of tasks, as JSON. Pods that tasks launch have `default`, which may do nothing. */}}
{{- define "airflow.taskAccounts" -}}
{{- $spec := .taskPod.spec | default dict -}}
{{- $accounts := list "default" ($spec.serviceAccountName | default "default") -}}
{{- if .Values.allowPodLaunching }}{{ $accounts = append $accounts (printf "%s-pod-launcher" (include "airflow.standardName" .)) }}{{ end -}}
{{- concat $accounts (.Values.tasks.admission.serviceAccounts | default list) | uniq | toJson -}}
{{- end }}

{{- /* Of a pod's spec: the Secrets that it reads, mounts and pulls images with, as JSON. */}}
{{- define "airflow.templateSecrets" -}}
{{- $names := list -}}
{{- range .imagePullSecrets }}{{ $names = append $names .name }}{{ end -}}
{{- range .volumes -}}
{{- with .secret }}{{ $names = append $names .secretName }}{{ end -}}
{{- range (.projected | default dict).sources }}{{ with .secret }}{{ $names = append $names .name }}{{ end }}{{ end -}}
{{- end -}}
{{- range concat (.containers | default list) (.initContainers | default list) -}}
{{- range .env }}{{ with (.valueFrom | default dict).secretKeyRef }}{{ $names = append $names .name }}{{ end }}{{ end -}}
{{- range .envFrom }}{{ with .secretRef }}{{ $names = append $names .name }}{{ end }}{{ end -}}
{{- end -}}
{{- uniq $names | toJson -}}
{{- end }}
