{{- /* Data that several templates need, computed once a render. Every file begins with `airflow.prepare`, and the
first one that Helm renders does the work. It adds these fields to the root:

  .keys             files/keys.json: keys that must not be null, keys that have another name
  .tables           files/tables.json: what is in the YAML files of files/, by their names
  .components       rows of files/components.yaml: name -> row
  .off              names of components that are switched off, or that the executor does not need
  .launched         {root, component, account} of the pods that tasks launch
  .task             the task pod's context: {root, component, facts, settings}
  .workerSets       contexts of the sets of Celery workers that run: [{root, component, settings, set}]
  .blocks           blocks of values that describe a pod: path with a dot, or empty for all pods -> block
  .taskNamespaces   namespaces that tasks run in; .anyNamespace is true when they may run in every one
  .privateNetworks  files/private_networks.yaml: IP family -> networks
  .secretRows       rows of files/secrets.yaml, with the fields that `airflow.findSecrets` adds
  .secrets          the same by name; .secretsOf has them by the component that reads them
  .missingSecrets   those that the Job must make, for files/create_secrets.py: [{name, data: key -> how}]
  .destinations     addresses outside with a name: name -> {cidrs, except, ports, udpPorts, fqdns}
  .external         the same for components that are off and run elsewhere: name -> {title, cidrs, …}
  .dns              networkPolicies.dns with the labels of DNS as JSON
  .optionFacts      files/options.yaml
  .options          options and variables that values set: component -> name -> {value, where} (_options.tpl)
  .config           `config` of values under the names of today: section -> key -> value
  .ports            ports on which components listen: key of `ports` in values -> port
  .conditions       `airflow.conditions`: component -> name -> whether it holds
  .edges            who calls whom in this release: caller -> callees
  .asks             settings that make components call a destination (templates/_asks.tpl)
  .kerberos         true when workers use Kerberos
  .extraSecrets     extraSecrets of values, and Secrets of the chart that task pods read, too
  .datadog          tags, labels, variables and configuration for Datadog; empty when it is off
  .commonConfig     data of the ConfigMap that all components read
  .usualLabels      labels of objects without labels of their own: component -> YAML
  .podTemplate      the pod template of KubernetesExecutor as text; .taskPod is the same, parsed
  .taskReferences   objects that task pods refer to: kind -> name -> whether they need it
  .refusalValues    values, with `facts`, for the rows of files/refusals.yaml and files/warnings.yaml
  .taskObjects      objects of extraObjects that a pod may refer to: [{key, kind, name, namespace}]
  .taskNeeds        what task pods need and the chart does not create: namespace of tasks -> ["ConfigMap a", …] */ -}}
{{- define "airflow.prepare" -}}
{{- if not .components -}}
{{- $_ := set . "keys" (.Files.Get "files/keys.json" | fromJson) -}}
{{- $block := dict "values" .Values "needed" .keys.needed "path" "" -}}
{{- include "airflow.refuse" (include "airflow.refusals.emptyKeys" $block) -}}
{{- include "airflow.evaluate" . -}}
{{- $_ := set . "tables" (.Files.Get "files/tables.json" | fromJson) -}}
{{- $_ := set . "components" .tables.components -}}
{{- $_ := set . "usualLabels" dict -}}
{{- $_ := set . "privateNetworks" .tables.private_networks -}}
{{- include "airflow.findComponents" . -}}
{{- include "airflow.refuse" (include "airflow.refusals.types" .) -}}
{{- include "airflow.findWorkerSets" . -}}
{{- include "airflow.findDatadog" . -}}
{{- include "airflow.findOptions" . -}}
{{- include "airflow.findPorts" . -}}
{{- include "airflow.findTaskNamespaces" . -}}
{{- include "airflow.findSecrets" . -}}
{{- include "airflow.findExtraSecrets" . -}}
{{- include "airflow.findMissingSecrets" . -}}
{{- include "airflow.findDestinations" . -}}
{{- include "airflow.findDns" . -}}
{{- include "airflow.findEdges" . -}}
{{- include "airflow.findAsks" . -}}
{{- $_ := set . "commonConfig" (include "airflow.commonConfig" .) -}}
{{- $shapes := include "airflow.refusals.shapes" . -}}
{{- if not $shapes -}}
{{- $_ := set . "podTemplate" (include "airflow.podTemplate" .) -}}
{{- $_ := set . "taskPod" (fromYaml .podTemplate) -}}
{{- include "airflow.findTaskReferences" . -}}
{{- end -}}
{{- include "airflow.refuse" (print $shapes (include "airflow.refusals" .)) -}}
{{- end -}}
{{- end }}

{{- /* Sets .off, .blocks, .launched and .task. */}}
{{- define "airflow.findComponents" -}}
{{- $off := list -}}
{{- $blocks := dict "" .Values -}}
{{- $_ := set $blocks "dags.gitSync." .Values.dags.gitSync -}}
{{- $contexts := dict "TaskPod" "task" "LaunchedPod" "launched" -}}
{{- range $name, $row := .components -}}
{{- $block := index $.Values $row.key -}}
{{- /* A Deployment whose switch is null runs: the official chart has such switches. */ -}}
{{- $unset := and (hasKey $block "enabled") (kindIs "invalid" $block.enabled) -}}
{{- if or $row.executor (eq "Deployment" $row.kind) }}{{ $unset = false }}{{ end -}}
{{- $needed := or (not $row.executor) (contains ($row.executor | default "") $.Values.executor) -}}
{{- if or $unset (eq "false" (toString $block.enabled)) (not $needed) }}{{ $off = append $off $name }}{{ end -}}
{{- with index $contexts $row.kind }}{{ $_ := set $ . (dict "root" $ "component" $name) }}{{ end -}}
{{- $_ := set $blocks (print $row.key ".") $block -}}
{{- range $below, $settings := pick $block "celery" "kubernetes" "logGroomerSidecar" "waitForMigrations" -}}
{{- with $settings }}{{ $_ := set $blocks (print $row.key "." $below ".") . }}{{ end -}}
{{- end }}{{ end -}}
{{- $_ := set . "off" $off -}}
{{- $_ := set . "blocks" $blocks -}}
{{- $_ := set . "kerberos" .Values.kerberos.enabled -}}
{{- range $blocks }}{{ range pick . "kerberosInitContainer" "kerberosSidecar" -}}
{{- if (.).enabled }}{{ $_ := set $ "kerberos" true }}{{ end -}}
{{- end }}{{ end -}}
{{- $account := (index .components .launched.component).account -}}
{{- $_ := set .launched "account" (printf "%s-%s" (include "airflow.standardName" .) $account) -}}
{{- include "airflow.layWorkers" (set .task "key" "kubernetes") -}}
{{- include "airflow.describe" .task -}}
{{- end }}

{{- /* Sets .taskNamespaces and .anyNamespace; multiNamespaceMode adds the namespaces of Airflow's own list. */}}
{{- define "airflow.findTaskNamespaces" -}}
{{- $namespaces := list (.Values.tasks.namespace | default .Release.Namespace) -}}
{{- $list := "kubernetes_executor.multi_namespace_mode_namespace_list" -}}
{{- $listed := include "airflow.option" (list . "scheduler" $list) -}}
{{- if and .Values.multiNamespaceMode $listed -}}
{{- range splitList "," $listed }}{{ $namespaces = append $namespaces (trim .) }}{{ end -}}
{{- end -}}
{{- $_ := set . "taskNamespaces" ($namespaces | compact | uniq) -}}
{{- $_ := set . "anyNamespace" (and .Values.multiNamespaceMode (not $listed)) -}}
{{- end }}

{{- /* A map as block YAML, its values one level deep; much cheaper than toYaml. */}}
{{- define "airflow.yaml" -}}
{{- $names := keys . -}}
{{- range . }}{{ if kindIs "map" . }}{{ $names = concat $names (keys .) }}{{ end }}{{ end -}}
{{- /* Keys that YAML would read as something else than a text are quoted. Helm compiles a pattern at every use: two
small ones find that almost all maps have no such key. */ -}}
{{- $line := join "," $names | lower -}}
{{- $words := splitList "," $line -}}
{{- $quoted := ne (len $words) (len (without $words "y" "n" "on" "off" "yes" "no" "true" "false" "null")) -}}
{{- if or (regexMatch "[^a-z./,-]" $line) (regexMatch ",[^a-df-wyz]" (print "," $line ",")) -}}
{{- $odd := "(^|,)(y|n|on|off|yes|no|true|false|null|[-+.0-9_ex:]*)(,|$)|[^-a-z0-9._/,]|(^|,)-" -}}
{{- $quoted = regexMatch $odd $line -}}
{{- end -}}
{{- range $key, $value := . }}
{{- if $quoted }}{{ $key = toJson $key }}{{ end }}
{{- if and $value (kindIs "map" $value) }}
{{ $key }}:
{{- range $below, $leaf := $value }}
  {{ if $quoted }}{{ toJson $below }}{{ else }}{{ $below }}{{ end }}: {{ toJson $leaf }}
{{- end }}
{{- else }}
{{ $key }}: {{ toJson $value }}
{{- end }}{{ end }}
{{- end }}

{{- /* A list of maps as one, in which the last wins, as block YAML. */}}
{{- define "airflow.layers" -}}
{{- $all := dict -}}
{{- range . }}{{ with . }}{{ $all = mergeOverwrite $all (deepCopy .) }}{{ end }}{{ end -}}
{{- include "airflow.yaml" $all -}}
{{- end }}

{{- /* [root, path]: the text at a dotted path of values, YAML of a map or a list; empty when there is none. */}}
{{- define "airflow.valueAt" -}}
{{- $value := (first .).Values -}}
{{- range splitList "." (last . | default "-") }}{{ if $value }}{{ $value = index $value . }}{{ end }}{{ end -}}
{{- if has (kindOf $value) (list "map" "slice") }}{{ if $value }}{{ toYaml $value }}{{ end }}
{{- else }}{{ $value | default "" }}{{ end -}}
{{- end }}
