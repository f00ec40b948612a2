{{- define "openshift-backup.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* At most 42 characters: a CronJob's name may have 52, and the longest suffix has ten (-retrieval). */}}
{{- define "openshift-backup.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 42 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 42 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 42 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "openshift-backup.selectorLabels" -}}
app.kubernetes.io/name: {{ include "openshift-backup.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* commonLabels cannot override these labels, since selectors use them. */}}
{{- define "openshift-backup.labels" -}}
{{- $ours := include "openshift-backup.selectorLabels" . | fromYaml }}
{{- $_ := set $ours "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") }}
{{- $_ := set $ours "app.kubernetes.io/version" .Chart.AppVersion }}
{{- $_ := set $ours "app.kubernetes.io/managed-by" .Release.Service }}
{{- toYaml (merge $ours .Values.commonLabels) }}
{{- end }}

{{/* The labels of pods. podLabels cannot override labels that selectors use. */}}
{{- define "openshift-backup.podLabels" -}}
{{- toYaml (merge (include "openshift-backup.labels" . | fromYaml) (omit (default dict .Values.podLabels) "app.kubernetes.io/component")) }}
{{- end }}

{{- define "openshift-backup.serviceAccount" -}}
{{- default (include "openshift-backup.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- define "openshift-backup.claim" -}}
{{- default (include "openshift-backup.fullname" .) .Values.persistence.existingClaim }}
{{- end }}

{{- define "openshift-backup.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}
