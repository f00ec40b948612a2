{{/* The claim as the cluster has it; empty where there is none, or no cluster to ask (helm template). */}}
{{- define "openshift-backup.liveClaim" -}}
{{- lookup "v1" "PersistentVolumeClaim" .Release.Namespace (include "openshift-backup.claim" .) | toJson }}
{{- end }}

{{/* Who installed with an older chart and --reuse-values has no such value. */}}
{{- define "openshift-backup.accessMode" -}}
{{- default "ReadWriteMany" .Values.persistence.accessMode }}
{{- end }}

{{/* Says yes where the volume can be mounted on one node at a time. */}}
{{- define "openshift-backup.oneNode" -}}
{{- $modes := list (include "openshift-backup.accessMode" .) }}
{{- if .Values.persistence.existingClaim }}
{{- $modes = dig "spec" "accessModes" $modes (include "openshift-backup.liveClaim" . | fromJson) }}
{{- end }}
{{- if not (has "ReadWriteMany" $modes) }}yes{{ end }}
{{- end }}

{{/* A quantity in bytes; empty for forms that persistence.size does not take. */}}
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
A claim keeps its class, access mode and volume for life. The server refuses other ones in words that do not say what to
do, after half of the release has been changed.
*/}}
{{- define "openshift-backup.validateClaim" -}}
{{- $live := include "openshift-backup.liveClaim" . | fromJson }}
{{- if and $live (not .Values.persistence.existingClaim) }}
{{- $name := include "openshift-backup.claim" . }}
{{- $in := printf "kubectl --namespace %s" .Release.Namespace }}
{{- $wanted := .Values.persistence }}
{{- $bound := eq (dig "status" "phase" "" $live) "Bound" }}
{{- if dig "metadata" "deletionTimestamp" "" $live }}
{{- fail (printf "the claim %s is being deleted, and a new one can be made only when it is gone: %s get persistentvolumeclaim %s; pods that still use it hold it back" $name $in $name) }}
{{- end }}
{{- $instead := printf "it has no volume yet, so delete it, and it is made anew: %s delete persistentvolumeclaim %s" $in $name }}
{{- if $bound }}
{{- $instead = printf "to move the archives, create another claim, copy them onto it, and name it in persistence.existingClaim (%s stays behind while persistence.keep is true)" $name }}
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
{{- /* Classes are the cluster's; who installs for projects may not be allowed to read them, and is told by the server. */}}
{{- if and (eq .Values.rbac.scope "cluster") (include "openshift-backup.connected" .) }}
{{- $found := lookup "storage.k8s.io/v1" "StorageClass" "" $class }}
{{- if not $found.allowVolumeExpansion }}
{{- fail (printf "persistence.size is %s, but the claim %s has %s, and its storage class %q lets no volume grow (allowVolumeExpansion): keep persistence.size=%s; %s" $wanted.size $name $size $class $size $instead) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* What is known about the storage class before the claim is tried; only who installs for the cluster may look. */}}
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

The cluster has no default storage class, so the claim stays Pending until persistence.storageClass names one
(there are: {{ $have }}) or somebody makes a PersistentVolume for it.
{{- else if and $wanted (not (has $wanted $names)) }}

The cluster has no storage class {{ $wanted }} (there are: {{ $have }}), so the claim stays Pending until somebody makes
a PersistentVolume of that class.
{{- else if and (ne $wanted "") (eq (include "openshift-backup.accessMode" .) "ReadWriteMany") }}

The claim asks the storage class {{ default $default $wanted }} for ReadWriteMany. If it stays Pending because that class
does not offer it (classes of disks do not, those of NFS, CephFS or another shared file system do), delete the claim and
set persistence.storageClass to one that does, or persistence.accessMode=ReadWriteOnce: all pods then run on one node.
{{- end }}
{{- end }}
{{- end }}
