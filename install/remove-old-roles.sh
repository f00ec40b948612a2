#!/usr/bin/env bash
# Earlier versions named roles without the namespace, so that one installation overwrote those of
# another of the same name elsewhere. `oc apply` leaves objects under their old names, and with them the right to read
# Secrets. Removes those that are bound to the account of this installation: from the cluster, or from the projects
# that are given.
set -euo pipefail

read -ra kubectl <<<"${KUBECTL:-kubectl}"
name=${NAME:?the name of the installation} namespace=${NAMESPACE:?its namespace}
# Helm removes what it has renamed.
old="app.kubernetes.io/name=openshift-backup,app.kubernetes.io/instance=$name"
old+=',app.kubernetes.io/managed-by!=Helm,!openshift-backup/namespace'
subjects='{range .items[*].subjects[*]}{.namespace}/{.name}{"\n"}{end}'

remove_old() {
  local bindings=$1 roles=$2
  shift 2
  local bound
  bound=$("${kubectl[@]}" "$@" get "$bindings" --selector "$old" --output "jsonpath=$subjects")
  if grep -qxF "$namespace/$name" <<<"$bound"; then
    "${kubectl[@]}" "$@" delete "$bindings,$roles" --selector "$old"
  fi
}

if (($# == 0)); then
  remove_old clusterrolebinding clusterrole
fi
for project in "$@"; do
  remove_old rolebinding role --namespace "$project"
done
