{{- /* Types of the expressions in a text of values: one that Helm may be unable to evaluate is found before it tries.
Signatures of functions are in files/template_texts.yaml. */ -}}

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
