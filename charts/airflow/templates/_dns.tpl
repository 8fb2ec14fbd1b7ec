{{- /* The DNS service of the cluster. */ -}}

{{- /* Sets .dns: its values, with the usual labels where values state none. */}}
{{- define "airflow.findDns" -}}
{{- $dns := .Values.networkPolicies.dns -}}
{{- $namespace := $dns.namespaceLabels | default (dict "kubernetes.io/metadata.name" "kube-system") -}}
{{- $pods := $dns.podLabels | default (dict "k8s-app" "kube-dns") -}}
{{- $labels := dict "namespaceLabels" (include "airflow.stated" $namespace) -}}
{{- $_ := set . "dns" (merge $labels (dict "podLabels" (include "airflow.stated" $pods)) $dns) -}}
{{- end }}
