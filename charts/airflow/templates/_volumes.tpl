{{- /* Volumes and mounts of a pod. Its root is read-only: everything that it writes to is named here. The context is
that of a component: {root, component, facts, settings}. */ -}}

{{- /* {…, own}: volumes of the chart and of values. */}}
{{- define "airflow.volumes" -}}
{{- $volumes := dict -}}
{{- range $name, $own := .own }}{{ $_ := set $volumes $name $own.volume }}{{ end -}}
{{- $global := .facts.config | ternary .root.Values.volumes nil -}}
{{- $sources := list $volumes .facts.volumes $global .settings.extraVolumes -}}
{{- $list := include "airflow.merged" (dict "key" "name" "sources" $sources) -}}
{{- with include "airflow.dagVolumes" . | fromJsonArray -}}
{{- $list = include "airflow.withIgnoreFile" (dict "root" $.root "volumes" (fromYamlArray $list) "names" .) -}}
{{- end -}}
{{- $list -}}
{{- end }}

{{- /* {…, own}: mounts of the main container. */}}
{{- define "airflow.volumeMounts" -}}
{{- $mounts := list -}}
{{- range $name, $own := .own -}}
{{- range $own.mounts }}{{ $mounts = append $mounts (merge . (dict "name" $name)) }}{{ end -}}
{{- end -}}
{{- $global := .facts.config | ternary .root.Values.volumeMounts nil -}}
{{- $sources := list $mounts .facts.volumeMounts $global .settings.extraVolumeMounts -}}
{{- include "airflow.merged" (dict "key" "mountPath" "sources" $sources) -}}
{{- end }}

{{- /* Mounts of values by which a running component never sees a changed ConfigMap or Secret, as JSON:
[{key, volume, path}]. */}}
{{- define "airflow.frozenMounts" -}}
{{- $found := list -}}
{{- $blocks := dict "volumeMounts" (dict "extraVolumeMounts" .Values.volumeMounts) -}}
{{- range .components -}}
{{- if eq "Deployment" .kind }}{{ $_ := set $blocks (print .key ".extraVolumeMounts") (index $.Values .key) }}{{ end -}}
{{- end -}}
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
{{- if $waits }},
"metadata": {"volume": {"secret": {
  "secretName": {{ toJson .root.secrets.metadata.object }}, "items": [{"key": "connection", "path": "connection"}]}}}
{{- end }}
{{- /* A component that calls the Kubernetes API gets what Kubernetes mounts by itself, but for an hour (it extends
3607 s to a year) and in one container. A task gets it only with the account of launchers. */}}
{{- $isStated := kindIs "bool" .settings.serviceAccount.automountServiceAccountToken }}
{{- $calls := has "kubernetes" (index .root.edges .component | default list) }}
{{- if and (not $isStated) (or .facts.account (and $calls (ne "TaskPod" .facts.kind))) }},
"token": {
  "mounts": [{"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}],
  "volume": {"projected": {"sources": [
    {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}},
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
{{- end -}},
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
{{- end }},
"logs": {"volume": {{ toJson $volume }}, "mounts": [{{ toJson $mount }}]}
{{- $dags := $values.dags.persistence }}
{{- if and $dags.enabled .facts.readsDags }}
{{- $mount := dict "mountPath" (include "airflow.dagsMount" .) "readOnly" true }}
{{- with $dags.subPath }}{{ $_ := set $mount "subPath" . }}{{ end }}
{{- $claim := $dags.existingClaim | default (printf "%s-dags" $name) }},
"dags": {
  "volume": {"persistentVolumeClaim": {"claimName": {{ toJson $claim }}}}, "mounts": [{{ toJson $mount }}]}
{{- end }}
{{- end }}
