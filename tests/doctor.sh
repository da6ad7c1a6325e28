#!/usr/bin/env bash
# Drives `sluice doctor` as a user does: this machine, and a campaign's file. What it finds on this machine is not
# looked at, only that it looks.
. "$(dirname "$0")/support.sh"

# --- bad input ---
check "help" 0 "sluice doctor --quick --fail-on bad" "$sluice" doctor --help
refuse "unknown option" "did you mean '--quick'" "$sluice" doctor --quik
refuse "unknown format" "formats are table, json|did you mean 'json'" "$sluice" doctor --format jsn
refuse "unknown grade" "did you mean 'bad'" "$sluice" doctor --fail-on bat
refuse "two files" "" "$sluice" doctor a b
refuse "no such file" "none.jsonl" "$sluice" doctor none.jsonl
echo '{"record":"moon"}' >moon.jsonl
refuse "foreign file" "no record of ours" "$sluice" doctor moon.jsonl
refuse "quick with a file" "'moon.jsonl' names a campaign's file" "$sluice" doctor --quick moon.jsonl

# --- this machine: whatever it is like, it is data ---
check "examination" 0 "^verdict: (good|fair|poor|unknown)" "$sluice" doctor --quick
for name in hypervisor governor turbo smt isolation load steal cgroup-quota clock-source huge-pages aslr build \
    background steadiness noise-floor; do
    grep -qE "^$name +(ok|warn|bad|unknown) " out && pass || fail "examination: no $name"
done
cpu=$(awk '/^Cpus_allowed_list/ {split($2, a, /[-,]/); print a[1]}' /proc/self/status)
check "one CPU, as JSON" 0 '"record": "doctor"' taskset -c "$cpu" "$sluice" doctor --quick --format json
grep -qE '"blocks": [0-9]+,' out && pass || fail "one CPU: no noise floor"
[ "$(grep -c '"pu": ' out)" = 1 ] && pass || fail "one CPU: not one pace"

# --- a campaign ---
check "campaign" 0 "^verdict +machine (good|fair|poor|unknown)" \
    "$sluice" run --quiet -o c.jsonl -q deque-lock,null -b 2 --duration 20ms --warmup 5ms --place unbound
grep -q '"process":' c.jsonl && grep -q '"disturbance":{' c.jsonl && pass || fail "campaign: lacks its keys"
check "review" 0 "^rules: [0-9]+ kept, .* no case" "$sluice" doctor c.jsonl
for name in governor background-during steal-during strayed; do
    grep -qE "^$name +(ok|warn|bad|unknown) " out && pass || fail "review: no $name"
done
[ "$(grep -cE '^ ?[0-9]+  .*(kept|in part|unknown|no case) ' out)" = 24 ] && pass || fail "review: not 24 rules"
grep -qE "^ 1 .* kept .* of 4$" out && pass || fail "review: trials not in processes of their own"
grep -qE "^ 6 .* not kept" out && pass || fail "review: stopped when precise, unasked"
check "review as JSON" 0 '"rule": 24' "$sluice" doctor c.jsonl --format json
check "plot" 0 "" "$sluice" plot c.jsonl
grep -qE "campaign_cautions = 'machine (good|fair|poor|unknown)" c.plots/campaign.gp && pass || fail "plot: no verdict"

# --fail-on goes by the recorded grades
grade() { sed -E "s/\"grade\":\"[a-z]+\"/\"grade\":\"$1\"/g" c.jsonl >"$1.jsonl"; }
grade ok && check "all ok" 0 "^verdict: good" "$sluice" doctor ok.jsonl --fail-on warn
grade warn && check "a warning is not bad" 0 "^verdict: fair" "$sluice" doctor warn.jsonl --fail-on bad
check "a warning" 1 "^verdict: fair" "$sluice" doctor warn.jsonl --fail-on warn
grade bad && check "bad" 1 "^verdict: poor" "$sluice" doctor bad.jsonl --fail-on bad
check "bad, but data" 0 "^verdict: poor" "$sluice" doctor bad.jsonl
grade unknown && check "unknown" 0 "^verdict: unknown" "$sluice" doctor unknown.jsonl --fail-on warn

# one that was interrupted has no end, and one of an older version no checks
grep -v '"record":"end"' c.jsonl >cut.jsonl
check "interrupted" 0 "^rules: " "$sluice" doctor cut.jsonl
grep -q "^strayed" out && fail "interrupted: knows the end" || pass
sed -E 's/"checks":\[/"cheques":[/g' c.jsonl >old.jsonl
check "old" 0 "nothing was recorded" "$sluice" doctor old.jsonl
check "old, as JSON" 0 '"verdict": "unknown"' "$sluice" doctor old.jsonl --format json

finish
