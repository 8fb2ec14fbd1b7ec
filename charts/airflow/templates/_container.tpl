{{- /* Containers of a pod, and their environment. The context is {root, component, facts, settings}. */ -}}

{{- define "airflow.container" -}}
{{- $facts := .facts -}}
{{- $settings := .settings -}}
{{- $hooks := $facts.airflow | ternary .root.Values.containerLifecycleHooks nil -}}
{{- $fields := dict "command" ($settings.command | default $facts.command)
  "args" (concat ($facts.firstArgs | default list) ($settings.args | default $facts.args | default list))
  "envFrom" (include "airflow.envFrom" . | fromJsonArray)
  "lifecycle" ($settings.containerLifecycleHooks | default $hooks | default $facts.lifecycle) -}}
{{- $fields = merge $fields (include "airflow.probes" . | fromJson) -}}
{{- if or $facts.ports $facts.udpPorts -}}
{{- $ports := $settings.extraPorts | default list -}}
{{- range $protocol, $named := dict "TCP" $facts.ports "UDP" $facts.udpPorts -}}
{{- range $name, $port := $named -}}
{{- $one := dict "name" $name "containerPort" $port -}}
{{- if eq $protocol "UDP" }}{{ $_ := set $one "protocol" "UDP" }}{{ end -}}
{{- $ports = append $ports $one -}}
{{- end }}{{ end -}}
{{- $_ := set $fields "ports" $ports -}}
{{- end -}}
{{- $mounts := include "airflow.mountsOf" (omit .own "kerberos-keytab") | fromJsonArray -}}
{{- $global := or $facts.config (hasKey $facts "globalVolumes") | ternary .root.Values.volumeMounts nil -}}
{{- $this := dict "name" $facts.container "image" $facts.image "pullPolicy" $facts.pullPolicy "fields" $fields
  "env" (include "airflow.containerEnv" .)
  "mounts" (list $mounts $facts.volumeMounts $global $settings.extraVolumeMounts) -}}
{{- include "airflow.anyContainer" (merge $this .) -}}
{{- end }}

{{- /* {root, facts, settings, name, image, pullPolicy, fields, env, mounts}: a container. `fields` are as Kubernetes
has them, `env` is YAML, and of `mounts`, a list of lists, the last at a path wins. */}}
{{- define "airflow.anyContainer" }}
- name: {{ .name }}
  image: {{ .image | default (include "airflow.image" .root) | quote }}
  imagePullPolicy: {{ .pullPolicy | default .root.Values.images.airflow.pullPolicy }}
  {{- range $key, $value := .fields }}
  {{- with $value }}{{ printf "%s: %s" $key (toJson .) | nindent 2 }}{{ end }}
  {{- end }}
  securityContext:
    {{- include "airflow.containerSecurityContext" . | trim | nindent 4 }}
  {{- with .env }}
  env:
    {{- . | trim | nindent 4 }}
  {{- end }}
  resources: {{ .settings.resources | default dict | toJson }}
  volumeMounts:
    {{- include "airflow.merged" (dict "key" "mountPath" "sources" .mounts) | nindent 4 }}
{{- end }}

{{- /* Probes as JSON. The request of one is a fact; its interval, and a command instead of it, are settings. */}}
{{- define "airflow.probes" -}}
{{- $probes := dict -}}
{{- range $name, $probe := .facts.probes -}}
{{- $numbers := index $.settings $name | default (dict "enabled" true) -}}
{{- if $numbers.enabled -}}
{{- with $numbers.command }}{{ $probe = dict "exec" (dict "command" .) }}{{ end -}}
{{- with $probe.httpGet -}}
{{- $_ := set . "scheme" ($numbers.scheme | default .scheme | default "HTTP") -}}
{{- with $numbers.path }}{{ $_ := set $probe.httpGet "path" . }}{{ end -}}
{{- end -}}
{{- $_ := set $probes $name (merge (omit $numbers "enabled" "command" "path" "scheme") $probe) -}}
{{- end }}{{ end -}}
{{- toJson $probes -}}
{{- end }}

{{- /* Variables of the chart, then those of values: global ones, then the component's own, which win. */}}
{{- define "airflow.containerEnv" -}}
{{- $values := .root.Values -}}
{{- $variables := .facts.env | default dict -}}
{{- if .facts.config -}}
{{- $common := dict "AIRFLOW_HOME" $values.airflowHome "CONNECTION_CHECK_MAX_COUNT" "0" -}}
{{- if include "airflow.usesKerberos" . -}}
{{- $cache := printf "%s/%s" $values.kerberos.ccacheMountPath $values.kerberos.ccacheFileName -}}
{{- $common = merge $common (dict "KRB5_CONFIG" $values.kerberos.configPath "KRB5CCNAME" $cache) -}}
{{- end -}}
{{- $variables = merge $common $variables (.root.datadog.env | default dict) -}}
{{- /* Variables win over airflow.cfg: one of the chart must not win over what config states. */ -}}
{{- range $name, $_ := $variables -}}
{{- $option := $name | trimPrefix "AIRFLOW__" | lower | replace "__" "." | index (index $.root.options $.component) -}}
{{- $stated := and (hasPrefix "config." (($option).where | default "")) (ne $name "AIRFLOW__CORE__EXECUTOR") -}}
{{- if $stated }}{{ $_ := unset $variables $name }}{{ end -}}
{{- end }}{{ end -}}
{{- range index .root.secretsOf .component -}}
{{- $on := index ($values.enableBuiltInSecretEnvVars | default dict) (.variable | default "") -}}
{{- if and .variable (or (kindIs "invalid" $on) $on) -}}
{{- $secret := dict "valueFrom" (dict "secretKeyRef" (dict "name" .object "key" .key)) -}}
{{- $name := .command | empty | ternary .variable (print .variable "_CMD") -}}
{{- $_ := set $variables $name (.command | default $secret) -}}
{{- end }}{{ end -}}
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
{{- $text := include "airflow.takesCustomEnv" . | empty | ternary nil .root.Values.extraEnvFrom -}}
{{- $text | default "" | fromYamlArray | toJson -}}
{{- end }}

{{- /* Init containers: those of values that must run before the wait can succeed, the wait, the others. A native
sidecar is one of the first, unless its `beforeWaiting`, a field of the chart's own, is false. */}}
{{- define "airflow.initContainers" -}}
{{- $before := list -}}
{{- $after := list -}}
{{- $wait := "" -}}
{{- if include "airflow.waits" . }}{{ $wait = include "airflow.waitContainer" . }}{{ end -}}
{{- $items := .settings.extraInitContainers | default list -}}
{{- range include "airflow.userContainers" (merge (dict "items" $items) .) | fromYamlArray -}}
{{- $sidecar := eq (.restartPolicy | default "") "Always" -}}
{{- $first := hasKey . "beforeWaiting" | ternary (eq (toString .beforeWaiting) "true") $sidecar -}}
{{- $container := omit . "beforeWaiting" -}}
{{- if and $wait $first }}{{ $before = append $before $container }}
{{- else }}{{ $after = append $after $container }}{{ end -}}
{{- end -}}
{{- include "airflow.volumePermissions" . -}}
{{- range $as := list "init" "native" }}{{ include "airflow.kerberos" (merge (dict "as" $as) $) }}{{ end -}}
{{- with $before }}{{ toYaml . | nindent 0 }}{{ end }}
{{- $wait }}
{{- range $as := list "init" "native" }}{{ include "airflow.gitSync" (merge (dict "as" $as) $) }}{{ end -}}
{{- include "airflow.logShipper" . }}
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
{{- $command := .root.secrets.metadata.command -}}
{{- $url := $command | empty | ternary "--connection=/run/secrets/metadata/connection" (print "--command=" $command) -}}
{{- $mounts := list (dict "name" "tmp" "mountPath" "/tmp") -}}
{{- if not $command }}{{ $mounts = append $mounts $metadata }}{{ end -}}
{{- $ca := include "airflow.mountsOf" (pick .own "database-ca") | fromJsonArray -}}
{{- $env := dict "before" (merge (dict "PYTHONUNBUFFERED" "1") .root.tokens) "after" $wait.env -}}
{{- $timeout := int64 $values.images.migrationsWaitTimeout | print "--timeout=" -}}
{{- $teams := list -}}
{{- range eq .facts.waitsFor "migrations" | ternary .root.teams.all nil -}}
{{- $teams = append $teams (print "--team=" .) -}}
{{- end -}}
{{- $fields := dict "command" (list "python" "/opt/programs/wait_for_migrations.py")
  "args" (concat (list .facts.waitsFor $timeout $url) $teams)
  "envFrom" (include "airflow.envFrom" . | fromJsonArray) -}}
{{- $settings := dict "resources" .settings.resources "securityContexts" $wait.securityContexts -}}
{{- include "airflow.anyContainer" (dict "root" .root "facts" .facts "settings" $settings "fields" $fields
  "name" (print "wait-for-airflow-" .facts.waitsFor) "env" (include "airflow.statedEnv" (merge $env .))
  "mounts" (list (append $ca $programs) $mounts $values.volumeMounts .settings.extraVolumeMounts)) -}}
{{- end }}

{{- /* The same with {items}: containers of values. One without a security context gets the chart's, or Pod Security
would refuse the pod; a stated one is used as it is. */}}
{{- define "airflow.userContainers" -}}
{{- $plain := dict "root" .root "facts" .facts "settings" (dict "securityContexts" dict) -}}
{{- $containers := list -}}
{{- range .items | empty | ternary list (include "airflow.named" . | fromYamlArray) -}}
{{- $context := include "airflow.containerSecurityContext" $plain | fromYaml -}}
{{- if kindIs "invalid" .securityContext }}{{ $_ := set . "securityContext" $context }}{{ end -}}
{{- $containers = append $containers . -}}
{{- end -}}
{{- if $containers }}{{ toYaml $containers }}{{ end -}}
{{- end }}
