{{- /* Refusals: the ServiceAccount with which tasks launch pods, and what it may do. */ -}}

{{- define "airflow.refusals.launching" -}}
{{- $launcher := .Values.tasks.podLauncher -}}
{{- $switches := dict "allowJobLaunching" .Values.allowJobLaunching -}}
{{- range $key, $value := $launcher }}{{ $_ := set $switches (print "tasks.podLauncher." $key) $value }}{{ end -}}
{{- range $key, $on := $switches }}
{{- if and $on (not $.Values.allowPodLaunching) }}
- {{ $key }} is for the ServiceAccount pod-launcher, which allowPodLaunching creates:
  set allowPodLaunching to true, or remove {{ $key }}.{{ end }}{{ end }}
{{- if .Values.allowPodLaunching }}
{{- include "airflow.refusals.taskAccount" . }}
{{- include "airflow.refusals.launcherRules" . }}
{{- if and .Values.tasks.admission.enabled (has .Release.Namespace .taskNamespaces) }}
{{- range $key, $on := omit $switches "tasks.podLauncher.everyTask" }}
{{- if $on }}
- {{ $key }} lets a controller create pods, which tasks.admission cannot tell from those of the release:
  set tasks.namespace to a namespace other than the release's, or remove {{ $key }}.{{ end }}{{ end }}{{ end }}
{{- end }}
{{- end }}

{{- /* One account for task pods: that of values, or the launcher's. */}}
{{- define "airflow.refusals.taskAccount" -}}
{{- $launcher := .launched.account }}
{{- $account := .task.settings.serviceAccount }}
{{- $key := (.Values.workers.kubernetes.serviceAccount).name | empty | ternary "workers" "workers.kubernetes" }}
{{- if and $account.create (eq $launcher (toString $account.name)) }}
- {{ $key }}.serviceAccount.name is {{ $launcher }}, which allowPodLaunching creates:
  set workers.serviceAccount.create to false.{{ end }}
{{- if .Values.tasks.podLauncher.everyTask }}
{{- if .Values.podTemplate }}
- tasks.podLauncher.everyTask has no effect on podTemplate: remove it, and write serviceAccountName: {{ $launcher }}
  and automountServiceAccountToken: true into podTemplate.{{ end }}
{{- if not (has $account.name (list nil "" $launcher)) }}
- {{ $key }}.serviceAccount.name is {{ $account.name }}, but tasks.podLauncher.everyTask gives tasks {{ $launcher }}:
  remove one of them.{{ end }}
{{- if eq "false" (toString $account.automountServiceAccountToken) }}
- workers.serviceAccount.automountServiceAccountToken is false, but tasks.podLauncher.everyTask gives tasks a token:
  remove one of them.{{ end }}{{ end }}
{{- end }}

{{- /* Rules by which a task could get other rights than those that values state. */}}
{{- define "airflow.refusals.launcherRules" -}}
{{- $rights := dict "verbs" (list "*" "bind" "escalate" "impersonate") -}}
{{- $_ := set $rights "apiGroups" (list "*" "certificates.k8s.io" "rbac.authorization.k8s.io") -}}
{{- $_ := set $rights "resources" (list "*" "nodes/proxy" "persistentvolumes" "secrets" "serviceaccounts/token") -}}
{{- range $rule := .Values.tasks.podLauncher.rules }}
{{- range $field, $refused := $rights }}
{{- range $right := index $rule $field }}
{{- if or (has $right $refused) (hasPrefix "*/" $right) }}
- tasks.podLauncher.rules has {{ $right }} in {{ $field }}, with which a task could get more rights
  than the rule states: list only what the operator needs.{{ end }}{{ end }}{{ end }}{{ end }}
{{- end }}
