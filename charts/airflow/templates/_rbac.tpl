{{- /* Rights of an account in Kubernetes: a Role and its binding; without a namespace, a ClusterRole. */ -}}

{{- /* {root, component, account}: the roles of a component in each namespace of tasks. The account is of the namespace
of the component's row. Where tasks may run in any namespace, the roles are ClusterRoles. */}}
{{- define "airflow.taskRoles" -}}
{{- $root := .root -}}
{{- $row := index $root.components .component -}}
{{- range $role, $grant := $root.Values.rbac.create | ternary $row.roles nil }}
{{- $rules := $grant.rules | default (include "airflow.valueAt" (list $root $grant.rulesOf) | fromYamlArray) }}
{{- range $namespace := $root.anyNamespace | ternary (list "") $root.taskNamespaces }}
{{- if and $rules (index $root.conditions $.component $grant.when) }}
{{- $name := compact (list (include "airflow.fullname" $root) $role $.set) | join "-" }}
{{- if not $namespace }}{{ $name = printf "%s-%s" $root.Release.Namespace $name }}{{ end }}
{{- $home := include "airflow.namespaceOf" $ }}
{{- if and $namespace (eq $row.namespace "tasks") }}{{ $home = $namespace }}{{ end }}
{{- $this := dict "root" $root "component" "rbac" "namespace" $namespace "account" $.account "home" $home }}
{{- $names := dict "role" (print $name "-role") "binding" (print $name "-rolebinding") "rules" $rules }}
{{- include "airflow.grant" (merge $this $names) }}
{{- end }}{{ end }}{{ end }}
{{- end }}

{{- /* {root, component, namespace, role, binding, rules, account, home}: `home` is the account's namespace. */}}
{{- define "airflow.grant" -}}
{{- $kind := empty .namespace | ternary "ClusterRole" "Role" -}}
{{- $this := merge (dict "clusterWide" (empty .namespace)) . }}
{{- $is := print "rbac.authorization.k8s.io/v1 " $kind }}
{{- include "airflow.object" (list $is (merge (dict "name" .role) $this)) }}
rules:
  {{- toYaml .rules | nindent 2 }}
{{- include "airflow.object" (list (print $is "Binding") (merge (dict "name" .binding) $this)) }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ .role }}
subjects:
  - kind: ServiceAccount
    name: {{ .account | quote }}
    namespace: {{ .home | default .namespace | quote }}
{{- end }}
