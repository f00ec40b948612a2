{{/*
Checks that values.schema.json cannot express, or not with a helpful message: the form of a string, combinations of
values, and the state of the cluster. Each message names the value and says what to write instead.
*/}}
{{- define "openshift-backup.validate" -}}
{{- include "openshift-backup.validateForms" . }}
{{- include "openshift-backup.validateOptions" . }}
{{- include "openshift-backup.validateCopy" . }}
{{- include "openshift-backup.validateRbac" . }}
{{- if include "openshift-backup.hasVolume" . }}
{{- include "openshift-backup.validateClaim" . }}
{{- end }}
{{- include "openshift-backup.validateZones" . }}
{{- if not (or .Values.serviceAccount.create .Values.serviceAccount.name) }}
{{- fail "serviceAccount.name is empty, but serviceAccount.create is false: set serviceAccount.name to an existing service account" }}
{{- end }}
{{- with .Values.persistence }}
{{- if and .existingClaim (or .volumeName .storageClass) }}
{{- fail "persistence.existingClaim is set, so the chart creates no claim: remove persistence.volumeName and persistence.storageClass" }}
{{- end }}
{{- end }}
{{- if and .Values.networkPolicy.enabled (eq .Values.rbac.scope "projects") (not .Values.networkPolicy.apiServer.cidrs) }}
{{- /* A user who installs for projects may not read `default`, and a lookup that is refused fails with Helm's own message. */}}
{{- fail (include "openshift-backup.noApiServer" .) }}
{{- end }}
{{- end }}

{{- define "openshift-backup.validateForms" -}}
{{- $cron := "^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[0-9*/,?-]+( +[0-9A-Za-z*/,?-]+){4})$" }}
{{- $label := "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }}
{{- $forms := list
  (list "schedule" .Values.schedule $cron "is not a cron schedule: use minute hour day month weekday, such as 15 0 * * *; set the time zone in timeZone")
  (list "rehearsal.schedule" (include "openshift-backup.rehearsal" . | fromJson).schedule $cron "is not a cron schedule: use minute hour day month weekday, such as 45 3 * * 0")
  (list "rehearsal.image.repository" (include "openshift-backup.rehearsal" . | fromJson).image.repository "^([^@/\\s]+/)*[^@:/\\s]+$" "is not a repository: use registry and name, without tag or digest")
  (list "rehearsal.image.tag" (include "openshift-backup.rehearsal" . | fromJson).image.tag "^[A-Za-z0-9_][A-Za-z0-9_.-]*$" "is not a tag: use the part after the colon of an image reference, such as 1.0.0")
  (list "rehearsal.image.digest" (include "openshift-backup.rehearsal" . | fromJson).image.digest "^sha256:[0-9a-f]{64}$" "is not a digest: use sha256: and 64 hexadecimal digits")
  (list "archive.name" .Values.archive.name "^[A-Za-z0-9][A-Za-z0-9._-]*$" "is not valid as the first part of a file name: use letters, digits, dots, dashes and underscores")
  (list "image.repository" .Values.image.repository "^([^@/\\s]+/)*[^@:/\\s]+$" "is not a repository: use registry and name, without tag or digest")
  (list "image.tag" .Values.image.tag "^[A-Za-z0-9_][A-Za-z0-9_.-]*$" "is not a tag: use the part after the colon of an image reference, such as 1.0.0")
  (list "image.digest" .Values.image.digest "^sha256:[0-9a-f]{64}$" "is not a digest: use sha256: and 64 hexadecimal digits")
  (list "persistence.size" .Values.persistence.size "^[0-9]+(\\.[0-9]+)?([kMGTPE]i?|Ki)?$" "is not a size: use a quantity, such as 10Gi")
  (list "fullnameOverride" .Values.fullnameOverride $label "is not a valid object name: use lowercase letters, digits and dashes")
  (list "nameOverride" .Values.nameOverride $label "is not a valid object name: use lowercase letters, digits and dashes")
}}
{{- range .Values.rbac.projects }}
{{- $forms = append $forms (list "rbac.projects" . $label "is not a project name: list each project by its full name; access cannot be granted by pattern") }}
{{- end }}
{{- range .Values.networkPolicy.apiServer.cidrs }}
{{- $forms = append $forms (list "networkPolicy.apiServer.cidrs" . "^[0-9a-fA-F.:]+/[0-9]{1,3}$" "is not in CIDR notation: use address and prefix length, such as 192.0.2.1/32") }}
{{- end }}
{{- range $form := $forms }}
{{- $value := index $form 1 }}
{{- if and $value (not (regexMatch (index $form 2) $value)) }}
{{- fail (printf "%s: %q %s" (index $form 0) $value (index $form 3)) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "openshift-backup.validateZones" -}}
{{- $zones := splitList "\n" (.Files.Get "zones.txt" | trim) }}
{{- range $value, $zone := dict "timeZone" .Values.timeZone "archive.zone" .Values.archive.zone }}
{{- if and $zone (not (has $zone $zones)) }}
{{- $meant := "" }}
{{- range $zones }}
{{- if eq (lower .) (lower $zone) }}
{{- $meant = printf " (did you mean %s?)" . }}
{{- end }}
{{- end }}
{{- fail (printf "%s: %q is not a time zone%s: use an IANA name, such as UTC or Europe/Vienna" $value $zone $meant) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "openshift-backup.validateOptions" -}}
{{- $elsewhere := dict "name" "archive.name" "stamp" "archive.stamp" "zone" "archive.zone" "retain-days" "retention.days" "retain-min" "retention.min" "keep-within" "retention.keep.within" "keep-last" "retention.keep.last" "keep-daily" "retention.keep.daily" "keep-weekly" "retention.keep.weekly" "keep-monthly" "retention.keep.monthly" "keep-yearly" "retention.keep.yearly" "no-secrets" "rbac.secrets" "logs" "logs.enabled" "logs-since" "logs.since" "logs-bytes" "logs.bytes" "copy-to" "copy.to" "copy-keep" "copy.keep" "copy-keep-within" "copy.keep.within" "copy-keep-last" "copy.keep.last" "copy-keep-daily" "copy.keep.daily" "copy-keep-weekly" "copy.keep.weekly" "copy-keep-monthly" "copy.keep.monthly" "copy-keep-yearly" "copy.keep.yearly" "seal-to" "copy.sealTo" "s3-endpoint" "copy.s3.endpoint" "s3-region" "copy.s3.region" "s3-path-style" "copy.s3.pathStyle" "store-ca" "copy.caSecret" }}
{{- $known := splitList "\n" (.Files.Get "options.txt" | trim) }}
{{- range $flag, $value := .Values.options }}
{{- with get $elsewhere $flag }}
{{- fail (printf "options.%s: set the value %s instead" $flag .) }}
{{- end }}
{{- if not (has $flag $known) }}
{{- fail (printf "options.%s is not an option of the backup: use one of %s" $flag (join ", " $known)) }}
{{- end }}
{{- end }}
{{- $ours := list }}
{{- range include "openshift-backup.settings" . | fromYamlArray }}
{{- $ours = append $ours .name }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if has .name $ours }}
{{- fail (printf "extraEnv sets %s, which is already set by another value: change that value instead (rbac, retention, archive, copy, timeZone or options)" .name) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "openshift-backup.noApiServer" -}}
networkPolicy.apiServer.cidrs is empty, and the address of the API server could not be read from the cluster: set it to the addresses that "kubectl --namespace default get endpointslice kubernetes" shows, such as --set 'networkPolicy.apiServer.cidrs={192.0.2.1/32}' --set 'networkPolicy.apiServer.ports={6443}'
{{- end }}
