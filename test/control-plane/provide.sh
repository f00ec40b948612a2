#!/usr/bin/env bash
# Provides the control plane that tests, demo and bench run against. Prints one line on stdout: the directory that
# holds etcd, kube-apiserver and kubectl (and kube-controller-manager where they were built here). Everything it
# has to say goes to stderr. In this order: KUBEBUILDER_ASSETS, the cache, a download, a build with Go.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -n 's|.*k8s.io/kubernetes \(v[0-9.]*\)$|\1|p' "$here/go.mod")
subject='control plane'
source "$here/cache.sh"
use_cache "control-plane/$version-" "$here"/go.{mod,sum}

missing_in() {
  local program
  for program in etcd kube-apiserver kubectl; do
    [[ -x "$1/$program" ]] || printf '%s ' "$program"
  done
}

# DIRECTORY: prints it and ends the script if the programs are in it. In the cache, it may be a link to a download.
found_in() {
  if [[ -z $(missing_in "$1") ]]; then
    printf '%s\n' "$1"
    exit 0
  fi
}

download() {
  local node="$here/../../node_modules/.bin/node" directory
  if [[ ! -x $node ]]; then
    say "no download: $node is missing (npm ci)"
    return 1
  fi
  say "looking for Kubernetes $version to download"
  directory=$(NODE_USE_ENV_PROXY=1 "$node" "$here/download.ts" "$version") || return 1
  rm -rf "$cache"
  ln -s "$directory" "$cache"
}

build_one() {
  local name=$1 package=$2 duration=$3
  say "building $name (about $duration on two cores)"
  (cd "$here" && go build -trimpath -ldflags "$ldflags" -o "$staging/$name" "$package") >&2
}

build() {
  if ! command -v go >/dev/null; then
    say 'no build: there is no Go'
    return 1
  fi
  local component=k8s.io/component-base/version minor=${version#v1.}
  local ldflags="-s -w -X $component.gitVersion=$version -X $component.gitMajor=1 -X $component.gitMinor=${minor%%.*}"
  export CGO_ENABLED=0 GOFLAGS="${GOFLAGS:-} -mod=readonly"
  say 'building it with Go, once on this machine; about five minutes on two cores'
  mkdir -p "$staging"
  build_one etcd go.etcd.io/etcd/server/v3 '40 s' &&
    build_one kubectl k8s.io/kubernetes/cmd/kubectl '1 min' &&
    build_one kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver '3 min' &&
    build_one kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager '1 min' || return 1
  finish_building
}

if [[ -n ${KUBEBUILDER_ASSETS:-} ]]; then
  found_in "$KUBEBUILDER_ASSETS"
  say "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS lacks $(missing_in "$KUBEBUILDER_ASSETS")"
  exit 1
fi
found_in "$cache"
take_lock
found_in "$cache"
# What was killed in the middle of a build could not clean up.
rm -rf "$cache".building.*
if download || build; then found_in "$cache"; fi
say "no kube-apiserver and no etcd of version $version. There are three ways to get them:
  - KUBEBUILDER_ASSETS: set it to a directory that holds etcd, kube-apiserver and kubectl
  - network: let this machine reach the envtest releases (github.com, raw.githubusercontent.com)
  - Go: install $(sed -n 's/^go /Go /p' "$here/go.mod") or newer, with a module proxy in reach, to build them"
exit 1
