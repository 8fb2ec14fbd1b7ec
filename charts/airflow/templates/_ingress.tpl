{{- /* {root, component, facts}: the Ingress of a component, when there is an ingress controller. People use that of the
api-server; of others, it leads to their metrics. */}}
{{- define "airflow.ingress" -}}
{{- $row := index .root.components .component }}
{{- $ingress := index .root.Values.ingress $row.key }}
{{- if ($ingress).enabled }}
{{- $port := .facts.scrape | default (include "airflow.servicePort" . | fromYaml) }}
{{- $suffix := empty $row.ui | ternary (print .component "-ingress") "ingress" }}
{{- $label := empty $row.ui | ternary $suffix "airflow-ingress" }}
{{- $hosts := list }}
{{- range $ingress.hosts | default (compact (list $ingress.host)) }}
{{- $hosts = append $hosts (kindIs "map" . | ternary . (dict "name" . "tls" $ingress.tls)) }}
{{- end }}
{{- $own := dict "path" $ingress.path "pathType" $ingress.pathType "servicePort" ($port.name | default $port.port) }}
{{- $paths := concat ($ingress.precedingPaths | default list) (list $own) ($ingress.succeedingPaths | default list) }}
{{- $this := dict "root" .root "component" $label "suffix" $suffix "settings" .settings
  "annotations" $ingress.annotations }}
{{- include "airflow.object" (list "networking.k8s.io/v1 Ingress" $this) }}
spec:
  {{- with $ingress.ingressClassName }}
  ingressClassName: {{ quote . }}
  {{- end }}
  rules:
    {{- range $hosts | default (list dict) }}
    - http:
        paths:
          {{- range $paths }}
          - path: {{ quote .path }}
            pathType: {{ .pathType | default "ImplementationSpecific" }}
            backend:
              service:
                name: {{ .serviceName | default (include "airflow.objectName" $) | quote }}
                port: {{ dict (kindIs "string" .servicePort | ternary "name" "number") .servicePort | toJson }}
          {{- end }}
      {{- with .name }}
      host: {{ . | quote }}
      {{- end }}{{ end }}
  {{- $tls := list }}
  {{- range $hosts }}
  {{- if (.tls).enabled }}
  {{- $tls = append $tls (dict "hosts" (list .name) "secretName" .tls.secretName) }}
  {{- end }}{{ end }}
  {{- with $tls }}{{ print "tls: " (toJson .) | nindent 2 }}{{ end }}
{{- end }}
{{- end }}
