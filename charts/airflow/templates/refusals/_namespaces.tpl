{{- /* Refusals: the namespaces of tasks. */ -}}

{{- define "airflow.refusals.namespaces" -}}
{{- $values := .Values -}}
{{- $told := index .options "scheduler" -}}
{{- $mode := "kubernetes_executor.multi_namespace_mode" -}}
{{- if and (include "airflow.optionIsOn" (list . "scheduler" $mode)) (not $values.multiNamespaceMode) }}
- {{ (index $told $mode).where }} does not create the required Roles:
  remove it and set multiNamespaceMode to true.{{ end }}
{{- if and $values.tasks.admission.enabled .anyNamespace }}
- tasks.admission.enabled needs the names of the namespaces of tasks:
  set config.kubernetes_executor.multi_namespace_mode_namespace_list, or multiNamespaceMode to false.{{ end }}
{{- range .taskNamespaces }}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" .) }}
- The namespace {{ . }} is not a valid name: use only a-z, 0-9 and - in tasks.namespace
  and config.kubernetes_executor.multi_namespace_mode_namespace_list.{{ end }}{{ end }}
{{- with index $told "kubernetes_executor.namespace" }}
{{- if ne .value (first $.taskNamespaces) }}
- {{ .where }} is {{ .value }}, where the chart makes no Roles and NetworkPolicies:
  remove it and set tasks.namespace.{{ end }}{{ end }}
{{- end }}
