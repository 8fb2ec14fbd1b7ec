{{- /* Texts of values may be templates. All of them are evaluated here, once, in place: what follows reads plain
values. A text that Helm cannot evaluate is refused before Helm would fail with a stack of templates. */ -}}

{{- define "airflow.evaluate" -}}
{{- $texts := dict -}}
{{- $sentences := list -}}
{{- range $key, $value := omit .Values "global" -}}
{{- if contains "{{" (toJson (dict $key $value)) -}}
{{- if not $texts -}}
{{- $texts = $.Files.Get "files/template_texts.yaml" | fromYaml -}}
{{- /* A parent chart may read the values, too. */ -}}
{{- $_ := set $ "Values" (deepCopy $.Values) -}}
{{- end -}}
{{- $this := dict "root" $ "texts" $texts "holder" $.Values "key" $key "path" $key -}}
{{- $sentences = append $sentences (include "airflow.evaluateAt" $this) -}}
{{- end }}{{ end -}}
{{- include "airflow.refuse" (join "" $sentences) -}}
{{- end }}

{{- /* {root, texts, holder, key, path}: evaluates what `holder` has at `key`; emits the refusals. */}}
{{- define "airflow.evaluateAt" -}}
{{- $value := index .holder .key -}}
{{- if kindIs "string" $value -}}
{{- if contains "{{" $value }}{{ include "airflow.evaluateText" (merge (dict "text" $value) .) }}{{ end -}}
{{- else if kindIs "slice" $value -}}
{{- $items := list -}}
{{- range $index, $item := $value -}}
{{- $holder := dict "item" $item -}}
{{- $path := printf "%s[%d]" $.path $index -}}
{{- $this := pick $ "root" "texts" -}}
{{- include "airflow.evaluateAt" (merge (dict "holder" $holder "key" "item" "path" $path) $this) -}}
{{- $items = append $items $holder.item -}}
{{- end -}}
{{- $_ := set .holder .key $items -}}
{{- else if kindIs "map" $value -}}
{{- range $name, $below := $value -}}
{{- $this := merge (dict "path" (print $.path "." $name)) (pick $ "root" "texts") -}}
{{- include "airflow.evaluateAt" (merge (dict "holder" $value "key" $name) $this) -}}
{{- if contains "{{" $name -}}
{{- $holder := dict "name" $name -}}
{{- include "airflow.evaluateAt" (merge (dict "holder" $holder "key" "name") $this) -}}
{{- $below = index $value $name -}}
{{- $_ := unset $value $name -}}
{{- $_ := set $value $holder.name $below -}}
{{- end }}{{ end }}{{ end -}}
{{- end }}

{{- /* The same with {text}. */}}
{{- define "airflow.evaluateText" -}}
{{- $verdict := include "airflow.templateVerdict" . -}}
{{- if $verdict }}
{{- if ne $verdict "foreign" }}
- {{ .path }} {{ $verdict }}{{ end }}
{{- else }}
{{- $_ := set .holder .key (tpl .text .root) }}
{{- end }}
{{- end }}

{{- /* {root, texts, text}: empty when Helm can evaluate the text, `foreign` when its templates are not Helm's, or the
rest of a sentence. */}}
{{- define "airflow.templateVerdict" -}}
{{- $action := "(?s:{{-?\\s*/\\*.*?\\*/\\s*-?}}|{{(?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|[^\"`{}])*}})" -}}
{{- if contains "{{" (regexReplaceAll $action .text "") -}}
has `{{ "{{" }}` without `{{ "}}" }}`: close it, or write {{ include "airflow.escaped" "{{" }}.
{{- else -}}
{{- $actions := list -}}
{{- range regexFindAll $action .text -1 -}}
{{- /* Comments and the contents of strings do not matter, except the names of templates. */ -}}
{{- $bare := regexReplaceAll "(?s:/\\*.*\\*/)" . "" -}}
{{- $actions = append $actions (regexReplaceAll "(?s:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)" $bare "\"\"") -}}
{{- end -}}
{{- $this := merge (dict "all" (join "\n" $actions) "expression" $action) . -}}
{{- $foreign := list -}}
{{- range $actions -}}
{{- with include "airflow.foreignWord" (merge (dict "action" .) $this) }}{{ $foreign = append $foreign . }}{{ end -}}
{{- end -}}
{{- if and $foreign (eq (len $foreign) (len $actions)) }}foreign
{{- else if $foreign -}}
has {{ first $foreign | quote }}, which Helm cannot evaluate, beside templates of Helm:
write each `{{ "{{" }}` that is not for Helm as {{ include "airflow.escaped" "{{" }}.
{{- else }}{{ include "airflow.templateFault" $this }}{{ end -}}
{{- end -}}
{{- end }}

{{- /* {texts, action, all}: the first word of an action that Helm does not know. */}}
{{- define "airflow.foreignWord" -}}
{{- /* Fields and variables, which begin with a dot or a dollar sign. */ -}}
{{- $words := regexReplaceAll "(^|[\\s(,|=:{-])(?:\\$\\w*)?(?:\\.\\w+)+" .action "${1}_" -}}
{{- $words = regexReplaceAll "\\$\\w*" $words "_" -}}
{{- $strange := regexFind "[A-Za-z_]\\w*[.(\\[]|['\\[\\]%;?!&<>*/+~^@#]" $words -}}
{{- $unknown := list -}}
{{- range regexFindAll "[A-Za-z]\\w*" $words -1 -}}
{{- if not (has . $.texts.functions) }}{{ $unknown = append $unknown . }}{{ end -}}
{{- end -}}
{{- $variables := regexFindAll "\\$[A-Za-z]\\w*" .action -1 -}}
{{- range $variable := $variables -}}
{{- if regexMatch (printf "\\%s\\s*(,\\s*\\$\\w+\\s*)?:=|,\\s*\\%s\\s*:=" $variable $variable) $.all -}}
{{- $variables = without $variables $variable -}}
{{- end }}{{ end -}}
{{- $fields := list -}}
{{- if not (regexMatch "{{-?\\s*(range|with|define|block)\\b" .all) -}}
{{- range regexFindAll "(?:^|[\\s(,|{-])\\$?\\.[A-Za-z]\\w*" .action -1 -}}
{{- $field := regexFind "\\w+$" . -}}
{{- if not (has $field $.texts.fields) }}{{ $fields = append $fields (print "." $field) }}{{ end -}}
{{- end }}{{ end -}}
{{- first (concat $unknown $variables $fields (list $strange)) -}}
{{- end }}

{{- /* {root, texts, text, all}: what would make Helm fail: values and templates that are not there, and what
`airflow.syntaxFault` finds. */}}
{{- define "airflow.templateFault" -}}
{{- $missing := list -}}
{{- range $action := splitList "\n" .all -}}
{{- $optional := list -}}
{{- range regexFindAll "\\b[a-z]\\w+" $action -1 -}}
{{- if has . $.texts.optional }}{{ $optional = append $optional . }}{{ end -}}
{{- end -}}
{{- range regexFindAll "\\.Values(\\.\\w+)+" $action -1 -}}
{{- $value := $.root.Values -}}
{{- $path := splitList "." . | rest | rest -}}
{{- range $depth, $key := $path -}}
{{- $isLast := eq (add1 $depth) (len $path) -}}
{{- if not (kindIs "map" $value) -}}
{{- $missing = append $missing (print ".Values." (join "." $path)) -}}
{{- else if and (not (hasKey $value $key)) (not (and $isLast $optional)) -}}
{{- $missing = append $missing (print ".Values." (join "." $path)) -}}
{{- end -}}
{{- if kindIs "map" $value }}{{ $value = index $value $key }}{{ end -}}
{{- end }}{{ end }}{{ end -}}
{{- range regexFindAll "\\b(?:include|template)\\s+[\"`][^\"`]*[\"`]" .text -1 -}}
{{- $name := regexFind "[\"`].*" . | trimAll "\"`" -}}
{{- $own := hasPrefix "airflow" $name -}}
{{- if not (or (has $name $.texts.includes) (and (not $own) (not $.root.Chart.IsRoot))) -}}
{{- $missing = append $missing (printf "include %q" $name) -}}
{{- end }}{{ end -}}
{{- with $missing -}}
{{- $instead := "" -}}
{{- range $official, $own := $.texts.instead -}}
{{- if hasPrefix $official (first $missing) }}{{ $instead = $own }}{{ end -}}
{{- end -}}
asks for `{{ first . }}`, which this chart does not have: remove it, or {{ with $instead }}use {{ . }}
{{- else }}write its value{{ end }}.
{{- else }}{{ include "airflow.syntaxFault" . }}{{ end -}}
{{- end }}

{{- /* A text as a template that Helm evaluates to it. */}}
{{- define "airflow.escaped" }}`{{ printf "{{ %q }}" . }}`{{ end }}
