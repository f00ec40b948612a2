#!/usr/bin/env bash
# Provides the servers that stand for buckets in tests: versitygw (S3) and fake-gcs-server, and age to open what we seal.
# They are built with Go, once on a machine. `provide.sh azurite` provides the one for Azure, which npm installs (300 MB).
# Prints the directory that holds them on stdout, everything else on stderr.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case ${1:-go} in
  go) pinned=("$here"/go.{mod,sum}) kind= ;;
  azurite) pinned=("$here"/azurite/package{,-lock}.json) kind=azurite- ;;
  *)
    echo "usage: provide.sh [azurite]" >&2
    exit 2
    ;;
esac
pins=$(cat "${pinned[@]}" | cksum | cut -d ' ' -f 1)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/openshift-backup/stores/$kind$(printf '%08x' "$pins")"
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
rm -rf "$cache".building.*
mkdir -p "$staging"
if [[ -n $kind ]]; then
  if ! command -v npm >/dev/null; then
    say "npm is missing: install Node.js"
    exit 1
  fi
  say 'installing azurite with npm, once on this machine'
  cp "${pinned[@]}" "$staging/"
  if ! (cd "$staging" && npm ci --ignore-scripts --no-audit --no-fund) >&2; then
    say 'npm could not install azurite: look at the lines above, and at the registry of your .npmrc'
    exit 1
  fi
  mv "$staging" "$cache"
  found
fi
if ! command -v go >/dev/null; then
  say "go is missing: install $(sed -n 's/^go /Go /p' "$here/go.mod") or newer"
  exit 1
fi
say 'building them with Go, once on this machine; about four minutes on two cores'
build filippo.io/age/cmd/age
build filippo.io/age/cmd/age-keygen
build github.com/versity/versitygw/cmd/versitygw
build github.com/fsouza/fake-gcs-server
mv "$staging" "$cache"
found
