#!/usr/bin/env bash
# tools.sh tests|node [--check]: the programs and files that the tests need, or that the cluster with one node needs in
# addition. Installs the packages of those that are missing, as root on Debian and the like; otherwise, and with
# --check, names them and ends with 1.
set -euo pipefail

# PROGRAM=PACKAGE or /FILE=PACKAGE, of Debian
case ${1:-} in
  tests)
    needed=(
      # run filters
      jq=jq
      # check archives, certificates and alerts independently of our code
      unzip=unzip zip=zip python3=python3 openssl=openssl promtool=prometheus
      # find processes that were left, and run the program as another user or as process 1
      ps=procps setpriv=util-linux unshare=util-linux
      # the pager of log, the shells of completion, the browser of the report pages
      less=less zsh=zsh fish=fish chromium=chromium
      # build runc, which needs cgo
      gcc=gcc pkg-config=pkg-config /usr/include/seccomp.h=libseccomp-dev
    )
    ;;
  node) needed=(ip=iproute2 iptables=iptables buildah=buildah mmdebstrap=mmdebstrap) ;;
  *)
    echo 'usage: tools.sh tests|node [--check]' >&2
    exit 2
    ;;
esac

missing=() packages=()
for pair in "${needed[@]}"; do
  if [[ ! -e ${pair%=*} ]] && ! command -v "${pair%=*}" >/dev/null; then
    missing+=("${pair%=*}")
    packages+=("${pair#*=}")
  fi
done
if [[ ${#missing[@]} = 0 ]]; then exit 0; fi
if [[ ${2:-} = --check ]]; then
  echo "the tests need ${missing[*]}, which this machine does not have: run make tools, or install the packages ${packages[*]}" >&2
  exit 1
fi
if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo "please install ${missing[*]} (on Debian: apt-get install ${packages[*]})" >&2
  exit 1
fi
echo "installing ${packages[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
