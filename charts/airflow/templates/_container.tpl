{{- /* Containers of a pod, and their environment. The context is {root, component, facts, settings}. */ -}}

{{- define "airflow.container" -}}
{{- $values := .root.Values -}}
{{- $facts := .facts -}}
{{- $settings := .settings -}}
- name: {{ $facts.container }}
  image: {{ $facts.image | default (include "airflow.image" .root) }}
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
  {{- if and $values.extraEnvFrom (include "airflow.takesCustomEnv" .) }}
  envFrom: {{ fromYamlArray $values.extraEnvFrom | toJson }}
  {{- end }}
  {{- include "airflow.probes" . }}
  {{- $hooks := $facts.airflow | ternary $values.containerLifecycleHooks nil }}
  {{- with $settings.containerLifecycleHooks | default $hooks | default $facts.lifecycle }}
  lifecycle:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  resources:
    {{- include "airflow.yaml" $settings.resources | trim | default "{}" | nindent 4 }}
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
{{- $global := dict -}}
{{- $listed := list -}}
{{- if .facts.config -}}
{{- $common := dict "AIRFLOW_HOME" $values.airflowHome "CONNECTION_CHECK_MAX_COUNT" "0" -}}
{{- $variables = merge $common $variables (.root.datadog.env | default dict) -}}
{{- /* Variables win over airflow.cfg: one of the chart must not win over what config states. */ -}}
{{- range $name, $_ := $variables -}}
{{- $option := $name | trimPrefix "AIRFLOW__" | lower | replace "__" "." | index (index $.root.options $.component) -}}
{{- if hasPrefix "config." (($option).where | default "") }}{{ $_ := unset $variables $name }}{{ end -}}
{{- end -}}
{{- range index .root.secretsOf .component -}}
{{- $on := index ($values.enableBuiltInSecretEnvVars | default dict) (.variable | default "") -}}
{{- if and .variable (or (kindIs "invalid" $on) $on) -}}
{{- $_ := set $variables .variable (dict "valueFrom" (dict "secretKeyRef" (dict "name" .object "key" .key))) -}}
{{- end }}{{ end -}}
{{- end -}}
{{- if include "airflow.takesCustomEnv" . -}}
{{- $global = $values.env -}}
{{- range $values.secret -}}
{{- $reference := dict "secretKeyRef" (dict "name" .secretName "key" (default "value" .secretKey)) -}}
{{- $listed = append $listed (dict "name" .envName "valueFrom" $reference) -}}
{{- end -}}
{{- with $values.extraEnv -}}
{{- $listed = concat $listed (fromYamlArray .) -}}
{{- end }}{{ end -}}
{{- include "airflow.env" (dict "root" .root "sources" (list $variables $global $listed .settings.env)) -}}
{{- end }}

{{- /* "true" when the pod has the variables of the release; a Job can do without. */}}
{{- define "airflow.takesCustomEnv" -}}
{{- if and .facts.config (ne "false" (toString .settings.applyCustomEnv)) }}true{{ end -}}
{{- end }}

{{- /* Waits, without importing Airflow, until the database answers and has the tables of the image. Its Secret is a
volume, which the kubelet retries sooner than a variable. */}}
{{- define "airflow.waitContainer" -}}
{{- $values := .root.Values -}}
{{- $wait := .settings.waitForMigrations | default (dict "securityContexts" dict) -}}
{{- $programs := dict "name" "programs" "mountPath" "/opt/programs" "readOnly" true -}}
{{- $metadata := dict "name" "metadata" "mountPath" "/run/secrets/metadata" "readOnly" true -}}
{{- $mounts := list (list $programs $metadata) $values.volumeMounts .settings.extraVolumeMounts -}}
{{- $global := include "airflow.takesCustomEnv" . | empty | ternary nil $values.env -}}
{{- $env := list (dict "PYTHONUNBUFFERED" "1") $global $wait.env -}}
{{- $context := dict "root" .root "facts" .facts "settings" $wait -}}
- name: wait-for-airflow-{{ .facts.waitsFor }}
  image: {{ include "airflow.image" .root }}
  imagePullPolicy: {{ $values.images.airflow.pullPolicy }}
  command: [python, /opt/programs/wait_for_migrations.py]
  args:
    - {{ .facts.waitsFor }}
    - --timeout={{ int64 $values.images.migrationsWaitTimeout }}
    - --connection=/run/secrets/metadata/connection
  securityContext:
    {{- include "airflow.containerSecurityContext" $context | trim | nindent 4 }}
  env:
    {{- include "airflow.env" (dict "sources" $env) | trim | nindent 4 }}
  resources:
    {{- include "airflow.yaml" .settings.resources | trim | default "{}" | nindent 4 }}
  volumeMounts:
    {{- include "airflow.merged" (dict "root" .root "key" "mountPath" "sources" $mounts) | nindent 4 }}
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
