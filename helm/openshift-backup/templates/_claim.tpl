{{/* The existing claim; empty if there is none, or no cluster to query (helm template). */}}
{{- define "openshift-backup.liveClaim" -}}
{{- lookup "v1" "PersistentVolumeClaim" .Release.Namespace (include "openshift-backup.claim" .) | toJson }}
{{- end }}

{{/* The value is missing after an upgrade from an older chart with --reuse-values. */}}
{{- define "openshift-backup.accessMode" -}}
{{- default "ReadWriteMany" .Values.persistence.accessMode }}
{{- end }}

{{/* "yes" if the volume can be mounted on only one node at a time. */}}
{{- define "openshift-backup.oneNode" -}}
{{- $modes := list (include "openshift-backup.accessMode" .) }}
{{- if .Values.persistence.existingClaim }}
{{- $modes = dig "spec" "accessModes" $modes (include "openshift-backup.liveClaim" . | fromJson) }}
{{- end }}
{{- if not (has "ReadWriteMany" $modes) }}yes{{ end }}
{{- end }}

{{/* A quantity in bytes; empty for a form that persistence.size does not accept. */}}
{{- define "openshift-backup.bytes" -}}
{{- if regexMatch "^[0-9]+(\\.[0-9]+)?([kMGTPE]i?|Ki)?$" . }}
{{- $powers := dict "k" 1 "K" 1 "M" 2 "G" 3 "T" 4 "P" 5 "E" 6 }}
{{- $bytes := regexFind "^[0-9.]+" . | float64 }}
{{- $unit := regexFind "[a-zA-Z]+$" . }}
{{- if $unit }}
{{- $base := hasSuffix "i" $unit | ternary 1024.0 1000.0 }}
{{- range until (int (get $powers (substr 0 1 $unit))) }}
{{- $bytes = mulf $bytes $base }}
{{- end }}
{{- end }}
{{- printf "%.0f" $bytes }}
{{- end }}
{{- end }}

{{/*
The class, access mode and volume of a claim are immutable. The API server would reject a change without saying what to
do, after half of the release has been updated.
*/}}
{{- define "openshift-backup.validateClaim" -}}
{{- $live := include "openshift-backup.liveClaim" . | fromJson }}
{{- if and $live (not .Values.persistence.existingClaim) }}
{{- $name := include "openshift-backup.claim" . }}
{{- $in := printf "kubectl --namespace %s" .Release.Namespace }}
{{- $wanted := .Values.persistence }}
{{- $bound := eq (dig "status" "phase" "" $live) "Bound" }}
{{- if dig "metadata" "deletionTimestamp" "" $live }}
{{- fail (printf "the claim %s is being deleted; wait until it is gone, then install again: %s get persistentvolumeclaim %s. Pods that still use the claim delay its deletion" $name $in $name) }}
{{- end }}
{{- $instead := printf "or, since it has no volume yet, delete it and the chart creates a new one: %s delete persistentvolumeclaim %s" $in $name }}
{{- if $bound }}
{{- $instead = printf "to move the archives, create another claim, copy them to it, and set persistence.existingClaim to its name (%s is kept as long as persistence.keep is true)" $name }}
{{- end }}
{{- $class := dig "spec" "storageClassName" "" $live }}
{{- if and (not (kindIs "invalid" $wanted.storageClass)) (ne $wanted.storageClass $class) }}
{{- fail (printf "persistence.storageClass is %q, but the claim %s has %q, and a claim cannot change its class: keep persistence.storageClass=%s; %s" $wanted.storageClass $name $class $class $instead) }}
{{- end }}
{{- $modes := dig "spec" "accessModes" list $live }}
{{- $mode := include "openshift-backup.accessMode" . }}
{{- if not (has $mode $modes) }}
{{- fail (printf "persistence.accessMode is %s, but the claim %s has %s, and a claim cannot change its access mode: keep persistence.accessMode=%s; %s" $mode $name (join ", " $modes) (first $modes) $instead) }}
{{- end }}
{{- $volume := dig "spec" "volumeName" "" $live }}
{{- if and $wanted.volumeName $volume (ne $wanted.volumeName $volume) }}
{{- fail (printf "persistence.volumeName is %s, but the claim %s is bound to %s, and a claim cannot change its volume: leave persistence.volumeName as it was; %s" $wanted.volumeName $name $volume $instead) }}
{{- end }}
{{- $size := dig "spec" "resources" "requests" "storage" "" $live }}
{{- $is := include "openshift-backup.bytes" $size }}
{{- $shall := include "openshift-backup.bytes" $wanted.size }}
{{- if and $is $shall (ne $is $shall) }}
{{- if not $bound }}
{{- fail (printf "persistence.size is %s, but the claim %s asks for %s, and a claim without a volume cannot change its size: keep persistence.size=%s; %s" $wanted.size $name $size $size $instead) }}
{{- end }}
{{- if gt ($is | float64) ($shall | float64) }}
{{- fail (printf "persistence.size is %s, but the claim %s has %s, and a claim cannot shrink: keep persistence.size=%s; %s" $wanted.size $name $size $size $instead) }}
{{- end }}
{{- /* Storage classes are cluster-scoped. A user who installs for projects may not read them; the API server checks instead. */}}
{{- if and (eq .Values.rbac.scope "cluster") (include "openshift-backup.connected" .) }}
{{- $found := lookup "storage.k8s.io/v1" "StorageClass" "" $class }}
{{- if not $found.allowVolumeExpansion }}
{{- fail (printf "persistence.size is %s, but the claim %s has %s, and its storage class %q does not allow volume expansion (allowVolumeExpansion): keep persistence.size=%s; %s" $wanted.size $name $size $class $size $instead) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Hints about the storage class. Only a user who installs for the whole cluster may read storage classes. */}}
{{- define "openshift-backup.storageNotes" -}}
{{- if and (not .Values.persistence.existingClaim) (eq .Values.rbac.scope "cluster") (include "openshift-backup.connected" .) }}
{{- $names := list }}
{{- $default := "" }}
{{- range (lookup "storage.k8s.io/v1" "StorageClass" "" "").items }}
{{- $names = append $names .metadata.name }}
{{- if eq (dig "metadata" "annotations" "storageclass.kubernetes.io/is-default-class" "" .) "true" }}
{{- $default = .metadata.name }}
{{- end }}
{{- end }}
{{- $have := $names | join ", " | default "none" }}
{{- $wanted := .Values.persistence.storageClass }}
{{- if and (kindIs "invalid" $wanted) (not $default) (not (include "openshift-backup.liveClaim" . | fromJson)) }}

The cluster has no default storage class, so the claim stays Pending. Set persistence.storageClass
(existing classes: {{ $have }}), or create a PersistentVolume for the claim.
{{- else if and $wanted (not (has $wanted $names)) }}

The cluster has no storage class {{ $wanted }} (existing classes: {{ $have }}), so the claim stays Pending until you create
the class, or a PersistentVolume with this class.
{{- else if and (ne $wanted "") (eq (include "openshift-backup.accessMode" .) "ReadWriteMany") }}

The claim requests ReadWriteMany from the storage class {{ default $default $wanted }}. Storage classes of shared file systems (NFS,
CephFS) offer it, those of block devices do not. If the claim stays Pending, delete it, and set persistence.storageClass
to a class that offers ReadWriteMany, or persistence.accessMode=ReadWriteOnce to run all pods on one node.
{{- end }}
{{- end }}
{{- end }}
