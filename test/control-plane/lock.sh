# Sourced by the scripts that build programs into the cache. Test files start side by side: one of them builds, the
# others wait for it. Expects `lock` (a path), `staging` (a directory to remove at the end) and `say`.

owns_lock=

take_lock() {
  local holder told=
  mkdir -p "$(dirname "$lock")"
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  until mkdir "$lock" 2>/dev/null; do
    holder=$(cat "$lock/holder" 2>/dev/null || true)
    if [[ -n $holder ]] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$lock"
      continue
    fi
    if [[ -z $told ]]; then say "another run provides it, waiting (to start anew: rm -r $lock)"; fi
    told=yes
    sleep 1
  done
  owns_lock=yes
  echo $$ >"$lock/holder"
}

clean_up() {
  rm -rf "$staging"
  if [[ -n $owns_lock ]]; then rm -rf "$lock"; fi
}
