{{- /* Folders of Dags, and the volumes that values mount there. */ -}}

{{- /* {root, component}: "true" when its pods read Dags: always, or with executors whose names have a word. */}}
{{- define "airflow.readsDags" -}}
{{- $when := (index .root.components .component).readsDags | toString -}}
{{- if or (eq $when "true") (contains $when .root.Values.executor) }}true{{ end -}}
{{- end }}

{{- /* "true" when a bundle has the chart's own class. */}}
{{- define "airflow.readsFolder" -}}
{{- if contains "chart_dags." (toJson .Values.dagProcessor.dagBundleConfigList) }}true{{ end -}}
{{- end }}

{{- /* The folder of Dags; git-sync links to its clone by the name `repo`. */}}
{{- define "airflow.dagsFolder" -}}
{{- $sync := .Values.dags.gitSync -}}
{{- include "airflow.dagsRoot" . -}}
{{- if $sync.enabled }}{{ printf "/repo/%s" ($sync.subPath | default "") | trimSuffix "/" }}{{ end -}}
{{- end }}

{{- define "airflow.dagsRoot" -}}
{{- .Values.dags.mountPath | default (printf "%s/dags" .Values.airflowHome) -}}
{{- end }}

{{- /* {root, component}: where the volume of Dags is mounted: at the folder that Airflow is told, or above it. */}}
{{- define "airflow.dagsMount" -}}
{{- $usual := include "airflow.dagsRoot" .root -}}
{{- $told := include "airflow.option" (list .root .component "core.dags_folder" $usual) -}}
{{- $dags := .root.Values.dags -}}
{{- $above := or (not (empty $dags.mountPath)) $dags.gitSync.enabled (hasPrefix (print $usual "/") $told) -}}
{{- $above | ternary $usual $told -}}
{{- end }}

{{- /* Names of the volumes that values mount as a whole in a folder of Dags, as JSON; none for a pod without Dags. */}}
{{- define "airflow.dagVolumes" -}}
{{- $names := list -}}
{{- $sources := list -}}
{{- if .facts.readsDags }}{{ $sources = list .root.Values.volumeMounts .settings.extraVolumeMounts }}{{ end -}}
{{- with include "airflow.merged" (dict "key" "mountPath" "sources" $sources) | fromYamlArray -}}
{{- $usual := include "airflow.dagsFolder" $.root -}}
{{- $folders := list (include "airflow.option" (list $.root $.component "core.dags_folder" $usual)) -}}
{{- range include "airflow.option" (list $.root $.component "dag_processor.dag_bundle_config_list") | fromJsonArray -}}
{{- $bundle := kindIs "map" . | ternary . dict -}}
{{- if kindIs "map" $bundle.kwargs }}{{ $folders = append $folders $bundle.kwargs.path }}{{ end -}}
{{- end -}}
{{- range $mount := . -}}
{{- $path := print (.mountPath | default "" | trimSuffix "/") "/" -}}
{{- range compact $folders -}}
{{- $isBelow := hasPrefix (print (trimSuffix "/" .) "/") $path -}}
{{- if not (or $mount.subPath $mount.subPathExpr (not $isBelow)) }}{{ $names = append $names $mount.name }}{{ end -}}
{{- end }}{{ end }}{{ end -}}
{{- uniq $names | toJson -}}
{{- end }}

{{- /* {root, volumes, names}: volumes as YAML; those with the names that hold a ConfigMap, a Secret or a projection get
an ignore file. Kubernetes keeps their files in hidden folders and links to them, which Airflow takes for a loop. A file
.airflowignore of their own wins. */}}
{{- define "airflow.withIgnoreFile" -}}
{{- $volumes := list -}}
{{- $item := dict "key" ".airflowignore" "path" ".airflowignore" -}}
{{- $ignore := dict "configMap" (dict "name" (include "airflow.configName" .root) "items" (list $item)) -}}
{{- range $volume := .volumes -}}
{{- $source := .configMap | default .secret | default .projected -}}
{{- if and (has .name $.names) (kindIs "map" $source) -}}
{{- $sources := list (dict "configMap" (omit $source "defaultMode")) -}}
{{- if .secret -}}
{{- $named := dict "name" .secret.secretName -}}
{{- $sources = list (dict "secret" (merge $named (omit .secret "defaultMode" "secretName"))) -}}
{{- else if .projected -}}
{{- $sources = kindIs "slice" .projected.sources | ternary .projected.sources list -}}
{{- end -}}
{{- $volume = dict "name" .name "projected" (dict "sources" (prepend $sources $ignore)) -}}
{{- with $source.defaultMode }}{{ $_ := set $volume.projected "defaultMode" . }}{{ end -}}
{{- end -}}
{{- $volumes = append $volumes $volume -}}
{{- end -}}
{{- toYaml $volumes -}}
{{- end }}
