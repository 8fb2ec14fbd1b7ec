{{- /* Refusals: options of Airflow and variables that have no effect, or that the chart cannot follow. */ -}}

{{- define "airflow.refusals.options" -}}
{{- $said := dict -}}
{{- range $component, $told := .options -}}
{{- range $name, $option := $told -}}
{{- if not (hasKey $said $option.where) -}}
{{- $_ := set $said $option.where true -}}
{{- include "airflow.refusals.option" (dict "root" $ "facts" $.optionFacts "name" $name "option" $option) -}}
{{- end }}{{ end }}{{ end -}}
{{- include "airflow.refusals.followed" . -}}
{{- end }}

{{- /* {root, facts, name, option}: one option or variable. */}}
{{- define "airflow.refusals.option" -}}
{{- $option := .option -}}
{{- $value := $option.value | default "" | lower -}}
{{- $derived := index .facts.derived .name -}}
{{- if and $derived $option.hidden }}
- {{ $option.where }} is not known when the chart is rendered, but {{ $derived }} depends on it:
  set config.{{ .name }} to its value.{{ end }}
{{- with $option.unread }}
- {{ $option.where }} has no effect, because Airflow 3 has another name for it:
  use config.{{ . }} or AIRFLOW__{{ upper . | replace "." "__" }}.{{ end }}
{{- $instead := index .facts.variables .name }}
{{- $isHome := and (eq .name "AIRFLOW_HOME") (eq $option.value .root.Values.airflowHome) }}
{{- if and $instead (not $isHome) (or $option.hidden (not (has $value (list "" "false" "0")))) }}
- {{ $option.where }} {{ $instead }}.{{ end }}
{{- $isProd := include "airflow.isProd" .root }}
{{- if and $isProd (has .name .facts.notInProd) (include "airflow.isTrue" (default "" $option.value)) }}
- {{ $option.where }} must not be true in prod: set it to false.{{ end }}
{{- end }}

{{- /* Options whose value contradicts what the chart makes. */}}
{{- define "airflow.refusals.followed" -}}
{{- range $key, $at := .optionFacts.ports }}
{{- $port := index $.ports $key }}
{{- $stated := index $.Values.ports $key | default $at.usual | int64 }}
{{- with index $.options $at.component $at.option }}
{{- if or (lt $port 1) (gt $port 65535) }}
- {{ .where }} is {{ .value }}: set it to a port, 1 to 65535.
{{- else if and (ne $stated $port) (ne $stated (int64 $at.usual)) }}
- {{ .where }} is {{ $port }}, but ports.{{ $key }} is {{ $stated }}: remove one of them.{{ end }}{{ end }}{{ end }}
{{- with index .options .task.component "api.ssl_cert" }}
{{- $certificate := .value }}
{{- $mounted := "" }}
{{- range ((first (($.taskPod.spec).containers | default (list dict))).volumeMounts) }}
{{- if hasPrefix (print (trimSuffix "/" .mountPath) "/") (print $certificate "/") }}{{ $mounted = true }}{{ end }}
{{- end }}
{{- if not $mounted }}
- {{ .where }} is {{ .value }}, which task pods read to verify the api-server but do not mount: mount the certificate
  (not its key) by workers.extraVolumeMounts, or remove it and end TLS at the Ingress.{{ end }}{{ end }}
{{- end }}
