{{- /* Options of airflow.cfg, from every place of values that can set them: `airflow.option` answers.

As in Airflow, variables win over airflow.cfg, and later variables over earlier ones: extraEnvFrom, as far as values
have its ConfigMaps and Secrets, env, secret, extraEnv, the `env` of the component. An option under an old name counts
as the new one. */ -}}

{{- /* Sets .optionFacts, .config (values' config under today's names) and .options: component -> `section.key`, or the
name of any other variable -> {value, where}. `hidden` is set when only a Secret or a command knows it. */}}
{{- define "airflow.findOptions" -}}
{{- $_ := set . "optionFacts" .tables.options -}}
{{- $common := dict "dag_processor.dag_bundle_config_list" (dict "where" "dagProcessor.dagBundleConfigList"
  "value" (toJson .Values.dagProcessor.dagBundleConfigList)) -}}
{{- $_ := set . "receivers" (include "airflow.receiverConfig" . | fromYaml) -}}
{{- with .datadog.config }}{{ $_ := set $.receivers "metrics" . }}{{ end -}}
{{- range $section, $keys := .receivers }}{{ range $key, $value := $keys -}}
{{- $where := eq $key "statsd_port" | ternary "datadog.port" "datadog.enabled" -}}
{{- if hasPrefix "otel_" $key }}{{ $where = print "otelCollector." $section }}
{{- else if not $.datadog.config }}{{ $where = "statsd.enabled" }}{{ end -}}
{{- $_ := set $common (print $section "." $key) (dict "value" (include "airflow.text" $value) "where" $where) -}}
{{- end }}{{ end -}}
{{- $_ := set . "storedLogs" dict -}}
{{- range $store := list "elasticsearch" "opensearch" -}}
{{- if (index $.Values $store).enabled -}}
{{- $_ := set $.storedLogs "remote_logging" "True" -}}
{{- $read := dict "value" $.storedLogs.remote_logging "where" (print $store ".enabled") -}}
{{- $_ := set $common "logging.remote_logging" $read -}}
{{- end }}{{ end -}}
{{- include "airflow.readConfig" (dict "root" . "found" $common) -}}
{{- $variables := dict "root" . "found" $common -}}
{{- include "airflow.readSources" $variables -}}
{{- $secrets := list -}}
{{- range .Values.secret }}{{ $secrets = append $secrets (dict "name" .envName "valueFrom" .) }}{{ end -}}
{{- $listed := .Values.extraEnv | default "" | fromYamlArray -}}
{{- range list (list "env" .Values.env) (list "secret" $secrets) (list "extraEnv" $listed) -}}
{{- include "airflow.readVariables" (merge (dict "where" (first .) "items" (last .)) $variables) -}}
{{- end -}}
{{- $_ := set . "options" dict -}}
{{- range $component, $row := .components -}}
{{- $found := $common -}}
{{- $settings := eq $component $.task.component | ternary $.task.settings (index $.Values $row.key) -}}
{{- if and $settings.env (ne "LaunchedPod" $row.kind) -}}
{{- $found = merge (dict) $common -}}
{{- $this := dict "root" $ "found" $found "items" $settings.env "where" (print $row.key ".env") -}}
{{- include "airflow.readVariables" $this -}}
{{- end -}}
{{- $_ := set $.options $component $found -}}
{{- end -}}
{{- end }}

{{- /* {root, found}: reads values' config. An old name wins, because the chart may have a default for the new one. */}}
{{- define "airflow.readConfig" -}}
{{- $sections := dict -}}
{{- $old := dict -}}
{{- range $section, $keys := .root.Values.config -}}
{{- range $key, $value := $keys -}}
{{- $name := print $section "." $key -}}
{{- $today := include "airflow.optionName" (dict "root" $.root "name" $name) -}}
{{- if ne $today $name }}{{ $_ := set $old $today true }}{{ end -}}
{{- if and (include "airflow.knows" (list $.root $today)) (or (ne $today $name) (not (hasKey $old $today))) -}}
{{- $path := splitn "." 2 $today -}}
{{- $_ := set $sections $path._0 (index $sections $path._0 | default dict) -}}
{{- $_ := set (index $sections $path._0) $path._1 $value -}}
{{- $read := dict "where" (print "config." $name) "value" (include "airflow.text" $value) -}}
{{- $variant := regexReplaceAll "_(cmd|secret)$" $name "" -}}
{{- if and (ne $variant $name) (has $variant $.root.optionFacts.sensitive) -}}
{{- $_ := set $.found $variant (dict "where" $read.where "hidden" true) -}}
{{- else if not (kindIs "invalid" $value) }}{{ $_ := set $.found $today $read }}{{ end -}}
{{- end }}{{ end }}{{ end -}}
{{- $_ := set .root "config" $sections -}}
{{- end }}

{{- /* {root, found}: variables of extraEnvFrom from ConfigMaps and Secrets that values create. */}}
{{- define "airflow.readSources" -}}
{{- range $item := .root.Values.extraEnvFrom | default "" | fromYamlArray -}}
{{- $source := kindIs "map" $item | ternary $item dict -}}
{{- range $kind, $reference := dict "extraConfigMaps" $source.configMapRef "extraSecrets" $source.secretRef -}}
{{- $name := toString ($reference).name -}}
{{- $object := index (index $.root.Values $kind | default dict) $name | default dict -}}
{{- range $field, $data := pick $object "data" "stringData" -}}
{{- $isEncoded := and (eq $kind "extraSecrets") (eq $field "data") -}}
{{- $items := dict -}}
{{- range $key, $value := kindIs "string" $data | ternary (fromYaml (toString $data)) $data -}}
{{- if $isEncoded }}{{ $value = b64dec (toString $value) }}{{ end -}}
{{- $_ := set $items (print (default "" $source.prefix) $key) $value -}}
{{- end -}}
{{- $where := printf "%s.%s.%s" $kind $name $field -}}
{{- include "airflow.readVariables" (merge (dict "items" $items "where" $where) $) -}}
{{- end }}{{ end }}{{ end -}}
{{- end }}

{{- /* {root, found, items, where}: variables as a list or a map. */}}
{{- define "airflow.readVariables" -}}
{{- $this := pick . "root" "found" "where" -}}
{{- $map := kindIs "map" .items -}}
{{- range $name, $item := .items -}}
{{- if not $map }}{{ $name = toString (kindIs "map" $item | ternary $item dict).name }}{{ end -}}
{{- if not (kindIs "invalid" $item) -}}
{{- include "airflow.readVariable" (merge (dict "name" $name "item" $item) $this) -}}
{{- end }}{{ end -}}
{{- end }}

{{- /* {root, found, where, name, item}: one variable. What a Secret holds counts as what config states. */}}
{{- define "airflow.readVariable" -}}
{{- $path := regexFind "^AIRFLOW__.+__.+$" .name | trimPrefix "AIRFLOW__" | lower | splitList "__" -}}
{{- $item := kindIs "map" .item | ternary .item (dict "value" .item) -}}
{{- $read := dict "where" (printf "%s.%s" .where .name) "value" (include "airflow.text" $item.value) -}}
{{- if $item.valueFrom }}{{ $_ := set $read "hidden" true }}{{ end -}}
{{- $key := .name -}}
{{- if eq (len $path) 2 -}}
{{- $written := join "." $path -}}
{{- $variant := regexReplaceAll "_(cmd|secret)$" $written "" -}}
{{- $known := or (has $variant .root.optionFacts.sensitive) (hasKey .root.optionFacts.derived $variant) -}}
{{- if and $known (ne $variant $written) -}}
{{- $_ := set $read "hidden" true -}}
{{- $written = $variant -}}
{{- end -}}
{{- $key = include "airflow.optionName" (dict "root" .root "name" $written) -}}
{{- if hasKey .root.optionFacts.unread $written }}{{ $_ := set $read "unread" $key }}{{ $key = .name }}{{ end -}}
{{- end -}}
{{- $stated := index .found $key | default dict -}}
{{- if and $read.hidden (hasPrefix "config." ($stated.where | default "")) -}}
{{- $read = merge (dict "where" $read.where) $stated -}}
{{- end -}}
{{- $_ := set .found $key $read -}}
{{- end }}

{{- /* {root, name}: today's name of an option, in this version of Airflow. */}}
{{- define "airflow.optionName" -}}
{{- with index .root.optionFacts.renamed .name -}}
{{- include "airflow.isSince" (list $.root (last .)) | empty | ternary $.name (first .) -}}
{{- else }}{{ index $.root.optionFacts.unread $.name | default $.name }}{{ end -}}
{{- end }}

{{- /* [root, `section.key`]: "true" unless this version of Airflow is too old for an option of the chart. */}}
{{- define "airflow.knows" -}}
{{- include "airflow.isSince" (list (first .) (index (first .).tables.options.since (last .))) -}}
{{- end }}

{{- /* [root, version]: "true" when Airflow has this version or a newer one, and without a version. */}}
{{- define "airflow.isSince" -}}
{{- $version := regexFind "^[0-9]+\\.[0-9]+(\\.[0-9]+)?" (include "airflow.version" (first .)) | default "3.0" -}}
{{- if semverCompare (printf ">=%s-0" (last . | default "3.0")) $version }}true{{ end -}}
{{- end }}

{{- /* [root, component, `section.key`, default]: the value of an option of a component, as text. */}}
{{- define "airflow.option" -}}
{{- $found := index (index (index . 0).options (index . 1)) (index . 2) -}}
{{- ($found).value | default (gt (len .) 3 | ternary (index (append . "") 3) "") -}}
{{- end }}

{{- /* [root, component, `section.key`]: "true" when Airflow reads the option as true. */}}
{{- define "airflow.optionIsOn" -}}
{{- include "airflow.isTrue" (include "airflow.option" .) -}}
{{- end }}

{{- /* A text: "true" when Airflow reads it as true. */}}
{{- define "airflow.isTrue" -}}
{{- if has (lower .) (list "true" "t" "1") }}true{{ end -}}
{{- end }}
