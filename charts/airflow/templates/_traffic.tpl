{{- /* Who calls whom in this release, and where: from `calls` of the components and from values. */ -}}

{{- /* {root, component}: the conditions of `calls` and `roles` in files/components.yaml, which hold for the component
or do not, as JSON. */}}
{{- define "airflow.conditions" -}}
{
"always": true,
"kubernetesExecutor": {{ contains "KubernetesExecutor" .root.Values.executor }},
"jobLaunching": {{ .root.Values.allowJobLaunching }},
"podLaunching": {{ .root.Values.allowPodLaunching }},
"podLogReading": {{ include "airflow.readsPodLogs" .root | empty | not }},
"remoteBundles": {{ include "airflow.remoteBundles" . | empty | not }},
"remoteLogging": {{ include "airflow.optionIsOn" (list .root .component "logging.remote_logging") | empty | not }},
"sparkApplications": {{ .root.Values.tasks.podLauncher.sparkApplications }},
"triggererLogs": {{ not .root.Values.logs.persistence.enabled }}
}
{{- end }}

{{- /* Sets .conditions and .edges: callees of the rows whose condition holds, then those that values open or close by
name. */}}
{{- define "airflow.findEdges" -}}
{{- $opened := .Values.networkPolicies.egress | default dict -}}
{{- $_ := set . "edges" dict -}}
{{- $_ := set . "conditions" dict -}}
{{- range $caller, $row := .components -}}
{{- $this := dict "root" $ "component" $caller -}}
{{- $conditions := include "airflow.conditions" $this | fromJson -}}
{{- $_ := set $.conditions $caller $conditions -}}
{{- $callees := list -}}
{{- if not (has $caller $.off) -}}
{{- range $callee, $condition := $row.calls -}}
{{- $there := or (not (has $callee $.off)) (hasKey $.external $callee) -}}
{{- if and (index $conditions $condition) $there }}{{ $callees = append $callees $callee }}{{ end -}}
{{- end -}}
{{- range $callee, $open := index $opened (include "airflow.policyKey" $this) -}}
{{- if $open }}{{ $callees = append $callees $callee }}{{ else }}{{ $callees = without $callees $callee }}{{ end -}}
{{- end }}{{ end -}}
{{- $_ := set $.edges $caller (uniq $callees) -}}
{{- end -}}
{{- end }}

{{- /* {root, component}: its key in networkPolicies; pods that tasks launch share that of the task pods. */}}
{{- define "airflow.policyKey" -}}
{{- eq .component .root.launched.component | ternary .root.task.component .component -}}
{{- end }}

{{- /* Sets .ports: key of `ports` in values -> port. Airflow may be told another one. */}}
{{- define "airflow.findPorts" -}}
{{- $ports := dict -}}
{{- range $key, $at := .optionFacts.ports -}}
{{- $stated := index $.Values.ports $key | default $at.usual | int64 -}}
{{- $_ := set $ports $key (include "airflow.option" (list $ $at.component $at.option $stated) | int64) -}}
{{- end -}}
{{- $_ := set . "ports" $ports -}}
{{- end }}

{{- /* {root, component}: the port on which it is called. */}}
{{- define "airflow.port" -}}
{{- $port := (index .root.components .component).serves -}}
{{- if kindIs "string" $port }}{{ index .root.ports $port }}{{ else }}{{ $port }}{{ end -}}
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
