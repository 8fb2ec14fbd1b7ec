{{- /* Settings that make components call a destination, from files/destinations.yaml, and the callers whose
NetworkPolicy has no way there. */ -}}

{{- /* Sets .asks to a list of {place, where, host, port, protocol, portWhere, inside, warns, public, closed,
lacking, opens}. `where` is the setting; `closed` are callers without a way, `lacking` those whose way does not have the
port; `public` is true when the destination has public addresses only; `opens` are the ports that are open to closed
callers at any address, which prod refuses. Sets .opened: caller -> rules for them. */}}
{{- define "airflow.findAsks" -}}
{{- $_ := set . "opened" dict -}}
{{- $found := dict -}}
{{- $rows := .tables.destinations -}}
{{- $this := dict "root" . "found" $found "usual" (keys $rows) -}}
{{- range $caller, $callees := .edges -}}
{{- if ne $caller $.launched.component -}}
{{- $told := index $.options $caller -}}
{{- range $place := $callees -}}
{{- range $asker := index $rows $place -}}
{{- $read := index $told ($asker.option | default $asker.variable | default "") -}}
{{- with $asker.text }}{{ $read = dict "where" . "value" (include "airflow.valueAt" (list $ .)) }}{{ end -}}
{{- $ask := dict "caller" $caller "place" $place "asker" $asker "read" $read -}}
{{- $isOn := or (not $asker.when) (include "airflow.valueAt" (list $ $asker.when)) -}}
{{- if and $read $isOn }}{{ include "airflow.findAsk" (merge $ask $this) }}{{ end -}}
{{- end -}}
{{- $isExternal := hasKey $.external $place -}}
{{- if or $isExternal (eq $place "kubernetes") -}}
{{- $isOff := and $isExternal (has $place $.off) -}}
{{- $where := $isOff | ternary (printf "%s.enabled is false" (index $.components $place).key) "" -}}
{{- $opens := (index $.external $place | default dict).ports -}}
{{- $ask := dict "place" $place "where" $where "host" "" "port" "" "inside" true "opens" $opens -}}
{{- include "airflow.addAsk" (merge (dict "caller" $caller "ask" $ask) $this) -}}
{{- end }}{{ end }}{{ end }}{{ end -}}
{{- $_ := set . "asks" list -}}
{{- range $found }}{{ $_ := set $ "asks" (append $.asks .) }}{{ end -}}
{{- end }}

{{- /* {root, caller, place, asker, read, found}: adds the call that a setting asks for, if it does. */}}
{{- define "airflow.findAsk" -}}
{{- $asker := .asker -}}
{{- $text := .read.value | default "" -}}
{{- $options := index .root.options .caller -}}
{{- $asks := and (or $text .read.hidden) (regexMatch ($asker.has | default "") $text) -}}
{{- if $asker.hasNot }}{{ $asks = and $asks (not (regexMatch $asker.hasNot $text)) }}{{ end -}}
{{- if $asker.is }}{{ $asks = include "airflow.isTrue" $text }}{{ end -}}
{{- if hasKey $options ($asker.unless | default "") }}{{ $asks = false }}{{ end -}}
{{- $ask := merge (dict "place" .place "where" .read.where) (pick $asker "protocol" "warns" "inside") -}}
{{- $url := dict -}}
{{- with $asker.url }}{{ $url = include "airflow.urlParts" (list . $text) | fromYaml }}{{ end -}}
{{- $host := $url.host | default "" -}}
{{- $port := $url.port | default $asker.usualPort | default $url.usualPort -}}
{{- with $asker.host -}}
{{- $read := index $options . | default dict -}}
{{- $host = $read.value | default "" -}}
{{- $ofPod := has $host (list "" "localhost" "127.0.0.1" "::1") -}}
{{- if $read.hidden }}{{ $_ := set $ask "inside" true }}
{{- else if and $ofPod (not $asker.anyHost) }}{{ $asks = false }}{{ end -}}
{{- end -}}
{{- with index $options ($asker.port | default "") -}}
{{- $port = .value -}}
{{- $_ := set $ask "portWhere" .where -}}
{{- end -}}
{{- /* Hosts of the cluster, of private networks and of networks of a company; a Service and its namespace, such as
collector.monitoring, unless it looks like a domain of the internet. */ -}}
{{- $private := `^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d` -}}
{{- $near := print `^[^.]+$|\.(svc|local|internal|lan|corp|intranet)$|` $private -}}
{{- $isService := and (regexMatch "^[^.]+\\.[a-z][-a-z0-9]+$" $host)
  (not (regexMatch "\\.([a-z]{2}|com|org|net|edu|gov|app|dev|cloud|info)$" $host)) -}}
{{- if and $host (or $isService (regexMatch $near $host)) }}{{ $_ := set $ask "inside" true }}{{ end -}}
{{- $opens := $port | default $asker.opens | int -}}
{{- $ask = merge (dict "host" $host "port" ($port | default "" | toString) "opens" (without (list $opens) 0)) $ask -}}
{{- if $asks }}{{ include "airflow.addAsk" (merge (dict "ask" $ask) .) }}{{ end -}}
{{- end }}

{{- /* [pattern, text]: {host, port, usualPort} of a URL, or of an address of git such as git@host:path, in a text. */}}
{{- define "airflow.urlParts" -}}
{{- $url := regexFind (first .) (last .) | regexFind "[\\w+]+://[^\"'/]+|\\w+@[^\"':]+" -}}
{{- $ports := dict "http" 80 "https" 443 "ssh" 22 "git" 9418 "ldap" 389 "ldaps" 636 "redis" 6379 "rediss" 6379
  "amqp" 5672 "amqps" 5671 "sqs" 443 -}}
host: {{ regexReplaceAll "^([\\w+]+://)?([^@]*@)?|:[0-9]+$" $url "" | quote }}
port: {{ regexFind ":[0-9]+$" $url | trimPrefix ":" | quote }}
usualPort: {{ index $ports (regexFind "^\\w+://" $url | trimSuffix "://") | default (empty $url | ternary "" "22") }}
{{- end }}

{{- /* {root, caller, ask, usual, found}: adds a caller that has no way there, or one without the port. */}}
{{- define "airflow.addAsk" -}}
{{- $key := print .ask.place .ask.where .ask.host .ask.port -}}
{{- $ask := index .found $key | default (merge .ask (dict "closed" list "lacking" list)) -}}
{{- $_ := set .found $key $ask -}}
{{- $policies := .root.Values.networkPolicies -}}
{{- $key = include "airflow.policyKey" (dict "root" .root "component" .caller) -}}
{{- /* Rules of values, and destinations of their own, may lead anywhere; the internet leads outside. */ -}}
{{- $other := index ($policies.extraEgress | default dict) $key -}}
{{- range $name, $open := index ($policies.egress | default dict) $key -}}
{{- if and $open (not (has $name $.usual)) }}{{ $other = true }}{{ end -}}
{{- end -}}
{{- range index .root.edges .caller -}}
{{- if eq $.ask.place (toString (index $.root.components . | default dict).standsFor) }}{{ $other = true }}{{ end -}}
{{- end -}}
{{- if and (not .ask.inside) (has "internet" (index .root.edges .caller)) (index .root.destinations "internet") -}}
{{- $other = true -}}
{{- end -}}
{{- $place := index .root.external .ask.place | default (index .root.destinations .ask.place) | default dict -}}
{{- $public := true -}}
{{- range $place.cidrs }}{{ if not (and $place.except (hasSuffix "/0" .)) }}{{ $public = false }}{{ end }}{{ end -}}
{{- $addressed := and $place.cidrs (not (and $public .ask.inside)) -}}
{{- $ports := eq "UDP" (toString $ask.protocol) | ternary $place.udpPorts $place.ports -}}
{{- $listed := or $place.ports $place.udpPorts -}}
{{- if $other -}}
{{- else if not (or $addressed $place.fqdns $place.namespaceLabels $place.podLabels) -}}
{{- $_ := set $ask "closed" (append $ask.closed .caller) -}}
{{- $_ := set $ask "public" (not (empty $place.cidrs)) -}}
{{- if or .ask.warns (include "airflow.isProd" .root) }}{{ $_ := set $ask "opens" list }}{{ end -}}
{{- with $ask.opens -}}
{{- $ports := list -}}
{{- range . }}{{ $ports = append $ports (dict "protocol" ($ask.protocol | default "TCP") "port" (int .)) }}{{ end -}}
{{- $rule := dict "place" $ask.place "ports" $ports -}}
{{- $_ := append (index $.root.opened $.caller | default list) $rule | uniq | set $.root.opened $.caller -}}
{{- end -}}
{{- else if and .ask.port $listed (not (has .ask.port (join "," $ports | splitList ","))) -}}
{{- $_ := set $ask "lacking" (append $ask.lacking .caller) -}}
{{- end -}}
{{- end }}
