{{/*
What every pod has, as Pod Security `restricted` and OpenShift's restricted-v2 want it. No user and no group unless a
value names them: OpenShift assigns its own, and refuses others.
*/}}
{{- define "openshift-backup.pod" -}}
serviceAccountName: {{ include "openshift-backup.serviceAccount" . }}
automountServiceAccountToken: true
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
  # Else a volume of many archives would be walked through at every start.
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
  - name: archives
    persistentVolumeClaim:
      claimName: {{ include "openshift-backup.claim" . }}
  # The root file system is read-only; what a program needs for a moment goes here.
  - name: tmp
    emptyDir: {}
{{- end }}

{{/*
The affinity of the values, and where the volume can be mounted on one node only, that all pods run on the same one: the
term selects the pod itself as well, so that the first pod is free to choose.
*/}}
{{- define "openshift-backup.affinity" -}}
{{- $affinity := deepCopy (default dict .Values.affinity) }}
{{- if include "openshift-backup.oneNode" . }}
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

{{/* What every container has. */}}
{{- define "openshift-backup.container" -}}
image: {{ include "openshift-backup.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  {{- include "openshift-backup.settings" . | nindent 2 }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
# The last lines of the log become the reason that `kubectl describe` shows.
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  - name: archives
    mountPath: /openshift-backup
  - name: tmp
    mountPath: /tmp
{{- end }}
