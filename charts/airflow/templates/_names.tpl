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

{{- /* {root, component}: the value of a component's label, by which its objects are named. */}}
{{- define "airflow.labelOf" -}}
{{- (index .root.components .component | default dict).label | default .component -}}
{{- end }}

{{- /* {root, component, suffix, set, kind}: name of a component's workload and Service, and of a Secret; other objects
have a suffix of their own, or the `kind` before the name of a set of workers. */}}
{{- define "airflow.objectName" -}}
{{- $row := index .root.components .component | default dict -}}
{{- $start := eq "release" (toString $row.named) | ternary .root.Release.Name (include "airflow.fullname" .root) -}}
{{- compact (list $start (.suffix | default (include "airflow.labelOf" .)) .kind .set) | join "-" -}}
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
{{- else if $account.create }}
{{- $suffix := $row.account | default $row.label | default .component -}}
{{- compact (list (include "airflow.standardName" .root) $suffix .set) | join "-" }}
{{- else }}default{{ end -}}
{{- end }}

{{- /* [apiVersion and kind, context of airflow.metadata]: every object begins with it. */}}
{{- define "airflow.object" }}
---
apiVersion: {{ first . | splitList " " | first }}
kind: {{ first . | splitList " " | last }}
{{ include "airflow.metadata" (last .) }}
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
{{- $owner := $isUsual | ternary (print .component "/" .set) "" -}}
{{- include "airflow.once" (list .root $owner "airflow.madeLabels" .) -}}
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
{{- $standard := dict "component" (include "airflow.labelOf" .) "instance" .root.Release.Name "name" .root.Chart.Name
  "managed-by" .root.Release.Service -}}
{{- range $key, $value := $standard }}
{{- $key = print "app.kubernetes.io/" $key }}
{{- if not (hasKey $labels $key) }}
{{ $key }}: {{ $value | quote }}
{{- end }}{{ end }}
{{- with $labels }}{{ include "airflow.yaml" . }}{{ end }}
{{- end }}

{{- /* [root, name, define, context]: the text of a define, made once for each name that is not empty. */}}
{{- define "airflow.once" -}}
{{- $made := (first .).made -}}
{{- $name := index . 1 -}}
{{- if not (and $name (hasKey $made $name)) }}{{ $_ := set $made $name (include (index . 2) (last .)) }}{{ end -}}
{{- get $made $name -}}
{{- end }}

{{- define "airflow.selector" -}}
tier: airflow
component: {{ include "airflow.labelOf" . }}
release: {{ .root.Release.Name | quote }}
{{- with .set }}
worker-set: {{ quote . }}
{{- end }}
{{- end }}

{{- /* The image of Airflow; a digest wins over a tag. */}}
{{- define "airflow.image" -}}
{{- include "airflow.imageOf" (list . "airflow") -}}
{{- end }}

{{- define "airflow.defaultImage" -}}
{{- $repository := .Values.defaultAirflowRepository -}}
{{- $image := dict "repository" $repository "tag" .Values.defaultAirflowTag "digest" .Values.defaultAirflowDigest -}}
{{- include "airflow.imageReference" $image -}}
{{- end }}

{{- /* [root, key]: the image of `images` with this key. Its unset parts are those of Airflow's image, without a digest;
when all are unset, it is that image. */}}
{{- define "airflow.imageOf" -}}
{{- $values := (first .).Values -}}
{{- $image := index $values.images (last .) -}}
{{- if or $image.repository $image.tag $image.digest -}}
{{- $base := $values.images.airflow -}}
{{- $repository := $image.repository | default $base.repository | default $values.defaultAirflowRepository -}}
{{- $tag := $image.tag | default $base.tag | default $values.defaultAirflowTag -}}
{{- include "airflow.imageReference" (dict "repository" $repository "tag" $tag "digest" $image.digest) -}}
{{- else -}}
{{- $usual := eq (last .) "airflow" | ternary "airflow.defaultImage" "airflow.image" -}}
{{- include $usual (first .) -}}
{{- end -}}
{{- end }}

{{- define "airflow.taskImage" -}}
{{- include "airflow.imageOf" (list . "pod_template") -}}
{{- end }}

{{- define "airflow.imageReference" -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag }}{{ end -}}
{{- end }}

{{- /* The version of Airflow: airflowVersion, else what the tag begins with, else that of the chart. */}}
{{- define "airflow.version" -}}
{{- $tag := .Values.images.airflow.tag | default .Values.defaultAirflowTag -}}
{{- $version := regexFind "^[0-9]+\\.[0-9]+(\\.[0-9]+)?" (toString $tag) -}}
{{- .Values.airflowVersion | default $version | default .Chart.AppVersion -}}
{{- end }}
