{{- /* Refusals: what the ServiceAccount with which tasks launch pods may do. */ -}}

{{- /* Rules by which a task could get other rights than those that values state. */}}
{{- define "airflow.refusals.launching" -}}
{{- $rights := dict "verbs" (list "*" "bind" "escalate" "impersonate") -}}
{{- $_ := set $rights "apiGroups" (list "*" "certificates.k8s.io" "rbac.authorization.k8s.io") -}}
{{- $_ := set $rights "resources" (list "*" "nodes/proxy" "persistentvolumes" "secrets" "serviceaccounts/token") -}}
{{- range $rule := .Values.allowPodLaunching | ternary .Values.tasks.podLauncher.rules nil }}
{{- range $field, $refused := $rights }}
{{- range $right := index $rule $field }}
{{- if or (has $right $refused) (hasPrefix "*/" $right) }}
- tasks.podLauncher.rules has {{ $right }} in {{ $field }}, with which a task could get more rights
  than the rule states: list only what the operator needs.{{ end }}{{ end }}{{ end }}{{ end }}
{{- end }}
