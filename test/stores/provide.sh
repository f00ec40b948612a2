#!/usr/bin/env bash
# Provides the servers that stand for buckets in tests: versitygw (S3) and fake-gcs-server, and age to open what we seal.
# They are built with Go, once on a machine. `provide.sh azurite` provides the one for Azure, which npm installs (300 MB).
# Prints the directory that holds them on stdout, everything else on stderr.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
subject=stores
source "$here/../control-plane/cache.sh"

build() {
  say "building ${1##*/}"
  if ! (cd "$here" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags '-s -w' -o "$staging/" "$1") >&2; then
    say "Go could not build ${1##*/}: read the lines above; it needs a module proxy that it can reach (go env GOPROXY)"
    exit 1
  fi
}

provide_servers() {
  use_cache stores/ "$here"/go.{mod,sum}
  found
  begin_building
  need_go "$here"
  say 'building the servers with Go, once on this machine; about four minutes on two cores'
  build filippo.io/age/cmd/age
  build filippo.io/age/cmd/age-keygen
  build github.com/versity/versitygw/cmd/versitygw
  build github.com/fsouza/fake-gcs-server
  finish_building
}

provide_azurite() {
  local pinned=("$here"/azurite/package{,-lock}.json)
  use_cache stores/azurite- "${pinned[@]}"
  found
  begin_building
  need npm 'install Node.js'
  say 'installing azurite with npm, once on this machine'
  cp "${pinned[@]}" "$staging/"
  if ! (cd "$staging" && npm ci --ignore-scripts --no-audit --no-fund) >&2; then
    say 'npm could not install azurite: read the lines above; it needs a registry that it can reach (npm config get registry)'
    exit 1
  fi
  finish_building
}

case ${1:-} in
  '') provide_servers ;;
  azurite) provide_azurite ;;
  *)
    echo 'usage: provide.sh [azurite]' >&2
    exit 2
    ;;
esac
