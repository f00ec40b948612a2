{{/*
The settings of the tool as environment variables. They are the same in all pods: `openshift-backup` in the retrieval pod
makes the same backup as the CronJob.
*/}}
{{- define "openshift-backup.settings" -}}
- name: OPENSHIFT_BACKUP_ZONE
  value: {{ default .Values.timeZone .Values.archive.zone | quote }}
{{- if .Values.retention.keep }}
{{- range $rule, $value := .Values.retention.keep }}
- name: OPENSHIFT_BACKUP_KEEP_{{ upper $rule }}
  value: {{ kindIs "float64" $value | ternary (int64 $value) $value | quote }}
{{- end }}
{{- else }}
- name: OPENSHIFT_BACKUP_RETAIN_DAYS
  value: {{ int64 .Values.retention.days | quote }}
{{- end }}
- name: OPENSHIFT_BACKUP_RETAIN_MIN
  value: {{ int64 .Values.retention.min | quote }}
{{- with .Values.archive.name }}
- name: OPENSHIFT_BACKUP_NAME
  value: {{ quote . }}
{{- end }}
{{- with .Values.archive.stamp }}
- name: OPENSHIFT_BACKUP_STAMP
  value: {{ quote . }}
{{- end }}
{{- if eq .Values.rbac.scope "projects" }}
- name: OPENSHIFT_BACKUP_PROJECT
  value: {{ join "," .Values.rbac.projects | quote }}
{{- end }}
- name: BACKUP_SECRETS
  value: {{ .Values.rbac.secrets | quote }}
{{- if (default dict .Values.logs).enabled }}
- name: OPENSHIFT_BACKUP_LOGS
  value: "true"
- name: OPENSHIFT_BACKUP_LOGS_SINCE
  value: {{ quote .Values.logs.since }}
- name: OPENSHIFT_BACKUP_LOGS_BYTES
  value: {{ quote .Values.logs.bytes }}
{{- end }}
{{- include "openshift-backup.copySettings" . }}
{{- if .Values.kubeconfigSecret }}
- name: OPENSHIFT_BACKUP_KUBECONFIG
  value: /etc/openshift-backup/kubeconfig/kubeconfig
{{- end }}
{{- range $flag, $value := .Values.options }}
- name: OPENSHIFT_BACKUP_{{ $flag | upper | replace "-" "_" }}
  {{- /* Helm passes numbers as floats, and would print large ones as 1e+06. */}}
  {{- if kindIs "slice" $value }}
  value: {{ join "," $value | quote }}
  {{- else }}
  value: {{ kindIs "float64" $value | ternary (int64 $value) $value | quote }}
  {{- end }}
{{- end }}
{{- end }}
