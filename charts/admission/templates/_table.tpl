{{- /* The table as JSON: the values in the form that expressions read, each key present. */ -}}

{{- /* Sets .table, and .tableHash. Every file begins with it, and the first one that Helm renders does the work. */}}
{{- define "admission.prepare" -}}
{{- if not .table -}}
{{- include "admission.refuse" . -}}
{{- $text := include "admission.tableText" . -}}
{{- $_ := set . "table" (fromJson $text) -}}
{{- $_ := set . "tableHash" (sha256sum $text | trunc 16) -}}
{{- end -}}
{{- end }}

{{- define "admission.tableText" -}}
{{- $classes := dict -}}
{{- range $name, $class := .Values.classes -}}
{{- $_ := set $classes $name (include "admission.class" (list $ $class) | fromJson) -}}
{{- end -}}
{{- $teams := dict -}}
{{- $teamOf := dict -}}
{{- range $name, $team := .Values.teams -}}
{{- $_ := set $teams $name (dict "costCenters" ($team.costCenters | default list) "classes" ($team.classes | default list)) -}}
{{- range $team.namespaces }}{{ $_ := set $teamOf . $name }}{{ end -}}
{{- end -}}
{{- $contact := .Values.contact | empty | ternary "" (printf " Help: %s" .Values.contact) -}}
{{- toJson (dict
  "labels" .Values.labels
  "required" .Values.requiredLabels
  "contact" $contact
  "exempt" .Values.exempt
  "permissions" .Values.permissions
  "teams" $teams
  "teamOf" $teamOf
  "classes" $classes
  "noClass" (include "admission.class" (list . dict) | fromJson)) -}}
{{- end }}

{{- /* A class with all keys; `demands` are its requirements on nodes, those of nodeSelector included. */}}
{{- define "admission.class" -}}
{{- $class := last . -}}
{{- $affinity := $class.nodeAffinity | default dict -}}
{{- $tolerations := list -}}
{{- range $class.tolerations -}}
{{- $all := dict "key" "" "operator" "Equal" "value" "" "effect" "" -}}
{{- $tolerations = append $tolerations (mergeOverwrite $all (deepCopy .)) -}}
{{- end -}}
{{- $required := list -}}
{{- range $affinity.required -}}
{{- $required = append $required (dict "key" .key "operator" .operator "values" (.values | default list)) -}}
{{- end -}}
{{- $demands := $required -}}
{{- range $key, $value := $class.nodeSelector -}}
{{- $demands = append $demands (dict "key" $key "operator" "In" "values" (list $value)) -}}
{{- end -}}
{{- $preferred := list -}}
{{- range $affinity.preferred -}}
{{- $expressions := list -}}
{{- range .preference.matchExpressions -}}
{{- $expressions = append $expressions (.values | empty | ternary (omit . "values") .) -}}
{{- end -}}
{{- $preferred = append $preferred (dict "weight" .weight "preference" (dict "matchExpressions" $expressions)) -}}
{{- end -}}
{{- toJson (dict
  "tolerations" $tolerations
  "nodeSelector" ($class.nodeSelector | default dict)
  "required" $required
  "preferred" $preferred
  "demands" $demands
  "hasNodeAffinity" (not (and (empty $required) (empty $preferred)))
  "priorityClassName" ($class.priorityClassName | default "")
  "runtimeClassName" ($class.runtimeClassName | default "")
  "requests" ($class.requests | default dict)
  "annotations" ($class.annotations | default dict)) -}}
{{- end }}

{{- /* Data as an expression: JSON, in which values of several types get the type dyn. Texts stay quoted. */}}
{{- define "admission.literal" -}}
{{- $parts := list -}}
{{- if kindIs "map" . -}}
{{- range $key, $value := . -}}
{{- $parts = append $parts (printf "%s: dyn(%s)" (toJson $key) (include "admission.literal" $value)) -}}
{{- end -}}
{ {{- join ", " $parts -}} }
{{- else if kindIs "slice" . -}}
{{- range . }}{{ $parts = append $parts (printf "dyn(%s)" (include "admission.literal" .)) }}{{ end -}}
[{{ join ", " $parts }}]
{{- else -}}
{{- toJson . -}}
{{- end -}}
{{- end }}
