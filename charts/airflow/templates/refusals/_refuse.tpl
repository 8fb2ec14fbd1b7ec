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
{{- include "airflow.refusals.sets" . -}}
{{- include "airflow.refusals.teams" . -}}
{{- include "airflow.refusals.secrets" . -}}
{{- include "airflow.refusals.network" . -}}
{{- if include "airflow.isProd" . }}{{ include "airflow.refusals.prod" . }}{{ end -}}
{{- range $component, $row := .components -}}
{{- if $row.refusals }}{{ include (print "airflow.refusals." $component) $ }}{{ end -}}
{{- end -}}
{{- include "airflow.findRefusalValues" . -}}
{{- range .tables.refusals }}{{ include "airflow.refusals.row" (dict "root" $ "row" .) }}{{ end -}}
{{- end }}

{{- /* Sets .refusalValues. */}}
{{- define "airflow.findRefusalValues" -}}
{{- $values := .Values -}}
{{- $image := include "airflow.image" . -}}
{{- $taskImage := include "airflow.taskImage" . -}}
{{- $launcher := .launched.account -}}
{{- $account := .task.settings.serviceAccount -}}
{{- $workers := ($values.workers.kubernetes.serviceAccount).name | empty | ternary "workers" "workers.kubernetes" -}}
{{- $database := .secrets.metadata -}}
{{- $apart := without .taskNamespaces .Release.Namespace -}}
{{- $remote := "logging.remote_logging" -}}
{{- $dags := include "airflow.dagsFolder" . -}}
{{- $place := include "airflow.dagsRoot" . -}}
{{- $bound := or $values.dags.mountPath $values.dags.gitSync.enabled -}}
{{- $here := dict "root" . "namespace" (first $apart | default "") -}}
{{- $toldDags := include "airflow.option" (list . "worker" "core.dags_folder" $dags) -}}
{{- $_ := set . "refusalValues" (omit $values "global") -}}
{{- $_ := set .refusalValues "facts" (dict "anyNamespace" .anyNamespace "apart" (first $apart)
  "apartBy" (include "airflow.taskNamespaceKey" $here) "standardName" (include "airflow.standardName" .)
  "dagVolumes" (include "airflow.dagVolumes" .task)
  "dagsRoot" $place "isOutside" (and $bound (not (hasPrefix (print $place "/") (print $toldDags "/"))))
  "celery" (not (has "celery-worker" .off))
  "keytab" .sidecarSecrets.kerberos
  "apiArguments" (regexReplaceAll "(?s)^.*\\bapi-server\\b" (join " " $values.apiServer.args) "")
  "apiServerReadsRemoteLogs" (include "airflow.optionIsOn" (list . "api-server" $remote))
  "bundled" .bundled "database" (include "airflow.database" . | fromJson) "image" $image "launcher" $launcher
  "lacksDatabase" (and $database.missing (not $database.generated))
  "passwordsFile" (include "airflow.option" (list . "api-server" "core.simple_auth_manager_passwords_file"))
  "simpleAuth" (hasSuffix ".SimpleAuthManager" (include "airflow.option" (list . "api-server" "core.auth_manager")))
  "podTemplate" (.podTemplate | default "")
  "taskPod" .taskPod "teams" .teams
  "prod" (include "airflow.isProd" .) "remoteLogs" (include "airflow.optionIsOn" (list . "worker" $remote))
  "taskAccount" $account "taskAccountName" ($account.name | default $launcher) "workers" $workers
  "taskImage" (eq $image $taskImage | ternary "" $taskImage) "taskNamespace" (first .taskNamespaces)
  "tasksInRelease" (has .Release.Namespace .taskNamespaces) "version" (include "airflow.version" .)) -}}
{{- end }}

{{- /* {root, row}: the sentences of a row. One that holds only where values differ from the defaults has `reads`. */}}
{{- define "airflow.refusals.row" -}}
{{- $isJudged := empty .row.reads -}}
{{- range .row.reads }}{{ if has . $.root.changed }}{{ $isJudged = true }}{{ end }}{{ end -}}
{{- with .row.option -}}
{{- $option := index $.root.options (first .) (last .) | default dict -}}
{{- if and (has (list "option.where" true) $.row.when) (not $option) }}{{ $isJudged = false }}{{ end -}}
{{- $isOn := include "airflow.isTrue" (default "" $option.value) -}}
{{- $_ := set $.root.refusalValues "option" (merge (dict "isOn" $isOn) $option) -}}
{{- end -}}
{{- range $one := $isJudged | ternary .row.each nil -}}
{{- $holds := true -}}
{{- $says := $.row.says -}}
{{- range $.row.when -}}
{{- if $holds -}}
{{- $path := first . -}}
{{- $asked := last . -}}
{{- $value := $.root.refusalValues -}}
{{- range $key := replace "*" $one $path | splitList "." -}}
{{- $value = get (kindIs "map" $value | ternary $value dict) $key -}}
{{- end -}}
{{- $text := kindIs "invalid" $value | ternary "" (include "airflow.text" $value) -}}
{{- $says = replace (printf "<%s>" $path) $text $says -}}
{{- if kindIs "bool" $asked }}{{ $holds = ne $asked (has $text (list "" "false" "0" "[]" "map[]")) -}}
{{- else -}}
{{- $pattern := trimPrefix "!" $asked -}}
{{- $matches := regexMatch $pattern $text -}}
{{- if hasPrefix "=" $pattern -}}
{{- $other := trimPrefix "=" $pattern | replace "*" $one -}}
{{- $matches = include "airflow.refusals.textAt" (list $.root.refusalValues $other) | eq $text -}}
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
