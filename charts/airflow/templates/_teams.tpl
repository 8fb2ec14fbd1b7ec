{{- /* Teams of Airflow's multi-team mode, which share one release. */ -}}

{{- /* Sets .teams. Names of teams are those that executors and bundles have. */}}
{{- define "airflow.findTeams" -}}
{{- $executors := list -}}
{{- range regexFindAll ";[^;=]+=" .Values.executor -1 }}{{ $executors = append $executors (trimAll ";=" .) }}{{ end -}}
{{- $bundles := list -}}
{{- range include "airflow.option" (list . "dag-processor" "dag_processor.dag_bundle_config_list") | fromJsonArray -}}
{{- with (kindIs "map" . | ternary . dict).team_name }}{{ $bundles = append $bundles . }}{{ end -}}
{{- end -}}
{{- $isOn := include "airflow.optionIsOn" (list . "scheduler" "core.multi_team") -}}
{{- $all := uniq $bundles -}}
{{- $_ := set . "teams" (dict "on" $isOn "executors" $executors "bundles" $all) -}}
{{- $_ := set .teams "all" (empty $isOn | ternary list $all) -}}
{{- end }}
