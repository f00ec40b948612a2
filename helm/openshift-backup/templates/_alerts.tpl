{{/*
A query that fires if the last success of a CronJob is too old; if there was never a success and the CronJob existed that
long ago; and if there is no CronJob. (OpenShift's kube-state-metrics has no kube_cronjob_created, which would be shorter.
`max` joins the series of several kube-state-metrics replicas.) Takes the label matchers, the age, the seconds of its unit,
and its unit.
*/}}
{{- define "openshift-backup.noSuccess" -}}
{{- $cronjob := index . 0 -}}
(
  time() - max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{ {{- $cronjob -}} })
  > {{ index . 1 }} * {{ index . 2 }}
)
or (
  max by (namespace, cronjob) (last_over_time(kube_cronjob_info{ {{- $cronjob -}} }[15m] offset {{ index . 1 }}{{ index . 3 }}))
  unless on (namespace, cronjob) kube_cronjob_status_last_successful_time{ {{- $cronjob -}} }
)
or absent(kube_cronjob_info{ {{- $cronjob -}} })
{{- end }}
