{{- define "spotreel.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The release is often called like the chart: then once is enough. */}}
{{- define "spotreel.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 54 | trimSuffix "-" }}
{{- else if contains (include "spotreel.name" .) .Release.Name }}
{{- printf "%s-operator" .Release.Name | trunc 54 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s-operator" .Release.Name (include "spotreel.name" .) | trunc 54 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "spotreel.selector" -}}
app.kubernetes.io/name: spotreel-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "spotreel.labels" -}}
{{ include "spotreel.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: spotreel
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Not the operator's: its Service would lead runners to a test's pod. */}}
{{- define "spotreel.testLabels" -}}
{{ include "spotreel.labels" . | fromYaml | merge (dict "app.kubernetes.io/name" "spotreel-test") | toYaml }}
{{- end }}

{{- define "spotreel.reportsName" -}}
{{ include "spotreel.fullname" . }}-reports
{{- end }}

{{/* Not the operator's: a ServiceMonitor would have each replica scraped twice. */}}
{{- define "spotreel.reportsLabels" -}}
{{ include "spotreel.labels" . | fromYaml | merge (dict "app.kubernetes.io/name" "spotreel-reports") | toYaml }}
{{- end }}

{{- define "spotreel.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "spotreel.fullname" .) .Values.serviceAccount.name }}
{{- else }}{{ required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* registry/repository@digest, else registry/repository:tag. Takes (list image default-tag). */}}
{{- define "spotreel.image" -}}
{{- $image := index . 0 -}}
{{- with $image.registry }}{{ trimSuffix "/" . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ default (index . 1) $image.tag }}{{ end }}
{{- end }}

{{- define "spotreel.configMapName" -}}
{{- default (include "spotreel.fullname" .) .Values.existingConfigMap }}
{{- end }}

{{/* Of a Service of the release. Takes (list root name). */}}
{{- define "spotreel.urlOf" -}}
{{- $root := index . 0 -}}
{{ ternary "https" "http" $root.Values.tls.enabled }}://{{ index . 1 }}.{{ $root.Release.Namespace }}.svc:{{ $root.Values.service.port }}/v1/progress
{{- end }}

{{- define "spotreel.progressURL" -}}
{{- default (include "spotreel.urlOf" (list . (include "spotreel.reportsName" .))) .Values.operator.progressURL }}
{{- end }}

{{/* The whole file: values.config, and of the runner its image, given as every image here, and its log. */}}
{{- define "spotreel.config" -}}
{{- $runner := dict "image" (include "spotreel.image" (list .Values.runner.image .Chart.AppVersion)) "imagePullPolicy" .Values.runner.image.pullPolicy "logFormat" .Values.runner.logFormat "logLevel" .Values.runner.logLevel -}}
{{- $head := dict "apiVersion" "config.spotreel.dev/v1alpha1" "kind" "OperatorConfiguration" "runner" $runner -}}
{{- $config := mergeOverwrite (deepCopy .Values.config) $head -}}
{{- if not $config.classes }}
{{- $own := omit $config "classes" }}
{{- if not $own.prices }}{{ $own = omit $own "prices" }}{{ end }}
{{- $config = mergeOverwrite (.Files.Get "files/classes.yaml" | fromYaml) $own (ternary (dict) (dict "defaultClass" "gpu-spot") (ne $config.defaultClass "")) }}
{{- else if and (not $config.defaultClass) (eq (len $config.classes) 1) }}
{{- $_ := set $config "defaultClass" (keys $config.classes | first) }}
{{- end }}
{{- if not $config.prices }}{{ $_ := unset $config "prices" }}{{ end }}
{{- if not (hasKey $config.classes $config.defaultClass) }}
{{- fail (printf "config.defaultClass %q is none of %s" $config.defaultClass (keys $config.classes | sortAlpha | join ", ")) }}
{{- end }}
{{- toYaml $config }}
{{- end }}

{{/* Pods that render, and this release's own. */}}
{{- define "spotreel.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "spotreel.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Of a pod that renders: the template's security context, which replaces the built-in one, or that. */}}
{{- define "spotreel.testSecurity" -}}
{{- $template := default dict .podTemplate }}
{{- if kindIs "map" $template.securityContext }}
{{- merge (deepCopy $template.securityContext) (dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault")) | toYaml }}
{{- else }}
{{- dict "runAsNonRoot" true "runAsUser" 65532 "runAsGroup" 65532 "fsGroup" 65532 "seccompProfile" (dict "type" "RuntimeDefault") | toYaml }}
{{- end }}
{{- end }}

{{/* The environment in which `helm test` reaches the store of a class, as its runners do. */}}
{{- define "spotreel.testEnv" -}}
{{- $storage := default dict .storage }}
{{- $env := list }}
{{- with $storage.endpoint }}{{ $env = append $env (dict "name" "AWS_ENDPOINT_URL" "value" .) }}{{ end }}
{{- with $storage.region }}{{ $env = append $env (dict "name" "AWS_REGION" "value" .) }}{{ end }}
{{- with $storage.secretRef }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
{{- $env = append $env (dict "name" . "valueFrom" (dict "secretKeyRef" (dict "name" $storage.secretRef.name "key" .))) }}
{{- end }}
{{- $token := dict "name" .name "key" "AWS_SESSION_TOKEN" "optional" true }}
{{- $env = append $env (dict "name" "AWS_SESSION_TOKEN" "valueFrom" (dict "secretKeyRef" $token)) }}
{{- end }}
{{- if eq (default "" $storage.checksums) "whenRequired" }}
{{- $env = append $env (dict "name" "AWS_REQUEST_CHECKSUM_CALCULATION" "value" "when_required") }}
{{- $env = append $env (dict "name" "AWS_RESPONSE_CHECKSUM_VALIDATION" "value" "when_required") }}
{{- end }}
{{- if .caBundle }}{{ $env = append $env (dict "name" "SPOTREEL_CA_BUNDLE" "value" "/etc/spotreel/ca/ca.crt") }}{{ end }}
{{- with .proxy }}
{{- with .httpProxy }}{{ $env = append $env (dict "name" "HTTP_PROXY" "value" .) }}{{ end }}
{{- with .httpsProxy }}{{ $env = append $env (dict "name" "HTTPS_PROXY" "value" .) }}{{ end }}
{{- $direct := list "localhost" "127.0.0.1" "169.254.169.254" "169.254.170.2" "169.254.170.23" }}
{{- $hosts := list }}
{{- range splitList "," (default "" .noProxy) }}{{ $hosts = append $hosts (trim .) }}{{ end }}
{{- $env = append $env (dict "name" "NO_PROXY" "value" (concat $hosts $direct | compact | uniq | join ",")) }}
{{- end }}
{{- $env = concat $env (default list (default dict .podTemplate).env) }}
{{- if $env }}{{ toYaml $env }}{{ end }}
{{- end }}

{{/* And its volumes: a list of volumes, and one of where they are mounted. */}}
{{- define "spotreel.testVolumes" -}}
{{- $template := default dict .podTemplate }}
{{- $volumes := list (dict "name" "scratch" "emptyDir" dict) }}
{{- $mounts := list (dict "name" "scratch" "mountPath" "/tmp") }}
{{- with .caBundle }}
{{- $key := default .secretKeyRef .configMapKeyRef }}
{{- $file := dict "items" (list (dict "key" $key.key "path" "ca.crt")) }}
{{- if hasKey $key "optional" }}{{ $_ := set $file "optional" $key.optional }}{{ end }}
{{- if .configMapKeyRef }}
{{- $volumes = append $volumes (dict "name" "ca" "configMap" (merge (dict "name" $key.name) $file)) }}
{{- else }}
{{- $volumes = append $volumes (dict "name" "ca" "secret" (merge (dict "secretName" $key.name) $file)) }}
{{- end }}
{{- $mounts = append $mounts (dict "name" "ca" "mountPath" "/etc/spotreel/ca" "readOnly" true) }}
{{- end }}
{{- dict "volumes" (concat $volumes (default list $template.volumes)) "mounts" (concat $mounts (default list $template.volumeMounts)) | toYaml }}
{{- end }}
