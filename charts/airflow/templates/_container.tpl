{{- /* Containers of a pod, and their environment. The context is {root, component, facts, settings}. */ -}}

{{- define "airflow.container" -}}
{{- $values := .root.Values -}}
{{- $facts := .facts -}}
{{- $settings := .settings -}}
- name: {{ $facts.container }}
  image: {{ $facts.image | default (include "airflow.image" .root) | quote }}
  imagePullPolicy: {{ $facts.pullPolicy | default $values.images.airflow.pullPolicy }}
  {{- range $key := list "command" "args" }}
  {{- with index $settings $key | default (index $facts $key) }}
  {{- printf "%s: %s" $key (toJson .) | nindent 2 }}{{ end }}
  {{- end }}
  securityContext:
    {{- include "airflow.containerSecurityContext" . | trim | nindent 4 }}
  {{- with $facts.ports }}
  ports:
    {{- range $name, $port := . }}
    - name: {{ $name }}
      containerPort: {{ $port }}
    {{- end }}{{ end }}
  {{- with include "airflow.containerEnv" . }}
  env:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- include "airflow.envFrom" . }}
  {{- include "airflow.probes" . }}
  {{- $hooks := $facts.airflow | ternary $values.containerLifecycleHooks nil }}
  {{- with $settings.containerLifecycleHooks | default $hooks | default $facts.lifecycle }}
  lifecycle:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  resources:
    {{- with $settings.resources }}{{ include "airflow.yaml" . | trim | nindent 4 }}
    {{- else }}{{ nindent 4 "{}" }}{{ end }}
  volumeMounts:
    {{- include "airflow.volumeMounts" . | nindent 4 }}
{{- end }}

{{- /* The request of a probe is a fact; its interval, and a command instead of it, are settings. */}}
{{- define "airflow.probes" -}}
{{- range $name, $probe := .facts.probes }}
{{- $numbers := index $.settings $name }}
{{- if $numbers.enabled }}
{{- with $numbers.command }}{{ $probe = dict "exec" (dict "command" .) }}{{ end }}
{{- with $probe.httpGet }}
{{- $_ := set . "scheme" ($numbers.scheme | default .scheme | default "HTTP") }}
{{- with $numbers.path }}{{ $_ := set $probe.httpGet "path" . }}{{ end }}
{{- end }}
  {{ $name }}:
    {{- include "airflow.yaml" (merge (omit $numbers "enabled" "command" "path" "scheme") $probe) | trim | nindent 4 }}
{{- end }}{{ end }}
{{- end }}

{{- /* Variables of the chart, then those of values: global ones, then the component's own, which win. */}}
{{- define "airflow.containerEnv" -}}
{{- $values := .root.Values -}}
{{- $variables := .facts.env | default dict -}}
{{- if .facts.config -}}
{{- $common := dict "AIRFLOW_HOME" $values.airflowHome "CONNECTION_CHECK_MAX_COUNT" "0" -}}
{{- $variables = merge $common $variables (.root.datadog.env | default dict) -}}
{{- /* Variables win over airflow.cfg: one of the chart must not win over what config states. */ -}}
{{- range $name, $_ := $variables -}}
{{- $option := $name | trimPrefix "AIRFLOW__" | lower | replace "__" "." | index (index $.root.options $.component) -}}
{{- $stated := and (hasPrefix "config." (($option).where | default "")) (ne $name "AIRFLOW__CORE__EXECUTOR") -}}
{{- if $stated }}{{ $_ := unset $variables $name }}{{ end -}}
{{- end -}}
{{- range index .root.secretsOf .component -}}
{{- $on := index ($values.enableBuiltInSecretEnvVars | default dict) (.variable | default "") -}}
{{- if and .variable (or (kindIs "invalid" $on) $on) -}}
{{- $_ := set $variables .variable (dict "valueFrom" (dict "secretKeyRef" (dict "name" .object "key" .key))) -}}
{{- end }}{{ end }}{{ end -}}
{{- include "airflow.statedEnv" (merge (dict "before" $variables) .) -}}
{{- end }}

{{- /* {…, before, after}: the variables of values between those of the chart and those of one container. */}}
{{- define "airflow.statedEnv" -}}
{{- $global := dict -}}
{{- $listed := list -}}
{{- if include "airflow.takesCustomEnv" . -}}
{{- $global = .root.Values.env -}}
{{- range .root.Values.secret -}}
{{- $reference := dict "secretKeyRef" (dict "name" .secretName "key" (default "value" .secretKey)) -}}
{{- $listed = append $listed (dict "name" .envName "valueFrom" $reference) -}}
{{- end -}}
{{- with .root.Values.extraEnv -}}
{{- $listed = concat $listed (fromYamlArray .) -}}
{{- end }}{{ end -}}
{{- $sources := list .before $global $listed .settings.env .after -}}
{{- include "airflow.env" (dict "sources" $sources) -}}
{{- end }}

{{- define "airflow.envFrom" -}}
{{- if include "airflow.takesCustomEnv" . }}
{{- with .root.Values.extraEnvFrom }}
  envFrom: {{ fromYamlArray . | toJson }}
{{- end }}{{ end }}
{{- end }}

{{- /* Init containers: those of values that must run before the wait can succeed, the wait, the others. A native
sidecar is one of the first, unless its `beforeWaiting`, a field of the chart's own, is false. */}}
{{- define "airflow.initContainers" -}}
{{- $before := list -}}
{{- $after := list -}}
{{- $wait := "" -}}
{{- if include "airflow.waits" . }}{{ $wait = include "airflow.waitContainer" . }}{{ end -}}
{{- with .settings.extraInitContainers -}}
{{- range include "airflow.userContainers" (merge (dict "items" .) $) | fromYamlArray -}}
{{- $sidecar := eq (.restartPolicy | default "") "Always" -}}
{{- $first := hasKey . "beforeWaiting" | ternary (eq (toString .beforeWaiting) "true") $sidecar -}}
{{- $container := omit . "beforeWaiting" -}}
{{- if and $wait $first }}{{ $before = append $before $container }}
{{- else }}{{ $after = append $after $container }}{{ end -}}
{{- end }}{{ end -}}
{{- with $before }}{{ toYaml . | nindent 0 }}{{ end }}
{{- with $wait }}{{ . | nindent 0 }}{{ end }}
{{- with $after }}{{ toYaml . | nindent 0 }}{{ end }}
{{- end }}

{{- /* "true" when the pod has the variables of the release; a Job can do without. */}}
{{- define "airflow.takesCustomEnv" -}}
{{- if and .facts.config (ne "false" (toString .settings.applyCustomEnv)) }}true{{ end -}}
{{- end }}

{{- /* Waits, without importing Airflow, until the database answers and has the tables of the image. Its Secret is a
volume, which the kubelet retries sooner than a variable. Variables and mounts of values are those of the main
container, since a connection may need them, such as the file of a certificate authority. */}}
{{- define "airflow.waitContainer" -}}
{{- $values := .root.Values -}}
{{- $wait := .settings.waitForMigrations | default (dict "securityContexts" dict) -}}
{{- $programs := dict "name" "programs" "mountPath" "/opt/programs" "readOnly" true -}}
{{- $metadata := dict "name" "metadata" "mountPath" "/run/secrets/metadata" "readOnly" true -}}
{{- $mounts := list (list $programs $metadata) $values.volumeMounts .settings.extraVolumeMounts -}}
{{- $env := dict "before" (dict "PYTHONUNBUFFERED" "1") "after" $wait.env -}}
{{- $context := dict "root" .root "facts" .facts "settings" $wait -}}
- name: wait-for-airflow-{{ .facts.waitsFor }}
  image: {{ include "airflow.image" .root | quote }}
  imagePullPolicy: {{ $values.images.airflow.pullPolicy }}
  command: [python, /opt/programs/wait_for_migrations.py]
  args:
    - {{ .facts.waitsFor }}
    - --timeout={{ int64 $values.images.migrationsWaitTimeout }}
    - --connection=/run/secrets/metadata/connection
  securityContext:
    {{- include "airflow.containerSecurityContext" $context | trim | nindent 4 }}
  env:
    {{- include "airflow.statedEnv" (merge $env .) | trim | nindent 4 }}
  {{- include "airflow.envFrom" . }}
  resources:
    {{- with .settings.resources }}{{ include "airflow.yaml" . | trim | nindent 4 }}
    {{- else }}{{ nindent 4 "{}" }}{{ end }}
  volumeMounts:
    {{- include "airflow.merged" (dict "key" "mountPath" "sources" $mounts) | nindent 4 }}
{{- end }}

{{- /* The same with {items}: containers of values. One without a security context gets the chart's, or Pod Security
would refuse the pod; a stated one is used as it is. */}}
{{- define "airflow.userContainers" -}}
{{- $plain := dict "root" .root "facts" .facts "settings" (dict "securityContexts" dict) -}}
{{- $context := include "airflow.containerSecurityContext" $plain | fromYaml -}}
{{- $containers := list -}}
{{- range include "airflow.named" . | fromYamlArray -}}
{{- if kindIs "invalid" .securityContext }}{{ $_ := set . "securityContext" $context }}{{ end -}}
{{- $containers = append $containers . -}}
{{- end -}}
{{- if $containers }}{{ toYaml $containers }}{{ end -}}
{{- end }}
