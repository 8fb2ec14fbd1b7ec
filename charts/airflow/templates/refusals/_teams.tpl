{{- /* Refusals: teams of Airflow's multi-team mode. */ -}}

{{- define "airflow.refusals.teams" -}}
{{- $teams := .teams -}}
{{- $asked := dict "executor" $teams.executors "dagProcessor.dagBundleConfigList" $teams.bundles -}}
{{- $triggered := list -}}
{{- range index .sets "triggerer" -}}
{{- $team := list .settings.team | compact -}}
{{- $triggered = concat $triggered $team -}}
{{- $_ := set $asked (print "triggerer" (.set | empty | ternary "" (print ".sets." .set)) ".team") $team -}}
{{- end -}}
{{- range $section, $items := pick .Values.syncMetadataJob "connections" "pools" "variables" -}}
{{- $names := list -}}
{{- range $items }}{{ with (kindIs "map" . | ternary . dict).team }}{{ $names = append $names . }}{{ end }}{{ end -}}
{{- $_ := set $asked (print "syncMetadataJob." $section) (uniq $names) -}}
{{- end -}}
{{- range $path, $names := $asked }}
{{- range $names }}
{{- if not $teams.on }}
- {{ $path }} names the team {{ . }}, which needs the multi-team mode of Airflow: set config.core.multi_team to "True".
{{- else if not (has . $teams.bundles) }}
- {{ $path }} names the team {{ . }}, which no bundle has: set team_name to {{ . }} in a bundle of
  dagProcessor.dagBundleConfigList.{{ end }}{{ end }}{{ end }}
{{- range has "triggerer" .off | ternary nil $teams.all }}
{{- if not (has . $triggered) }}
- The team {{ . }} has no triggerer, without which its deferred tasks never resume: set team to {{ . }} in
  one of triggerer.sets.{{ end }}{{ end }}
{{- end }}
