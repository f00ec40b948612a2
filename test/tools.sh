#!/usr/bin/env bash
# Brings about the programs and files that tests need, given as PROGRAM=PACKAGE or /FILE=PACKAGE of Debian: installs
# what is missing where it may, else says what to install.
set -euo pipefail

programs=() packages=()
for pair in "$@"; do
  if [[ ! -e ${pair%=*} ]] && ! command -v "${pair%=*}" >/dev/null; then
    programs+=("${pair%=*}")
    packages+=("${pair#*=}")
  fi
done
if [[ ${#programs[@]} = 0 ]]; then exit 0; fi
if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo "please install: ${programs[*]} (Debian's packages ${packages[*]})" >&2
  exit 1
fi
echo "installing ${packages[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
