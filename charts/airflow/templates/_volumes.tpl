{{- /* Volumes and mounts of a pod. Its root is read-only: everything that it writes to is named here. The context is
that of a component: {root, component, facts, settings}. */ -}}

{{- define "airflow.volumes" -}}
{{- $volumes := include "airflow.ownVolumes" . | fromYaml -}}
{{- $global := .facts.config | ternary .root.Values.volumes nil -}}
{{- $sources := list $volumes .facts.volumes $global .settings.extraVolumes -}}
{{- include "airflow.merged" (dict "root" .root "key" "name" "sources" $sources) -}}
{{- end }}

{{- define "airflow.ownVolumes" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $full := include "airflow.fullname" $root -}}
{{- $name := $root.Release.Name -}}
{{- $waits := include "airflow.waits" . -}}
tmp: {emptyDir: {}}
{{- if or $waits .facts.programs }}
programs: {configMap: {name: {{ $full }}-programs}}
{{- end }}
{{- if $waits }}
metadata:
  secret:
    secretName: {{ include "airflow.secretName" (dict "root" $root "secret" "metadata") }}
    items: [{key: connection, path: connection}]
{{- end }}
{{- if include "airflow.hasToken" . }}
{{- /* What Kubernetes mounts by itself, but for an hour (it extends 3607 s to a year) and in one container. */}}
token:
  projected:
    sources:
      - serviceAccountToken: {path: token, expirationSeconds: 3600}
      - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
      - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
{{- end }}
{{- /* The CSI driver brings a secret for the pod that mounts it. */}}
{{- range $row := $root.secretRows }}
{{- if and (has $.component $row.readers) (eq "secretsStore" ($row.remote | default dict).by) }}
store-{{ $row.name }}:
  csi:
    driver: secrets-store.csi.k8s.io
    readOnly: true
    volumeAttributes: {secretProviderClass: {{ $row.object }}}
{{- end }}{{ end }}
{{- if .facts.config }}
config: {configMap: {name: {{ $full }}-config}}
logs:
  {{- if and $values.logs.persistence.enabled .facts.sharedLogs }}
  persistentVolumeClaim: {claimName: {{ $values.logs.persistence.existingClaim | default (printf "%s-logs" $name) }}}
  {{- else }}
  emptyDir: {{ $values.logs.emptyDirConfig | default dict | toJson }}
  {{- end }}
{{- if and $values.dags.persistence.enabled .facts.readsDags }}
dags:
  persistentVolumeClaim: {claimName: {{ $values.dags.persistence.existingClaim | default (printf "%s-dags" $name) }}}
{{- end }}{{ end }}
{{- end }}

{{- define "airflow.volumeMounts" -}}
{{- $mounts := include "airflow.ownMounts" . | fromYamlArray -}}
{{- $global := .facts.config | ternary .root.Values.volumeMounts nil -}}
{{- $sources := list $mounts .facts.volumeMounts $global .settings.extraVolumeMounts -}}
{{- include "airflow.merged" (dict "root" .root "key" "mountPath" "sources" $sources) -}}
{{- end }}

{{- define "airflow.ownMounts" -}}
{{- $values := .root.Values -}}
{{- $home := $values.airflowHome -}}
- {name: tmp, mountPath: /tmp}
{{- if .facts.programs }}
- {name: programs, mountPath: /opt/programs, readOnly: true}
{{- end }}
{{- if include "airflow.hasToken" . }}
- {name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
{{- end }}
{{- range $row := .root.secretRows }}
{{- if and (has $.component $row.readers) (eq "secretsStore" ($row.remote | default dict).by) }}
- {name: store-{{ $row.name }}, mountPath: /run/secrets-store/{{ $row.name }}, readOnly: true}
{{- end }}{{ end }}
{{- if .facts.config }}
{{- $files := dict "airflow.cfg" "airflow.cfg" }}
{{- if $values.airflowLocalSettings }}
{{- $_ := set $files "airflow_local_settings.py" "config/airflow_local_settings.py" }}
{{- end }}
{{- $template := "pod_template_file.yaml" }}
{{- if .facts.podTemplate }}{{ $_ := set $files $template (printf "pod_templates/%s" $template) }}{{ end }}
{{- range $file, $path := $files }}
- {name: config, mountPath: {{ $home }}/{{ $path }}, subPath: {{ $file }}, readOnly: true}
{{- end }}
- name: logs
  mountPath: {{ $home }}/logs
  {{- if and .facts.sharedLogs $values.logs.persistence.enabled }}
  {{- with $values.logs.persistence.subPath }}
  subPath: {{ . | quote }}
  {{- end }}
  {{- if .facts.readsLogs }}
  readOnly: true
  {{- end }}{{ end }}
{{- if and $values.dags.persistence.enabled .facts.readsDags }}
- name: dags
  mountPath: {{ include "airflow.dagsFolder" .root | quote }}
  readOnly: true
  {{- with $values.dags.persistence.subPath }}
  subPath: {{ . | quote }}
  {{- end }}{{ end }}{{ end }}
{{- end }}
