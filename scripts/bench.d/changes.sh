# shellcheck shell=bash
# Writing and finding among 50,000 courses: likes against bare inserts, a full viewpage, searches, how far the read model is behind,
# and building it anew while pages are served.

data=$folder/changes
serve "$data" 0
socket=$data/postgres.socket
bin=$(postgres_bin)
sql() { "$bin/psql" --host "$socket" --username dulle --dbname dulle --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }

# until_folded: waits until the read model holds all that is in the log, as its own consumer sees it.
until_folded() {
  until [[ $(sql --command "SELECT count(*) FROM viewpage.courses WHERE published") == 50000 ]]; do sleep 0.2; done
}

# What the histogram of the read model's lag says: bound and cumulative count, a line each.
lag() {
  curl --silent --fail "$admin/metrics" | sed -nE 's/^dulle_consumer_lag_seconds_bucket\{consumer="viewpage",le="([^"]+)"\} ([0-9]+)$/\1 \2/p'
}

# lag_since FILE: the least bound under which 99 of 100 events since then were, in milliseconds, and how many events there were.
lag_since() {
  lag | awk '
    NR == FNR { before[$1] = $2; next }
    { bound[++n] = $1; count[n] = $2 - before[$1] }
    END { for (i = 1; i <= n; i++) if (count[i] >= 0.99 * count[n]) { printf "%s %d\n", bound[i] == "+Inf" ? "more" : bound[i] * 1000, count[n]; exit } }' "$1" -
}

echo
echo "50,000 courses and 99,900 likes are written into the log …" >&2
sql --file scripts/bench.d/courses.sql
began=$EPOCHREALTIME
until_folded
echo "… and folded in $(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.0f", b - a }') s" >&2
sql --command 'VACUUM ANALYZE viewpage.courses, viewpage.searchable, viewpage.likes, communication.likes, event_log.events'
(cd end2end && node bench/prepare.mjs "$origin" "$folder")

full=$(<"$folder/full")
by_hand "$data" "$full"
heading 'viewpage, 20 reviews, 20 comments'
read -r rate p50 p99 worst errors < <(load 16 "$origin/courses/$full")
row product 16 "$rate" "$p50" "$p99" "$worst" "$errors"
against_by_hand "$full"

heading 'like and take back, over REST'
sql --command 'CREATE SCHEMA bench' --command 'CREATE TABLE bench.likes (LIKE communication.likes INCLUDING ALL)'
head -n 1 "$folder/courses" >"$folder/one"
: >"$folder/inserts"
: >"$folder/many"
: >"$folder/single"
lag >"$folder/lag"
for ((round = 0; round < rounds; round++)); do
  "$bin/pgbench" --host "$socket" --username dulle --no-vacuum --client 16 --jobs 1 --time "$seconds" \
    --file scripts/bench.d/insert.sql dulle 2>/dev/null | awk '/^tps/ { print $3 }' >>"$folder/inserts"
  TOKENS=$folder/tokens COURSES=$folder/courses ASKED=$folder/many.asked load 16 "$origin" scripts/bench.d/toggles.lua >>"$folder/many"
  TOKENS=$folder/tokens COURSES=$folder/one ASKED=$folder/single.asked load 16 "$origin" scripts/bench.d/toggles.lua >>"$folder/single"
done
inserts=$(median <"$folder/inserts")
for kind in many single; do
  read -r rate p50 p99 worst errors < <(sort -g "$folder/$kind" | sed -n "$(((rounds + 1) / 2))p")
  name='500 courses, 40 customers'
  [[ $kind == many ]] || name='one course, 40 customers'
  row "$name" 16 "$rate" "$p50" "$p99" "$worst" "$errors"
done
row 'pgbench: the row alone' 16 "$inserts" '' '' '' ''
line 'likes / inserts, many courses' "$(percent "$(median <"$folder/many")" "$inserts")" '≥ 20 %'
line 'likes / inserts, one course' "$(percent "$(median <"$folder/single")" "$inserts")" '≥ 15 %'
read -r behind events < <(lag_since "$folder/lag")
line "read model behind, 99 of 100 of $events events" "≤ $behind ms" '≤ 250 ms'
# The audit waits until the read model is in step, and compares every count with the rows it counts.
exact=differences
DULLE_DATA=$data "$binary" audit >"$folder/audit" 2>&1 && exact=exact
line 'counts after it (dulle audit)' "$exact" exact

heading 'search among 50,000, every filter'
: >"$folder/searches"
for ((round = 0; round < rounds; round++)); do
  load 8 "$origin" scripts/bench.d/searches.lua >>"$folder/searches"
done
read -r rate p50 p99 worst errors < <(sort -g "$folder/searches" | sed -n "$(((rounds + 1) / 2))p")
row 'two syllables' 8 "$rate" "$p50" "$p99" "$worst" "$errors"
line 'search, p99 at 8 connections' "$p99" '≤ 25 ms'

heading 'viewpage while the model is built anew'
wrk --threads 1 --connections 2 --duration 600s --latency "$origin/courses/$full" >"$folder/meanwhile" &
meanwhile=$!
running+=("$meanwhile")
events=$(sql --command 'SELECT count(*) FROM event_log.events')
began=$EPOCHREALTIME
DULLE_DATA=$data "$binary" rebuild viewpage >>"$folder/rebuilt" 2>&1
took=$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
kill -INT "$meanwhile"
wait "$meanwhile" || true
read -r rate p50 p99 worst errors < <(figures <"$folder/meanwhile")
row product 2 "$rate" "$p50" "$p99" "$worst" "$errors"
line "dulle rebuild viewpage, $events events" "$took s" '≤ 60 s'
line '  that is, for 200,000 events' "$(awk -v took="$took" -v events="$events" 'BEGIN { printf "%.1f", took * 200000 / events }') s" '≤ 60 s'
end_all
