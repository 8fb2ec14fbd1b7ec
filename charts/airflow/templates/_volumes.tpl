{{- /* Volumes and mounts of a pod. Its root is read-only: everything that it writes to is named here. The context is
that of a component: {root, component, facts, settings}. */ -}}

{{- /* {…, own}: volumes of the chart and of values. */}}
{{- define "airflow.volumes" -}}
{{- $volumes := dict -}}
{{- range $name, $own := .own }}{{ with $own.volume }}{{ $_ := set $volumes $name . }}{{ end }}{{ end -}}
{{- $global := or .facts.config (hasKey .facts "globalVolumes") | ternary .root.Values.volumes nil -}}
{{- $sources := list $volumes .facts.volumes $global .settings.extraVolumes -}}
{{- $list := include "airflow.merged" (dict "key" "name" "sources" $sources) -}}
{{- with include "airflow.dagVolumes" . | fromJsonArray -}}
{{- $list = include "airflow.withIgnoreFile" (dict "root" $.root "volumes" (fromYamlArray $list) "names" .) -}}
{{- end -}}
{{- $list -}}
{{- end }}

{{- /* Volumes as `airflow.ownVolumes` has them: their mounts as JSON. */}}
{{- define "airflow.mountsOf" -}}
{{- $mounts := list -}}
{{- range $name, $own := . -}}
{{- range $own.mounts }}{{ $mounts = append $mounts (merge . (dict "name" $name)) }}{{ end -}}
{{- end -}}
{{- toJson $mounts -}}
{{- end }}

{{- /* Mounts of values by which a running component never sees a changed ConfigMap or Secret, as JSON:
[{key, volume, path}]. */}}
{{- define "airflow.frozenMounts" -}}
{{- $found := list -}}
{{- $blocks := dict "volumeMounts" (dict "extraVolumeMounts" .Values.volumeMounts) -}}
{{- range $name, $row := .components -}}
{{- if and (eq "Deployment" .kind) (not (has $name $.off)) -}}
{{- $_ := set $blocks (print .key ".extraVolumeMounts") (index $.Values .key) -}}
{{- end }}{{ end -}}
{{- range $key, $block := $blocks -}}
{{- $mounts := dict "key" "mountPath" "sources" (list $block.extraVolumeMounts) -}}
{{- $volumes := dict "key" "name" "sources" (list $.Values.volumes $block.extraVolumes) -}}
{{- $linked := list -}}
{{- range include "airflow.merged" $volumes | fromYamlArray -}}
{{- if or .configMap .secret .projected .downwardAPI }}{{ $linked = append $linked .name }}{{ end -}}
{{- end -}}
{{- range include "airflow.merged" $mounts | fromYamlArray -}}
{{- if and (has .name $linked) (or .subPath .subPathExpr) -}}
{{- $found = append $found (dict "key" $key "volume" .name "path" .mountPath) -}}
{{- end }}{{ end }}{{ end -}}
{{- toJson $found -}}
{{- end }}

{{- /* Volumes of the chart as JSON, which Helm reads faster than YAML: name -> volume, and its mounts in the main
container. */}}
{{- define "airflow.ownVolumes" -}}
{{- $waits := include "airflow.waits" . -}}
{"tmp": {"volume": {"emptyDir": {}}, "mounts": [{"mountPath": "/tmp"}]}
{{- if .facts.readsDags }}{{ include "airflow.homeVolumes" . }}{{ end }}
{{- include "airflow.sidecarVolumes" . }}
{{- if or $waits .facts.programs .facts.modules }}
{{- $mounts := list }}
{{- if .facts.programs }}{{ $mounts = list (dict "mountPath" "/opt/programs" "readOnly" true) }}{{ end }}
{{- /* Airflow imports what is in this folder. */}}
{{- range .facts.modules }}
{{- $path := printf "%s/config/%s.py" $.root.Values.airflowHome . }}
{{- $mounts = append $mounts (dict "mountPath" $path "subPath" (print . ".py") "readOnly" true) }}
{{- end }},
"programs": {
  "volume": {"configMap": {"name": {{ include "airflow.fullname" .root | printf "%s-programs" | toJson }}}},
  "mounts": {{ toJson $mounts }}}
{{- end }}
{{- if and $waits (not .root.secrets.metadata.command) }},
"metadata": {"volume": {"secret": {
  "secretName": {{ toJson .root.secrets.metadata.object }}, "items": [{"key": "connection", "path": "connection"}]}}}
{{- end }}
{{- with .root.Values.data.metadataConnection.caSecret }}
{{- if and .name (include "airflow.callsDatabase" $) }},
"database-ca": {
  "mounts": [{"mountPath": "/run/secrets/database-ca", "readOnly": true}],
  "volume": {"secret": {"secretName": {{ toJson .name }}, "items": [{"key": {{ toJson .key }}, "path": "ca.crt"}]}}}
{{- end }}{{ end }}
{{- /* A component that calls the Kubernetes API gets what Kubernetes mounts by itself, but for an hour (it extends
3607 s to a year) and in one container. A task gets it only with the account of launchers. */}}
{{- $account := .settings.serviceAccount }}
{{- $isStated := kindIs "bool" $account.automountServiceAccountToken }}
{{- $own := $account.serviceAccountTokenVolume | default dict }}
{{- $asked := and $isStated (not $account.automountServiceAccountToken) $own.enabled | empty | not }}
{{- $volume := $asked | ternary $own (dict "volumeName" "token" "expirationSeconds" 3600
  "mountPath" "/var/run/secrets/kubernetes.io/serviceaccount") }}
{{- $token := merge (dict "path" "token") (pick $volume "audience" "expirationSeconds") }}
{{- $calls := has "kubernetes" (index .root.edges .component | default list) }}
{{- if and (or $asked (not $isStated)) (or .facts.account (and $calls (ne "TaskPod" .facts.kind))) }},
{{ toJson $volume.volumeName }}: {
  "mounts": [{"mountPath": {{ toJson $volume.mountPath }}, "readOnly": true}],
  "volume": {"projected": {"sources": [
    {"serviceAccountToken": {{ include "airflow.stated" $token }}},
    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
    {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}}]}}}
{{- end }}
{{- /* The CSI driver brings a secret for the pod that mounts it. */}}
{{- range index .root.secretsOf .component }}
{{- if eq "secretsStore" (.remote).by }},
"store-{{ .name }}": {
  "mounts": [{"mountPath": "/run/secrets-store/{{ .name }}", "readOnly": true}],
  "volume": {"csi": {"driver": "secrets-store.csi.k8s.io", "readOnly": true,
    "volumeAttributes": {"secretProviderClass": {{ toJson .object }}}}}}
{{- end }}{{ end }}
{{- if .facts.config }}{{ include "airflow.configVolumes" . }}{{ end }}}
{{- end }}

{{- /* More of the same, for the folders in which libraries of Dags keep files. A home folder that values mount has
them. */}}
{{- define "airflow.homeVolumes" -}}
{{- with $home := .root.Values.userHome | default "" | trimSuffix "/" -}}
{{- $sources := list $.root.Values.volumeMounts $.settings.extraVolumeMounts -}}
{{- $stated := include "airflow.merged" (dict "key" "mountPath" "sources" $sources) | fromYamlArray -}}
{{- $paths := list -}}
{{- range $stated }}{{ $paths = append $paths (trimSuffix "/" .mountPath) }}{{ end -}}
{{- range $folder := has $home $paths | ternary nil (list "cache" "config") }},
"home-{{ $folder }}": {
  "volume": {"emptyDir": {}}, "mounts": [{"mountPath": {{ printf "%s/.%s" $home $folder | toJson }}}]}
{{- end }}{{ end }}
{{- end }}

{{- /* More of the same, that Airflow's configuration names: airflow.cfg, logs and Dags. */}}
{{- define "airflow.configVolumes" -}}
{{- $values := .root.Values -}}
{{- $name := .root.Release.Name -}}
{{- $files := dict "airflow.cfg" "airflow.cfg" -}}
{{- $settings := "airflow_local_settings.py" -}}
{{- $template := "pod_template_file.yaml" -}}
{{- if $values.airflowLocalSettings }}{{ $_ := set $files $settings (print "config/" $settings) }}{{ end -}}
{{- if .facts.podTemplate }}{{ $_ := set $files $template (print "pod_templates/" $template) }}{{ end -}}
{{- $mounts := list -}}
{{- range $file, $path := $files -}}
{{- $path = print $values.airflowHome "/" $path -}}
{{- $mounts = append $mounts (dict "mountPath" $path "subPath" $file "readOnly" true) -}}
{{- end -}}
{{- $krb5 := dict "mountPath" $values.kerberos.configPath "subPath" "krb5.conf" "readOnly" true -}}
{{- if include "airflow.usesKerberos" . }}{{ $mounts = append $mounts $krb5 }}{{ end -}},
"config": {
  "volume": {"configMap": {"name": {{ include "airflow.configName" .root | toJson }}}},
  "mounts": {{ toJson $mounts }}}
{{- $logs := $values.logs.persistence }}
{{- $mount := dict "mountPath" (include "airflow.logsFolder" (list .root .component)) }}
{{- $volume := dict "emptyDir" ($values.logs.emptyDirConfig | default dict) }}
{{- if and $logs.enabled .facts.sharedLogs }}
{{- with $logs.subPath }}{{ $_ := set $mount "subPath" . }}{{ end }}
{{- with .facts.readsLogs }}{{ $_ := set $mount "readOnly" . }}{{ end }}
{{- $claim := $logs.existingClaim | default (printf "%s-logs" $name) }}
{{- $volume = dict "persistentVolumeClaim" (dict "claimName" $claim) }}
{{- else if include "airflow.ownClaim" . }}{{ $volume = dict }}{{ end }},
"logs": {"volume": {{ toJson $volume }}, "mounts": [{{ toJson $mount }}]}
{{- $sync := $values.dags.gitSync }}
{{- $dags := $values.dags.persistence }}
{{- $image := $values.dags.image }}
{{- if and .facts.readsDags (or $dags.enabled $sync.enabled $image.repository) }}
{{- $mount := dict "mountPath" (include "airflow.dagsMount" .) "readOnly" true }}
{{- $volume := dict "emptyDir" ($sync.emptyDirConfig | default dict) }}
{{- if $dags.enabled }}
{{- with $dags.subPath }}{{ $_ := set $mount "subPath" . }}{{ end }}
{{- $claim := $dags.existingClaim | default (printf "%s-dags" $name) }}
{{- $volume = dict "persistentVolumeClaim" (dict "claimName" $claim) }}
{{- else if $image.repository }}
{{- with $image.subPath }}{{ $_ := set $mount "subPath" . }}{{ end }}
{{- $source := dict "reference" (include "airflow.imageReference" $image) "pullPolicy" $image.pullPolicy }}
{{- $volume = dict "image" $source }}
{{- end }},
"dags": {"volume": {{ toJson $volume }}, "mounts": [{{ toJson $mount }}]}
{{- end }}
{{- end }}

{{- /* Name of the volume that is a claim of each pod: a fact, or `logs`, unless all pods share them. */}}
{{- define "airflow.ownClaim" -}}
{{- $isShared := and .root.Values.logs.persistence.enabled .facts.sharedLogs -}}
{{- $usual := and .facts.config (not $isShared) | ternary "logs" "" -}}
{{- if (.settings.persistence).enabled }}{{ .facts.claim | default $usual }}{{ end -}}
{{- end }}

{{- /* {claim, mode}: the specification of a claim. */}}
{{- define "airflow.claimSpec" -}}
accessModes: [{{ .mode }}]
resources: {requests: {storage: {{ quote .claim.size }}}}
{{- with .claim.storageClassName }}
storageClassName: {{ eq . "-" | ternary "" . | quote }}
{{- end }}
{{- end }}
