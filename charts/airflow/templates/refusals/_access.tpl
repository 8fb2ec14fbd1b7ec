{{- /* Refusals: ways into the release that lead nowhere. */ -}}

{{- define "airflow.refusals.access" -}}
{{- $api := .Values.apiServer -}}
{{- if and $api.httpRoute.enabled (not (has "api-server" .off)) -}}
{{- if not $api.httpRoute.parentRefs }}
- apiServer.httpRoute.parentRefs is empty: set it to the name and namespace of a Gateway.{{ end }}
{{- if and .Values.networkPolicies.enabled (not $api.networkPolicy.ingress.from) }}
- apiServer.httpRoute.enabled is true, but the NetworkPolicy of the api-server keeps the Gateway out:
  list its pods in apiServer.networkPolicy.ingress.from.{{ end }}
{{- end }}
{{- end }}
