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

{{- /* {root, texts, text, expression}: blocks that are not balanced, and calls that may fail. */}}
{{- define "airflow.syntaxFault" -}}
{{- $open := list (dict "word" "" "names" list) -}}
{{- $isBalanced := true -}}
{{- $unsafe := list -}}
{{- range $action := regexFindAll .expression .text -1 -}}
{{- if not (regexMatch "^(?s:{{(-\\s)?/\\*.*\\*/(\\s-)?}})$" $action) -}}
{{- $flow := include "airflow.withoutTexts" $action -}}
{{- $head := regexFind "^(?:else(?:\\s+(?:if|with))?|if|range|with|end)\\b" $flow -}}
{{- $words := regexSplit "\\s+" $head -1 -}}
{{- $scope := last $open -}}
{{- $names := list -}}
{{- $nested := "" -}}
{{- range $open -}}
{{- $names = concat $names .names -}}
{{- if has .word (list "range" "with") }}{{ $nested = .dot }}{{ end -}}
{{- end -}}
{{- if has (first $words) (list "else" "end") -}}
{{- $before := has $head (list "else" "end") | ternary (list "if" "range" "with") (list (last $words)) -}}
{{- $isBalanced = and $isBalanced (has $scope.word (eq $head "end" | ternary (append $before "else") $before)) -}}
{{- $open = $isBalanced | ternary (initial $open) $open -}}
{{- end -}}
{{- if not (has $head (list "" "end")) -}}
{{- $scope = dict "word" (last $words) "names" list -}}
{{- $open = append $open $scope -}}
{{- end -}}
{{- $second := eq $head "range" | ternary "(?:\\s*,\\s*\\$\\w+)?" "" -}}
{{- $rest := trimPrefix $head $flow | trim -}}
{{- $dot := dict "root" $.root "word" (last $words) "path" (regexFind "\\$?\\.Values(?:\\.\\w+)+$" $rest) -}}
{{- if has (last $words) (list "range" "with") }}{{ $_ := set $scope "dot" (include "airflow.dotOf" $dot) }}{{ end -}}
{{- $declared := regexFind (printf "^\\$\\w+%s\\s*:=" $second) $rest -}}
{{- $assigned := regexFind "^\\$\\w+\\s*=" $rest -}}
{{- if has (regexFind "^\\$\\w+" $assigned) $names }}{{ $declared = $assigned }}{{ end -}}
{{- $_ := set $scope "names" (concat $scope.names (regexFindAll "\\$\\w+" $declared -1)) -}}
{{- $this := dict "root" $.root "texts" $.texts "names" $names "nested" $nested -}}
{{- $kind := include "airflow.kindOfFlow" (merge (dict "flow" (trimPrefix $declared $rest)) $this) -}}
{{- $wanted := has $head (list "else" "end") | ternary "^$" (eq $head "range" | ternary "[LMN]" "[^XR]") -}}
{{- if not (regexMatch $wanted $kind) }}{{ $unsafe = append $unsafe (regexReplaceAll "\\s+" $action " ") }}{{ end -}}
{{- end }}{{ end -}}
{{- if or (not $isBalanced) (gt (len $open) 1) -}}
has an `if`, `range` or `with` without its `end`, or the reverse: add or remove it.
{{- else if $unsafe -}}
has `{{ first $unsafe | trunc 100 }}`, which Helm may be unable to evaluate: give each function arguments of the types
that it takes (`toString` makes text of any value), write the result instead, or, if it is not for Helm, write
{{ include "airflow.escaped" "{{" }} in place of `{{ "{{" }}`.
{{- end }}
{{- end }}

{{- /* {root, word, path}: the type of the dot within `range` or `with` of a value: M, S or U. */}}
{{- define "airflow.dotOf" -}}
{{- $value := (include "airflow.lookUp" . | fromJson).value -}}
{{- $kinds := list -}}
{{- $isList := and (eq .word "range") (kindIs "slice" $value) -}}
{{- range $isList | ternary $value (list $value) }}{{ $kinds = append $kinds (kindOf .) }}{{ end -}}
{{- $isKnown := and .path (or $isList (eq .word "with")) (eq (len (uniq $kinds)) 1) -}}
{{- $isKnown | ternary (get (dict "map" "M" "string" "S") (first $kinds | default "")) "" | default "U" -}}
{{- end }}

{{- /* {root, path}: {value} of a path such as .Values.team, as JSON; null when there is none. */}}
{{- define "airflow.lookUp" -}}
{{- $value := .root.Values -}}
{{- range splitList "." .path | rest | rest -}}
{{- $value = index (kindIs "map" $value | ternary $value dict) . -}}
{{- end -}}
{{- dict "value" $value | toJson -}}
{{- end }}

{{- /* The inside of an action, with `""` in place of each text. */}}
{{- define "airflow.withoutTexts" -}}
{{- $escape := "\\\\(?:[abfnrtv\"\\\\]|x[0-7][0-9a-fA-F]|u[0-9a-cA-C][0-9a-fA-F]{3})" -}}
{{- $text := printf "\"(?:[^\"\\\\\n]|%s)*\"|`[^`]*`" $escape -}}
{{- regexReplaceAll $text (regexReplaceAll "^{{(-\\s)?|(\\s-)?}}$" . "") "\"\"" | trim -}}
{{- end }}

{{- /* {root, texts, names, nested, flow}: the type of an expression, X when Helm may be unable to evaluate it; empty
for no expression. Types are those of files/template_texts.yaml. */}}
{{- define "airflow.kindOfFlow" -}}
{{- $kinds := list -}}
{{- $words := "\"\"|\\$?(?:\\.\\w+)+|\\$\\w*|\\.|[()|]|-?\\d[\\w.]*|[a-zA-Z]\\w*|\\S" -}}
{{- range regexFindAll $words .flow -1 -}}
{{- $kinds = append $kinds (include "airflow.kindOfWord" (merge (dict "word" .) $)) -}}
{{- end -}}
{{- /* Terms that touch each other. */ -}}
{{- if regexMatch "(?:\\)|\"\")[\"\\w.$(]|\\w[\"(]" .flow }}{{ $kinds = list "X" }}{{ end -}}
{{- $flow := join " " $kinds -}}
{{- range until (len $kinds | int) -}}
{{- $group := regexFind "\\([^()]*\\)" $flow -}}
{{- if $group -}}
{{- $kind := include "airflow.kindOfCommands" (dict "texts" $.texts "flow" (trimAll "()" $group)) -}}
{{- $flow = replace $group (eq $kind "T" | ternary "S" ($kind | default "X")) $flow -}}
{{- end }}{{ end -}}
{{- if $flow }}{{ include "airflow.kindOfCommands" (dict "texts" .texts "flow" $flow) }}{{ end -}}
{{- end }}

{{- /* {root, texts, names, nested, word}: the type of a word; functions and brackets are themselves. */}}
{{- define "airflow.kindOfWord" -}}
{{- $kind := "X" -}}
{{- $path := trimPrefix "$" .word -}}
{{- if has .word (list "(" ")" "|") }}{{ $kind = .word -}}
{{- else if eq .word "\"\"" }}{{ $kind = "T" -}}
{{- else if has .word (list "true" "false") }}{{ $kind = "B" -}}
{{- else if eq .word "0" }}{{ $kind = "Z" -}}
{{- else if regexMatch "^[1-9]\\d{0,3}$" .word }}{{ $kind = "I" -}}
{{- else if regexMatch "^-?[1-9]\\d{0,14}$" .word }}{{ $kind = "J" -}}
{{- else if regexMatch "^-?\\d{1,9}\\.\\d{1,9}$" .word }}{{ $kind = "F" -}}
{{- else if has .word .names }}{{ $kind = "U" -}}
{{- else if and .nested (eq .word ".") }}{{ $kind = .nested -}}
{{- else if has .word (list "." "$") }}{{ $kind = "R" -}}
{{- else if and (has .word .texts.functions) (ne .word "nil") }}{{ $kind = .word -}}
{{- else if and .nested (hasPrefix "." .word) -}}
{{- if and (eq .nested "M") (regexMatch "^\\.[a-z]\\w*$" .word) }}{{ $kind = "W" }}{{ end -}}
{{- else if hasPrefix ".Values." $path -}}
{{- $value := (include "airflow.lookUp" (dict "root" .root "path" $path) | fromJson).value -}}
{{- $kinds := dict "string" "S" "bool" "B" "slice" "L" "map" "M" "invalid" "N" -}}
{{- $kind = get $kinds (kindOf $value) | default "F" -}}
{{- else }}{{ $kind = get .texts.types $path | default "X" }}{{ end -}}
{{- $kind -}}
{{- end }}

{{- /* {texts, flow}: the type of the result of commands with `|` between them. */}}
{{- define "airflow.kindOfCommands" -}}
{{- $result := "" -}}
{{- range $stage, $command := splitList "|" .flow -}}
{{- $words := regexFindAll "\\S+" $command -1 -}}
{{- $name := first $words | default "X" -}}
{{- $arguments := append (rest $words) $result | join "" -}}
{{- $result = and (eq $stage 0) (eq (len $words) 1) | ternary $name "X" -}}
{{- if regexMatch "^[a-z]" $name -}}
{{- $result = "X" -}}
{{- if ne $name "include" }}{{ $arguments = replace "T" "S" $arguments }}{{ end -}}
{{- range $call, $names := $.texts.calls -}}
{{- $taken := splitList ">" $call | first | replace "A" "[SZIJFBLMVNU]" -}}
{{- /* Of a field in a map of values, only its number among the arguments is known. */ -}}
{{- if contains "W" $arguments }}{{ $taken = regexReplaceAll "\\[[A-Z]+\\]|[A-Z]" $taken "[A-Z]" }}{{ end -}}
{{- if and (has $name $names) (regexMatch (printf "^(?:%s)$" $taken) $arguments) -}}
{{- $result = splitList ">" $call | last -}}
{{- end }}{{ end }}{{ end }}{{ end -}}
{{- $result -}}
{{- end }}

{{- /* A text as a template that Helm evaluates to it. */}}
{{- define "airflow.escaped" }}`{{ printf "{{ %q }}" . }}`{{ end }}
