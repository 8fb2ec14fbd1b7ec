{{- /* Refusals of the environment `prod`. */ -}}

{{- define "airflow.refusals.prod" -}}
{{- $values := .Values -}}
{{- include "airflow.refusals.textSecrets" . -}}
{{- include "airflow.refusals.prodComponents" . -}}
{{- if not (or (include "airflow.remoteLogging" .) $values.logs.persistence.enabled) }}
{{- if contains "KubernetesExecutor" $values.executor }}
- prod must keep task logs when a pod of KubernetesExecutor is deleted:
  set config.logging.remote_logging to true, or logs.persistence.enabled to true.{{ end }}{{ end }}
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
{{- range $key := list "load_examples" "simple_auth_manager_all_admins" "unit_test_mode" }}
{{- if eq "true" (index ($values.config.core | default dict) $key | toString | lower) }}
- config.core.{{ $key }} must not be true in prod: set it to false.{{ end }}{{ end }}
{{- end }}

{{- define "airflow.refusals.prodComponents" -}}
{{- range $component, $row := .components }}
{{- if and $row.replicated (not (has $component $.off)) }}
{{- $settings := index $.Values $row.key }}
{{- if lt (int $settings.replicas) 2 }}
- prod must survive the loss of a node: set {{ $row.key }}.replicas to at least 2.{{ end }}
{{- if not $settings.podDisruptionBudget.enabled }}
- prod must stay available while nodes are drained: set {{ $row.key }}.podDisruptionBudget.enabled to true.
{{- end }}{{ end }}{{ end }}
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
{{- $blocks := dict "env" .Values.env -}}
{{- with .Values.extraEnv }}{{ $_ := set $blocks "extraEnv" (fromYamlArray (tpl . $)) }}{{ end -}}
{{- range .components -}}
{{- $key := .key -}}
{{- $settings := index $.Values $key -}}
{{- $_ := set $blocks (print $key ".env") $settings.env -}}
{{- range $below := list "kubernetes" "waitForMigrations" -}}
{{- with index $settings $below }}{{ $_ := set $blocks (print $key "." $below ".env") .env }}{{ end -}}
{{- end }}{{ end -}}
{{- range $section, $keys := .Values.config }}{{ $_ := set $blocks (print "config." $section) $keys }}{{ end -}}
{{- range $where, $block := $blocks -}}
{{- $listed := kindIs "slice" $block -}}
{{- range $name, $item := $block -}}
{{- if $listed }}{{ $name = $item.name | default "" }}{{ end -}}
{{- $text := $item -}}
{{- if kindIs "map" $item }}{{ $text = $item.value }}{{ end -}}
{{- $named := and (regexMatch $secret $name) (not (regexMatch $path $name)) -}}
{{- if and $text (or $named (regexMatch $url (toString $text))) }}
- prod must not have a secret as text: remove {{ $where }}.{{ $name }} and name a Secret instead,
  by valueFrom or `secret`.{{ end }}{{ end }}{{ end -}}
{{- end }}
