{{- /* One pod for all: Deployments, StatefulSets, Jobs and the pod template of tasks. What holds for pods holds for
tasks. Every define here takes the context of a component: {root, component, facts, settings}. */ -}}

{{- define "airflow.pod" -}}
{{- $spec := include "airflow.podSpec" . -}}
{{- $labels := dict "root" .root "component" .component "settings" .settings -}}
{{- if .facts.config -}}{{ $_ := set $labels "more" .root.datadog.labels }}{{ end -}}
metadata:
  {{- with .facts.podName }}
  name: {{ . }}
  {{- end }}
  labels:
    {{- include "airflow.podLabels" $labels | nindent 4 }}
  annotations:
    {{- include "airflow.podAnnotations" . | default " {}" | indent 4 }}
spec:
  {{- with .settings.pod }}
  {{- $parsed := fromYaml $spec }}
  {{- with $parsed.Error }}
  {{- include "airflow.refuse" (include "airflow.refusals.pod" $.component) }}
  {{- end }}
  {{- toYaml (mergeOverwrite $parsed (deepCopy .)) | nindent 2 }}
  {{- else }}
  {{- $spec | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "airflow.podSpec" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $facts := .facts -}}
{{- $settings := .settings -}}
{{- $waits := include "airflow.waits" . -}}
serviceAccountName: {{ include "airflow.serviceAccountName" (merge (dict "suffix" $facts.account) .) }}
automountServiceAccountToken: {{ eq (toString $settings.serviceAccount.automountServiceAccountToken) "true" }}
{{- if $values.userNamespaces }}
hostUsers: false
{{- end }}
enableServiceLinks: false
{{- with $facts.restartPolicy }}
restartPolicy: {{ . }}
{{- end }}
{{- if not (kindIs "invalid" $settings.terminationGracePeriodSeconds) }}
terminationGracePeriodSeconds: {{ int64 $settings.terminationGracePeriodSeconds }}
{{- end }}
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ if kindIs "map" . }}{{ .name }}{{ else }}{{ . }}{{ end }}
  {{- end }}{{ end }}
{{- include "airflow.scheduling" . }}
securityContext:
  {{- include "airflow.podSecurityContext" . | indent 2 }}
{{- if or $waits $settings.extraInitContainers }}
initContainers:
  {{- if $waits }}
  {{- include "airflow.waitContainer" . | nindent 2 }}
  {{- end }}
  {{- with $settings.extraInitContainers }}
  {{- include "airflow.userContainers" (merge (dict "items" .) $) | nindent 2 }}
  {{- end }}{{ end }}
containers:
  {{- include "airflow.container" . | nindent 2 }}
  {{- with $settings.extraContainers }}
  {{- include "airflow.userContainers" (merge (dict "items" .) $) | nindent 2 }}
  {{- end }}
volumes:
  {{- include "airflow.volumes" . | nindent 2 }}
{{- end }}

{{- /* "true" when an init container waits for the database or its migrations. */}}
{{- define "airflow.waits" -}}
{{- $switch := .settings.waitForMigrations -}}
{{- if and .facts.waitsFor (or (not $switch) $switch.enabled) }}true{{ end -}}
{{- end }}

{{- /* Where the pod may run: the component's settings, else those of the release. Pods of a Deployment prefer
different nodes. */}}
{{- define "airflow.scheduling" -}}
{{- $values := .root.Values -}}
{{- $keys := list "nodeSelector" "affinity" "tolerations" "topologySpreadConstraints" -}}
{{- range $key := concat $keys (list "priorityClassName" "schedulerName" "runtimeClassName" "hostAliases") }}
{{- with index $.settings $key | default (index $values $key) }}
{{ $key }}: {{ if kindIs "string" . }}{{ . }}{{ else }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end }}{{ end }}
{{- if and (eq .facts.kind "Deployment") (not (.settings.affinity | default $values.affinity)) }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "airflow.selector" . | nindent 14 }}
{{- end }}
{{- end }}

{{- /* "true" for a component that calls the Kubernetes API: its main container gets a token of an hour. A token that
Kubernetes mounts by itself lives a year. A task that launches pods asks for its token itself. */}}
{{- define "airflow.hasToken" -}}
{{- $isTask := eq "TaskPod" .facts.kind -}}
{{- if not (or $isTask (kindIs "bool" .settings.serviceAccount.automountServiceAccountToken)) -}}
{{- if has "kubernetes" (index .root.edges .component) }}true{{ end -}}
{{- end -}}
{{- end }}

{{- define "airflow.podSecurityContext" -}}
{{- $values := .root.Values -}}
{{- $context := dict "runAsNonRoot" true "fsGroupChangePolicy" "OnRootMismatch" -}}
{{- $_ := set $context "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- if .facts.airflow -}}
{{- if not (kindIs "invalid" $values.uid) }}{{ $_ := set $context "runAsUser" $values.uid }}{{ end -}}
{{- if not (kindIs "invalid" $values.gid) -}}
{{- $_ := set $context "runAsGroup" $values.gid -}}
{{- $_ := set $context "fsGroup" $values.gid -}}
{{- end -}}
{{- $context = mergeOverwrite $context (deepCopy ($values.securityContexts.pod | default dict)) -}}
{{- end -}}
{{- $own := deepCopy (.settings.securityContexts.pod | default dict) -}}
{{- include "airflow.yaml" (mergeOverwrite $context $own) -}}
{{- end }}

{{- define "airflow.containerSecurityContext" -}}
{{- $context := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true -}}
{{- $_ := set $context "capabilities" (dict "drop" (list "ALL")) -}}
{{- if .facts.airflow -}}
{{- $context = mergeOverwrite $context (deepCopy (.root.Values.securityContexts.containers | default dict)) -}}
{{- end -}}
{{- $own := deepCopy (.settings.securityContexts.container | default dict) -}}
{{- include "airflow.yaml" (mergeOverwrite $context $own) -}}
{{- end }}
