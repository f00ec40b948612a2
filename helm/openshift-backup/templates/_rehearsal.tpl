{{/* The values of rehearsal with their defaults: after an upgrade with --reuse-values, they are missing. */}}
{{- define "openshift-backup.rehearsal" -}}
{{- $resources := dict "requests" (dict "cpu" "500m" "memory" "1Gi") "limits" (dict "memory" "4Gi") }}
{{- $image := dict "repository" "" "tag" "" "digest" "" }}
{{- $defaults := dict "enabled" false "schedule" "45 3 * * 0" "image" $image "identitySecret" "" "keepResult" false "activeDeadlineSeconds" 7200 "resources" $resources }}
{{- toJson (merge (deepCopy (default dict .Values.rehearsal)) $defaults) }}
{{- end }}

{{/* The image with etcd and kube-apiserver. By default, it is named after the other one. */}}
{{- define "openshift-backup.rehearsalImage" -}}
{{- $image := (include "openshift-backup.rehearsal" . | fromJson).image }}
{{- $repository := default (printf "%s-rehearsal" .Values.image.repository) $image.repository }}
{{- if $image.digest }}
{{- printf "%s@%s" $repository $image.digest }}
{{- else }}
{{- printf "%s:%s" $repository ($image.tag | default .Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/*
The pod spec of a rehearsal: that of all pods, but without a token of the cluster, which a rehearsal does not use, and
with the volume mounted read-only unless the result is kept beside the archive.
*/}}
{{- define "openshift-backup.rehearsalPod" -}}
{{- $rehearsal := include "openshift-backup.rehearsal" . | fromJson }}
{{- $pod := include "openshift-backup.pod" . | fromYaml }}
{{- $container := include "openshift-backup.container" . | fromYaml }}
{{- $volumes := list }}
{{- range $pod.volumes }}
{{- if ne .name "kubeconfig" }}
{{- $volumes = append $volumes . }}
{{- end }}
{{- end }}
{{- $mounts := list }}
{{- range $container.volumeMounts }}
{{- if eq .name "archives" }}
{{- $mounts = append $mounts (merge (dict "readOnly" (not $rehearsal.keepResult)) .) }}
{{- else if ne .name "kubeconfig" }}
{{- $mounts = append $mounts . }}
{{- end }}
{{- end }}
{{- $env := $container.env }}
{{- with $rehearsal.identitySecret }}
{{- $volumes = append $volumes (dict "name" "identity" "secret" (dict "secretName" . "defaultMode" 288)) }}
{{- $mounts = append $mounts (dict "name" "identity" "mountPath" "/etc/openshift-backup/identity" "readOnly" true) }}
{{- $env = append $env (dict "name" "OPENSHIFT_BACKUP_IDENTITY" "value" "/etc/openshift-backup/identity/identity") }}
{{- end }}
{{- $_ := set $container "name" "rehearsal" }}
{{- $_ := set $container "image" (include "openshift-backup.rehearsalImage" .) }}
{{- $_ := set $container "args" (list "rehearse") }}
{{- $_ := set $container "env" $env }}
{{- $_ := set $container "volumeMounts" $mounts }}
{{- $_ := set $container "resources" $rehearsal.resources }}
{{- $_ := set $pod "automountServiceAccountToken" false }}
{{- $_ := set $pod "restartPolicy" "Never" }}
{{- $_ := set $pod "volumes" $volumes }}
{{- $_ := set $pod "containers" (list $container) }}
{{- toYaml $pod }}
{{- end }}
