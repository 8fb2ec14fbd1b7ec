{{- /* Names, labels and images: every one is made here. Names are those of the official chart. */ -}}

{{- define "airflow.standardName" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "airflow.fullname" -}}
{{- if .Values.useStandardNaming }}{{ include "airflow.standardName" . }}{{ else }}{{ .Release.Name }}{{ end -}}
{{- end }}

{{- /* {root, component, suffix}: name of a component's workload and Service, and of a Secret; other objects have a
suffix of their own. */}}
{{- define "airflow.objectName" -}}
{{- $row := index .root.components .component | default dict -}}
{{- if eq "release" (toString $row.named) }}{{ .root.Release.Name }}
{{- else }}{{ include "airflow.fullname" .root }}{{ end }}-{{ .suffix | default .component }}
{{- end }}

{{- /* {root, component, namespace}: the given namespace, else the one that the component's row says. */}}
{{- define "airflow.namespaceOf" -}}
{{- $row := index .root.components .component | default dict -}}
{{- if .namespace }}{{ .namespace }}
{{- else if eq "tasks" (toString $row.namespace) }}{{ first .root.taskNamespaces }}
{{- else }}{{ .root.Release.Namespace }}{{ end -}}
{{- end }}

{{- /* {root, component, settings}: the ServiceAccount of a component; without settings, those of values count. */}}
{{- define "airflow.accountOf" -}}
{{- $row := index .root.components .component | default (dict "key" "") -}}
{{- $account := (.settings | default (index .root.Values $row.key)).serviceAccount -}}
{{- if $account.name }}{{ $account.name }}
{{- else if $account.create }}{{ include "airflow.standardName" .root }}-{{ $row.account | default .component }}
{{- else }}default{{ end -}}
{{- end }}

{{- /* {root, component, name, suffix, namespace, clusterWide, settings, labels, annotations}: metadata of an object, in
the namespace of its component unless another is given; `labels` are further ones. */}}
{{- define "airflow.metadata" -}}
metadata:
  name: {{ .name | default (include "airflow.objectName" .) | quote }}
  {{- if not .clusterWide }}
  namespace: {{ include "airflow.namespaceOf" . | quote }}
  {{- end }}
  labels:
    {{- include "airflow.labels" . | nindent 4 }}
    chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
    heritage: {{ .root.Release.Service }}
  {{- with .annotations }}
  annotations:
    {{- include "airflow.yaml" . | trim | nindent 4 }}
  {{- end }}
{{- end }}

{{- /* {root, component, settings, labels}: labels of a pod: the official chart's, of which selectors are made, those
by which Kubernetes tools group objects, the given ones, and those of values, which win. */}}
{{- define "airflow.labels" -}}
{{- $isUsual := not (or .labels (.settings).labels) -}}
{{- $text := $isUsual | ternary (get .root.usualLabels .component) "" -}}
{{- if not $text -}}
{{- $text = include "airflow.madeLabels" . -}}
{{- if $isUsual }}{{ $_ := set .root.usualLabels .component $text }}{{ end -}}
{{- end -}}
{{- $text -}}
{{- end }}

{{- /* The same; those without labels of their own are made once a component. */}}
{{- define "airflow.madeLabels" -}}
{{ include "airflow.selector" . }}
{{- $values := .root.Values -}}
{{- $labels := dict -}}
{{- with .labels }}{{ $labels = merge $labels . }}{{ end -}}
{{- with $values.environment }}{{ $_ := set $labels "environment" . }}{{ end -}}
{{- with $values.team }}{{ $_ := set $labels "team" . }}{{ end -}}
{{- range list $values.labels (.settings).labels -}}
{{- with . }}{{ $labels = mergeOverwrite $labels . }}{{ end -}}
{{- end -}}
{{- $standard := dict "component" .component "instance" .root.Release.Name "managed-by" .root.Release.Service
  "name" .root.Chart.Name -}}
{{- range $key, $value := $standard }}
{{- $key = print "app.kubernetes.io/" $key }}
{{- if not (hasKey $labels $key) }}
{{ $key }}: {{ $value | quote }}
{{- end }}{{ end }}
{{- with $labels }}{{ include "airflow.yaml" . }}{{ end }}
{{- end }}

{{- define "airflow.selector" -}}
tier: airflow
component: {{ .component }}
release: {{ .root.Release.Name | quote }}
{{- end }}

{{- /* The image of Airflow; a digest wins over a tag. */}}
{{- define "airflow.image" -}}
{{- $image := .Values.images.airflow -}}
{{- $repository := $image.repository | default .Values.defaultAirflowRepository -}}
{{- $tag := $image.tag | default .Values.defaultAirflowTag -}}
{{- $isDefault := not (or $image.repository $image.tag $image.digest) -}}
{{- $digest := ternary .Values.defaultAirflowDigest $image.digest $isDefault -}}
{{- include "airflow.imageReference" (dict "repository" $repository "tag" $tag "digest" $digest) -}}
{{- end }}

{{- /* The image of task pods: that of the release, unless values name another. */}}
{{- define "airflow.taskImage" -}}
{{- $image := .Values.images.pod_template -}}
{{- if or $image.repository $image.tag $image.digest -}}
{{- $base := .Values.images.airflow -}}
{{- $repository := $image.repository | default $base.repository | default .Values.defaultAirflowRepository -}}
{{- $tag := $image.tag | default $base.tag | default .Values.defaultAirflowTag -}}
{{- include "airflow.imageReference" (dict "repository" $repository "tag" $tag "digest" $image.digest) -}}
{{- else -}}
{{- include "airflow.image" . -}}
{{- end -}}
{{- end }}

{{- define "airflow.imageReference" -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag }}{{ end -}}
{{- end }}

{{- /* The version of Airflow: what the tag begins with, unless airflowVersion says it. */}}
{{- define "airflow.version" -}}
{{- $tag := .Values.images.airflow.tag | default .Values.defaultAirflowTag -}}
{{- .Values.airflowVersion | default (regexFind "^[0-9]+\\.[0-9]+(\\.[0-9]+)?" (toString $tag)) -}}
{{- end }}
