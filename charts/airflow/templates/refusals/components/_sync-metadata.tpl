{{- /* Refusals: secrets as text in what the Job writes into the database, and items without what they need. */ -}}

{{- define "airflow.refusals.sync-metadata" -}}
{{- range $section, $items := pick .Values.syncMetadataJob "connections" "users" }}
{{- range $name, $item := $items }}
{{- $path := printf "syncMetadataJob.%s.%v" $section (($item).id | default ($item).username | default $name) }}
{{- range $field, $text := pick (default dict $item) "password" "uri" }}
{{- if $text }}
- {{ $path }}.{{ $field }} would be a secret as text: set {{ $path }}.{{ $field }}Secret to the name and
  key of a Secret.{{ end }}{{ end }}
{{- if and $item (eq $section "users") (not (or $item.password $item.passwordSecret)) }}
- {{ $path }}.passwordSecret is empty: set it to the name and key of a Secret.{{ end }}{{ end }}{{ end }}
{{- end }}
