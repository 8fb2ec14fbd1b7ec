{{- /* Refusals: the namespaces of tasks. */ -}}

{{- define "airflow.refusals.namespaces" -}}
{{- range .taskNamespaces }}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" .) }}
- The namespace {{ . }} is not a valid name: use only a-z, 0-9 and - in tasks.namespace
  and config.kubernetes_executor.multi_namespace_mode_namespace_list.{{ end }}{{ end }}
{{- include "airflow.refusals.objectsApart" . -}}
{{- end }}

{{- /* Objects of the installer's that tasks refer to, in another namespace than theirs. */}}
{{- define "airflow.refusals.objectsApart" -}}
{{- range $namespace, $needs := .taskNeeds | default dict -}}
{{- range $.taskObjects -}}
{{- if has (printf "%s %s" .kind (toString .name)) $needs }}
{{- $where := include "airflow.taskNamespaceKey" (dict "root" $ "namespace" $namespace) }}
- extraObjects.{{ .key }} creates the {{ .kind }} {{ .name }} in {{ .namespace }}, but task pods refer to it in
  {{ $namespace }} ({{ $where }}): set metadata.namespace in extraObjects.{{ .key }} to {{ $namespace }},
  or add the object once more for that namespace.{{ end }}{{ end }}{{ end }}
{{- end }}

{{- /* {root, namespace}: the setting by which tasks run in a namespace. */}}
{{- define "airflow.taskNamespaceKey" -}}
{{- $list := index .root.options "scheduler" "kubernetes_executor.multi_namespace_mode_namespace_list" -}}
{{- eq .namespace (first .root.taskNamespaces) | ternary "tasks.namespace" ($list).where -}}
{{- end }}
