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
{{- include "airflow.refusals.claimsApart" . -}}
{{- include "airflow.refusals.objectsApart" . -}}
{{- end }}

{{- /* The chart creates claims in the release's namespace: one for tasks elsewhere would be another volume. */}}
{{- define "airflow.refusals.claimsApart" -}}
{{- $apart := without .taskNamespaces .Release.Namespace -}}
{{- $logs := "or logs.persistence.enabled to false and config.logging.remote_logging to true" -}}
{{- $dags := "or dags.persistence.enabled to false, with Dags in the image or in dagProcessor.dagBundleConfigList" -}}
{{- range $key, $way := dict "logs" $logs "dags" $dags -}}
{{- $claim := (index $.Values $key).persistence -}}
{{- if and $apart $claim.enabled (not $claim.existingClaim) }}
{{- $where := include "airflow.taskNamespaceKey" (dict "root" $ "namespace" (first $apart)) }}
- {{ $key }}.persistence would create a volume that tasks in {{ first $apart }} ({{ $where }}) cannot mount,
  because a claim serves one namespace: set {{ $key }}.persistence.existingClaim to the name of claims on the same
  share, one in each namespace, {{ $way }}.{{ end }}{{ end }}
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
