# Sourced by the scripts that provide programs and keep them in the cache, which is ~/.cache/openshift-backup unless
# XDG_CACHE_HOME says otherwise. Expects `subject`, with which messages begin. Messages go to stderr, since stdout is
# for the directory that was asked for.

say() {
  printf '%s: %s\n' "$subject" "$*" >&2
}

# PROGRAM HINT: ends the script with the hint if there is no such program.
need() {
  if ! command -v "$1" >/dev/null; then
    say "$1 is missing: $2"
    exit 1
  fi
}

# DIRECTORY-OF-GO.MOD: ends the script if there is no Go, and names the version that is needed.
need_go() {
  need go "install $(sed -n 's/^go /Go /p' "$1/go.mod") or newer"
}

# NAME FILE…: sets `cache` to the directory for what these files pin, `staging` to the one in which it is built, and
# `lock`.
use_cache() {
  local name=$1 pins
  shift
  pins=$(cat "$@" | cksum | cut -d ' ' -f 1)
  cache="${XDG_CACHE_HOME:-$HOME/.cache}/openshift-backup/$name$(printf '%08x' "$pins")"
  staging="$cache.building.$$"
  lock="$cache.lock"
}

# Prints the cache and ends the script if it is complete: the directory gets its name when everything in it is built.
found() {
  if [[ -d $cache ]]; then
    printf '%s\n' "$cache"
    exit 0
  fi
}

# Begins to build. Test files start at the same time: one of them builds, the others wait for it and take what it built.
begin_building() {
  take_lock
  found
  # What was killed in the middle of a build could not clean up.
  rm -rf "$cache".building.*
  mkdir -p "$staging"
}

# Gives what was built its name.
finish_building() {
  rm -rf "$cache"
  mv "$staging" "$cache"
  say "built into $cache"
  found
}

owns_lock=

take_lock() {
  local holder is_waiting=
  if ! mkdir -p "$(dirname "$lock")"; then
    say "the cache cannot be written; set XDG_CACHE_HOME to a directory that can"
    exit 1
  fi
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  until mkdir "$lock" 2>/dev/null; do
    holder=$(cat "$lock/holder" 2>/dev/null || true)
    if [[ -n $holder ]] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$lock"
      continue
    fi
    if [[ -z $is_waiting ]]; then say "waiting for another run that builds it (to stop waiting: rm -r $lock)"; fi
    is_waiting=yes
    sleep 1
  done
  owns_lock=yes
  echo $$ >"$lock/holder"
}

clean_up() {
  rm -rf "$staging"
  if [[ -n $owns_lock ]]; then rm -rf "$lock"; fi
}
