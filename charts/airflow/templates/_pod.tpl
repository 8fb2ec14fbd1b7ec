{{- /* One pod for all: Deployments, StatefulSets, Jobs and the pod template of tasks. What holds for pods holds for
tasks. Every define here takes the context of a component: {root, component, facts, settings}. */ -}}

{{- define "airflow.pod" -}}
{{- $spec := include "airflow.podSpec" . -}}
{{- $labels := .facts.config | ternary .root.datadog.labels nil -}}
metadata:
  {{- with .facts.podName }}
  name: {{ . }}
  {{- end }}
  labels:
    {{- include "airflow.labels" (merge (dict "labels" $labels) .) | nindent 4 }}
  annotations:
    {{- include "airflow.podAnnotations" . | trim | default "{}" | nindent 4 }}
spec:
  {{- with .settings.pod }}
  {{- toYaml (mergeOverwrite (fromYaml $spec) (deepCopy .)) | nindent 2 }}
  {{- else }}
  {{- $spec | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "airflow.podSpec" -}}
{{- $values := .root.Values -}}
{{- $settings := .settings -}}
{{- $_ := set . "own" (include "airflow.ownVolumes" . | fromJson) -}}
serviceAccountName: {{ .facts.account | default (include "airflow.accountOf" .) | quote }}
automountServiceAccountToken: {{ eq (toString $settings.serviceAccount.automountServiceAccountToken) "true" }}
{{- if $values.userNamespaces }}
hostUsers: false
{{- end }}
enableServiceLinks: false
{{- with .facts.restartPolicy }}
restartPolicy: {{ . }}
{{- end }}
{{- if not (kindIs "invalid" $settings.terminationGracePeriodSeconds) }}
terminationGracePeriodSeconds: {{ int64 $settings.terminationGracePeriodSeconds }}
{{- end }}
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ if kindIs "map" . }}{{ quote .name }}{{ else }}{{ quote . }}{{ end }}
  {{- end }}{{ end }}
{{- include "airflow.scheduling" . }}
securityContext:
  {{- include "airflow.podSecurityContext" . | trim | nindent 2 }}
{{- with include "airflow.initContainers" . | trim }}
initContainers:
  {{- . | nindent 2 }}
{{- end }}
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

{{- /* Where the pod may run: settings replace the release's. Pods of a Deployment prefer different nodes. */}}
{{- define "airflow.scheduling" -}}
{{- $values := .root.Values -}}
{{- $own := eq .facts.kind "TaskPod" | ternary "" $values.componentPriorityClassName -}}
{{- $class := $own | default $values.priorityClassName -}}
{{- $shared := set (omit $values "priorityClassName") "priorityClassName" $class -}}
{{- $keys := list "nodeSelector" "affinity" "tolerations" "topologySpreadConstraints" -}}
{{- range $key := concat $keys (list "priorityClassName" "schedulerName" "runtimeClassName" "hostAliases") }}
{{- with index $.settings $key | default (index $shared $key) }}
{{ $key }}:{{ if kindIs "string" . }} {{ quote . }}{{ else }}{{ toYaml . | nindent 2 }}{{ end }}
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

{{- /* Security contexts of Airflow's pods and containers without settings of their own are made once. */}}
{{- define "airflow.podSecurityContext" -}}
{{- $values := .root.Values -}}
{{- $isUsual := and .facts.airflow (not .settings.securityContexts.pod) -}}
{{- $text := $isUsual | ternary .root.podSecurity "" -}}
{{- if not $text -}}
{{- $context := dict "runAsNonRoot" true "fsGroupChangePolicy" "OnRootMismatch" -}}
{{- $_ := set $context "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- if .facts.airflow -}}
{{- range $key, $id := dict "runAsUser" $values.uid "runAsGroup" $values.gid "fsGroup" $values.gid -}}
{{- if not (kindIs "invalid" $id) }}{{ $_ := set $context $key $id }}{{ end -}}
{{- end }}{{ end -}}
{{- $release := .facts.airflow | ternary $values.securityContexts.pod nil -}}
{{- $text = include "airflow.layers" (list $context $release .settings.securityContexts.pod) -}}
{{- if $isUsual }}{{ $_ := set .root "podSecurity" $text }}{{ end -}}
{{- end -}}
{{- $text -}}
{{- end }}

{{- define "airflow.containerSecurityContext" -}}
{{- $isUsual := and .facts.airflow (not .settings.securityContexts.container) -}}
{{- $text := $isUsual | ternary .root.containerSecurity "" -}}
{{- if not $text -}}
{{- $context := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true -}}
{{- $_ := set $context "capabilities" (dict "drop" (list "ALL")) -}}
{{- $release := .facts.airflow | ternary .root.Values.securityContexts.containers nil -}}
{{- $text = include "airflow.layers" (list $context $release .settings.securityContexts.container) -}}
{{- if $isUsual }}{{ $_ := set .root "containerSecurity" $text }}{{ end -}}
{{- end -}}
{{- $text -}}
{{- end }}
