{{- /* Refusals of the environment `prod`. */ -}}

{{- define "airflow.refusals.prod" -}}
{{- $values := .Values -}}
{{- include "airflow.refusals.textSecrets" . -}}
{{- range $component, $row := .components }}
{{- if and $row.replicated (not (has $component $.off)) }}
{{- $settings := index $values $row.key }}
{{- if lt (int $settings.replicas) 2 }}
- prod must survive the loss of a node: set {{ $row.key }}.replicas to at least 2.{{ end }}
{{- if not $settings.podDisruptionBudget.enabled }}
- prod must stay available while nodes are drained:
  set {{ $row.key }}.podDisruptionBudget.enabled to true.{{ end }}{{ end }}{{ end }}
{{- $remote := include "airflow.optionIsOn" (list . .task.component "logging.remote_logging") }}
{{- if not (or $remote $values.logs.persistence.enabled) }}
- prod must keep task logs when a pod of KubernetesExecutor is deleted:
  set config.logging.remote_logging to true, or logs.persistence.enabled to true.{{ end }}
{{- if not $values.networkPolicies.enabled }}
- prod must have network policies: set networkPolicies.enabled to true.{{ end }}
{{- if .anyNamespace }}
- prod must know the namespaces of tasks: set config.kubernetes_executor.multi_namespace_mode_namespace_list,
  or multiNamespaceMode to false.{{ end }}
{{- if has .Release.Namespace .taskNamespaces }}
- prod must keep task pods away from the platform's secrets:
  set tasks.namespace to a namespace other than the release's.{{ end }}
{{- $image := include "airflow.image" . }}
{{- $tasks := include "airflow.taskImage" . }}
{{- if hasSuffix ":latest" $image }}
- prod must run a fixed version: set images.airflow.tag to a version, not to latest.{{ end }}
{{- if and (hasSuffix ":latest" $tasks) (ne $tasks $image) }}
- prod must run a fixed version: set images.pod_template.tag to a version, not to latest.{{ end }}
{{- $said := list }}
{{- range $component, $told := .options }}
{{- range $key := list "core.load_examples" "core.simple_auth_manager_all_admins" "core.unit_test_mode" }}
{{- $where := (index $told $key | default dict).where }}
{{- if and (include "airflow.optionIsOn" (list $ $component $key)) (not (has $where $said)) }}
{{- $said = append $said $where }}
- {{ $where }} must not be true in prod: set it to false.{{ end }}{{ end }}{{ end }}
{{- end }}

{{- /* Secrets as text, where values expect one and where they do not. */}}
{{- define "airflow.refusals.textSecrets" -}}
{{- range .secretRows }}
{{- if .text }}
- prod must not have a secret as text: remove {{ .values.text }} and set {{ .values.name }} to a Secret.
{{- end }}{{ end }}
{{- range $name, $_ := .Values.extraSecrets }}
- prod must not have a secret as text: remove extraSecrets.{{ $name }} and create the Secret outside of Helm.{{ end }}
{{- range $name, $object := .Values.extraObjects }}
{{- $text := kindIs "string" $object | ternary $object (toYaml $object) }}
{{- if regexMatch "[\"']?kind[\"']?\\s*:\\s*[\"']?Secret\\b" $text }}
- prod must not have a secret as text: remove extraObjects.{{ $name }} and create the Secret outside of Helm.
{{- end }}{{ end }}
{{- include "airflow.refusals.secretVariables" . -}}
{{- /* In all other values, only a URL with a password shows that it is one. */}}
{{- range $key, $value := omit .Values "data" "extraObjects" "extraSecrets" "global" }}
{{- if regexMatch "://[^/@\\s\"]*:[^/@\\s\"]+@" (toJson $value) }}
- prod must not have a secret as text: remove the password in {{ $key }} and name a Secret instead,
  by valueFrom or `secret`.{{ end }}{{ end }}
{{- end }}

{{- /* Environment variables and keys of airflow.cfg whose name or value tells that they are secret. */}}
{{- define "airflow.refusals.secretVariables" -}}
{{- $secret := "(?i)(password|passwd|passphrase|token|credential|secret|(private|secret|access|api|fernet)_key)$" -}}
{{- $url := "://[^/@\\s]*:[^/@\\s]+@|[\"']password[\"']" -}}
{{- /* A variable that ends in _SECRET may also name a path in a secrets backend. */ -}}
{{- $path := "^AIRFLOW__.*_(KEY|CONN|SECRET|PASSWORD|KWARGS|URL|BACKEND)_SECRET$" -}}
{{- $named := dict -}}
{{- range $prefix, $block := .blocks }}{{ $_ := set $named (print $prefix "env") $block.env }}{{ end -}}
{{- with .Values.extraEnv }}{{ $_ := set $named "extraEnv" (fromYamlArray .) }}{{ end -}}
{{- range $section, $keys := .Values.config }}{{ $_ := set $named (print "config." $section) $keys }}{{ end -}}
{{- range $where, $items := $named -}}
{{- $listed := kindIs "slice" $items -}}
{{- range $name, $item := $items -}}
{{- if $listed }}{{ $name = $item.name | default "" }}{{ end -}}
{{- $text := $item -}}
{{- if kindIs "map" $item }}{{ $text = $item.value }}{{ end -}}
{{- $isSecret := and (regexMatch $secret $name) (not (regexMatch $path $name)) -}}
{{- if and $text (or $isSecret (regexMatch $url (toString $text))) }}
- prod must not have a secret as text: remove {{ $where }}.{{ $name }} and name a Secret instead,
  by valueFrom or `secret`.{{ end }}{{ end }}{{ end -}}
{{- end }}
