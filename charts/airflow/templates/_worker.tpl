{{- /* Pods of tasks: the pod template of KubernetesExecutor, and what is there for them in their namespaces. */ -}}

{{- /* {root, path, set, layer}: adds `settings`: each block on a path of values, such as workers.celery, over the ones
above it, and a set over all of them. */}}
{{- define "airflow.laySettings" -}}
{{- $whole := list "annotations" "podAnnotations" "labels" "nodeSelector" "affinity" "resources" "securityContext" "pod"
  "container" "containerLifecycleHooks" "config" "advanced" "behavior" "persistentVolumeClaimRetentionPolicy" -}}
{{- $block := .root.Values -}}
{{- range splitList "." .path -}}
{{- $block = index $block . -}}
{{- $above := omit $block "celery" "kubernetes" "sets" -}}
{{- if $.settings }}{{ include "airflow.layOver" (dict "below" $.settings "above" $above "whole" $whole) }}
{{- else }}{{ $_ := set $ "settings" (deepCopy $above) }}{{ end -}}
{{- end -}}
{{- with .layer }}
{{- include "airflow.layOver" (dict "below" $.settings "above" (omit . "name") "whole" $whole "isSet" true) }}
{{- end -}}
{{- end }}

{{- /* {below, above, whole, isSet}: lays one map over another. What belongs together is replaced whole, as in the
official chart. An empty text, list or map says nothing, but a set of workers can empty what is replaced whole. */}}
{{- define "airflow.layOver" -}}
{{- range $key, $value := .above -}}
{{- $isWhole := has $key $.whole -}}
{{- $isMap := kindIs "map" $value -}}
{{- $says := or $value (and $.isSet $isMap $isWhole) -}}
{{- if or $says (not (or $isMap (has (kindOf $value) (list "invalid" "slice" "string")))) -}}
{{- $below := index $.below $key -}}
{{- if and $isMap (kindIs "map" $below) (not $isWhole) -}}
{{- include "airflow.layOver" (dict "above" $value "below" $below "whole" $.whole "isSet" $.isSet) -}}
{{- else }}{{ $_ := set $.below $key (kindIs "invalid" $value | ternary $value (deepCopy $value)) }}{{ end -}}
{{- end }}{{ end -}}
{{- end }}

{{- /* [root, class]: the executors, with a class of the chart in the place of KubernetesExecutor. */}}
{{- define "airflow.executors" -}}
{{- $own := print "${1}KubernetesExecutor:" (last .) "$2" -}}
{{- regexReplaceAll "(^|[,;=])KubernetesExecutor($|[,;])" (first .).Values.executor $own -}}
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
{{- if .Values.tasks.spark.enabled }}{{ $accounts = append $accounts (include "airflow.sparkAccount" .) }}{{ end -}}
{{- concat $accounts (.Values.tasks.admission.serviceAccounts | default list) | uniq | toJson -}}
{{- end }}

{{- /* Of a pod's spec: the objects that it mounts, reads and pulls images with, as JSON: kind -> name -> whether the
pod needs it (it starts without an optional one). It searches JSON, since a podTemplate may have any shape. */}}
{{- define "airflow.podReferences" -}}
{{- $found := dict -}}
{{- $kinds := dict "configMap" "ConfigMap" "configMapKeyRef" "ConfigMap" "configMapRef" "ConfigMap"
  "secret" "Secret" "secretKeyRef" "Secret" "secretRef" "Secret" "imagePullSecrets" "Secret" "azureFile" "Secret"
  "nodePublishSecretRef" "Secret" "persistentVolumeClaim" "PersistentVolumeClaim"
  "volumeAttributes" "SecretProviderClass" -}}
{{- $map := "\\{([^{}]|\\{[^{}]*\\})*\\}" -}}
{{- $pattern := printf "\"(%s)\":(%s|\\[(%s,?)*\\])" (keys $kinds | sortAlpha | join "|") $map $map -}}
{{- range regexFindAll $pattern (toJson .) -1 -}}
{{- range $key, $source := printf "{%s}" . | fromJson -}}
{{- $kind := index $kinds $key -}}
{{- range $source := kindIs "slice" $source | ternary $source (list $source) -}}
{{- /* A brace in a text ends what was found too early: it is not valid JSON, and not the name of an object. */ -}}
{{- $item := kindIs "map" . | ternary . dict -}}
{{- $name := $item.secretName | default $item.claimName | default $item.name -}}
{{- if eq "SecretProviderClass" $kind }}{{ $name = $item.secretProviderClass }}{{ end -}}
{{- with $name -}}
{{- $names := index $found $kind | default dict -}}
{{- $_ := set $names (toString .) (or (index $names (toString .)) (not $item.optional)) -}}
{{- $_ := set $found $kind $names -}}
{{- end }}{{ end }}{{ end }}{{ end -}}
{{- toJson $found -}}
{{- end }}

{{- /* Objects of extraObjects that a pod may refer to, as JSON: [{key, kind, name, namespace}]. */}}
{{- define "airflow.referableObjects" -}}
{{- $found := list -}}
{{- range $key, $object := .Values.extraObjects -}}
{{- range splitList "\n---" (kindIs "string" $object | ternary $object (toYaml $object)) -}}
{{- $parsed := fromYaml . -}}
{{- $metadata := kindIs "map" $parsed.metadata | ternary $parsed.metadata dict -}}
{{- if has (toString $parsed.kind) (list "ConfigMap" "Secret" "PersistentVolumeClaim") -}}
{{- $where := $metadata.namespace | default $.Release.Namespace -}}
{{- $found = append $found (dict "key" $key "kind" $parsed.kind "name" $metadata.name "namespace" $where) -}}
{{- end }}{{ end }}{{ end -}}
{{- toJson $found -}}
{{- end }}

{{- /* Sets .taskReferences, .taskObjects and .taskNeeds. */}}
{{- define "airflow.findTaskReferences" -}}
{{- $_ := set . "taskReferences" (include "airflow.podReferences" .taskPod.spec | fromJson) -}}
{{- $_ := set . "taskObjects" (include "airflow.referableObjects" . | fromJsonArray) -}}
{{- $made := dict "ConfigMap" (list (include "airflow.configName" .) "kube-root-ca.crt") -}}
{{- range $kind, $extras := dict "ConfigMap" .Values.extraConfigMaps "Secret" .extraSecrets -}}
{{- $_ := set $made $kind (concat (index $made $kind | default list) (keys ($extras | default dict))) -}}
{{- end -}}
{{- $_ := set . "taskNeeds" dict -}}
{{- range $namespace := .taskNamespaces -}}
{{- $needs := list -}}
{{- range $kind, $names := $.taskReferences -}}
{{- $here := index $made $kind | default list -}}
{{- range $.taskObjects -}}
{{- if and (eq .kind $kind) (eq .namespace $namespace) }}{{ $here = append $here .name }}{{ end -}}
{{- end -}}
{{- range $name, $needed := $names -}}
{{- if and $needed (not (has $name $here)) }}{{ $needs = append $needs (printf "%s %s" $kind $name) }}{{ end -}}
{{- end }}{{ end -}}
{{- $_ := set $.taskNeeds $namespace $needs -}}
{{- end -}}
{{- end }}

{{- define "airflow.worker.facts" -}}
{{- if .Values.tasks.podLauncher.everyTask }}
account: {{ .launched.account }}
{{- end }}
image: {{ include "airflow.taskImage" . | quote }}
pullPolicy: {{ .Values.images.pod_template.pullPolicy }}
{{- end }}
