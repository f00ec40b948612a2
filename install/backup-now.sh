#!/usr/bin/env bash
# Starts a Job from the CronJob and follows it until it ends (make backup-now). Until the pod runs, this script shows the
# events that say why; then the whole log. Exits with 0 if the Job is Complete, and with 1 and the reason if the Job
# failed or its pod cannot start.
set -euo pipefail

read -ra kubectl <<<"${KUBECTL:-kubectl}"
name=${NAME:?the name of the installation} namespace=${NAMESPACE:?its namespace}
# Seconds to wait for the pod to run, and for a permanent problem to disappear, such as a missing image.
start_timeout=${START_TIMEOUT:-300} grace=${GRACE:-20}
# A Job's name has at most 63 characters.
job="${name:0:42}-manual-$(date -u +%y%m%d%H%M%S)"

within() {
  "${kubectl[@]}" --namespace "$namespace" "$@"
}

say() {
  printf '%s\n' "$*" >&2
}

# Runs kubectl and stores its output in $answer. A single failure is ignored; after 30 seconds of failures it gives up.
failing=''
ask() {
  if answer=$(within "$@" 2>"$errors"); then
    failing=''
    return
  fi
  answer=''
  : "${failing:=$SECONDS}"
  ((SECONDS - failing < 30)) || give_up "the API server does not answer: $(<"$errors")"
}

give_up() {
  say "make backup-now: $1"
  say "The Job $job still exists. To look at it:
  ${kubectl[*]} --namespace $namespace describe job,pod --selector job-name=$job
To delete it:
  ${kubectl[*]} --namespace $namespace delete job $job"
  exit 1
}

# The condition that ended the Job: Complete or Failed, its reason and its message.
look_at_job() {
  ask get job "$job" --ignore-not-found --output 'go-template={{.metadata.name}}{{"\n"}}{{range .status.conditions}}{{if eq .status "True"}}{{.type}}{{"\t"}}{{.reason}}{{"\t"}}{{.message}}{{"\n"}}{{end}}{{end}}'
  [[ -n $answer || -n $failing ]] || gone=yes
  ended=$(grep -E '^(Complete|Failed)\b' <<<"$answer" || true)
}

# The newest pod: its name, when its container started or why it ended, and why it waits. Missing fields are empty.
look_at_pod() {
  ask get pods --selector "job-name=$job" --sort-by=.metadata.creationTimestamp --output 'jsonpath={range .items[*]}{.metadata.name}|{.status.containerStatuses[?(@.name=="backup")].state.running.startedAt}{.status.containerStatuses[?(@.name=="backup")].state.terminated.reason}|{.status.containerStatuses[?(@.name=="backup")].state.waiting.reason}|{.status.conditions[?(@.type=="PodScheduled")].reason}{"\n"}{end}'
  IFS='|' read -r pod started waiting unscheduled <<<"$(tail -n 1 <<<"$answer")" || true
}

# Shows the new events of an object, and stores the last one in $last.
shown=' '
show_events() {
  local kind=$1 object=$2 uid type reason message
  ask get events --field-selector "involvedObject.kind=$kind,involvedObject.name=$object" --sort-by=.lastTimestamp --output 'go-template={{range .items}}{{.metadata.uid}} {{.type}} {{.reason}} {{printf "%q" .message}}{{"\n"}}{{end}}'
  last=''
  while read -r uid type reason message; do
    [[ -n $uid ]] || continue
    # The server's message, with control characters escaped.
    message=${message#\"} message=${message%\"} message=${message//\\\"/\"}
    last="$reason: $message"
    if [[ $type != Normal ]]; then warning=$last; fi
    if [[ $shown == *" $uid "* ]]; then continue; fi
    shown+="$uid "
    say "  $kind $object  $type  $last"
  done <<<"$answer"
}

# Sets $trouble to the permanent problem that prevents the pod from starting.
look_for_trouble() {
  trouble=''
  show_events Job "$job"
  if [[ -z $pod ]]; then
    if [[ $last == FailedCreate:* ]]; then trouble="no pod can be created: ${last#*: }"; fi
    return
  fi
  show_events Pod "$pod"
  case $waiting in
    ErrImage* | ImagePullBackOff | InvalidImageName | ImageInspectError | RegistryUnavailable | Create*Error | RunContainerError)
      ask get pod "$pod" --output 'go-template={{range .status.containerStatuses}}{{with .state.waiting}}{{printf "%q" .message}}{{end}}{{end}}'
      trouble="the container of pod $pod cannot start: $waiting: $answer"
      ;;
  esac
  if [[ $unscheduled == Unschedulable ]]; then look_at_claims; fi
}

look_at_claims() {
  local claim phase
  ask get pod "$pod" --output 'jsonpath={.spec.volumes[*].persistentVolumeClaim.claimName}'
  for claim in $answer; do
    ask get persistentvolumeclaim "$claim" --ignore-not-found --output 'jsonpath={.status.phase}'
    phase=$answer
    case $phase in
      Bound) ;;
      '') if [[ -z $failing ]]; then trouble="the PersistentVolumeClaim $claim does not exist"; fi ;;
      *)
        show_events PersistentVolumeClaim "$claim"
        case $last in
          FailedBinding:* | ProvisioningFailed:* | VolumeMismatch:* | ClaimLost:*)
            trouble="the PersistentVolumeClaim $claim is $phase and cannot be bound: $last" ;;
        esac
        ;;
    esac
  done
}

# Follows the log of the pod from the first line, and reconnects if the connection breaks.
follow() {
  local from=()
  while :; do
    within logs --follow --container backup ${from[@]+"${from[@]}"} "$pod" || true
    ask get pod "$pod" --ignore-not-found --output 'jsonpath={.status.containerStatuses[?(@.name=="backup")].state.running.startedAt}|{.status.containerStatuses[?(@.name=="backup")].state.terminated.exitCode}'
    [[ -z $failing && $answer != *'|' || -z $answer && -z $failing ]] && break
    from=(--since-time "$(date -u +%FT%TZ)")
    sleep 1
  done
  code=${answer#*|}
}

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
trap 'say "The Job is still running. To follow it:
  ${kubectl[*]} --namespace $namespace logs --follow job/$job"; exit 130' INT

# A person reads the log of this Job, so it is text.
object=$(within create job "$job" --from "cronjob/$name" --dry-run=client --output json)
object=$("${kubectl[@]}" set env --local --filename - --containers backup --output json \
  OPENSHIFT_BACKUP_LOG_FORMAT=text <<<"$object")
within create --filename - <<<"$object"
followed=' ' code='' gone='' warning='' trouble='' troubled='' since=$SECONDS
while :; do
  look_at_job
  look_at_pod
  if [[ -n $pod && -n $started && $followed != *" $pod "* ]]; then
    followed+="$pod "
    follow
    since=$SECONDS troubled=''
    continue
  fi
  if [[ -n $ended || -n $gone ]]; then break; fi
  if [[ $followed != *" ${pod:-none} "* ]]; then
    look_for_trouble
    if [[ -z $trouble ]]; then troubled=''; else : "${troubled:=$SECONDS}"; fi
    if [[ -n $troubled ]] && ((SECONDS - troubled >= grace)); then give_up "$trouble"; fi
    if ((SECONDS - since >= start_timeout)); then
      give_up "no pod of the Job has started within $start_timeout seconds${trouble:+: $trouble}${warning:+: $warning}"
    fi
  fi
  sleep 1
done

if [[ -n $gone && $code == 0 || $ended == Complete* ]]; then
  say "The Job $job is complete."
  exit 0
fi
if [[ -n $gone ]]; then
  say "make backup-now: the Job $job was deleted before it ended${code:+; its last container exited with code $code}"
  exit 1
fi
IFS=$'\t' read -r _ reason message <<<"$ended"
say "make backup-now: the Job $job failed: $reason: $message"
case $code in
  2) say 'Exit code 2: the configuration is invalid; the log names the value.' ;;
  3) say 'Exit code 3: an archive was created, but it is incomplete; the log says what failed.' ;;
esac
exit 1
