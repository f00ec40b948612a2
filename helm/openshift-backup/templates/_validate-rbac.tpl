{{- define "openshift-backup.validateRbac" -}}
{{- $rbac := .Values.rbac }}
{{- $cluster := eq $rbac.scope "cluster" }}
{{- if not (or $cluster $rbac.projects) }}
{{- fail "rbac.projects is empty, but rbac.scope is projects: list the projects to back up, such as --set 'rbac.projects={shop,payments}'" }}
{{- end }}
{{- if and $cluster $rbac.projects }}
{{- fail "rbac.projects lists projects, but rbac.scope is cluster, which backs up all projects: clear the list with --set-json 'rbac.projects=[]' (--reuse-values and --reset-then-reuse-values keep it), or set rbac.scope=projects, or restrict only the backup with options.project" }}
{{- end }}
{{- if and (not $cluster) (hasKey .Values.options "project") }}
{{- fail "options.project is set, but rbac.scope is projects, which backs up rbac.projects: remove options.project" }}
{{- end }}
{{- if has $rbac.clusterRole (list "admin" "cluster-admin" "edit" "sudoer") }}
{{- fail (printf "rbac.clusterRole is %s, which has write access: use a read-only role, such as cluster-reader, or own" $rbac.clusterRole) }}
{{- end }}
{{- if and $cluster (not (has $rbac.clusterRole (list "auto" "own"))) (include "openshift-backup.connected" .) }}
{{- if not (lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" $rbac.clusterRole) }}
{{- fail (printf "rbac.clusterRole is %s, but the cluster has no ClusterRole with this name: use an existing one, or own" $rbac.clusterRole) }}
{{- end }}
{{- end }}
{{- if kindIs "slice" $rbac.customResources }}
{{- range $rbac.customResources }}
{{- if has . (include "openshift-backup.refusedGroups" $ | fromJsonArray) }}
{{- fail (printf "rbac.customResources contains %s, whose resources include Secrets, tokens or consoles: remove it; on OpenShift, cluster-reader already covers its configuration" .) }}
{{- end }}
{{- /* Groups without a dot belong to Kubernetes; the empty group contains Secrets. */}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$" .) }}
{{- fail (printf "rbac.customResources: %q is not an API group of custom resources: use full names, such as cert-manager.io, or \"*\" instead of the list" .) }}
{{- end }}
{{- end }}
{{- else if ne $rbac.customResources "*" }}
{{- fail (printf "rbac.customResources is %q: use \"*\" for all, or a list of API groups, such as {cert-manager.io}" $rbac.customResources) }}
{{- end }}
{{- end }}
