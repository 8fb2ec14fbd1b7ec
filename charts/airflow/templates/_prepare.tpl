{{- /* Data that several templates need, computed once a render. Every file begins with `airflow.prepare`, and the
first one that Helm renders does the work. docs/architecture.md lists the fields that it adds to the root. */ -}}
{{- define "airflow.prepare" -}}
{{- if not .components -}}
{{- $_ := set . "keys" (.Files.Get "files/keys.json" | fromJson) -}}
{{- include "airflow.findChanged" . -}}
{{- $needed := dict -}}
{{- range .changed }}{{ if hasKey $.keys.needed . }}{{ $_ := set $needed . (get $.keys.needed .) }}{{ end }}{{ end -}}
{{- $block := dict "values" .Values "needed" $needed "path" "" -}}
{{- include "airflow.refuse" (include "airflow.refusals.emptyKeys" $block) -}}
{{- include "airflow.evaluate" . -}}
{{- $_ := set . "tables" (.Files.Get "files/tables.json" | fromJson) -}}
{{- $_ := set . "components" .tables.components -}}
{{- $_ := set . "made" dict -}}
{{- $_ := set . "privateNetworks" .tables.private_networks -}}
{{- include "airflow.findComponents" . -}}
{{- include "airflow.refuse" (include "airflow.refusals.types" .) -}}
{{- include "airflow.findSets" . -}}
{{- include "airflow.findDatadog" . -}}
{{- include "airflow.findOptions" . -}}
{{- include "airflow.findTeams" . -}}
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

{{- /* Sets .changed: keys of values with something else than the default. Only these are judged, which saves time. */}}
{{- define "airflow.findChanged" -}}
{{- $changed := list -}}
{{- range concat (keys .Values) (keys .keys.defaults) | uniq | sortAlpha -}}
{{- if not (deepEqual (index $.Values .) (index $.keys.defaults .)) }}{{ $changed = append $changed . }}{{ end -}}
{{- end -}}
{{- $_ := set . "changed" $changed -}}
{{- end }}

{{- /* Sets .off, .judged (blocks with changed values, by path), .launched and .task. */}}
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
{{- $_ := set . "judged" dict -}}
{{- range $path, $block := $blocks -}}
{{- if or (not $path) (has (splitList "." $path | first) $.changed) }}{{ $_ := set $.judged $path $block }}{{ end -}}
{{- end -}}
{{- $_ := set . "kerberos" .Values.kerberos.enabled -}}
{{- range $blocks }}{{ range pick . "kerberosInitContainer" "kerberosSidecar" -}}
{{- if (.).enabled }}{{ $_ := set $ "kerberos" true }}{{ end -}}
{{- end }}{{ end -}}
{{- $account := (index .components .launched.component).account -}}
{{- $_ := set .launched "account" (printf "%s-%s" (include "airflow.standardName" .) $account) -}}
{{- include "airflow.laySettings" (set .task "path" "workers.kubernetes") -}}
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
{{- /* Keys that YAML could read as something else than a text are quoted. No pattern finds them: Helm compiles one at
every use. */ -}}
{{- $line := join "," $names | lower | print "," -}}
{{- $words := splitList "," $line -}}
{{- $known := len (without $words "y" "n" "on" "off" "yes" "no" "true" "false" "null") | ne (len $words) -}}
{{- $other := trimAll "abcdefghijklmnopqrstuvwxyz_./,-" $line -}}
{{- $quoted := or $other $known (contains ",-" $line) (contains ",." $line) -}}
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
