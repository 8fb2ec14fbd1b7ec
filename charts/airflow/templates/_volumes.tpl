{{- /* What pods mount. The root is read-only, so that all a pod writes is named here. */ -}}

{{- define "airflow.volumes" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $facts := .facts -}}
{{- $full := include "airflow.fullname" $root -}}
{{- $volumes := dict "tmp" (dict "emptyDir" dict) -}}
{{- if or .waits $facts.programs }}{{ $_ := set $volumes "programs" (dict "configMap" (dict "name" (printf "%s-programs" $full))) }}{{ end -}}
{{- if .waits }}{{ $_ := set $volumes "metadata" (dict "secret" (dict "secretName" (include "airflow.secretName" (dict "root" $root "secret" "metadata")) "items" (list (dict "key" "connection" "path" "connection")))) }}{{ end -}}
{{- if include "airflow.ownToken" . }}{{ $_ := set $volumes "token" (include "airflow.tokenVolume" . | fromYaml) }}{{ end -}}
{{- range $row := include "airflow.storedRows" . | fromJsonArray }}{{ $_ := set $volumes (printf "store-%s" $row) (dict "csi" (dict "driver" "secrets-store.csi.k8s.io" "readOnly" true "volumeAttributes" (dict "secretProviderClass" (include "airflow.objectName" (dict "root" $root "component" $row))))) }}{{ end -}}
{{- $global := dict -}}
{{- if $facts.config -}}
{{- $_ := set $volumes "config" (dict "configMap" (dict "name" (printf "%s-config" $full))) -}}
{{- $claim := $values.logs.persistence -}}
{{- if and $claim.enabled $facts.sharedLogs -}}
{{- $_ := set $volumes "logs" (dict "persistentVolumeClaim" (dict "claimName" ($claim.existingClaim | default (printf "%s-logs" $root.Release.Name)))) -}}
{{- else -}}
{{- $_ := set $volumes "logs" (dict "emptyDir" ($values.logs.emptyDirConfig | default dict)) -}}
{{- end -}}
{{- if and $values.dags.persistence.enabled $facts.readsDags -}}
{{- $_ := set $volumes "dags" (dict "persistentVolumeClaim" (dict "claimName" ($values.dags.persistence.existingClaim | default (printf "%s-dags" $root.Release.Name)))) -}}
{{- end -}}
{{- if eq $facts.component "api-server" -}}
{{- with include "airflow.apiServerConfigMap" $root }}{{ $_ := set $volumes "api-server-config" (dict "configMap" (dict "name" .)) }}{{ end -}}
{{- end -}}
{{- $global = $values.volumes -}}
{{- end -}}
{{- include "airflow.merged" (dict "root" $root "key" "name" "sources" (list $volumes ($facts.volumes | default dict) $global .settings.extraVolumes)) -}}
{{- end }}

{{- /* What Kubernetes mounts by itself, but for an hour (not 3607 s, which the API server extends to a year) and for one container. */}}
{{- define "airflow.tokenVolume" -}}
projected:
  sources:
    - serviceAccountToken: {path: token, expirationSeconds: 3600}
    - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
    - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
{{- end }}

{{- define "airflow.volumeMounts" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $facts := .facts -}}
{{- $home := $values.airflowHome -}}
{{- $mounts := list (dict "name" "tmp" "mountPath" "/tmp") -}}
{{- if $facts.programs }}{{ $mounts = append $mounts (dict "name" "programs" "mountPath" "/opt/programs" "readOnly" true) }}{{ end -}}
{{- if include "airflow.ownToken" . }}{{ $mounts = append $mounts (dict "name" "token" "mountPath" "/var/run/secrets/kubernetes.io/serviceaccount" "readOnly" true) }}{{ end -}}
{{- range $row := include "airflow.storedRows" . | fromJsonArray }}{{ $mounts = append $mounts (dict "name" (printf "store-%s" $row) "mountPath" (printf "/run/secrets-store/%s" $row) "readOnly" true) }}{{ end -}}
{{- $global := dict -}}
{{- if $facts.config -}}
{{- $mounts = append $mounts (dict "name" "config" "mountPath" (printf "%s/airflow.cfg" $home) "subPath" "airflow.cfg" "readOnly" true) -}}
{{- if $values.airflowLocalSettings -}}
{{- $mounts = append $mounts (dict "name" "config" "mountPath" (printf "%s/config/airflow_local_settings.py" $home) "subPath" "airflow_local_settings.py" "readOnly" true) -}}
{{- end -}}
{{- if $facts.podTemplate -}}
{{- $mounts = append $mounts (dict "name" "config" "mountPath" (printf "%s/pod_templates/pod_template_file.yaml" $home) "subPath" "pod_template_file.yaml" "readOnly" true) -}}
{{- end -}}
{{- $logs := dict "name" "logs" "mountPath" (printf "%s/logs" $home) -}}
{{- if and $facts.sharedLogs $values.logs.persistence.enabled -}}
{{- with $values.logs.persistence.subPath }}{{ $_ := set $logs "subPath" . }}{{ end -}}
{{- if eq $facts.component "api-server" }}{{ $_ := set $logs "readOnly" true }}{{ end -}}
{{- end -}}
{{- $mounts = append $mounts $logs -}}
{{- if and $values.dags.persistence.enabled $facts.readsDags -}}
{{- $dags := dict "name" "dags" "mountPath" (include "airflow.dagsFolder" $root) "readOnly" true -}}
{{- with $values.dags.persistence.subPath }}{{ $_ := set $dags "subPath" . }}{{ end -}}
{{- $mounts = append $mounts $dags -}}
{{- end -}}
{{- if and (eq $facts.component "api-server") (include "airflow.apiServerConfigMap" $root) -}}
{{- $mounts = append $mounts (dict "name" "api-server-config" "mountPath" (printf "%s/webserver_config.py" $home) "subPath" "webserver_config.py" "readOnly" true) -}}
{{- end -}}
{{- $global = $values.volumeMounts -}}
{{- end -}}
{{- include "airflow.merged" (dict "root" $root "key" "mountPath" "sources" (list $mounts ($facts.volumeMounts | default list) $global .settings.extraVolumeMounts)) -}}
{{- end }}

{{- /* {root, facts} -> rows of the secret table that a pod reads and the CSI driver brings, as JSON: it does so for a pod that mounts them. */}}
{{- define "airflow.storedRows" -}}
{{- $rows := list -}}
{{- range $row, $remote := .root.delivered -}}
{{- if and (eq $remote.by "secretsStore") (has $.facts.component (index $.root.tables.secrets $row).readers) }}{{ $rows = append $rows $row }}{{ end -}}
{{- end -}}
{{- toJson $rows -}}
{{- end }}

{{- define "airflow.apiServerConfigMap" -}}
{{- if .Values.apiServer.apiServerConfigConfigMapName }}{{ .Values.apiServer.apiServerConfigConfigMapName }}
{{- else if .Values.apiServer.apiServerConfig }}{{ include "airflow.fullname" . }}-api-server-config{{ end -}}
{{- end }}
