{{- /* What an account may do: a Role and who holds it; without a namespace, everywhere. */ -}}

{{- /* {root, component, namespace, role, binding, rules, subject} */}}
{{- define "airflow.grant" -}}
{{- $kind := empty .namespace | ternary "ClusterRole" "Role" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  {{- include "airflow.grantMetadata" (merge (dict "name" .role) .) | nindent 2 }}
rules:
  {{- toYaml .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  {{- include "airflow.grantMetadata" (merge (dict "name" .binding) .) | nindent 2 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: {{ $kind }}, name: {{ .role }}}
subjects:
  - {{ .subject }}
{{- end }}

{{- define "airflow.grantMetadata" -}}
name: {{ .name }}
{{- with .namespace }}
namespace: {{ . }}
{{- end }}
labels:
  {{- include "airflow.labels" (dict "root" .root "component" .component) | nindent 2 }}
{{- end }}
