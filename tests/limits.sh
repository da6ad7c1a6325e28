#!/usr/bin/env bash
# Drives `sluice limits` as a user does, with what reads its file.
. "$(dirname "$0")/support.sh"

cpu=$(awk '/^Cpus_allowed_list/ {split($2, a, /[-,]/); print a[1]}' /proc/self/status)
limits=("$sluice" limits --quiet --duration 1ms)

# --- bad input ---
check "help" 0 "sluice limits --duration 1m" "$sluice" limits --help
refuse "unknown option" "did you mean '--duration'" "$sluice" limits --duraton 1s
refuse "no unit" "ns, us, ms" "$sluice" limits --duration 10
refuse "no time" "--duration" "$sluice" limits --duration 0
refuse "more than a day" "longer than a day" "$sluice" limits --duration 25h
refuse "operand" "" "$sluice" limits 5
refuse "no name" "no file" "$sluice" limits --output ''
refuse "unwritable folder" "cannot be made" "$sluice" limits -o /proc/none/x.jsonl
echo mine >there.jsonl
refuse "existing file" "not overwritten" "$sluice" limits -o there.jsonl
[ "$(cat there.jsonl)" = mine ] && pass || fail "existing file: it was changed"

# --- what goes well ---
check "limits" 0 "ping-pong|only one may be used" "${limits[@]}" --quick -o all.jsonl
[ "$(head -c 18 all.jsonl)" = '{"record":"limits"' ] && tail -n 1 all.jsonl | grep -q '"record":"end"' && pass ||
    fail "limits: not a whole file"
check "one CPU" 0 "left out: ping-pong.*only one may be used" taskset -c "$cpu" "${limits[@]}" -o one.jsonl
grep -q '"name":"ping-pong"' one.jsonl && fail "one CPU: it has a pair" || pass
check "default file" 0 "records: results/runs/.*[.]limits[.]jsonl" "$sluice" limits --duration 1ms
check "report" 0 "fetch-add" "$sluice" report all.jsonl
refuse "report as CSV" "as a table only" "$sluice" report all.jsonl --format csv
check "plot" 0 "all.plots/limits.tsv" "$sluice" plot all.jsonl
if grep -q '"name":"ping-pong"' all.jsonl; then
    for style in svg pdf png; do
        [ -s "all.plots/limits.$style" ] && pass || fail "plot: no limits.$style"
    done
fi
check "plot of one CPU" 0 "nothing to draw" "$sluice" plot one.jsonl
head -n 1 all.jsonl | sed 's/"schema":1/"schema":99/' >later.jsonl
refuse "another schema" "schema 99" "$sluice" plot later.jsonl

# --- the limits of a campaign ---
pair=$(awk '/^Cpus_allowed_list/ {print $2}' /proc/self/status | awk -F'[-,]' '{print NF > 1 ? $1 "," $2 : ""}')
campaign=(run -q spsc-ring -w yield -p "pu:$cpu" -n 1000)
check "run measures" 0 ",limit_items_per_s," "${campaign[@]}"
grep -q '"record":"limits".*"file":null.*"name":"loop"' "$file" && pass || fail "run: no limits in its file"
check "report finds them" 0 "of limit.*" "$sluice" report "$file"
check "with what binds" 0 "% CPU" "$sluice" report "$file"
check "plot marks them" 0 "plots/throughput.tsv" "$sluice" plot "$file" --format svg
grep -q 'limit, items/s' "${file%.jsonl}.plots/throughput.tsv" && pass || fail "plot: no limits"
check "none" 0 "" "${campaign[@]}" --limits none
grep -q '"record":"limits"' "$file" && fail "none: there are limits" || pass
bare=$file
check "of a file" 0 "" "${campaign[@]}" --limits all.jsonl
grep -q '"record":"limits".*"file":"all.jsonl"' "$file" && pass || fail "of a file: not in the campaign's"
check "report of an older file" 0 "% CPU" "$sluice" report "$bare" --limits all.jsonl
check "plot of an older file" 0 "" "$sluice" plot "$bare" --limits all.jsonl --format svg
check "nothing to measure" 0 "" "${campaign[@]}" --work spin:1us
grep -q '"record":"limits"' "$file" && fail "nothing to measure: there are limits" || pass
if [ -n "$pair" ]; then
    check "the pairs of the placement" 0 "" run -q spsc-ring -w yield -p "cpus:$pair" -n 1000
    grep -qE "\"name\":\"hand-over\",\"variant\":\"write\",\"unit\":\"ns\",\"pus\":\[${pair}\]" "$file" && pass ||
        fail "the pairs of the placement: not measured"
fi
number=$((number + 1))
refuse "no such file" "--limits: .*gone.jsonl" "$sluice" run -q spsc-ring -n 10 --limits gone.jsonl -o gone-too.jsonl
[ ! -e gone-too.jsonl ] && pass || fail "no such file: a campaign was begun"
sed '1s/"cpu_model":\("[^"]*"\|null\)/"cpu_model":"Abacus"/; 1s/"architecture":"[^"]*"/"architecture":"beads"/' \
    all.jsonl >elsewhere.jsonl
refuse "limits of another machine" "are of another machine" "$sluice" report "$bare" --limits elsewhere.jsonl
refuse "plot with such limits" "are of another machine" "$sluice" plot "$bare" --limits elsewhere.jsonl -o none.plots
refuse "run with such limits" "are of another machine" "$sluice" run -q spsc-ring -n 10 --limits elsewhere.jsonl
refuse "limits of limits" "holds limits itself" "$sluice" report all.jsonl --limits all.jsonl
refuse "a campaign as limits" "no header of limits" "$sluice" report "$bare" --limits "$bare"
refuse "limits of a scene" "is a small program" "$sluice" run --preset blocking-get --limits none

# --- interruption ---
"$sluice" limits --duration 1h -o stopped.jsonl >out 2>err &
sleep 2
kill -INT $!
got=0
wait $! || got=$?
if [ "$got" != 130 ]; then
    fail "interrupt: exit status $got"
elif [ -e stopped.jsonl ]; then
    check "what was measured before" 0 "fetch-add" "$sluice" report stopped.jsonl
else
    grep -q "nothing is kept" err && pass || fail "interrupt: no file, and nothing said"
fi

finish
