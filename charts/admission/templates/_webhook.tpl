{{- /* The webhook: names, labels and pods of its two programs. */ -}}

{{- /* The program that changes pods: cel or webhook. */}}
{{- define "admission.engine" -}}
{{- $auto := semverCompare ">=1.36.0-0" .Capabilities.KubeVersion.Version | ternary "cel" "webhook" -}}
{{- eq .Values.engine "auto" | ternary $auto .Values.engine -}}
{{- end }}

{{- /* A Service's name has no dots and begins with a letter; that of a release may have both. */}}
{{- define "admission.webhookName" -}}
webhook-{{ .Release.Name | replace "." "-" }}
{{- end }}

{{- define "admission.webhookSecret" -}}
{{ .Values.webhook.certificate.secretName | default (include "admission.webhookName" .) }}
{{- end }}

{{- /* Whether the chart creates the certificate itself. */}}
{{- define "admission.createsCertificate" -}}
{{- if and (eq (include "admission.engine" .) "webhook") (not .Values.webhook.certificate.secretName) }}true{{ end -}}
{{- end }}

{{- define "admission.webhookSelector" -}}
app.kubernetes.io/name: admission
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* Classes and exempt users, which the webhook reads. */}}
{{- define "admission.webhookTable" -}}
{{- toJson (dict "label" .table.labels.class "exempt" .table.exempt "classes" .table.classes) -}}
{{- end }}

{{- /* Fields that the pods of both programs share; call with a list of root and whether it has a token. */}}
{{- define "admission.podSecurity" -}}
{{- $root := first . -}}
automountServiceAccountToken: {{ last . }}
enableServiceLinks: false
priorityClassName: {{ $root.Values.webhook.priorityClassName | quote }}
{{- with $root.Values.webhook.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- with $root.Values.webhook.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with $root.Values.webhook.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- /* Fields that the containers of both programs share. */}}
{{- define "admission.container" -}}
{{- with .Values.webhook.image -}}
image: {{ .digest | empty | ternary (printf "%s:%s" .repository .tag) (printf "%s@%s" .repository .digest) | quote }}
imagePullPolicy: {{ .pullPolicy }}
{{- end }}
resources:
  {{- toYaml .Values.webhook.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}
