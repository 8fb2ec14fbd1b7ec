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
{{- $this := pick . "root" "texts" -}}
{{- $value := index .holder .key -}}
{{- if kindIs "slice" $value -}}
{{- $items := list -}}
{{- range $index, $item := $value -}}
{{- $holder := dict "item" $item -}}
{{- $path := printf "%s[%d]" $.path $index -}}
{{- include "airflow.evaluateAt" (merge (dict "holder" $holder "key" "item" "path" $path) $this) -}}
{{- $items = append $items $holder.item -}}
{{- end -}}
{{- $_ := set .holder .key $items -}}
{{- else if kindIs "map" $value -}}
{{- range $name, $_ := $value -}}
{{- $_ := set $this "path" (print $.path "." $name) -}}
{{- include "airflow.evaluateAt" (merge (dict "holder" $value "key" $name) $this) -}}
{{- if contains "{{" $name -}}
{{- $holder := dict "name" $name -}}
{{- include "airflow.evaluateAt" (merge (dict "holder" $holder "key" "name") $this) -}}
{{- $below := index $value $name -}}
{{- $_ := unset $value $name -}}
{{- $_ := set $value $holder.name $below -}}
{{- end }}{{ end -}}
{{- else if contains "{{" (toString $value) -}}
{{- $verdict := include "airflow.templateVerdict" (merge (dict "text" $value) .) | trim -}}
{{- if eq $verdict "fine" }}{{ $_ := set .holder .key (tpl $value .root) }}
{{- else if ne $verdict "foreign" }}
- {{ .path }} {{ $verdict }}
  or, if it is not for Helm, write {{ include "airflow.escaped" "{{" }} in place of each `{{ "{{" }}`.
{{- end }}{{ end -}}
{{- end }}

{{- /* {root, texts, text}: `fine` when Helm can evaluate it, `foreign` when no expression in it is Helm's, or the begin
of a sentence. Each block that is open has {word, dot: the path that its dot is, names: its variables}. */}}
{{- define "airflow.templateVerdict" -}}
{{- $actions := regexFindAll .texts.action .text -1 -}}
{{- $blocks := list (dict "word" "" "dot" "" "names" list) -}}
{{- $isBalanced := not (contains "{{" (regexReplaceAll .texts.action .text "")) -}}
{{- $foreign := list -}}
{{- $wrong := list -}}
{{- range $action := $actions -}}
{{- $flow := include "airflow.withoutTexts" (dict "root" $.root "texts" $.texts "action" $action) -}}
{{- $head := regexFind "^(else if|else|end|if|range|with)\\b" $flow -}}
{{- if hasPrefix "e" $head -}}
{{- $isBalanced = and $isBalanced (regexMatch (get $.texts.after $head) (last $blocks).word) -}}
{{- $blocks = $isBalanced | ternary (initial $blocks) $blocks -}}
{{- end -}}
{{- $block := last $blocks -}}
{{- $more := eq $head "range" | ternary "(\\$\\w+ ?, ?)?" "" -}}
{{- $declared := trimPrefix $head $flow | trim | regexFind (printf "^%s\\$\\w+ ?:=" $more) -}}
{{- $flow = trimPrefix $head $flow | trim | trimPrefix $declared | trim -}}
{{- $kind := include "airflow.kindOfFlow" (merge (dict "flow" $flow) $block $) -}}
{{- if eq $kind "?" }}{{ $foreign = append $foreign $action -}}
{{- else if not (regexMatch (get $.texts.wanted $head) $kind) }}{{ $wrong = append $wrong $action }}{{ end -}}
{{- $names := regexFindAll "\\$\\w+" $declared -1 | concat $block.names -}}
{{- if not $head }}{{ $_ := set $block "names" $names -}}
{{- else if ne $head "end" -}}
{{- $path := include "airflow.pathOf" (dict "word" $flow "dot" $block.dot) -}}
{{- $path = and (eq $head "with") (regexMatch "^(\\.\\w+)+$" $path) | ternary $path "?" -}}
{{- $dot := has $head (list "range" "with") | ternary $path $block.dot -}}
{{- $blocks = append $blocks (dict "word" (splitList " " $head | last) "dot" $dot "names" $names) -}}
{{- end }}{{ end -}}
{{- if not (and $isBalanced (eq (len $blocks) 1)) -}}
has an opening `{{ "{{" }}`, `if`, `range` or `with` without its end, or an end too many: add or remove one,
{{- else if and $foreign (eq (len $foreign) (len $actions)) }}foreign
{{- else if or $foreign $wrong -}}
{{- $cure := "write its result, or make text of its arguments by `toString`," -}}
{{- range $theirs, $own := .texts.instead -}}
{{- if contains $theirs $.text }}{{ $cure = print "use " $own }}{{ end -}}
{{- end -}}
has `{{ concat $wrong $foreign | first | trunc 100 }}`, which Helm cannot evaluate with the values and templates of this
chart: {{ $cure }}
{{- else }}fine{{ end -}}
{{- end }}

{{- /* {root, texts, action}: the inside of an action, `""` in place of each text, and templates by their names. */}}
{{- define "airflow.withoutTexts" -}}
{{- $text := printf .texts.text .texts.includes (.root.Chart.IsRoot | ternary "" .texts.parents) -}}
{{- $inside := regexReplaceAll "^{{(-\\s)?|(\\s-)?}}$" .action "" -}}
{{- $flow := regexReplaceAll $text (regexReplaceAll .texts.template $inside "include $1") `"$1"` -}}
{{- regexMatch .texts.comment .action | ternary "true" (regexReplaceAll "\\s+" $flow " " | trim) -}}
{{- end }}

{{- /* {root, texts, dot, names, flow}: the type of an expression by files/template_texts.yaml: `?` when a word in it is
not Helm's, X when Helm may be unable to evaluate it. */}}
{{- define "airflow.kindOfFlow" -}}
{{- $kinds := list -}}
{{- range regexReplaceAll "[()|]" .flow " $0 " | splitList " " | compact -}}
{{- $kinds = append $kinds (include "airflow.kindOfWord" (merge (dict "word" .) $)) -}}
{{- end -}}
{{- $flow := printf "(%s)" (join " " $kinds) -}}
{{- range splitList ")" $flow -}}
{{- $group := regexFind "\\([^()]*\\)" $flow -}}
{{- $result := "" -}}
{{- range $stage, $command := trimAll "()" $group | splitList "|" -}}
{{- $words := append (splitList " " $command) $result | compact -}}
{{- $name := first $words | default "" -}}
{{- $isTerm := and (eq $stage 0) (eq (len $words) 1) (regexMatch "^[A-Z]$" $name) -}}
{{- $result = $isTerm | ternary $name "X" -}}
{{- range $call, $names := $.texts.calls -}}
{{- if has $name $names -}}
{{- $types := replace "A" "[SZIJFBLMVU]" $call | replace "E" "[SZIJFBLMVUN]" | splitList ">" -}}
{{- if regexMatch (printf "^(%s)$" (first $types)) (rest $words | join "") }}{{ $result = last $types }}{{ end -}}
{{- end }}{{ end }}{{ end -}}
{{- if $group }}{{ $flow = replace $group $result $flow }}{{ end -}}
{{- end -}}
{{- /* Terms that touch each other are wrong, too. */ -}}
{{- $isWrong := or (ne (len $flow) 1) (regexMatch "[^ (|]\\(|\\)[^ )|]" .flow) -}}
{{- if .flow }}{{ has "?" $kinds | ternary "?" ($isWrong | ternary "X" $flow) }}{{ end -}}
{{- end }}

{{- /* {root, texts, dot, names, word}: the type of a word; functions and brackets are themselves. */}}
{{- define "airflow.kindOfWord" -}}
{{- $path := include "airflow.pathOf" . -}}
{{- $kind := has .word .names | ternary "U" "?" -}}
{{- if or (has .word .texts.functions) (regexMatch "^[()|]$" .word) }}{{ $kind = .word -}}
{{- else if regexMatch "^\\$?(\\.\\w+)*$|^\\.$" .word -}}
{{- $isHelms := has (splitList "." $path | rest | first) .texts.fields -}}
{{- $kind = get .texts.types $path | default ($isHelms | ternary "X" "?") -}}
{{- $value := .root.Values -}}
{{- range regexFind "^\\.Values\\..+" $path | splitList "." | rest | rest -}}
{{- $kind = kindIs "map" $value | ternary "" "X" -}}
{{- $value = index (kindIs "map" $value | ternary $value dict) . -}}
{{- end -}}
{{- $kind = $kind | default (get .texts.kinds (kindOf $value)) | default "F" -}}
{{- end -}}
{{- range $type, $pattern := .texts.words }}{{ if regexMatch $pattern $.word }}{{ $kind = $type }}{{ end }}{{ end -}}
{{- $kind -}}
{{- end }}

{{- /* {dot, word}: the path from the root of a word that is a field. */}}
{{- define "airflow.pathOf" -}}
{{- hasPrefix "$" .word | ternary (trimPrefix "$" .word) (print .dot .word | trimSuffix ".") -}}
{{- end }}

{{- /* A text as a template that Helm evaluates to it. */}}
{{- define "airflow.escaped" }}`{{ printf "{{ %q }}" . }}`{{ end }}
