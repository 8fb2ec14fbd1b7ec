{{- /* How the chart refuses values: every topic emits its sentences, and all are answered at once. */ -}}

{{- /* A text of sentences, each beginning with "- " on a line of its own: fails with them, if there are any. */}}
{{- define "airflow.refuse" -}}
{{- $sentences := list -}}
{{- range splitList "\n- " . | rest -}}
{{- $sentences = append $sentences (regexReplaceAll "\\s+" . " " | trim) -}}
{{- end -}}
{{- with $sentences }}{{ fail (join "\n" .) }}{{ end -}}
{{- end }}

{{- /* Every topic; a row of files/components.yaml with `refusals` has a define of its own. */}}
{{- define "airflow.refusals" -}}
{{- $official := dict "root" . "values" .Values "keys" .keys.official.keys "path" "" -}}
{{- include "airflow.refusals.officialKeys" $official -}}
{{- include "airflow.refusals.options" . -}}
{{- include "airflow.refusals.names" . -}}
{{- include "airflow.refusals.namespaces" . -}}
{{- include "airflow.refusals.launching" . -}}
{{- include "airflow.refusals.secrets" . -}}
{{- include "airflow.refusals.network" . -}}
{{- if eq .Values.environment "prod" }}{{ include "airflow.refusals.prod" . }}{{ end -}}
{{- range $component, $row := .components -}}
{{- if $row.refusals }}{{ include (print "airflow.refusals." $component) $ }}{{ end -}}
{{- end -}}
{{- $values := omit .Values "global" -}}
{{- include "airflow.refusals.findFacts" (dict "root" . "values" $values) -}}
{{- range .tables.refusals }}{{ range . -}}
{{- include "airflow.refusals.row" (dict "root" $ "values" $values "row" .) -}}
{{- end }}{{ end -}}
{{- end }}

{{- /* Sets what rows of files/refusals.yaml read besides values. {root, values} */}}
{{- define "airflow.refusals.findFacts" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $image := include "airflow.image" $root -}}
{{- $taskImage := include "airflow.taskImage" $root -}}
{{- $launcher := $root.launched.account -}}
{{- $account := $root.task.settings.serviceAccount -}}
{{- $workers := ($values.workers.kubernetes.serviceAccount).name | empty | ternary "workers" "workers.kubernetes" -}}
{{- $lacks := $root.secrets.postgresql.missing -}}
{{- $database := $root.secrets.metadata -}}
{{- $apart := without $root.taskNamespaces $root.Release.Namespace -}}
{{- $remote := "logging.remote_logging" -}}
{{- $dags := include "airflow.dagsFolder" $root -}}
{{- $place := include "airflow.dagsRoot" $root -}}
{{- $bound := or $values.dags.mountPath $values.dags.gitSync.enabled -}}
{{- $here := dict "root" $root "namespace" (first $apart | default "") -}}
{{- $toldDags := include "airflow.option" (list $root "worker" "core.dags_folder" $dags) -}}
{{- $_ := set .values "facts" (dict "anyNamespace" $root.anyNamespace "apart" (first $apart)
  "apartBy" (include "airflow.taskNamespaceKey" $here) "standardName" (include "airflow.standardName" $root)
  "dagVolumes" (include "airflow.dagVolumes" $root.task)
  "dagsRoot" $place "isOutside" (and $bound (not (hasPrefix (print $place "/") (print $toldDags "/"))))
  "celery" (not (has "celery-worker" $root.off))
  "keytab" (print (include "airflow.fullname" $root) "-kerberos-keytab")
  "apiArguments" (regexReplaceAll "(?s)^.*\\bapi-server\\b" (join " " $values.apiServer.args) "")
  "apiServerReadsRemoteLogs" (include "airflow.optionIsOn" (list $root "api-server" $remote))
  "generatedPassword" $lacks "image" $image "launcher" $launcher
  "lacksDatabase" (and $database.missing (not $database.generated))
  "lacksPassword" (and $values.data.metadataSecretName $lacks) "podTemplate" ($root.podTemplate | default "")
  "taskPod" $root.taskPod
  "prod" (eq $values.environment "prod") "remoteLogs" (include "airflow.optionIsOn" (list $root "worker" $remote))
  "taskAccount" $account "taskAccountName" ($account.name | default $launcher) "workers" $workers
  "taskImage" (eq $image $taskImage | ternary "" $taskImage) "taskNamespace" (first $root.taskNamespaces)
  "tasksInRelease" (has $root.Release.Namespace $root.taskNamespaces) "version" (include "airflow.version" $root)) -}}
{{- end }}

{{- /* {root, values, row}: the sentences of a row. */}}
{{- define "airflow.refusals.row" -}}
{{- $each := .row.each | default (list "*") -}}
{{- if kindIs "string" $each -}}
{{- $each = list -}}
{{- range .root.components }}{{ if index . $.row.each }}{{ $each = append $each .key }}{{ end }}{{ end -}}
{{- end -}}
{{- with .row.option -}}
{{- $option := index $.root.options (first .) (last .) | default dict -}}
{{- $isOn := include "airflow.isTrue" (default "" $option.value) -}}
{{- $_ := set $.values "option" (merge (dict "isOn" $isOn) $option) -}}
{{- end -}}
{{- range $one := uniq $each -}}
{{- $holds := true -}}
{{- $says := $.row.says -}}
{{- range $path, $asked := $.row.when -}}
{{- if $holds -}}
{{- $text := include "airflow.refusals.textAt" (list $.values (replace "*" $one $path)) -}}
{{- $says = replace (printf "<%s>" $path) $text $says -}}
{{- if kindIs "bool" $asked }}{{ $holds = ne $asked (has $text (list "" "false" "0" "[]" "map[]")) -}}
{{- else -}}
{{- $pattern := trimPrefix "!" $asked -}}
{{- $matches := regexMatch $pattern $text -}}
{{- if hasPrefix "=" $pattern -}}
{{- $matches = include "airflow.refusals.textAt" (list $.values (trimPrefix "=" $pattern)) | eq $text -}}
{{- end -}}
{{- $holds = ne (hasPrefix "!" $asked) $matches -}}
{{- end }}{{ end }}{{ end -}}
{{- if $holds }}
- {{ replace "*" $one $says }}
{{- end }}{{ end -}}
{{- end }}

{{- /* [values, path]: the text at a path of values. */}}
{{- define "airflow.refusals.textAt" -}}
{{- $value := first . -}}
{{- range splitList "." (last .) }}{{ $value = get (kindIs "map" $value | ternary $value dict) . }}{{ end -}}
{{- if not (kindIs "invalid" $value) }}{{ include "airflow.text" $value }}{{ end -}}
{{- end }}
