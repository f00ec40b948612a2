{{/* The values of copy with their defaults: after an upgrade with --reuse-values, a value that is new is missing. */}}
{{- define "openshift-backup.copy" -}}
{{- $defaults := dict "to" "" "keep" nil "sealTo" list "caSecret" "" "existingSecret" "" "s3" (dict "endpoint" "" "region" "" "pathStyle" "auto") }}
{{- toJson (merge (deepCopy (default dict .Values.copy)) $defaults) }}
{{- end }}

{{/* The places of copy.to, as a JSON array. A value is one URL, or a list. */}}
{{- define "openshift-backup.places" -}}
{{- $to := (include "openshift-backup.copy" . | fromJson).to }}
{{- if kindIs "slice" $to }}{{ toJson $to }}{{ else if $to }}{{ toJson (list $to) }}{{ else }}[]{{ end }}
{{- end }}

{{/* "yes" if the archives are on a volume; older releases have no value for it (--reuse-values). */}}
{{- define "openshift-backup.hasVolume" -}}
{{- if or (not (hasKey .Values.persistence "enabled")) .Values.persistence.enabled }}yes{{ end }}
{{- end }}

{{/* The options of copies as environment variables. Without a volume, the place is the store of the archives itself. */}}
{{- define "openshift-backup.copySettings" -}}
{{- $places := include "openshift-backup.places" . | fromJsonArray }}
{{- $copy := include "openshift-backup.copy" . | fromJson }}
{{- if $places }}
{{- if include "openshift-backup.hasVolume" . }}
- name: OPENSHIFT_BACKUP_COPY_TO
  value: {{ join "," $places | quote }}
{{- if kindIs "string" $copy.keep }}
- name: OPENSHIFT_BACKUP_COPY_KEEP
  value: {{ quote $copy.keep }}
{{- else }}
{{- range $rule, $value := $copy.keep }}
- name: OPENSHIFT_BACKUP_COPY_KEEP_{{ upper $rule }}
  value: {{ kindIs "float64" $value | ternary (int64 $value) $value | quote }}
{{- end }}
{{- end }}
{{- else }}
- name: OPENSHIFT_BACKUP_VOLUME
  value: {{ first $places | quote }}
{{- end }}
{{- with $copy.sealTo }}
- name: OPENSHIFT_BACKUP_SEAL_TO
  value: {{ join "," . | quote }}
{{- end }}
{{- with $copy.s3.endpoint }}
- name: OPENSHIFT_BACKUP_S3_ENDPOINT
  value: {{ quote . }}
{{- end }}
{{- with $copy.s3.region }}
- name: OPENSHIFT_BACKUP_S3_REGION
  value: {{ quote . }}
{{- end }}
{{- if ne $copy.s3.pathStyle "auto" }}
- name: OPENSHIFT_BACKUP_S3_PATH_STYLE
  value: {{ quote $copy.s3.pathStyle }}
{{- end }}
{{- if $copy.caSecret }}
- name: OPENSHIFT_BACKUP_STORE_CA
  value: /etc/openshift-backup/ca/ca.crt
{{- end }}
{{- end }}
{{- end }}

{{/* Secrets that the pods mount: name of the volume → Secret. The path is /etc/openshift-backup/NAME. */}}
{{- define "openshift-backup.secretVolumes" -}}
{{- $volumes := dict }}
{{- if include "openshift-backup.places" . | fromJsonArray }}
{{- $copy := include "openshift-backup.copy" . | fromJson }}
{{- with $copy.caSecret }}{{ $_ := set $volumes "ca" . }}{{ end }}
{{- with $copy.existingSecret }}{{ $_ := set $volumes "credentials" . }}{{ end }}
{{- end }}
{{- with .Values.kubeconfigSecret }}{{ $_ := set $volumes "kubeconfig" . }}{{ end }}
{{- toJson $volumes }}
{{- end }}

{{- define "openshift-backup.validateCopy" -}}
{{- $places := include "openshift-backup.places" . | fromJsonArray }}
{{- $copy := include "openshift-backup.copy" . | fromJson }}
{{- range $places }}
{{- if not (regexMatch "^(s3|azblob|gs)://[A-Za-z0-9$][A-Za-z0-9._-]+(/[^?#]*)?$" .) }}
{{- fail (printf "copy.to: %q is not a bucket: use s3://BUCKET/PREFIX, azblob://CONTAINER/PREFIX or gs://BUCKET/PREFIX" .) }}
{{- end }}
{{- end }}
{{- range $copy.sealTo }}
{{- if not (hasPrefix "age1" .) }}
{{- fail "copy.sealTo: not a recipient: use what age-keygen prints as the public key, age1…; the identity, AGE-SECRET-KEY-…, does not belong in the cluster" }}
{{- end }}
{{- end }}
{{- if not (include "openshift-backup.hasVolume" .) }}
{{- if ne (len $places) 1 }}
{{- fail "persistence.enabled is false, so copy.to must be the one bucket where the archives are stored, such as copy.to=s3://backups/production" }}
{{- end }}
{{- if $copy.keep }}
{{- fail "persistence.enabled is false, so there are no copies: set retention instead of copy.keep (retention.days=0 leaves it to lifecycle rules)" }}
{{- end }}
{{- with .Values.persistence.existingClaim }}
{{- fail (printf "persistence.enabled is false, but persistence.existingClaim is %s: remove one of them" .) }}
{{- end }}
{{- end }}
{{- if and (not $places) (or $copy.keep $copy.sealTo $copy.existingSecret $copy.caSecret $copy.s3.endpoint) }}
{{- fail "copy.to is empty, but other values of copy are set: set copy.to to a bucket, such as s3://backups/production" }}
{{- end }}
{{- end }}

{{/* The port of the endpoint of the buckets. */}}
{{- define "openshift-backup.copyPort" -}}
{{- $endpoint := (include "openshift-backup.copy" . | fromJson).s3.endpoint }}
{{- $port := regexFind ":[0-9]+(/|$)" $endpoint | trimAll ":/" }}
{{- if $port }}{{ $port }}{{ else if hasPrefix "http://" $endpoint }}80{{ else }}443{{ end }}
{{- end }}
