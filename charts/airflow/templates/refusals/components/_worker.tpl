{{- /* Refusals: what task pods must not read, and what KubernetesExecutor requires of their template. */ -}}

{{- define "airflow.refusals.worker" -}}
{{- include "airflow.refusals.taskConfig" . -}}
{{- /* There is no template while the lists that it is made of are refused. */ -}}
{{- if and (hasKey . "podTemplate") (eq "Pod" (toString (.taskPod).kind)) -}}
{{- $types := dict "shape" .tables.shapes.pod "value" .taskPod "path" "podTemplate" -}}
{{- $wrong := .Values.podTemplate | empty | ternary "" (include "airflow.refusals.typesOf" $types) -}}
{{- $wrong -}}
{{- if and .taskPod.spec (not $wrong) -}}
{{- range .secretRows }}
{{- if and .readers (hasKey ($.taskReferences.Secret | default dict) .object) }}
- Task pods would read the Secret {{ .object }} of the platform: remove it from secret, extraEnv, extraEnvFrom,
  volumes, imagePullSecrets, workers and podTemplate, and create another Secret for tasks.{{ end }}{{ end -}}
{{- include "airflow.refusals.taskAccounts" . -}}
{{- if .Values.podTemplate }}{{ include "airflow.refusals.podTemplate" . }}{{ end -}}
{{- end }}{{ end -}}
{{- end }}

{{- /* Secrets of the platform in airflow.cfg or in variables, which task pods have, too. */}}
{{- define "airflow.refusals.taskConfig" -}}
{{- range .secretRows }}
{{- $path := .variable | default "" | lower | splitList "__" }}
{{- if and .needed (eq (first $path) "airflow") }}
{{- $option := index $.options $.task.component (rest $path | join ".") }}
{{- if $option }}
- Task pods would read {{ $option.where }}: remove it, and set {{ .values.name }} to a Secret.
{{- else if and $.Values.podTemplate (contains .variable ($.podTemplate | default "")) }}
{{- if regexMatch (printf "name[\"']?: *[\"']?%s(_CMD|_SECRET)?\\b" .variable) $.podTemplate }}
- Task pods would read {{ .variable }}: remove it from podTemplate, and set {{ .values.name }} to a Secret.
{{- end }}{{ end }}{{ end }}{{ end }}
{{- end }}

{{- /* In the release's namespace, a task could name the account of a component that calls the Kubernetes API. */}}
{{- define "airflow.refusals.taskAccounts" -}}
{{- if and .Values.tasks.admission.enabled (has .Release.Namespace .taskNamespaces) -}}
{{- $allowed := include "airflow.taskAccounts" . | fromJsonArray -}}
{{- range $component, $row := .components }}
{{- if and $row.calls.kubernetes (eq $row.namespace "release") (not (has $component $.off)) }}
{{- $account := include "airflow.accountOf" (dict "root" $ "component" $component) }}
{{- if has $account $allowed }}
- {{ $row.key }}.serviceAccount is {{ $account }}, which tasks may use, too: set {{ $row.key }}.serviceAccount.name
  to another one, or tasks.namespace to a namespace other than the release's.{{ end }}{{ end }}{{ end }}{{ end }}
{{- end }}

{{- define "airflow.refusals.podTemplate" -}}
{{- $main := first (.taskPod.spec.containers | default (list dict)) }}
{{- if ne (toString $main.name) "base" }}
- podTemplate must begin its containers with `base`, in which KubernetesExecutor runs the task:
  rename the first container to base.{{ end }}
{{- $labels := (.taskPod.metadata).labels | default dict }}
{{- range $label, $value := include "airflow.selector" (dict "root" . "component" .task.component) | fromYaml }}
{{- if ne (toString $value) (toString (index $labels $label)) }}
- podTemplate lacks the label {{ $label }}: {{ $value }}, by which NetworkPolicies select task pods:
  add it to metadata.labels.{{ end }}{{ end }}
{{- end }}
