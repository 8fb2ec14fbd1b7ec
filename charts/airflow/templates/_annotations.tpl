{{- /* Annotations of pods. */ -}}

{{- define "airflow.podAnnotations" -}}
{{- $values := .root.Values -}}
{{- $annotations := dict -}}
{{- /* Whether autoscalers may move the pod. */ -}}
{{- if hasKey .settings "safeToEvict" -}}
{{- $safe := toString .settings.safeToEvict -}}
{{- $_ := set $annotations "cluster-autoscaler.kubernetes.io/safe-to-evict" $safe -}}
{{- if ne $safe "true" }}{{ $_ := set $annotations "karpenter.sh/do-not-disrupt" "true" }}{{ end -}}
{{- end -}}
{{- /* A secret that is read differently replaces the pods of its readers; so does a changed configuration. Pods of
tasks are new anyway. */ -}}
{{- $read := merge (dict) (.facts.checksums | default dict) -}}
{{- range index .root.secretsOf .component -}}
{{- $remote := .remote | empty | ternary "" (toJson .remote) -}}
{{- $text := print .object (join "" (values .made | sortAlpha)) .revision $remote -}}
{{- $key := print (trimSuffix "-secret" .name) "-secret" -}}
{{- if or .revision (not .own) }}{{ $_ := set $read $key $text }}{{ end -}}
{{- end -}}
{{- range .facts.modules -}}
{{- $_ := set $read . ($.root.Files.Get (printf "files/%s.py" .)) -}}
{{- end -}}
{{- $config := and .facts.config (ne "TaskPod" .facts.kind) -}}
{{- if $config }}{{ $_ := set $read "airflow-config" .root.commonConfig }}{{ end -}}
{{- if and .facts.airflow (eq "Deployment" .facts.kind) -}}
{{- range $name, $extra := dict "extra-configmaps" $values.extraConfigMaps "extra-secrets" .root.extraSecrets -}}
{{- with $extra }}{{ $_ := set $read $name (toYaml .) }}{{ end -}}
{{- end }}{{ end -}}
{{- range $name, $text := $read -}}
{{- $_ := set $annotations (printf "checksum/%s" $name) (sha256sum $text | trunc 16) -}}
{{- end -}}
{{- /* Instructions to Datadog's agent for the main container. It would start a check of its own for images called
airflow, which fails with Airflow 3: so a component has its own check, or none. */ -}}
{{- if and .facts.config .root.datadog.labels -}}
{{- $prefix := printf "ad.datadoghq.com/%s" .facts.container -}}
{{- with include "airflow.datadogLog" . }}{{ $_ := set $annotations (print $prefix ".logs") . }}{{ end -}}
{{- if .facts.healthCheck -}}
{{- $_ := set $annotations (print $prefix ".checks") (include "airflow.datadogChecks" .) -}}
{{- else -}}
{{- range list "check_names" "init_configs" "instances" -}}
{{- $_ := set $annotations (print $prefix "." .) "[]" -}}
{{- end }}{{ end }}{{ end -}}
{{- $release := .facts.airflow | ternary $values.airflowPodAnnotations nil -}}
{{- /* A Job's `annotations` are its pods': the Job itself has jobAnnotations. */ -}}
{{- $own := eq "Job" .facts.kind | ternary .settings.annotations .settings.podAnnotations -}}
{{- include "airflow.layers" (list $annotations $release $own) -}}
{{- end }}
