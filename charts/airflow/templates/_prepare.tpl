{{- /* What several templates need, computed once a render. Every file begins with `airflow.prepare`, and the
first one that Helm renders does the work. It adds these fields to the root, in this order:

  .keys             files/keys.json: keys that must not be null, keys that have another name
  .components       rows of files/components.yaml: name -> row
  .off              names of components that are switched off
  .taskNamespaces   namespaces that tasks run in; .anyNamespace is true when they may run in every one
  .privateNetworks  files/private_networks.yaml: IP family -> networks
  .secretRows       rows of files/secrets.yaml, with the fields that `airflow.secrets` adds
  .destinations     addresses outside with a name: name -> {cidrs, except, ports, udpPorts, fqdns}
  .external         the same for components that are off and run elsewhere: name -> {title, cidrs, …}
  .conditions       `airflow.conditions`: name -> whether it holds
  .edges            who calls whom in this release: caller -> callees
  .datadog          tags, labels, variables and configuration for Datadog; empty when it is off
  .commonConfig     data of the ConfigMap that all components read
  .task           the task pod's context: {root, component, facts, settings}
  .podTemplate      the pod template of KubernetesExecutor as text; .taskPod is the same, parsed */ -}}
{{- define "airflow.prepare" -}}
{{- if not .components -}}
{{- $_ := set . "keys" (.Files.Get "files/keys.json" | fromJson) -}}
{{- include "airflow.refuse" (include "airflow.refusals.emptyKeys" .) -}}
{{- $_ := set . "components" (.Files.Get "files/components.yaml" | fromYaml) -}}
{{- $_ := set . "privateNetworks" (.Files.Get "files/private_networks.yaml" | fromYaml) -}}
{{- $_ := set . "secretRows" (.Files.Get "files/secrets.yaml" | fromYamlArray) -}}
{{- include "airflow.switchedOff" . -}}
{{- include "airflow.findTaskNamespaces" . -}}
{{- include "airflow.secrets" . -}}
{{- include "airflow.findDestinations" . -}}
{{- $_ := set . "conditions" (include "airflow.conditions" . | fromYaml) -}}
{{- include "airflow.findEdges" . -}}
{{- include "airflow.findDatadog" . -}}
{{- $_ := set . "commonConfig" (include "airflow.commonConfig" .) -}}
{{- include "airflow.findTask" . -}}
{{- $shapes := include "airflow.refusals.shapes" . -}}
{{- if not $shapes -}}
{{- $_ := set . "podTemplate" (include "airflow.podTemplate" .) -}}
{{- $_ := set . "taskPod" (fromYaml .podTemplate) -}}
{{- end -}}
{{- include "airflow.refuse" (print $shapes (include "airflow.refusals" .)) -}}
{{- end -}}
{{- end }}

{{- /* Sets .off. */}}
{{- define "airflow.switchedOff" -}}
{{- $off := list -}}
{{- range $name, $row := .components -}}
{{- if eq "false" (toString (index $.Values $row.key).enabled) }}{{ $off = append $off $name }}{{ end -}}
{{- end -}}
{{- $_ := set . "off" $off -}}
{{- end }}

{{- /* Sets .taskNamespaces and .anyNamespace; multiNamespaceMode adds the namespaces of Airflow's own list. */}}
{{- define "airflow.findTaskNamespaces" -}}
{{- $namespaces := list (include "airflow.tasksNamespace" .) -}}
{{- $listed := index (.Values.config.kubernetes_executor | default dict) "multi_namespace_mode_namespace_list" -}}
{{- if .Values.multiNamespaceMode -}}
{{- range splitList "," (tpl ($listed | default "") .) }}{{ $namespaces = append $namespaces (trim .) }}{{ end -}}
{{- end -}}
{{- $_ := set . "taskNamespaces" ($namespaces | compact | uniq) -}}
{{- $_ := set . "anyNamespace" (and .Values.multiNamespaceMode (not $listed)) -}}
{{- end }}

{{- define "airflow.tasksNamespace" -}}
{{- include "airflow.tpl" (list . .Values.tasks.namespace) | default .Release.Namespace -}}
{{- end }}

{{- /* [root, text]: text of values as a template. `tpl` is costly, so it runs only where there is something to do. */}}
{{- define "airflow.tpl" -}}
{{- $text := index . 1 -}}
{{- if contains "{{" (toString $text) }}{{ tpl $text (first .) }}{{ else }}{{ $text }}{{ end -}}
{{- end }}

{{- /* A map as block YAML, its values one level deep; much cheaper than toYaml. */}}
{{- define "airflow.yaml" -}}
{{- range $key, $value := . }}
{{- if and $value (kindIs "map" $value) }}
{{ $key }}:
{{- range $below, $leaf := $value }}
  {{ $below }}: {{ toJson $leaf }}
{{- end }}
{{- else }}
{{ $key }}: {{ toJson $value }}
{{- end }}{{ end }}
{{- end }}

{{- /* {root, path}: the text at a dotted path of values; empty when there is none. */}}
{{- define "airflow.valueAt" -}}
{{- $value := .root.Values -}}
{{- range splitList "." (.path | default "-") }}{{ if $value }}{{ $value = index $value . }}{{ end }}{{ end -}}
{{- if kindIs "map" $value }}{{ if $value }}{{ toYaml $value }}{{ end }}{{ else }}{{ $value | default "" }}{{ end -}}
{{- end }}
