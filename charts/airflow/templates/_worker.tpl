{{- /* Pods of tasks: the pod template of KubernetesExecutor, and what is there for them in their namespaces. */ -}}

{{- /* {settings}: lays `kubernetes` of the settings over them. What belongs together is replaced whole, as in the
official chart; an empty text, list or map says nothing, false and 0 do. */}}
{{- define "airflow.layKubernetes" -}}
{{- $settings := deepCopy (omit .settings "kubernetes") -}}
{{- $whole := list "podAnnotations" "labels" "nodeSelector" "affinity" "resources" "pod" "containerLifecycleHooks" -}}
{{- range $key, $value := deepCopy .settings.kubernetes -}}
{{- if or $value (not (has (kindOf $value) (list "invalid" "map" "slice" "string"))) -}}
{{- $below := index $settings $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $below) (not (has $key $whole)) -}}
{{- $value = mergeOverwrite $below $value -}}
{{- end -}}
{{- $_ := set $settings $key $value -}}
{{- end }}{{ end -}}
{{- $_ := set . "settings" $settings -}}
{{- end }}

{{- define "airflow.podTemplate" -}}
{{- if .Values.podTemplate -}}
{{- .Values.podTemplate -}}
{{- else -}}
apiVersion: v1
kind: Pod
{{ include "airflow.pod" .task }}
{{- end -}}
{{- end }}

{{- /* ServiceAccounts of tasks, as JSON. Pods that tasks launch have `default`, which has no rights. */}}
{{- define "airflow.taskAccounts" -}}
{{- $spec := .taskPod.spec | default dict -}}
{{- $own := list ($spec.serviceAccountName | default "default") (include "airflow.accountOf" .task) -}}
{{- $accounts := prepend $own "default" -}}
{{- if .Values.allowPodLaunching }}{{ $accounts = append $accounts .launched.account }}{{ end -}}
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
{{- range .env }}{{ with ((.valueFrom).secretKeyRef) }}{{ $names = append $names .name }}{{ end }}{{ end -}}
{{- range .envFrom }}{{ with .secretRef }}{{ $names = append $names .name }}{{ end }}{{ end -}}
{{- end -}}
{{- uniq $names | toJson -}}
{{- end }}

{{- define "airflow.worker.facts" -}}
container: base
podName: placeholder-name
{{- if .Values.tasks.podLauncher.everyTask }}
account: {{ .launched.account }}
{{- end }}
restartPolicy: Never
sharedLogs: true
image: {{ include "airflow.taskImage" . | quote }}
pullPolicy: {{ .Values.images.pod_template.pullPolicy }}
# The supervisor alone gets the signal to stop, and hands it to the task.
env: {DUMB_INIT_SETSID: "0"}
{{- end }}
