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
{{- $context := include "airflow.podSecurityContext" . -}}
{{- $_ := set .root "podContext" (fromYaml $context) -}}
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
{{- $registry := .root.secrets.registry }}
{{- with $values.imagePullSecrets | default (empty $registry.missing | ternary (list $registry.object) nil) }}
imagePullSecrets:
  {{- range uniq . }}
  - name: {{ if kindIs "map" . }}{{ quote .name }}{{ else }}{{ quote . }}{{ end }}
  {{- end }}{{ end }}
{{- include "airflow.scheduling" . }}
securityContext:
  {{- $context | trim | nindent 2 }}
{{- with include "airflow.initContainers" . | trim }}
initContainers:
  {{- . | nindent 2 }}
{{- end }}
containers:
  {{- $this := merge (dict "as" "sidecar") . }}
  {{- $more := print (include "airflow.logGroomer" .) (include "airflow.kerberos" $this) }}
  {{- range $key, $facts := .facts.sidecars }}
  {{- $facts = merge (dict "airflow" false "config" false) $facts }}
  {{- $beside := dict "facts" $facts "settings" (index $settings $key) "own" (pick $.own "tmp") }}
  {{- $more = print $more (include "airflow.container" (merge $beside (pick $ "root" "component"))) }}
  {{- end }}
  {{- print (include "airflow.container" .) (include "airflow.gitSync" $this) $more | trim | nindent 2 }}
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
{{- $kind := (index .root.components .component).kind }}
{{- if and (eq $kind "Deployment") (not (.settings.affinity | default $values.affinity)) }}
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

{{- /* The first that is stated counts, as in the official chart: that of the component, else that of the release. */}}
{{- define "airflow.podSecurityContext" -}}
{{- $values := .root.Values -}}
{{- $shared := or .facts.airflow (kindIs "invalid" $values.uid) -}}
{{- $user := $shared | ternary $values.uid .settings.uid -}}
{{- $group := $shared | ternary $values.gid .settings.uid -}}
{{- $ids := include "airflow.stated" (dict "runAsUser" $user "runAsGroup" $group "fsGroup" $group) | fromJson -}}
{{- $usual := merge (include "airflow.hardening" . | fromJson) (dict "fsGroupChangePolicy" "OnRootMismatch") $ids -}}
{{- $release := .facts.airflow | ternary ($values.securityContexts.pod | default $values.securityContext) nil -}}
{{- $own := .settings.securityContexts.pod | default .settings.securityContext | default $release -}}
{{- $own = include "airflow.stated" $own | fromJson -}}
{{- include "airflow.layers" (list ($own | empty | ternary $usual (pick $ids "runAsUser")) $own) -}}
{{- end }}

{{- define "airflow.hardening" -}}
{"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}
{{- end }}

{{- /* Containers have what a stated context of their pod does not say. */}}
{{- define "airflow.containerSecurityContext" -}}
{{- $pod := .root.podContext -}}
{{- $own := .settings.securityContexts.container -}}
{{- $isUsual := and (empty $own) (hasKey $pod "runAsNonRoot") (hasKey $pod "seccompProfile") -}}
{{- $name := $isUsual | ternary (print "context/" .facts.airflow) "" -}}
{{- include "airflow.once" (list .root $name "airflow.madeContext" .) -}}
{{- end }}

{{- define "airflow.madeContext" -}}
{{- $pod := .root.podContext -}}
{{- $usual := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true
  "capabilities" (dict "drop" (list "ALL")) -}}
{{- range $key, $value := include "airflow.hardening" . | fromJson -}}
{{- $isRoot := and (eq $key "runAsNonRoot") (eq "0" (toString $pod.runAsUser)) -}}
{{- if not (or $isRoot (hasKey $pod $key)) }}{{ $_ := set $usual $key $value }}{{ end -}}
{{- end -}}
{{- $release := .facts.airflow | ternary .root.Values.securityContexts.containers nil -}}
{{- include "airflow.layers" (list $usual $release .settings.securityContexts.container) -}}
{{- end }}
