{{- define "openshift-backup.validateRbac" -}}
{{- $rbac := .Values.rbac }}
{{- $cluster := eq $rbac.scope "cluster" }}
{{- if not (or $cluster $rbac.projects) }}
{{- fail "rbac.projects is empty, but rbac.scope is projects: name the projects to back up, such as --set 'rbac.projects={shop,payments}'" }}
{{- end }}
{{- if and $cluster $rbac.projects }}
{{- fail "rbac.projects names projects, but rbac.scope is cluster, which reads all of them: empty it with --set-json 'rbac.projects=[]' (--reuse-values and --reset-then-reuse-values keep the list of the scope projects), set rbac.scope=projects, or narrow the backup alone with options.project" }}
{{- end }}
{{- if and (not $cluster) (hasKey .Values.options "project") }}
{{- fail "options.project is set, but rbac.scope is projects, which backs up those of rbac.projects: leave options.project out" }}
{{- end }}
{{- if has $rbac.clusterRole (list "admin" "cluster-admin" "edit" "sudoer") }}
{{- fail (printf "rbac.clusterRole is %s, which may write: name a role that only reads, such as cluster-reader, or write own" $rbac.clusterRole) }}
{{- end }}
{{- if and $cluster (not (has $rbac.clusterRole (list "auto" "own"))) (include "openshift-backup.connected" .) }}
{{- if not (lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" $rbac.clusterRole) }}
{{- fail (printf "rbac.clusterRole is %s, but the cluster has no ClusterRole of that name: name one that exists, or write own" $rbac.clusterRole) }}
{{- end }}
{{- end }}
{{- if kindIs "slice" $rbac.customResources }}
{{- range $rbac.customResources }}
{{- if has . (include "openshift-backup.refusedGroups" $ | fromJsonArray) }}
{{- fail (printf "rbac.customResources names %s, of which reading everything would be reading Secrets, tokens or consoles: leave it out; on OpenShift cluster-reader reads its configuration" .) }}
{{- end }}
{{- /* Groups without a dot are Kubernetes' own, and the empty one holds Secrets. */}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$" .) }}
{{- fail (printf "rbac.customResources: %q is no API group of custom resources: write whole names, such as cert-manager.io, or \"*\" in place of the list" .) }}
{{- end }}
{{- end }}
{{- else if ne $rbac.customResources "*" }}
{{- fail (printf "rbac.customResources is %q: write \"*\" for all, or a list of API groups, such as {cert-manager.io}" $rbac.customResources) }}
{{- end }}
{{- end }}
