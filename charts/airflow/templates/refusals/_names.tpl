{{- /* Refusals: names of objects, labels, and the environment. */ -}}

{{- define "airflow.refusals.names" -}}
{{- $names := list (include "airflow.fullname" .) -}}
{{- range .components -}}
{{- if and .named (index $.Values .key).enabled }}{{ $names = append $names $.Release.Name }}{{ end -}}
{{- end -}}
{{- range uniq $names }}
{{- if gt (len .) 40 }}
- The name {{ . }} is longer than 40 characters, which leaves no room for the names of pods and Services:
  shorten the release's name or fullnameOverride.
{{- else if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" .) }}
- The name {{ . }} is not valid for a Service: use only a-z, 0-9 and -, with a letter first,
  in the release's name or fullnameOverride.{{ end }}{{ end }}
{{- range $path, $block := .judged }}
{{- range $label, $_ := pick ($block.labels | default dict) "tier" "component" "release" "chart" "heritage" }}
- {{ $path }}labels.{{ $label }} is reserved, because the chart sets it to select pods: remove it.{{ end }}{{ end }}
{{- end }}
