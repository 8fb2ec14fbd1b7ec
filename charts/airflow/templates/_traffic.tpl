{{- /* Who calls whom in this release, and where: from `calls` of the components and from values. */ -}}

{{- /* The conditions of `calls` and `roles` in files/components.yaml: each holds in this release, or does not. */}}
{{- define "airflow.conditions" -}}
always: true
kubernetesExecutor: {{ contains "KubernetesExecutor" .Values.executor }}
jobLaunching: {{ .Values.allowJobLaunching }}
podLaunching: {{ .Values.allowPodLaunching }}
podLogReading: {{ include "airflow.readsPodLogs" . | default false }}
remoteBundles: {{ include "airflow.remoteBundles" . | default false }}
remoteLogging: {{ include "airflow.remoteLogging" . | default false }}
sparkApplications: {{ .Values.tasks.podLauncher.sparkApplications }}
triggererLogs: {{ not .Values.logs.persistence.enabled }}
{{- end }}

{{- /* Sets .edges: callees of the rows whose condition holds, then those that values open or close by name. */}}
{{- define "airflow.findEdges" -}}
{{- $opened := .Values.networkPolicies.egress | default dict -}}
{{- $_ := set . "edges" dict -}}
{{- range $caller, $row := .components -}}
{{- $callees := list -}}
{{- if not (has $caller $.off) -}}
{{- range $callee, $condition := $row.calls -}}
{{- $there := or (not (has $callee $.off)) (hasKey $.external $callee) -}}
{{- if and (index $.conditions $condition) $there }}{{ $callees = append $callees $callee }}{{ end -}}
{{- end -}}
{{- range $callee, $open := index $opened (include "airflow.policyKey" (dict "root" $ "component" $caller)) -}}
{{- if $open }}{{ $callees = append $callees $callee }}{{ else }}{{ $callees = without $callees $callee }}{{ end -}}
{{- end }}{{ end -}}
{{- $_ := set $.edges $caller (uniq $callees) -}}
{{- end -}}
{{- end }}

{{- /* {root, component}: its key in networkPolicies; pods that tasks launch share that of the task pods. */}}
{{- define "airflow.policyKey" -}}
{{- eq .component .root.launched.component | ternary .root.task.component .component -}}
{{- end }}

{{- /* {root, component}: the port on which it is called. */}}
{{- define "airflow.port" -}}
{{- $port := (index .root.components .component).serves -}}
{{- if kindIs "string" $port }}{{ index .root.Values.ports $port }}{{ else }}{{ $port }}{{ end -}}
{{- end }}

{{- /* Sets .destinations and .external. */}}
{{- define "airflow.findDestinations" -}}
{{- $policies := .Values.networkPolicies -}}
{{- $internet := $policies.internet.enabled | ternary $policies.internet dict -}}
{{- $_ := set . "destinations" (dict "kubernetes" $policies.kubernetes "internet" $internet) -}}
{{- range $name, $peer := $policies.destinations -}}
{{- with $peer }}{{ $_ := set $.destinations $name . }}{{ end -}}
{{- end -}}
{{- $_ := set . "external" dict -}}
{{- range $name, $row := .components -}}
{{- if and $row.external (has $name $.off) -}}
{{- $peer := merge (dict "title" $row.external) (index $policies $row.external) -}}
{{- /* The port of the URL, when the URL is made of values. */ -}}
{{- if not $.Values.data.metadataSecretName -}}
{{- $_ := set $peer "ports" (append ($peer.ports | default list) $.Values.data.metadataConnection.port | uniq) -}}
{{- end -}}
{{- $_ := set $.external $name $peer -}}
{{- end }}{{ end -}}
{{- end }}
