{{- /* How the chart refuses values: every topic emits its sentences, and all are answered at once. */ -}}

{{- define "admission.refuse" -}}
{{- $sentences := list -}}
{{- $topics := list "engine" "labels" "classes" "teams" -}}
{{- $text := "" -}}
{{- range $topics }}{{ $text = print $text (include (print "admission.refusals." .) $) }}{{ end -}}
{{- range splitList "\n- " $text | rest }}{{ $sentences = append $sentences (trim .) }}{{ end -}}
{{- with $sentences }}{{ fail (join "\n" (uniq .)) }}{{ end -}}
{{- end }}

{{- define "admission.refusals.engine" -}}
{{- $version := .Capabilities.KubeVersion.Version -}}
{{- if and (eq .Values.engine "cel") (not (semverCompare ">=1.36.0-0" $version)) }}
- `engine: cel` needs Kubernetes 1.36 or newer, and this is {{ $version }}: use `engine: webhook`, or pass the version of
  {{- /**/}} the cluster to `helm template` with --kube-version.
{{- end -}}
{{- if eq (include "admission.engine" .) "webhook" }}{{ include "admission.refusals.webhook" .Values.webhook }}{{ end -}}
{{- end }}

{{- define "admission.refusals.webhook" -}}
{{- if not (and .image.repository (or .image.tag .image.digest)) }}
- `webhook.image` needs `repository` and `tag` or `digest` with the engine `webhook`: build images/admission, and push it to
  {{- /**/}} a registry of yours.
{{- end -}}
{{- with .certificate -}}
{{- if and .caBundle .injectFrom }}
- `webhook.certificate.caBundle` and `webhook.certificate.injectFrom` are both set: remove one of them.
{{- else if and .secretName (not .caBundle) (not .injectFrom) }}
- `webhook.certificate.secretName` is set, but not its authority: set `webhook.certificate.caBundle` or
  {{- /**/}} `webhook.certificate.injectFrom`.
{{- else if and (or .caBundle .injectFrom) (not .secretName) }}
- `webhook.certificate.secretName` is empty, but its authority is set: set it, or remove `webhook.certificate.
  {{- empty .caBundle | ternary "injectFrom" "caBundle" }}`.
{{- end -}}
{{- with .secretName }}{{ include "admission.refusals.text" (list "object name" "webhook.certificate.secretName" .) }}{{ end -}}
{{- if and .caBundle (not (contains "-----BEGIN CERTIFICATE-----" .caBundle)) }}
- `webhook.certificate.caBundle` is not PEM: it begins with `-----BEGIN CERTIFICATE-----`.
{{- end -}}
{{- if and .injectFrom (not (regexMatch "^[a-z0-9-]+/[a-z0-9.-]+$" .injectFrom)) }}
- `webhook.certificate.injectFrom` is {{ toJson .injectFrom }}: use the form `<namespace>/<name>` of a Certificate.
{{- end -}}
{{- end -}}
{{- end }}

{{- /* A text that is not of its kind; call with a list of kind, path of the value and text. */}}
{{- define "admission.refusals.text" -}}
{{- $kind := index . 0 -}}
{{- $label := "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?" -}}
{{- $name := "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?" -}}
{{- $kinds := dict
  "label value" (list $label "use at most 63 letters, digits, dashes, dots and underscores")
  "label key" (list (printf `([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?%s` $label) "use a form such as example.com/pool")
  "name" (list $name "use at most 63 lower-case letters, digits and dashes")
  "object name" (list (printf `%s([.]%s)*` $name $name) "use lower-case letters, digits, dashes and dots")
  "quantity" (list `[0-9]+([.][0-9]+)?(m|[kMGT]i?)?` "use a form such as 500m or 2Gi")
  "URL" (list `https?://[A-Za-z0-9.:/?&=_~%+#-]+` "use a form such as https://wiki.example.com/classes") -}}
{{- $known := get $kinds $kind -}}
{{- if not (regexMatch (printf "^(%s)$" (first $known)) (last .)) }}
- `{{ index . 1 }}` is {{ last . | toJson }}, which is not a valid {{ $kind }}: {{ last $known }}.
{{- end -}}
{{- end }}

{{- define "admission.refusals.labels" -}}
{{- $values := .Values -}}
{{- if gt (len (include "admission.namespaceLabelValue" .)) 63 }}
- The name of this release with its namespace is longer than 63 characters: set `namespaceLabel.value`.
{{- end -}}
{{- with ($values.namespaceLabel).value }}{{ include "admission.refusals.text" (list "label value" "namespaceLabel.value" .) }}{{ end -}}
{{- with ($values.namespaceLabel).key }}{{ include "admission.refusals.text" (list "label key" "namespaceLabel.key" .) }}{{ end -}}
{{- with ($values.permissions).group }}{{ include "admission.refusals.text" (list "object name" "permissions.group" .) }}{{ end -}}
{{- with $values.contact }}{{ include "admission.refusals.text" (list "URL" "contact" .) }}{{ end -}}
{{- $texts := dict "labels" (list "class" "costCenter" "team") "namespaceLabel" (list "key") "permissions" (list "group") -}}
{{- range $block, $keys := $texts }}{{ range $keys }}
{{- if not (get (get $values $block | default dict) .) }}
- `{{ $block }}.{{ . }}` is empty: remove the line to use the default.
{{- end }}{{ end }}{{ end -}}
{{- $switches := dict "requiredLabels" (list "team" "costCenter") "permissions" (list "enabled") "exempt" (list "users" "groups") -}}
{{- range $block, $keys := $switches }}{{ range $keys }}
{{- if not (hasKey (get $values $block | default dict) .) }}
- `{{ $block }}.{{ . }}` is null: remove the line to use the default.
{{- end }}{{ end }}{{ end -}}
{{- $seen := dict -}}
{{- range $name, $label := $values.labels -}}
{{- with $label }}{{ include "admission.refusals.text" (list "label key" (printf "labels.%s" $name) .) }}{{ end -}}
{{- with get $seen $label }}
- `labels.{{ . }}` and `labels.{{ $name }}` are both {{ $label | toJson }}: use two labels.
{{- end -}}
{{- $_ := set $seen $label $name -}}
{{- end -}}
{{- end }}

{{- define "admission.refusals.classes" -}}
{{- range $name, $class := .Values.classes -}}
{{- $at := printf "classes.%s" $name -}}
{{- include "admission.refusals.text" (list "name" "classes" $name) -}}
{{- range $index, $one := $class.tolerations -}}
{{- include "admission.refusals.toleration" (list (printf "%s.tolerations[%d]" $at $index) $one) -}}
{{- end -}}
{{- include "admission.refusals.map" (list "label value" (print $at ".nodeSelector") $class.nodeSelector) -}}
{{- include "admission.refusals.map" (list "" (print $at ".annotations") $class.annotations) -}}
{{- range $key, $amount := $class.requests -}}
{{- include "admission.refusals.text" (list "quantity" (printf "%s.requests.%s" $at $key) $amount) -}}
{{- end -}}
{{- range $key := list "priorityClassName" "runtimeClassName" -}}
{{- with get $class $key }}{{ include "admission.refusals.text" (list "object name" (printf "%s.%s" $at $key) .) }}{{ end -}}
{{- end -}}
{{- $affinity := $class.nodeAffinity | default dict -}}
{{- range $index, $one := $affinity.required -}}
{{- include "admission.refusals.requirement" (list (printf "%s.nodeAffinity.required[%d]" $at $index) $one) -}}
{{- end -}}
{{- range $index, $term := $affinity.preferred -}}
{{- range $term.preference.matchExpressions -}}
{{- include "admission.refusals.requirement" (list (printf "%s.nodeAffinity.preferred[%d]" $at $index) .) -}}
{{- end }}{{ end -}}
{{- include "admission.refusals.contradictions" (list $at $class) -}}
{{- end -}}
{{- end }}

{{- /* Keys of a map, and its values if they are of a kind; call with a list of kind, path and map. */}}
{{- define "admission.refusals.map" -}}
{{- $kind := index . 0 -}}
{{- $at := index . 1 -}}
{{- range $key, $value := last . -}}
{{- include "admission.refusals.text" (list "label key" $at $key) -}}
{{- if $kind }}{{ include "admission.refusals.text" (list $kind (printf "%s.%s" $at $key) $value) }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "admission.refusals.toleration" -}}
{{- $at := first . -}}
{{- $one := last . -}}
{{- $exists := eq ($one.operator | default "Equal") "Exists" -}}
{{- with $one.key }}{{ include "admission.refusals.text" (list "label key" (print $at ".key") .) }}{{ end -}}
{{- with $one.value }}{{ include "admission.refusals.text" (list "label value" (print $at ".value") .) }}{{ end -}}
{{- if and $exists $one.value }}
- `{{ $at }}` has the operator Exists and the value {{ $one.value | toJson }}: remove one of the two.
{{- else if not (or $exists $one.key) }}
- `{{ $at }}` has the operator Equal and no key: add `key`, or use the operator Exists.
{{- end -}}
{{- end }}

{{- define "admission.refusals.requirement" -}}
{{- $at := first . -}}
{{- $one := last . -}}
{{- include "admission.refusals.text" (list "label key" (print $at ".key") $one.key) -}}
{{- range $one.values }}{{ include "admission.refusals.text" (list "label value" (print $at ".values") .) }}{{ end -}}
{{- $count := len ($one.values | default list) -}}
{{- if and (has $one.operator (list "Exists" "DoesNotExist")) $count }}
- `{{ $at }}` has the operator {{ $one.operator }} and values: remove `values`, or use the operator In or NotIn.
{{- else if and (has $one.operator (list "In" "NotIn")) (not $count) }}
- `{{ $at }}` has the operator {{ $one.operator }} and no values: add `values`.
{{- else if and (has $one.operator (list "Gt" "Lt")) (ne (join "," $one.values | regexFind "^[0-9]+$") (join "," $one.values) | or (ne $count 1)) }}
- `{{ $at }}` has the operator {{ $one.operator }}: its `values` must be one whole number.
{{- end -}}
{{- end }}

{{- /* Requirements of a class that no node can meet together; call with a list of path and class. */}}
{{- define "admission.refusals.contradictions" -}}
{{- $at := first . -}}
{{- $demands := (include "admission.class" (list nil (last .)) | fromJson).demands -}}
{{- range $index, $one := $demands -}}
{{- range $other := slice $demands (add1 $index | int) -}}
{{- if eq $one.key $other.key -}}
{{- $common := list -}}
{{- range $one.values }}{{ if has . $other.values }}{{ $common = append $common . }}{{ end }}{{ end -}}
{{- $operators := list $one.operator $other.operator | sortAlpha | join " " -}}
{{- $disjoint := and (eq $operators "In In") (empty $common) -}}
{{- $in := eq $one.operator "In" | ternary $one $other -}}
{{- $excluded := and (eq $operators "In NotIn") (eq (len $common) (len $in.values)) -}}
{{- if or $disjoint $excluded (has $operators (list "DoesNotExist In" "DoesNotExist Exists")) }}
- `{{ $at }}` demands {{ $one.key }} {{ $one.operator }} {{ $one.values | toJson }} and {{ $other.key }} {{ $other.operator }}
  {{- printf " %s" (toJson $other.values) }}, which contradict each other: change `nodeAffinity.required` or `nodeSelector`.
{{- end -}}
{{- end -}}
{{- end }}{{ end -}}
{{- end }}

{{- define "admission.refusals.teams" -}}
{{- $values := .Values -}}
{{- $classes := $values.classes | default dict -}}
{{- $known := keys $classes | sortAlpha | join ", " | default "none" -}}
{{- $owners := dict -}}
{{- $names := dict -}}
{{- range $name, $team := $values.teams -}}
{{- $at := printf "teams.%s" $name -}}
{{- include "admission.refusals.text" (list "label value" "teams" $name) -}}
{{- with get $names (lower $name) }}
- `teams` has {{ . | toJson }} and {{ $name | toJson }}, which differ in case only: a team must have one entry.
{{- end -}}
{{- $_ := set $names (lower $name) $name -}}
{{- if not $team.namespaces }}
- `{{ $at }}.namespaces` is empty: list the namespaces of the team, or remove the team.
{{- end -}}
{{- range $team.namespaces -}}
{{- include "admission.refusals.text" (list "name" (print $at ".namespaces") .) -}}
{{- $owner := get $owners . -}}
{{- if eq $owner $name }}
- `{{ $at }}.namespaces` lists {{ . | toJson }} twice: remove one of them.
{{- else if $owner }}
- `teams.{{ $owner }}.namespaces` and `{{ $at }}.namespaces` both list {{ . | toJson }}: a namespace belongs to one team.
{{- end -}}
{{- $_ := set $owners . $name -}}
{{- end -}}
{{- if and $values.requiredLabels.costCenter (not $team.costCenters) }}
- `{{ $at }}.costCenters` is empty, so that every pod of the team would be refused: list one, or set
  {{- /**/}} `requiredLabels.costCenter: false`.
{{- end -}}
{{- range $team.costCenters }}{{ include "admission.refusals.text" (list "label value" (print $at ".costCenters") .) }}{{ end -}}
{{- range $team.serviceAccounts -}}
{{- include "admission.refusals.text" (list "object name" (print $at ".serviceAccounts") .) -}}
{{- end -}}
{{- range $team.classes -}}
{{- if not (hasKey $classes .) }}
- `{{ $at }}.classes` has the unknown class {{ . | toJson }}: use one of `classes` ({{ $known }}), or add it there.
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
