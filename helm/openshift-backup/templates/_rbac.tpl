{{/*
The name of a role or binding: (list $ SUFFIX). Roles stand outside the namespace of the release, in the cluster or in
the projects that are backed up, where a release of the same name in another namespace may have its own. So their names
begin with the namespace; a colon can stand in no part, so that two releases never make the same name of theirs.
*/}}
{{- define "openshift-backup.roleName" -}}
{{- $ := index . 0 -}}
{{- printf "%s:%s-%s" $.Release.Namespace (include "openshift-backup.fullname" $) (index . 1) }}
{{- end }}

{{/* Metadata of a role or binding: (list $ SUFFIX [NAMESPACE]); cluster-wide without a namespace. */}}
{{- define "openshift-backup.roleMetadata" -}}
{{- $ := index . 0 -}}
name: {{ include "openshift-backup.roleName" . }}
{{- if gt (len .) 2 }}
namespace: {{ index . 2 }}
{{- end }}
labels:
  {{- include "openshift-backup.labels" $ | nindent 2 }}
  openshift-backup/namespace: {{ $.Release.Namespace }}
{{- end }}

{{/* Who is bound to a role, and to which: (list $ KIND NAME). */}}
{{- define "openshift-backup.bound" -}}
{{- $ := index . 0 -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ index . 1 }}
  name: {{ index . 2 }}
subjects:
  - kind: ServiceAccount
    name: {{ include "openshift-backup.serviceAccount" $ }}
    namespace: {{ $.Release.Namespace }}
{{- end }}

{{/*
Who may install for the whole cluster may read its roles, and every cluster has `view`: where the lookup finds none,
there is no cluster to ask (helm template, helm lint, --dry-run=client).
*/}}
{{- define "openshift-backup.connected" -}}
{{- if lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" "view" }}yes{{ end }}
{{- end }}

{{/*
The ClusterRole that reads the cluster, or "" for one of our own. A cluster that can be asked says whether it has
cluster-reader; of others, OpenShift's own API groups tell.
*/}}
{{- define "openshift-backup.clusterRole" -}}
{{- $wanted := .Values.rbac.clusterRole }}
{{- if eq $wanted "auto" }}
{{- if include "openshift-backup.connected" . }}
{{- if lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" "cluster-reader" }}cluster-reader{{ end }}
{{- else if or (.Capabilities.APIVersions.Has "security.openshift.io/v1") (.Capabilities.APIVersions.Has "route.openshift.io/v1") }}
{{- "cluster-reader" }}
{{- end }}
{{- else if ne $wanted "own" }}
{{- $wanted }}
{{- end }}
{{- end }}

{{/*
Groups of which reading everything would be reading more than configuration: image.openshift.io has the Secrets of a
project as imagestreams/secrets, oauth.openshift.io has tokens, subresources.kubevirt.io has consoles, which a GET opens.
*/}}
{{- define "openshift-backup.refusedGroups" -}}
{{- list "image.openshift.io" "oauth.openshift.io" "subresources.kubevirt.io" | toJson }}
{{- end }}

{{/* The groups of custom resources to read, as a JSON list. Asks the cluster in the scope `cluster` only: who installs
for projects may not list definitions, and a lookup that is refused ends the installation. */}}
{{- define "openshift-backup.customGroups" -}}
{{- $groups := list }}
{{- if kindIs "slice" .Values.rbac.customResources }}
{{- $groups = .Values.rbac.customResources }}
{{- else if eq .Values.rbac.scope "cluster" }}
{{- $refused := include "openshift-backup.refusedGroups" . | fromJsonArray }}
{{- range (lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "").items }}
{{- if not (has .spec.group $refused) }}
{{- $groups = append $groups .spec.group }}
{{- end }}
{{- end }}
{{- end }}
{{- $groups | uniq | sortAlpha | toJson }}
{{- end }}

{{/* Rules over custom resources. All of a group: besides the resources, a definition knows /status and /scale only. */}}
{{- define "openshift-backup.customRule" -}}
- apiGroups:
    {{- toYaml . | nindent 4 }}
  resources: ["*"]
  verbs: [get, list]
{{- end }}

{{- define "openshift-backup.secretRule" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list]
{{- end }}
