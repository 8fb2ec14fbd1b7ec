{{- /* Volumes and mounts of a pod. Its root is read-only: everything that it writes to is named here. The context is
that of a component: {root, component, facts, settings}. */ -}}

{{- /* {…, own}: volumes of the chart and of values. */}}
{{- define "airflow.volumes" -}}
{{- $volumes := dict -}}
{{- range $name, $own := .own }}{{ $_ := set $volumes $name $own.volume }}{{ end -}}
{{- $global := .facts.config | ternary .root.Values.volumes nil -}}
{{- $sources := list $volumes .facts.volumes $global .settings.extraVolumes -}}
{{- include "airflow.merged" (dict "root" .root "key" "name" "sources" $sources) -}}
{{- end }}

{{- /* {…, own}: mounts of the main container. */}}
{{- define "airflow.volumeMounts" -}}
{{- $mounts := list -}}
{{- range $name, $own := .own -}}
{{- range $own.mounts }}{{ $mounts = append $mounts (merge . (dict "name" $name)) }}{{ end -}}
{{- end -}}
{{- $global := .facts.config | ternary .root.Values.volumeMounts nil -}}
{{- $sources := list $mounts .facts.volumeMounts $global .settings.extraVolumeMounts -}}
{{- include "airflow.merged" (dict "root" .root "key" "mountPath" "sources" $sources) -}}
{{- end }}

{{- /* Volumes of the chart: name -> volume, and its mounts in the main container. */}}
{{- define "airflow.ownVolumes" -}}
{{- $waits := include "airflow.waits" . -}}
tmp: {volume: {emptyDir: {}}, mounts: [{mountPath: /tmp}]}
{{- if or $waits .facts.programs .facts.modules }}
programs:
  volume: {configMap: {name: {{ include "airflow.fullname" .root }}-programs}}
  mounts:
    {{- if .facts.programs }}
    - {mountPath: /opt/programs, readOnly: true}
    {{- end }}
    {{- /* Airflow imports what is in this folder. */}}
    {{- range .facts.modules }}
    - {mountPath: {{ $.root.Values.airflowHome }}/config/{{ . }}.py, subPath: {{ . }}.py, readOnly: true}
    {{- end }}
{{- end }}
{{- if $waits }}
metadata:
  volume: {secret: {secretName: {{ .root.secrets.metadata.object }}, items: [{key: connection, path: connection}]}}
{{- end }}
{{- /* A component that calls the Kubernetes API gets what Kubernetes mounts by itself, but for an hour (it extends
3607 s to a year) and in one container. A task gets it only with the account of launchers. */}}
{{- $isStated := kindIs "bool" .settings.serviceAccount.automountServiceAccountToken }}
{{- $calls := has "kubernetes" (index .root.edges .component | default list) }}
{{- if and (not $isStated) (or .facts.account (and $calls (ne "TaskPod" .facts.kind))) }}
token:
  mounts: [{mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}]
  volume:
    projected:
      sources:
        - serviceAccountToken: {path: token, expirationSeconds: 3600}
        - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
        - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
{{- end }}
{{- /* The CSI driver brings a secret for the pod that mounts it. */}}
{{- range index .root.secretsOf .component }}
{{- if eq "secretsStore" (.remote).by }}
store-{{ .name }}:
  mounts: [{mountPath: /run/secrets-store/{{ .name }}, readOnly: true}]
  volume:
    csi:
      driver: secrets-store.csi.k8s.io
      readOnly: true
      volumeAttributes: {secretProviderClass: {{ .object }}}
{{- end }}{{ end }}
{{- if .facts.config }}{{ include "airflow.configVolumes" . }}{{ end }}
{{- end }}

{{- /* The same that Airflow's configuration names: airflow.cfg, logs and Dags. */}}
{{- define "airflow.configVolumes" -}}
{{- $values := .root.Values -}}
{{- $name := .root.Release.Name -}}
{{- $files := dict "airflow.cfg" "airflow.cfg" -}}
{{- $settings := "airflow_local_settings.py" -}}
{{- $template := "pod_template_file.yaml" -}}
{{- if $values.airflowLocalSettings }}{{ $_ := set $files $settings (print "config/" $settings) }}{{ end -}}
{{- if .facts.podTemplate }}{{ $_ := set $files $template (print "pod_templates/" $template) }}{{ end }}
config:
  volume: {configMap: {name: {{ include "airflow.fullname" .root }}-config}}
  mounts:
    {{- range $file, $path := $files }}
    - {mountPath: {{ $values.airflowHome }}/{{ $path }}, subPath: {{ $file }}, readOnly: true}
    {{- end }}
{{- $logs := $values.logs.persistence }}
{{- $mount := dict "mountPath" (include "airflow.logsFolder" (list .root .component)) }}
logs:
  {{- if and $logs.enabled .facts.sharedLogs }}
  {{- with $logs.subPath }}{{ $_ := set $mount "subPath" . }}{{ end }}
  {{- with .facts.readsLogs }}{{ $_ := set $mount "readOnly" . }}{{ end }}
  volume:
    persistentVolumeClaim: {claimName: {{ $logs.existingClaim | default (printf "%s-logs" $name) }}}
  {{- else }}
  volume:
    emptyDir: {{ $values.logs.emptyDirConfig | default dict | toJson }}
  {{- end }}
  mounts: [{{ toJson $mount }}]
{{- $dags := $values.dags.persistence }}
{{- if and $dags.enabled .facts.readsDags }}
{{- $mount := dict "mountPath" (include "airflow.dagsMount" .) "readOnly" true }}
{{- with $dags.subPath }}{{ $_ := set $mount "subPath" . }}{{ end }}
dags:
  volume:
    persistentVolumeClaim: {claimName: {{ $dags.existingClaim | default (printf "%s-dags" $name) }}}
  mounts: [{{ toJson $mount }}]
{{- end }}
{{- end }}
