{{/*
What would fail halfway, or not at all where it should: told before anything is created. `lookup` finds nothing where Helm
only renders (`helm template`, Argo CD), so nothing is refused there.
*/}}

{{/* Of the CRD that is there: it belongs to one release, and Helm's own words for that name no remedy. */}}
{{- define "spotreel.checkCRD" -}}
{{- $name := .metadata.name -}}
{{- with lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" $name }}
{{- $notes := default dict .metadata.annotations }}
{{- $owner := get $notes "meta.helm.sh/release-name" }}
{{- $where := get $notes "meta.helm.sh/release-namespace" }}
{{- $helms := eq "Helm" (get (default dict .metadata.labels) "app.kubernetes.io/managed-by") }}
{{- if not (and $helms (eq $owner $.release.Name) (eq $where $.release.Namespace)) }}
{{- $whose := ternary (printf "belongs to release %q in namespace %q" $owner $where) "was installed without Helm" (ne $owner "") }}
{{- fail (printf `
The CRD %s is there and %s. One of two things helps:
* It stays there (that release is in use, or somebody else brings the CRD): install this one with --set crds.enabled=false
* This release takes it over, with all VideoJobs (that release is gone):
  kubectl label crd %s --overwrite app.kubernetes.io/managed-by=Helm
  kubectl annotate crd %s --overwrite meta.helm.sh/release-name=%s meta.helm.sh/release-namespace=%s
` $name $whose $name $name $.release.Name $.release.Namespace) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Roles are made in each namespace of the list: where one is missing, Helm would stop in the middle. */}}
{{- define "spotreel.checkNamespaces" -}}
{{- if and .Values.watchNamespaces .Values.rbac.create (lookup "v1" "Namespace" "" "default") }}
{{- $missing := list }}
{{- range .Values.watchNamespaces }}
{{- if not (or (eq . $.Release.Namespace) (lookup "v1" "Namespace" "" .)) }}{{ $missing = append $missing . }}{{ end }}
{{- end }}
{{- if $missing }}
{{- fail (printf `
watchNamespaces names what is not there: %s. Create it first (kubectl create namespace %s), or take it off the list.
` (join ", " $missing) (first $missing)) }}
{{- end }}
{{- end }}
{{- end }}
