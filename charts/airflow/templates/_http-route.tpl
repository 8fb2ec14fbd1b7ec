{{- /* The way in for people by the Gateway API. */ -}}

{{- define "airflow.httpRoute" -}}
{{- $route := .Values.apiServer.httpRoute }}
{{- if and $route.enabled (not (has "api-server" .off)) }}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
{{- $this := dict "root" . "component" "airflow-http-route" "suffix" "http-route" "settings" .Values.apiServer }}
{{ include "airflow.metadata" (merge (dict "annotations" $route.annotations) $this) }}
spec:
  parentRefs: {{ include "airflow.tpl" (list . (toJson $route.parentRefs)) }}
  {{- with $route.hostnames }}
  hostnames: {{ include "airflow.tpl" (list $ (toJson .)) }}
  {{- end }}
  rules:
    - backendRefs:
        - name: {{ include "airflow.fullname" . }}-api-server
          port: {{ (include "airflow.apiPort" . | fromYaml).port }}
{{- end }}
{{- end }}
