# shellcheck shell=bash
# The first design's sieges through the gateway, `kill -9` of each process, and five thousand streams on one process: here a goal that is
# missed fails. What is asked for are discover and ten viewpages.

# siege_part FILE: a program of this folder, on a Postgres of its own.
siege_part() {
  # For what connects to as many streams, and what serves them.
  (
    ulimit -n "$(ulimit -Hn)"
    PATH="$PATH:$(postgres_bin)" DULLE_BINARY=$binary PYTHONDONTWRITEBYTECODE=1 scripts/test-postgres "$@"
  )
}

echo
sieges_missed=()
siege_part python3 scripts/bench.d/sieges.py || sieges_missed+=(sieges)
echo
siege_part python3 scripts/bench.d/streams.py || sieges_missed+=(streams)
echo
# What it did stands in its log; here is what came of it.
killed=target/bench/killed.log
(
  export PYTHONPATH=deploy/tests/live DULLE_TAKEN_OVER_WITHIN=5
  siege_part python3 -m unittest test_apart.Killed
) >"$killed" 2>&1 || sieges_missed+=("kill -9 ($killed)")
sed -nE 's/.* was killed: .* after ([0-9.]+) s/\1/p' "$killed" >"$folder/taken-over"
line "kill -9 of each of $(wc -l <"$folder/taken-over") processes: taken over after, slowest" "$(sort -g "$folder/taken-over" | tail -n 1) s" '≤ 5 s, nothing acknowledged lost'
((${#sieges_missed[@]} == 0)) || fail "Missed: ${sieges_missed[*]}"
