{{- /* Refusals of production. */ -}}

{{- define "airflow.isProd" -}}
{{- if has "prod" (list .Values.environment .Values.tier) }}true{{ end -}}
{{- end }}

{{- /* Secrets as text, where values expect one and where they do not. */}}
{{- define "airflow.refusals.prod" -}}
{{- range .secretRows }}
{{- if .text }}
- prod must not have a secret as text: remove {{ .values.text }} and set {{ .values.name }} to a Secret.
{{- end }}{{ end }}
{{- range $kind, $objects := pick .Values "extraObjects" "extraSecrets" }}
{{- range $name, $object := $objects }}
{{- $text := kindIs "string" $object | ternary $object (toYaml $object) }}
{{- if or (eq $kind "extraSecrets") (regexMatch "[\"']?kind[\"']?\\s*:\\s*[\"']?Secret\\b" $text) }}
- prod must not have a secret as text: remove {{ $kind }}.{{ $name }} and create the Secret outside of Helm.
{{- end }}{{ end }}{{ end }}
{{- include "airflow.refusals.secretVariables" . -}}
{{- /* In all other values, only a URL with a password shows that it is one. */}}
{{- range $key, $value := omit .Values "data" "extraObjects" "extraSecrets" "global" }}
{{- if regexMatch "://[^/@\\s\"]*:[^/@\\s\"]+@" (toJson $value) }}
- prod must not have a secret as text: remove the password in {{ $key }} and name a Secret instead,
  by valueFrom or `secret`.{{ end }}{{ end }}
{{- end }}

{{- /* Environment variables and keys of airflow.cfg whose name or value tells that they are secret. */}}
{{- define "airflow.refusals.secretVariables" -}}
{{- $secret := "(?i)(password|passwd|passphrase|token|credential|secret|(private|secret|access|api|fernet)_key)$" -}}
{{- $url := "://[^/@\\s]*:[^/@\\s]+@|[\"']password[\"']" -}}
{{- /* A variable that ends in _SECRET may also name a path in a secrets backend. */ -}}
{{- $path := "^AIRFLOW__.*_(KEY|CONN|SECRET|PASSWORD|KWARGS|URL|BACKEND)_SECRET$" -}}
{{- $named := dict -}}
{{- range $prefix, $block := .judged }}{{ $_ := set $named (print $prefix "env") $block.env }}{{ end -}}
{{- with .Values.extraEnv }}{{ $_ := set $named "extraEnv" (fromYamlArray .) }}{{ end -}}
{{- range $section, $keys := .Values.config }}{{ $_ := set $named (print "config." $section) $keys }}{{ end -}}
{{- range $where, $items := $named -}}
{{- $listed := kindIs "slice" $items -}}
{{- range $name, $item := $items -}}
{{- if $listed }}{{ $name = $item.name | default "" }}{{ end -}}
{{- $text := $item -}}
{{- if kindIs "map" $item }}{{ $text = $item.value }}{{ end -}}
{{- $isSecret := and (regexMatch $secret $name) (not (regexMatch $path $name)) -}}
{{- if and $text (or $isSecret (regexMatch $url (toString $text))) }}
- prod must not have a secret as text: remove {{ $where }}.{{ $name }} and name a Secret instead,
  by valueFrom or `secret`.{{ end }}{{ end }}{{ end -}}
{{- end }}
