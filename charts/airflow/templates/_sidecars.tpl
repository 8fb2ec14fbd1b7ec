{{- /* Containers beside the main one, with the data of files/sidecars.yaml. The context is that of a component, {root,
component, facts, settings, own}, with `as`: `init` for an init container, `native` for one that keeps running,
`sidecar` for any other. */ -}}

{{- /* Their volumes, as `airflow.ownVolumes` has them, beside that of Dags. The group of the pod may read the files of
Secrets: 0440. */}}
{{- define "airflow.sidecarVolumes" -}}
{{- $sync := .root.Values.dags.gitSync -}}
{{- $kerberos := .root.Values.kerberos -}}
{{- if include "airflow.gitSyncs" . -}},
"git-sync-tmp": {"volume": {"emptyDir": {}}}
{{- if or $sync.sshKey $sync.sshKeySecret }},
"git-sync-ssh-key": {"volume": {"secret": {
  "secretName": {{ $sync.sshKeySecret | default .root.sidecarSecrets.gitSync | toJson }}, "defaultMode": 288}}}
{{- end }}{{ end -}}
{{- if include "airflow.usesKerberos" . }},
"kerberos-ccache": {
  "volume": {"emptyDir": {}}, "mounts": [{"mountPath": {{ toJson $kerberos.ccacheMountPath }}}]},
"kerberos-keytab": {
  "volume": {"secret": {"secretName": {{ toJson .root.sidecarSecrets.kerberos }}, "defaultMode": 288}},
  "mounts": [{"mountPath": {{ toJson $kerberos.keytabPath }}, "subPath": "kerberos.keytab", "readOnly": true}]}
{{- end }}
{{- end }}

{{- /* Deletes old logs with the script of the official image, which looks for them below AIRFLOW_HOME. */}}
{{- define "airflow.logGroomer" -}}
{{- $groomer := .settings.logGroomerSidecar | default dict -}}
{{- if and $groomer.enabled (ne "TaskPod" .facts.kind) -}}
{{- $home := .root.Values.airflowHome -}}
{{- $env := dict "AIRFLOW_HOME" $home -}}
{{- range $name, $key := .root.tables.sidecars.logGroomer -}}
{{- with index $groomer $key }}{{ $_ := set $env $name . }}{{ end }}{{ end -}}
{{- $logs := merge (dict "name" "logs" "mountPath" (print $home "/logs")) (first .own.logs.mounts) -}}
{{- $mounts := list (dict "name" "tmp" "mountPath" "/tmp") $logs -}}
{{- $hooks := $groomer.containerLifecycleHooks | default .root.Values.containerLifecycleHooks -}}
{{- include "airflow.anyContainer" (dict "root" .root "facts" .facts "settings" $groomer
  "name" (print (include "airflow.labelOf" .) "-log-groomer")
  "fields" (merge (dict "lifecycle" $hooks) (pick $groomer "command" "args"))
  "env" (include "airflow.env" (dict "sources" (list $env $groomer.env)))
  "mounts" (list $mounts .root.Values.volumeMounts .settings.extraVolumeMounts)) -}}
{{- end }}
{{- end }}

{{- /* Sends the logs of tasks elsewhere. A native sidecar ends after the main container and sends its last lines. */}}
{{- define "airflow.logShipper" -}}
{{- $shipper := .root.Values.logs.shipper -}}
{{- if and $shipper.enabled .facts.sharedLogs (not .facts.readsLogs) -}}
{{- $logs := merge (dict "name" "logs" "readOnly" true) (first .own.logs.mounts) -}}
{{- $config := dict "name" "config" "mountPath" $shipper.configPath "subPath" "log-shipper" "readOnly" true -}}
{{- $mounts := list (dict "name" "tmp" "mountPath" "/tmp") $logs -}}
{{- if $shipper.config }}{{ $mounts = append $mounts $config }}{{ end -}}
{{- $fields := dict "lifecycle" $shipper.containerLifecycleHooks "restartPolicy" "Always" -}}
{{- include "airflow.anyContainer" (dict "root" .root "facts" .facts "settings" $shipper "name" "log-shipper"
  "image" (include "airflow.imageReference" $shipper.image) "pullPolicy" $shipper.image.pullPolicy
  "fields" (merge $fields (pick $shipper "command" "args")) "mounts" (list $mounts)
  "env" (include "airflow.env" (dict "sources" (list (dict "AIRFLOW_LOGS" $logs.mountPath) $shipper.env)))) -}}
{{- end }}
{{- end }}

{{- /* Gives the pod's own volume to the user of Airflow, where the driver of the volume ignores fsGroup. */}}
{{- define "airflow.volumePermissions" -}}
{{- $claim := .settings.persistence | default dict -}}
{{- if and $claim.fixPermissions (include "airflow.ownClaim" .) -}}
{{- $pod := mergeOverwrite (dict "fsGroup" .root.Values.gid) .root.podContext -}}
{{- $owner := printf "%s:%s" (include "airflow.text" $pod.runAsUser) (include "airflow.text" $pod.fsGroup) -}}
{{- $logs := merge (dict "name" "logs") (first .own.logs.mounts) -}}
{{- /* Only root may change owners; it gets no other right. */ -}}
{{- $root := dict "runAsUser" 0 "runAsNonRoot" false
  "capabilities" (dict "drop" (list "ALL") "add" (list "CHOWN" "DAC_OVERRIDE" "FOWNER")) -}}
{{- $contexts := dict "container" (mergeOverwrite $root (deepCopy $claim.securityContexts.container)) -}}
{{- include "airflow.anyContainer" (dict "root" .root "facts" .facts "name" "volume-permissions"
  "settings" (dict "resources" .settings.resources "securityContexts" $contexts)
  "fields" (dict "command" (list "chown" "-R" $owner $logs.mountPath)) "mounts" (list (list $logs))) -}}
{{- end }}
{{- end }}

{{- /* "true" for pods of workers, when they use Kerberos. */}}
{{- define "airflow.usesKerberos" -}}
{{- if and .root.kerberos (hasKey .settings "kerberosSidecar") }}true{{ end -}}
{{- end }}

{{- /* {…, as}: gets tickets by a keytab that only it reads. A native sidecar ends with the task. */}}
{{- define "airflow.kerberos" -}}
{{- $isInit := eq .as "init" -}}
{{- $own := index .settings ($isInit | ternary "kerberosInitContainer" "kerberosSidecar") | default dict -}}
{{- $sidecar := eq "TaskPod" .facts.kind | ternary "native" "sidecar" -}}
{{- if and $own.enabled (has .as (list "init" $sidecar)) -}}
{{- $fields := dict "args" ($isInit | ternary (list "kerberos" "-o") (list "kerberos"))
  "lifecycle" $own.containerLifecycleHooks "restartPolicy" (eq .as "native" | ternary "Always" "")
  "envFrom" (include "airflow.envFrom" . | fromJsonArray) -}}
{{- $mounts := include "airflow.mountsOf" (pick .own "config" "kerberos-ccache" "kerberos-keytab" "logs" "tmp") -}}
{{- include "airflow.anyContainer" (dict "root" .root "facts" .facts "settings" $own "image" .facts.image
  "name" ($isInit | ternary "kerberos-init" (print (include "airflow.labelOf" .) "-kerberos")) "fields" $fields
  "env" (include "airflow.containerEnv" .)
  "mounts" (list (fromJsonArray $mounts) .root.Values.volumeMounts .settings.extraVolumeMounts)) -}}
{{- end }}
{{- end }}

{{- /* {root, component}: what its pods have of git-sync, in the words of `as`. The one writer of a claim is the
dag-processor; a task needs no newer Dags than those with which it began. */}}
{{- define "airflow.gitSyncs" -}}
{{- if .root.Values.dags.gitSync.enabled -}}
{{- $dags := .root.Values.dags -}}
{{- $sidecar := $dags.gitSync.nativeSidecar | ternary "native" "sidecar" -}}
{{- $words := eq "TaskPod" (index .root.components .component).kind | ternary "init" (print "init " $sidecar) -}}
{{- if $dags.persistence.enabled }}{{ $words = eq .component "dag-processor" | ternary $sidecar "" }}{{ end -}}
{{- if include "airflow.readsDags" . }}{{ $words }}{{ end -}}
{{- end }}{{ end }}

{{- /* {…, as}: git-sync, which copies a repository of Dags into a volume. */}}
{{- define "airflow.gitSync" -}}
{{- if has .as (include "airflow.gitSyncs" . | splitList " ") -}}
{{- $dags := .root.Values.dags -}}
{{- $sync := $dags.gitSync -}}
{{- $image := .root.Values.images.gitSync -}}
{{- $isInit := eq .as "init" -}}
{{- $answers := and $sync.recommendedProbeSetting (not $isInit) -}}
{{- $hasKey := or $sync.sshKey $sync.sshKeySecret -}}
{{- $env := dict "GITSYNC_REF" ($sync.ref | default $sync.branch | default $sync.rev)
  "GITSYNC_HTTP_BIND" ($answers | ternary (printf ":%v" $sync.httpPort) nil) -}}
{{- $clone := $dags.persistence.enabled | ternary (pick $dags.persistence "subPath") dict -}}
{{- $mounts := list (merge (dict "name" "dags" "mountPath" "/git") (include "airflow.stated" $clone | fromJson)) -}}
{{- range $group, $holds := dict "always" true "init" $isInit "revision" (or $sync.branch (ne $sync.rev "HEAD"))
  "sshKey" $hasKey "knownHosts" (and $hasKey $sync.knownHosts) "unknownHosts" (and $hasKey (not $sync.knownHosts))
  "credentials" (and $sync.credentialsSecret (not $hasKey)) -}}
{{- if $holds -}}
{{- $row := index $.root.tables.sidecars.gitSync $group -}}
{{- $env = merge $env ($row.fixed | default dict) -}}
{{- range $name, $key := $row.values }}{{ $_ := set $env $name (index $sync $key) }}{{ end -}}
{{- range $row.secretKeys -}}
{{- $_ := dict "name" $sync.credentialsSecret "key" . | dict "secretKeyRef" | dict "valueFrom" | set $env . -}}
{{- end -}}
{{- $mounts = concat $mounts ($row.mounts | default list) -}}
{{- end }}{{ end -}}
{{- $fields := dict "envFrom" ($sync.envFrom | default "" | fromYamlArray) -}}
{{- if not $isInit -}}
{{- $_ := set $fields "lifecycle" $sync.containerLifecycleHooks -}}
{{- $_ := set $fields "restartPolicy" (eq .as "native" | ternary "Always" "") -}}
{{- $ports := list (dict "name" "git-sync" "containerPort" $sync.httpPort) -}}
{{- $_ := set $fields "ports" ($answers | ternary $ports nil) -}}
{{- $ask := $answers | ternary (dict "httpGet" (dict "path" "/" "port" $sync.httpPort)) dict -}}
{{- range $name, $probe := pick $sync "livenessProbe" ($answers | ternary "startupProbe" "readinessProbe") -}}
{{- $isOff := eq "false" (toString $probe.enabled) -}}
{{- $_ := set $fields $name ($isOff | ternary dict (merge (omit $probe "enabled") $ask)) -}}
{{- end }}{{ end -}}
{{- $uid := kindIs "invalid" .root.Values.uid | ternary nil $sync.uid -}}
{{- $user := include "airflow.stated" (dict "runAsUser" $uid) | fromJson -}}
{{- $contexts := dict "container" (mergeOverwrite $user (deepCopy $sync.securityContexts.container)) -}}
{{- include "airflow.anyContainer" (dict "root" .root "facts" (dict "airflow" false) "fields" $fields
  "name" (print $sync.containerName ($isInit | ternary "-init" ""))
  "image" (include "airflow.imageReference" $image) "pullPolicy" $image.pullPolicy
  "settings" (dict "resources" $sync.resources "securityContexts" $contexts)
  "env" (include "airflow.env" (dict "sources" (list $env $sync.env)))
  "mounts" (list $mounts $sync.extraVolumeMounts)) -}}
{{- end }}
{{- end }}
