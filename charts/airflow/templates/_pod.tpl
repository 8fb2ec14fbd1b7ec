{{- /* One pod for all: Deployments, StatefulSets, Jobs and the template of task pods. What holds for pods holds for tasks. */ -}}

{{- /* {root, facts, settings} -> the metadata and spec of a pod. */}}
{{- define "airflow.pod" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $facts := .facts -}}
{{- $settings := .settings -}}
{{- $spec := include "airflow.podSpec" . -}}
metadata:
  {{- with $facts.podName }}
  name: {{ . }}
  {{- end }}
  labels:
    {{- include "airflow.podLabels" (dict "root" $root "component" $facts.component "settings" $settings "more" ($facts.config | ternary $root.datadog.labels nil)) | nindent 4 }}
  annotations:
    {{- include "airflow.podAnnotations" . | nindent 4 }}
spec:
  {{- if $settings.pod }}
  {{- $parsed := fromYaml $spec }}
  {{- if $parsed.Error }}{{ include "airflow.refuse" (include "airflow.refusals.pod" $facts.component) }}{{ end }}
  {{- toYaml (mergeOverwrite $parsed (deepCopy $settings.pod)) | nindent 2 }}
  {{- else }}
  {{- $spec | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* Whether autoscalers may move the pod, checksums of what it reads, and what values say. */}}
{{- define "airflow.podAnnotations" -}}
{{- $root := .root -}}
{{- $facts := .facts -}}
{{- $annotations := dict -}}
{{- if hasKey .settings "safeToEvict" -}}
{{- $_ := set $annotations "cluster-autoscaler.kubernetes.io/safe-to-evict" (toString .settings.safeToEvict) -}}
{{- if not .settings.safeToEvict }}{{ $_ := set $annotations "karpenter.sh/do-not-disrupt" "true" }}{{ end -}}
{{- end -}}
{{- range $name, $row := $root.tables.secrets -}}
{{- if has $facts.component $row.readers -}}
{{- $what := dict "root" $root "secret" $name -}}
{{- $revision := index ($root.Values.secretRevisions | default dict) $name | default "" -}}
{{- $remote := "" -}}
{{- with index $root.delivered $name }}{{ $remote = toJson . }}{{ end -}}
{{- $_ := set $annotations (printf "checksum/%s" $name) (print (include "airflow.secretName" $what) (include "airflow.secretText" $what) $revision $remote | sha256sum | trunc 16) -}}
{{- end -}}
{{- end -}}
{{- if $facts.airflow -}}
{{- $read := $facts.checksums | default dict -}}
{{- if and $facts.config (ne $facts.component "worker") }}{{ $_ := set $read "airflow-config" $root.commonConfig }}{{ end -}}
{{- if $facts.spread -}}
{{- range $what, $extra := dict "extra-configmaps" $root.Values.extraConfigMaps "extra-secrets" $root.Values.extraSecrets }}{{ with $extra }}{{ $_ := set $read $what (tpl (toYaml .) $root) }}{{ end }}{{ end -}}
{{- end -}}
{{- range $what, $text := $read }}{{ $_ := set $annotations (printf "checksum/%s" $what) (sha256sum $text | trunc 16) }}{{ end -}}
{{- if and $facts.config $root.datadog.labels }}{{ $annotations = merge $annotations (include "airflow.datadogAnnotations" . | fromJson) }}{{ end -}}
{{- $annotations = mergeOverwrite $annotations (deepCopy ($root.Values.airflowPodAnnotations | default dict)) -}}
{{- end -}}
{{- /* A Job's `annotations` are its pods': the Job itself has jobAnnotations. */ -}}
{{- $own := hasKey .settings "jobAnnotations" | ternary .settings.annotations .settings.podAnnotations -}}
{{- toYaml (mergeOverwrite $annotations (deepCopy ($own | default dict))) -}}
{{- end }}

{{- define "airflow.podSpec" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $facts := .facts -}}
{{- $settings := .settings -}}
{{- $waits := and $facts.waitsFor (or (not $settings.waitForMigrations) $settings.waitForMigrations.enabled) -}}
serviceAccountName: {{ include "airflow.serviceAccountName" (dict "root" $root "settings" $settings "suffix" $facts.account) }}
automountServiceAccountToken: {{ eq (toString .settings.serviceAccount.automountServiceAccountToken) "true" }}
{{- if $values.userNamespaces }}
hostUsers: false
{{- end }}
enableServiceLinks: false
{{- with $facts.restartPolicy }}
restartPolicy: {{ . }}
{{- end }}
{{- if not (kindIs "invalid" $settings.terminationGracePeriodSeconds) }}
terminationGracePeriodSeconds: {{ int64 $settings.terminationGracePeriodSeconds }}
{{- end }}
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ if kindIs "map" . }}{{ .name }}{{ else }}{{ . }}{{ end }}
  {{- end }}
{{- end }}
{{- range $key := list "nodeSelector" "affinity" "tolerations" "topologySpreadConstraints" "priorityClassName" "schedulerName" "runtimeClassName" "hostAliases" }}
{{- with index $settings $key | default (index $values $key) }}
{{ $key }}: {{ toJson . }}
{{- end }}
{{- end }}
{{- if and $facts.spread (not ($settings.affinity | default $values.affinity)) }}
affinity:
  {{- include "airflow.apart" (dict "root" $root "component" $facts.component) | nindent 2 }}
{{- end }}
securityContext:
  {{- include "airflow.podSecurityContext" . | nindent 2 }}
{{- if or $waits $settings.extraInitContainers }}
initContainers:
  {{- if $waits }}
  {{- include "airflow.waitContainer" . | nindent 2 }}
  {{- end }}
  {{- with $settings.extraInitContainers }}
  {{- include "airflow.userContainers" (dict "root" $root "facts" $facts "items" .) | nindent 2 }}
  {{- end }}
{{- end }}
containers:
  {{- include "airflow.container" . | nindent 2 }}
  {{- with $settings.extraContainers }}
  {{- include "airflow.userContainers" (dict "root" $root "facts" $facts "items" .) | nindent 2 }}
  {{- end }}
volumes:
  {{- include "airflow.volumes" (merge (dict "waits" $waits) .) | nindent 2 }}
{{- end }}

{{- /* Two pods of a component rather not on one node. */}}
{{- define "airflow.apart" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "airflow.selector" . | nindent 12 }}
{{- end }}

{{- /* "true" for those who call the Kubernetes API, which the traffic table knows: they get a token of their own that lives an hour. One that is mounted by itself is good for a year. A task that launches pods asks for its token itself. */}}
{{- define "airflow.ownToken" -}}
{{- if and (kindIs "invalid" .settings.serviceAccount.automountServiceAccountToken) (ne .facts.component "worker") -}}
{{- include "airflow.calls" (dict "root" .root "caller" .facts.component "callee" "kubernetes") -}}
{{- end -}}
{{- end }}

{{- define "airflow.podSecurityContext" -}}
{{- $values := .root.Values -}}
{{- $context := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") "fsGroupChangePolicy" "OnRootMismatch" -}}
{{- if .facts.airflow -}}
{{- if not (kindIs "invalid" $values.uid) }}{{ $_ := set $context "runAsUser" $values.uid }}{{ end -}}
{{- if not (kindIs "invalid" $values.gid) }}{{ $_ := set $context "runAsGroup" $values.gid }}{{ $_ := set $context "fsGroup" $values.gid }}{{ end -}}
{{- $context = mergeOverwrite $context (deepCopy ($values.securityContexts.pod | default dict)) -}}
{{- end -}}
{{- toYaml (mergeOverwrite $context (deepCopy (.settings.securityContexts.pod | default dict))) -}}
{{- end }}

{{- define "airflow.containerSecurityContext" -}}
{{- $context := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- if .facts.airflow }}{{ $context = mergeOverwrite $context (deepCopy (.root.Values.securityContexts.containers | default dict)) }}{{ end -}}
{{- toYaml (mergeOverwrite $context (deepCopy (.settings.securityContexts.container | default dict))) -}}
{{- end }}

{{- /* {root, facts, items}: containers of values. One without a security context gets the chart's, or Pod Security would refuse the pod; its own wins whole. */}}
{{- define "airflow.userContainers" -}}
{{- $text := include "airflow.named" (dict "root" .root "items" .items) -}}
{{- $context := include "airflow.containerSecurityContext" (dict "root" .root "facts" .facts "settings" (dict "securityContexts" dict)) | fromYaml -}}
{{- $containers := list -}}
{{- range fromYamlArray $text -}}
{{- if kindIs "invalid" .securityContext }}{{ $_ := set . "securityContext" $context }}{{ end -}}
{{- $containers = append $containers . -}}
{{- end -}}
{{- if $containers }}{{ toYaml $containers }}{{ end -}}
{{- end }}

{{- define "airflow.container" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $facts := .facts -}}
{{- $settings := .settings -}}
- name: {{ $facts.container }}
  image: {{ $facts.image | default (include "airflow.image" $root) }}
  imagePullPolicy: {{ $facts.pullPolicy | default $values.images.airflow.pullPolicy }}
  {{- with $settings.command | default $facts.command }}
  command: {{ include "airflow.words" (dict "root" $root "words" .) }}
  {{- end }}
  {{- with $settings.args | default $facts.args }}
  args: {{ include "airflow.words" (dict "root" $root "words" .) }}
  {{- end }}
  securityContext:
    {{- include "airflow.containerSecurityContext" . | nindent 4 }}
  {{- with $facts.ports }}
  ports:
    {{- range $name, $port := . }}
    - {name: {{ $name }}, containerPort: {{ $port }}}
    {{- end }}
  {{- end }}
  {{- with include "airflow.containerEnv" . }}
  env:
    {{- . | indent 4 }}
  {{- end }}
  {{- if and $facts.config $values.extraEnvFrom }}
  envFrom: {{ fromYamlArray (tpl $values.extraEnvFrom $root) | toJson }}
  {{- end }}
  {{- range $name, $probe := $facts.probes }}
  {{- $numbers := index $settings $name }}
  {{- if $numbers.enabled }}
  {{- with $numbers.command }}{{ $probe = dict "exec" (dict "command" .) }}{{ end }}
  {{- if $probe.httpGet }}{{ $probe = dict "httpGet" (merge (dict "scheme" ($numbers.scheme | default "HTTP")) $probe.httpGet) }}{{ end }}
  {{ $name }}: {{ merge (dict) (omit $numbers "enabled" "command" "scheme") $probe | toJson }}
  {{- end }}
  {{- end }}
  {{- with $settings.containerLifecycleHooks | default ($facts.airflow | ternary $values.containerLifecycleHooks nil) | default $facts.lifecycle }}
  lifecycle:
    {{- tpl (toYaml .) $root | nindent 4 }}
  {{- end }}
  resources: {{ toJson $settings.resources }}
  volumeMounts:
    {{- include "airflow.volumeMounts" . | nindent 4 }}
{{- end }}

{{- /* Built-in variables, then what values say: global, then the component's own. */}}
{{- define "airflow.containerEnv" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $component := .facts.component -}}
{{- $built := .facts.env | default dict -}}
{{- $global := dict -}}
{{- $more := list -}}
{{- if .facts.config -}}
{{- $built = merge (dict "AIRFLOW_HOME" $values.airflowHome "CONNECTION_CHECK_MAX_COUNT" "0") $built -}}
{{- with $root.datadog.env }}{{ $built = merge (dict) $built . }}{{ end -}}
{{- range $name, $row := $root.tables.secrets -}}
{{- $on := index ($values.enableBuiltInSecretEnvVars | default dict) ($row.variable | default "") -}}
{{- if and $row.variable (has $component $row.readers) (or (kindIs "invalid" $on) $on) -}}
{{- $_ := set $built $row.variable (dict "valueFrom" (dict "secretKeyRef" (dict "name" (include "airflow.secretName" (dict "root" $root "secret" $name)) "key" $row.key))) -}}
{{- end -}}
{{- end -}}
{{- $global = $values.env -}}
{{- range $values.secret -}}
{{- $more = append $more (dict "name" .envName "valueFrom" (dict "secretKeyRef" (dict "name" .secretName "key" (default "value" .secretKey)))) -}}
{{- end -}}
{{- with $values.extraEnv }}{{ $more = concat $more (fromYamlArray (tpl . $root)) }}{{ end -}}
{{- end -}}
{{- include "airflow.env" (dict "root" $root "sources" (list $built $global $more .settings.env)) -}}
{{- end }}

{{- /* Waits, cheaply, until the database answers and holds the tables of the image. Its Secret is a volume, which the kubelet tries again sooner than a variable. */}}
{{- define "airflow.waitContainer" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $wait := .settings.waitForMigrations | default (dict "env" dict "securityContexts" (dict "container" dict)) -}}
{{- $mounts := list (dict "name" "programs" "mountPath" "/opt/programs" "readOnly" true) (dict "name" "metadata" "mountPath" "/run/secrets/metadata" "readOnly" true) -}}
- name: wait-for-airflow-{{ .facts.waitsFor }}
  image: {{ include "airflow.image" $root }}
  imagePullPolicy: {{ $values.images.airflow.pullPolicy }}
  command: [python, /opt/programs/wait_for_migrations.py]
  args: [{{ .facts.waitsFor }}, --timeout={{ $values.images.migrationsWaitTimeout }}, --connection=/run/secrets/metadata/connection]
  securityContext:
    {{- include "airflow.containerSecurityContext" (dict "root" $root "facts" .facts "settings" $wait) | nindent 4 }}
  env:
    {{- include "airflow.env" (dict "sources" (list (dict "PYTHONUNBUFFERED" "1") $values.env $wait.env)) | indent 4 }}
  resources: {{ toJson .settings.resources }}
  volumeMounts:
    {{- include "airflow.merged" (dict "root" $root "key" "mountPath" "sources" (list $mounts $values.volumeMounts .settings.extraVolumeMounts)) | nindent 4 }}
{{- end }}
