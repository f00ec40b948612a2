#!/usr/bin/env bash
# Earlier versions created roles without the namespace in their names, so that two installations with the same name
# overwrote each other's roles. `oc apply` keeps the roles with the old names, and with them the access to Secrets. This
# script deletes those that are bound to the service account of this installation: in the cluster, or in the given projects.
set -euo pipefail

read -ra kubectl <<<"${KUBECTL:-kubectl}"
name=${NAME:?the name of the installation} namespace=${NAMESPACE:?its namespace}
# Helm deletes renamed objects itself.
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
