# shellcheck shell=bash
# Sourced by scripts that show progress.

# fail LINE…: says what went wrong and what to do about it, and ends the script.
fail() {
  printf '\n' >&2
  printf '✗ %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}

# step NAME "WHAT (HOW LONG)" "WHAT TO DO WHEN IT FAILS" COMMAND…
# Runs the command with its output in target/setup/NAME.log, saying every 20 seconds that it is still at it.
step() {
  local name=$1 what=$2 remedy=$3 started=$SECONDS status=0 beat
  shift 3
  local log=target/setup/$name.log
  mkdir -p target/setup
  printf '→ %s; log: %s\n' "$what" "$log"
  # The sleep outlives us by some seconds: it must hold neither our output nor the lock of scripts/setup (9).
  (while sleep 20 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    printf '  … %d s: %s\n' $((SECONDS - started)) "$(tail -c 400 "$log" | tr '\r' '\n' | grep -av '^[[:space:]]*$' | tail -n 1 | cut -c 1-100)"
  done) 9>&- &
  beat=$!
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null
  status=$?
  set -e
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  if ((status != 0)); then
    tail -n 25 "$log" | sed 's/^/  | /' >&2
    fail "$what: failed (exit code $status). The whole log is in $log" "$remedy"
  fi
  printf '  done in %d s\n' $((SECONDS - started))
}
