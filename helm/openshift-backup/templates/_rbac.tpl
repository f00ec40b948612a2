{{/*
The name of a role or binding: (list $ SUFFIX). Roles are cluster-scoped or in the projects that are backed up, where a
release with the same name in another namespace may have roles, too. Therefore their names begin with the namespace. No
part of the name can contain a colon, so that the names of two releases always differ.
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

{{/* Role and subject of a binding: (list $ KIND NAME). */}}
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
"yes" if Helm can query the cluster. A user who installs for the whole cluster may read roles, and every cluster has
`view`: if the lookup does not find it, there is no cluster (helm template, helm lint, --dry-run=client).
*/}}
{{- define "openshift-backup.connected" -}}
{{- if lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" "view" }}yes{{ end }}
{{- end }}

{{/*
The ClusterRole that reads the cluster, or "" for the one that the chart creates. If Helm can query the cluster, it looks
up cluster-reader; otherwise the API groups of OpenShift decide.
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
API groups that contain more than configuration: image.openshift.io has the Secrets of a project as
imagestreams/secrets, oauth.openshift.io has tokens, and a GET on subresources.kubevirt.io opens a console.
*/}}
{{- define "openshift-backup.refusedGroups" -}}
{{- list "image.openshift.io" "oauth.openshift.io" "subresources.kubevirt.io" | toJson }}
{{- end }}

{{/* The API groups of custom resources, as a JSON list. Queries the cluster in the scope `cluster` only: a user who
installs for projects may not list CustomResourceDefinitions, and a lookup that is refused fails the installation. */}}
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

{{/* Rules for custom resources: all resources of a group. The only subresources of a custom resource are /status and /scale. */}}
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
