{{- /* Who calls whom in this release, and where: from `calls` of the components and from values. */ -}}

{{- /* {root, component}: the conditions of `calls` and `roles` in files/components.yaml, which hold for the component
or do not, as JSON. */}}
{{- define "airflow.conditions" -}}
{{- $local := contains "LocalExecutor" .root.Values.executor -}}
{{- $bundles := include "airflow.readsDags" . | empty | ternary "" (include "airflow.remoteBundles" .) -}}
{{- $clones := include "airflow.gitSyncs" . -}}
{{- $remoteLogging := include "airflow.optionIsOn" (list .root .component "logging.remote_logging") -}}
{
"always": true,
"celeryExecutor": {{ contains "CeleryExecutor" .root.Values.executor }},
"gitSync": {{ $clones | empty | not }},
"gitSyncOrBundles": {{ print $bundles $clones | empty | not }},
"kubernetesExecutor": {{ contains "KubernetesExecutor" .root.Values.executor }},
"localExecutor": {{ $local }},
"localLaunching": {{ and $local .root.Values.allowPodLaunching }},
"kubernetesRights": {{ or (contains "KubernetesExecutor" .root.Values.executor)
  (and $local .root.Values.allowPodLaunching) }},
"jobLaunching": {{ and .root.Values.allowPodLaunching .root.Values.allowJobLaunching }},
"podLaunching": {{ .root.Values.allowPodLaunching }},
"podLogReading": {{ include "airflow.readsPodLogs" .root | empty | not }},
"remoteBundles": {{ $bundles | empty | not }},
"remoteLogging": {{ $remoteLogging | empty | not }},
"remoteLoggingOrBundles": {{ print $remoteLogging $bundles | empty | not }},
"spark": {{ .root.Values.tasks.spark.enabled }},
"sparkApplications": {{ .root.Values.tasks.podLauncher.sparkApplications }},
"triggererLogs": {{ not .root.Values.logs.persistence.enabled }},
"workerLogs": {{ and (contains "CeleryExecutor" .root.Values.executor) (not .root.Values.logs.persistence.enabled) }}
}
{{- end }}

{{- /* Sets .conditions and .edges: callees of the rows whose condition holds, then those that values open or close by
name, then those that stand for others. */}}
{{- define "airflow.findEdges" -}}
{{- $opened := .Values.networkPolicies.egress | default dict -}}
{{- $substitutes := dict -}}
{{- range $name, $row := .components -}}
{{- if and $row.standsFor (not (has $name $.off)) }}{{ $_ := set $substitutes $name $row.standsFor }}{{ end -}}
{{- end -}}
{{- $_ := set . "edges" dict -}}
{{- $_ := set . "conditions" dict -}}
{{- range $caller, $row := .components -}}
{{- $this := dict "root" $ "component" $caller -}}
{{- $conditions := include "airflow.conditions" $this | fromJson -}}
{{- $_ := set $.conditions $caller $conditions -}}
{{- $callees := list -}}
{{- if not (has $caller $.off) -}}
{{- range $callee, $condition := $row.calls -}}
{{- $elsewhere := or (hasKey $.external $callee) (has $callee (values $substitutes)) -}}
{{- $there := or (not (has $callee $.off)) $elsewhere -}}
{{- if and (index $conditions $condition) $there }}{{ $callees = append $callees $callee }}{{ end -}}
{{- end -}}
{{- range $callee, $open := index $opened (include "airflow.policyKey" $this) -}}
{{- if $open }}{{ $callees = append $callees $callee }}{{ else }}{{ $callees = without $callees $callee }}{{ end -}}
{{- end -}}
{{- range $substitute, $place := $substitutes -}}
{{- if and (has $place $callees) (ne $substitute $caller) -}}
{{- if hasKey $.components $place }}{{ $callees = without $callees $place }}{{ end -}}
{{- $callees = append $callees $substitute -}}
{{- end }}{{ end }}{{ end -}}
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
{{- range $key, $stated := .Values.ports }}{{ $_ := set $ports $key (int64 $stated) }}{{ end -}}
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

{{- /* The same as a port of a policy. */}}
{{- define "airflow.policyPort" -}}
{protocol: {{ (index .root.components .component).protocol | default "TCP" }}, port: {{ include "airflow.port" . }}}
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
{{- $isElsewhere := eq $name "postgresql" | ternary (not $.bundled) (has $name $.off) -}}
{{- if and $row.external $isElsewhere -}}
{{- $peer := merge (dict "title" $row.external) (index $policies $row.external) -}}
{{- /* The port of the URL, when values have it. */ -}}
{{- $broker := include "airflow.urlParts" (list ".+" (default "" $.Values.data.brokerUrl)) | fromYaml -}}
{{- $port := $broker.port | default $broker.usualPort -}}
{{- if eq $name "postgresql" -}}
{{- $port = $.Values.data.metadataSecretName | empty | ternary $.Values.data.metadataConnection.port nil -}}
{{- end -}}
{{- with $port }}{{ $_ := set $peer "ports" (append ($peer.ports | default list) (int .) | uniq) }}{{ end -}}
{{- $_ := set $.external $name $peer -}}
{{- end }}{{ end -}}
{{- end }}
