{{- /* Annotations of pods. Each other define adds those of one reason to `annotations` of its context. */ -}}

{{- define "airflow.podAnnotations" -}}
{{- $annotations := dict -}}
{{- /* Whether autoscalers may move the pod. */ -}}
{{- if hasKey .settings "safeToEvict" -}}
{{- $safe := toString .settings.safeToEvict -}}
{{- $_ := set $annotations "cluster-autoscaler.kubernetes.io/safe-to-evict" $safe -}}
{{- if ne $safe "true" }}{{ $_ := set $annotations "karpenter.sh/do-not-disrupt" "true" }}{{ end -}}
{{- end -}}
{{- $this := merge (dict "annotations" $annotations) . -}}
{{- include "airflow.secretChecksums" $this -}}
{{- include "airflow.configChecksums" $this -}}
{{- include "airflow.datadogAnnotations" $this -}}
{{- $release := .facts.airflow | ternary .root.Values.airflowPodAnnotations nil -}}
{{- /* A Job's `annotations` are its pods': the Job itself has jobAnnotations. */ -}}
{{- $own := hasKey .settings "jobAnnotations" | ternary .settings.annotations .settings.podAnnotations -}}
{{- include "airflow.layers" (list $annotations $release $own) -}}
{{- end }}

{{- /* A secret that is read differently replaces the pods of its readers. */}}
{{- define "airflow.secretChecksums" -}}
{{- range index .root.secretsOf .component -}}
{{- $remote := .remote | empty | ternary "" (toJson .remote) -}}
{{- $sum := print .object .text .revision $remote | sha256sum | trunc 16 -}}
{{- $_ := set $.annotations (printf "checksum/%s" .name) $sum -}}
{{- end -}}
{{- end }}

{{- /* So does a changed configuration. Task pods are new anyway. */}}
{{- define "airflow.configChecksums" -}}
{{- $values := .root.Values -}}
{{- $read := merge (dict) (.facts.checksums | default dict) -}}
{{- if .facts.airflow -}}
{{- $reads := and .facts.config (ne "TaskPod" .facts.kind) -}}
{{- if $reads }}{{ $_ := set $read "airflow-config" .root.commonConfig }}{{ end -}}
{{- if eq "Deployment" .facts.kind -}}
{{- range $name, $extra := dict "extra-configmaps" $values.extraConfigMaps "extra-secrets" $values.extraSecrets -}}
{{- with $extra }}{{ $_ := set $read $name (include "airflow.tpl" (list $.root (toYaml .))) }}{{ end -}}
{{- end }}{{ end -}}
{{- range $name, $text := $read -}}
{{- $_ := set $.annotations (printf "checksum/%s" $name) (sha256sum $text | trunc 16) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* What Datadog's agent does with the main container. It would start a check of its own for images called
airflow, which fails with Airflow 3: so a component has its own check, or none. */}}
{{- define "airflow.datadogAnnotations" -}}
{{- if and .facts.config .root.datadog.labels -}}
{{- $prefix := printf "ad.datadoghq.com/%s" .facts.container -}}
{{- with include "airflow.datadogLog" .root }}{{ $_ := set $.annotations (printf "%s.logs" $prefix) . }}{{ end -}}
{{- if .facts.healthCheck -}}
{{- $_ := set .annotations (printf "%s.checks" $prefix) (include "airflow.datadogChecks" .) -}}
{{- else -}}
{{- range $key := list "check_names" "init_configs" "instances" -}}
{{- $_ := set $.annotations (printf "%s.%s" $prefix $key) "[]" -}}
{{- end }}{{ end }}{{ end -}}
{{- end }}
