{{/*
The pod spec that all pods share, as Pod Security `restricted` and OpenShift's restricted-v2 require. It sets a user and
a group only if the values do: OpenShift assigns its own and rejects others.
*/}}
{{- define "openshift-backup.pod" -}}
serviceAccountName: {{ include "openshift-backup.serviceAccount" . }}
automountServiceAccountToken: {{ empty .Values.kubeconfigSecret }}
enableServiceLinks: false
terminationGracePeriodSeconds: 30
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ quote . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "openshift-backup.affinity" . }}
affinity:
  {{- . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
  {{- with .Values.podSecurityContext }}
  {{- if .runAsUser }}
  runAsUser: {{ int64 .runAsUser }}
  {{- end }}
  {{- if not (kindIs "invalid" .runAsGroup) }}
  runAsGroup: {{ int64 .runAsGroup }}
  {{- end }}
  {{- if not (kindIs "invalid" .fsGroup) }}
  fsGroup: {{ int64 .fsGroup }}
  # Otherwise the kubelet would change every file of the volume at every start.
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  {{- with .supplementalGroups }}
  supplementalGroups:
    {{- range . }}
    - {{ int64 . }}
    {{- end }}
  {{- end }}
  {{- end }}
volumes:
  {{- if include "openshift-backup.hasVolume" . }}
  - name: archives
    persistentVolumeClaim:
      claimName: {{ include "openshift-backup.claim" . }}
  {{- end }}
  # For temporary files, since the root file system is read-only.
  - name: tmp
    emptyDir: {}
  {{- range $name, $secret := include "openshift-backup.secretVolumes" . | fromJson }}
  - name: {{ $name }}
    secret:
      secretName: {{ $secret }}
  {{- end }}
{{- end }}

{{/*
The affinity in the values. If the volume can be mounted on one node only, all pods must run on the same node: the term
also selects the pod itself, so that the first pod can run on any node.
*/}}
{{- define "openshift-backup.affinity" -}}
{{- $affinity := deepCopy (default dict .Values.affinity) }}
{{- if and (include "openshift-backup.hasVolume" .) (include "openshift-backup.oneNode" .) }}
{{- $selector := dict "matchLabels" (include "openshift-backup.selectorLabels" . | fromYaml) }}
{{- $term := dict "labelSelector" $selector "topologyKey" "kubernetes.io/hostname" }}
{{- $key := "requiredDuringSchedulingIgnoredDuringExecution" }}
{{- $podAffinity := default dict $affinity.podAffinity }}
{{- $_ := set $podAffinity $key (append (default list (get $podAffinity $key)) $term) }}
{{- $_ := set $affinity "podAffinity" $podAffinity }}
{{- end }}
{{- with $affinity }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/* The container spec that all containers share. */}}
{{- define "openshift-backup.container" -}}
image: {{ include "openshift-backup.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  {{- include "openshift-backup.settings" . | nindent 2 }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with (include "openshift-backup.secretVolumes" . | fromJson).credentials }}
envFrom:
  - secretRef:
      name: {{ . }}
{{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
# `kubectl describe` shows the last lines of the log as the reason.
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  {{- if include "openshift-backup.hasVolume" . }}
  - name: archives
    mountPath: /openshift-backup
  {{- end }}
  - name: tmp
    mountPath: /tmp
  {{- range $name, $secret := include "openshift-backup.secretVolumes" . | fromJson }}
  - name: {{ $name }}
    mountPath: /etc/openshift-backup/{{ $name }}
    readOnly: true
  {{- end }}
{{- end }}
