{{/*
What values.schema.json cannot say, or not in a sentence: it is about the form of a text, about more than one value, or
about the cluster. Each sentence names the value and what to write instead.
*/}}
{{- define "openshift-backup.validate" -}}
{{- include "openshift-backup.validateForms" . }}
{{- include "openshift-backup.validateOptions" . }}
{{- include "openshift-backup.validateRbac" . }}
{{- include "openshift-backup.validateClaim" . }}
{{- include "openshift-backup.validateZones" . }}
{{- if not (or .Values.serviceAccount.create .Values.serviceAccount.name) }}
{{- fail "serviceAccount.name is empty, but serviceAccount.create is false: name the service account that is to be used" }}
{{- end }}
{{- with .Values.persistence }}
{{- if and .existingClaim (or .volumeName .storageClass) }}
{{- fail "persistence.existingClaim is set, so no claim is made: leave persistence.volumeName and persistence.storageClass out" }}
{{- end }}
{{- end }}
{{- if and .Values.networkPolicy.enabled (eq .Values.rbac.scope "projects") (not .Values.networkPolicy.apiServer.cidrs) }}
{{- /* Who installs for projects may not look into `default`; a lookup that is refused ends in Helm's words, not ours. */}}
{{- fail (include "openshift-backup.noApiServer" .) }}
{{- end }}
{{- end }}

{{- define "openshift-backup.validateForms" -}}
{{- $cron := "^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[0-9*/,?-]+( +[0-9A-Za-z*/,?-]+){4})$" }}
{{- $label := "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }}
{{- $forms := list
  (list "schedule" .Values.schedule $cron "is no cron schedule: write minute hour day month weekday, such as 15 0 * * *; a zone belongs into timeZone")
  (list "archive.name" .Values.archive.name "^[A-Za-z0-9][A-Za-z0-9._-]*$" "cannot begin a file's name: write letters, digits, dots, dashes and underscores")
  (list "image.repository" .Values.image.repository "^([^@/\\s]+/)*[^@:/\\s]+$" "is no repository: write registry and name, without tag or digest")
  (list "image.tag" .Values.image.tag "^[A-Za-z0-9_][A-Za-z0-9_.-]*$" "is no tag: write what follows the colon of an image, such as 1.0.0")
  (list "image.digest" .Values.image.digest "^sha256:[0-9a-f]{64}$" "is no digest: write sha256: and 64 hexadecimal digits")
  (list "persistence.size" .Values.persistence.size "^[0-9]+(\\.[0-9]+)?([kMGTPE]i?|Ki)?$" "is no size: write a quantity, such as 10Gi")
  (list "fullnameOverride" .Values.fullnameOverride $label "is no name of an object: write small letters, digits and dashes")
  (list "nameOverride" .Values.nameOverride $label "is no name of an object: write small letters, digits and dashes")
}}
{{- range .Values.rbac.projects }}
{{- $forms = append $forms (list "rbac.projects" . $label "is no name of a project: write each one out, small letters, digits and dashes; patterns cannot be granted") }}
{{- end }}
{{- range .Values.networkPolicy.apiServer.cidrs }}
{{- $forms = append $forms (list "networkPolicy.apiServer.cidrs" . "^[0-9a-fA-F.:]+/[0-9]{1,3}$" "is no range of addresses: write address and length of the prefix, such as 192.0.2.1/32") }}
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
{{- $meant = printf " (%s?)" . }}
{{- end }}
{{- end }}
{{- fail (printf "%s: %q is no time zone%s: write an IANA name, such as UTC or Europe/Vienna" $value $zone $meant) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "openshift-backup.validateOptions" -}}
{{- $elsewhere := dict "name" "archive.name" "stamp" "archive.stamp" "zone" "archive.zone" "retain-days" "retention.days" "retain-min" "retention.min" "no-secrets" "rbac.secrets" }}
{{- $known := splitList "\n" (.Files.Get "options.txt" | trim) }}
{{- range $flag, $value := .Values.options }}
{{- with get $elsewhere $flag }}
{{- fail (printf "options.%s has a value of its own: set %s instead" $flag .) }}
{{- end }}
{{- if not (has $flag $known) }}
{{- fail (printf "options.%s is no option of the nightly backup: write one of %s" $flag (join ", " $known)) }}
{{- end }}
{{- end }}
{{- $ours := list }}
{{- range include "openshift-backup.settings" . | fromYamlArray }}
{{- $ours = append $ours .name }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if has .name $ours }}
{{- fail (printf "extraEnv sets %s, which another value sets already: change that one (rbac, retention, archive, timeZone or options) instead" .name) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "openshift-backup.noApiServer" -}}
networkPolicy.apiServer.cidrs is empty, and the cluster could not be asked for the address of its API server: write what "kubectl --namespace default get endpointslice kubernetes" shows, such as --set 'networkPolicy.apiServer.cidrs={192.0.2.1/32}' --set 'networkPolicy.apiServer.ports={6443}'
{{- end }}
