#!/usr/bin/env bash
# Provides the servers that stand for buckets in tests: versitygw (S3) and fake-gcs-server, and age to open what we seal.
# Prints the directory that holds them on stdout, everything else on stderr. They are built with Go, once on a machine.
# The stand-in for Azure, azurite, comes with npm.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pins=$(cat "$here"/go.{mod,sum} | cksum | cut -d ' ' -f 1)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/openshift-backup/stores/$(printf '%08x' "$pins")"
staging="$cache.building.$$"
lock="$cache.lock"

say() {
  printf 'stores: %s\n' "$*" >&2
}

found() {
  # The directory appears whole: it is renamed when everything in it is built.
  if [[ -d $cache ]]; then
    printf '%s\n' "$cache"
    exit 0
  fi
}

build() {
  say "building ${1##*/}"
  (cd "$here" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags '-s -w' -o "$staging/" "$1") >&2
}

found
source "$here/../control-plane/lock.sh"
take_lock
found
if ! command -v go >/dev/null; then
  say "go is missing: install $(sed -n 's/^go /Go /p' "$here/go.mod") or newer"
  exit 1
fi
say 'building them with Go, once on this machine; two minutes on two cores'
rm -rf "$cache".building.*
mkdir -p "$staging"
build filippo.io/age/cmd/age
build filippo.io/age/cmd/age-keygen
build github.com/versity/versitygw/cmd/versitygw
build github.com/fsouza/fake-gcs-server
mv "$staging" "$cache"
found
