{{- /* Names of objects: one release per namespace and name, whose objects are in the whole cluster. */ -}}

{{- define "admission.name" -}}
{{ .Release.Namespace }}.{{ .Release.Name }}
{{- end }}

{{- define "admission.namespaceLabelValue" -}}
{{ (.Values.namespaceLabel).value | default (include "admission.name" .) }}
{{- end }}

{{- /* metadata of an object; call with a list of root and name. */}}
{{- define "admission.metadata" -}}
{{- $root := first . -}}
name: {{ last . }}
labels:
  app.kubernetes.io/name: admission
  app.kubernetes.io/instance: {{ $root.Release.Name }}
  app.kubernetes.io/managed-by: {{ $root.Release.Service }}
annotations:
  admission.airflow-on-kubernetes/table: {{ quote $root.tableHash }}
{{- end }}

{{- /* Namespaces whose pods the policies concern. */}}
{{- define "admission.namespaceSelector" -}}
matchLabels: {{ dict .Values.namespaceLabel.key (include "admission.namespaceLabelValue" .) | toJson }}
{{- end }}
