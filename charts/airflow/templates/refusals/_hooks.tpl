{{- /* Refusals: Helm hooks, which the official chart uses. */ -}}

{{- define "airflow.refusals.hooks" -}}
{{- range .components }}
{{- if (index $.Values .key).useHelmHooks }}
- {{ .key }}.useHelmHooks deadlocks with --wait and with Terraform: set it to false.
  A Job that changes gets a new name instead.{{ end }}{{ end }}
{{- range $kind := list "extraSecrets" "extraConfigMaps" }}
{{- range $name, $object := index $.Values $kind }}
{{- if $object.useHelmHooks }}
- {{ $kind }}.{{ $name }}.useHelmHooks makes an object that no upgrade changes and no uninstall deletes:
  set it to false.{{ end }}{{ end }}{{ end }}
{{- end }}
