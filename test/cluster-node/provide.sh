#!/usr/bin/env bash
# Provides what makes a control plane a cluster with one node: scheduler, kubelet, kube-proxy, containerd, runc, CNI
# plugins, a pause program, a CSI driver and what has it provision volumes, and helm. Prints the directory that holds
# them on stdout, everything else on stderr. Nobody offers these for download in one place, so they are built with
# Go, once on a machine.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
control_plane="$here/../control-plane"
storage="$here/storage"
kubernetes=$(sed -n 's|.*k8s.io/kubernetes \(v[0-9.]*\)$|\1|p' "$control_plane/go.mod")
pinned=("$here"/go.{mod,sum} "$here/pause/main.go" "$storage"/{go.mod,go.sum,*.go} "$control_plane"/go.{mod,sum})
subject='cluster node'
source "$control_plane/cache.sh"

# NAME MODULE-DIRECTORY PACKAGE [FLAGS of go build …]
build() {
  local name=$1 module=$2 package=$3
  shift 3
  say "building $name"
  if ! (cd "$module" && go build -mod=readonly -trimpath -ldflags "$ldflags" "$@" -o "$staging/$name" "$package") >&2; then
    say "Go could not build $name: read the lines above; it needs a module proxy that it can reach (go env GOPROXY)"
    exit 1
  fi
}

use_cache "cluster-node/$kubernetes-" "${pinned[@]}"
found
begin_building
need_go "$here"
need gcc 'runc is built with cgo (Debian: gcc)'
need pkg-config 'runc finds libseccomp through it (Debian: pkg-config libseccomp-dev)'
say 'building it with Go, once on this machine; six minutes on two cores, less where Go has built it before'
mkdir -p "$staging/cni"
component=k8s.io/component-base/version
minor=${kubernetes#v1.}
ldflags="-s -w -X $component.gitVersion=$kubernetes -X $component.gitMajor=1 -X $component.gitMinor=${minor%%.*}"
export CGO_ENABLED=0
build kube-scheduler "$control_plane" k8s.io/kubernetes/cmd/kube-scheduler
build kube-proxy "$control_plane" k8s.io/kubernetes/cmd/kube-proxy
build kubelet "$control_plane" k8s.io/kubernetes/cmd/kubelet
ldflags='-s -w'
build helm "$here" helm.sh/helm/v4/cmd/helm
for program in containerd containerd-shim-runc-v2 ctr; do
  build "$program" "$here" "github.com/containerd/containerd/v2/cmd/$program"
done
for plugin in main/bridge main/loopback ipam/host-local; do
  build "cni/${plugin#*/}" "$here" "github.com/containernetworking/plugins/plugins/$plugin"
done
build pause "$here" ./pause
build csi-directories "$storage" .
build csi-provisioner "$storage" github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner
CGO_ENABLED=1 build runc "$here" github.com/opencontainers/runc -tags seccomp
finish_building
