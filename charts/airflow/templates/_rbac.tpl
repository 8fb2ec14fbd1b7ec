{{- /* What an account may do: a Role and who holds it. */ -}}

{{- /* {root, component, namespace, role, binding, rules, subject} */}}
{{- define "airflow.grant" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .role }}
  namespace: {{ .namespace }}
  labels:
    {{- include "airflow.labels" (dict "root" .root "component" .component) | nindent 4 }}
rules:
  {{- toYaml .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .binding }}
  namespace: {{ .namespace }}
  labels:
    {{- include "airflow.labels" (dict "root" .root "component" .component) | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ .role }}}
subjects:
  - {{ .subject }}
{{- end }}
