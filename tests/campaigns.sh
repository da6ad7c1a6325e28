#!/usr/bin/env bash
# Campaigns as a user drives them: files, several sections, twins, precision and budget, killed and gone on with.
. "$(dirname "$0")/support.sh"

seconds() { awk -v end="$1" 'BEGIN {print end / 1000}'; }
# trials FILE: block, position and label of each, sorted.
trials() { sed -nE 's/^\{"record":"trial","block":([0-9]+),"position":([0-9]+),.*"label":"([^"]*)".*/\1 \2 \3/p' "$1" | sort; }
# same_trials NAME FILE OTHER
same_trials() {
    if [ -n "$(trials "$2")" ] && [ "$(trials "$2")" = "$(trials "$3")" ]; then
        pass
    else
        fail "$1: not the same trials"
        diff <(trials "$2") <(trials "$3") | head -5
    fi
}
# complete FILE: it has its last line.
complete() { [ -z "$(tail -c 1 "$1" 2>/dev/null)" ] && tail -n 1 "$1" 2>/dev/null | grep -q '^{"record":"end"'; }

queue=condvar other=spsc-ring # which every build has

# --- campaign files ---
example=$SLUICE_SOURCE_DIR/results/example.campaign
check "the example" 0 "9 configurations, each once in each of 10 to 60" "$sluice" run "$example" --dry-run
grep -q "aa=twin" out && pass || fail "the example: no twins"
if [ "$sanitized" != thread ]; then # which does not see how Concurrency Kit's rings are ordered
    check "the example runs" 0 "" "$sluice" run "$example" --quiet -o example.jsonl -n 200 -b 2
    [ "$(trials example.jsonl | wc -l)" = 18 ] && pass || fail "the example runs: $(trials example.jsonl | wc -l) trials"
fi
sed -n '/^```ini/,/^```/{/^```/!p}' "$SLUICE_SOURCE_DIR/results/CAMPAIGN.md" >page.campaign
check "the page's own" 0 "^6 configurations, .* 10 to 60 blocks" "$sluice" run page.campaign --dry-run
printf '[global]\nitems = 100\nblocks = 2\nseed = 7\nquiet = yes\noutput = of-file.jsonl\n[a]\nqueue = %s\n[b]\nqueue = %s, %s\n' \
    $queue $queue $other >my.campaign
check "a file" 0 "" "$sluice" run my.campaign
check "a line" 0 "" "$sluice" run -q $queue,$other -n 100 -b 2 --seed 7 --quiet -o of-line.jsonl
same_trials "a file and a line" of-file.jsonl of-line.jsonl
check "shown" 0 "^queue = $queue" "$sluice" run my.campaign --show-config
"$sluice" run my.campaign --show-config >shown.campaign
check "shown and run" 0 "" "$sluice" run shown.campaign --output of-shown.jsonl
same_trials "what is shown" of-file.jsonl of-shown.jsonl
check "skipped" 0 "skipped: condvar .*these can: spsc-ring" "$sluice" run -q condvar,spsc-ring -t item,span:8 --dry-run

refuse "no such file" "No such file" "$sluice" run nothing.campaign
refuse "a folder" "is a folder" "$sluice" run .
printf '[global]\nqueue = condvar\nwiat = yield\n' >bad.campaign
refuse "unknown key" "line 3 of 'bad.campaign' has a key 'wiat'.*did you mean 'wait'" "$sluice" run bad.campaign
head -c 4096 /dev/urandom >junk.campaign
refuse "junk" "junk.campaign" "$sluice" run junk.campaign
refuse "records in place of a file" "resume" "$sluice" run of-file.jsonl
printf '[a]\nqueue = condvar\nplace = pu:4095\n' >elsewhere.campaign
refuse "another machine's file" "section \[a\] of 'elsewhere.campaign': --place: .*4095" "$sluice" run elsewhere.campaign
refuse "two files" "one more" "$sluice" run my.campaign my.campaign
refuse "a range of what" "nothing decides" "$sluice" run -q $queue -b 3..5
refuse "bad precision" "such as 2%" "$sluice" run --precision 2
check "file that nobody takes" 2 "cannot be written" bash -c "'$sluice' run --show-config >/dev/full"

# --- plans ---
check "a plan in time and size" 0 "2 configurations, each once in each of 5 to 50 blocks: 10 trials, about .* s and .*B of records, to 100 trials" \
    "$sluice" run -q $queue,$other -d 1s -b 5..50 --precision 3% --budget 1m --dry-run
grep -q "100 trials, about 60 s" out && pass || fail "a plan beyond its budget"
# The size that a plan tells is about that of the records: within a third.
check "records" 0 "" "$sluice" run -q $queue,$other -d 60ms -b 4 --quiet -o size.jsonl
told=$("$sluice" run -q $queue,$other -d 60ms -b 4 --dry-run | sed -n 's/.* and \([0-9.]*\)kB of records.*/\1/p')
real=$(grep '"record":"trial"' size.jsonl | wc -c)
awk -v told="$told" -v real="$real" 'BEGIN {exit !(told * 1000 < 1.34 * real && told * 1000 > 0.66 * real)}' &&
    pass || fail "records: $told kB were told, $real B written"

# --- twins ---
check "twins" 0 "^A/A +$queue: twin over original [0-9.]+ \[" "$sluice" run --quiet -q $queue -n 500 -b 6 --aa -o twins.jsonl
[ "$(grep -c '"twin":true' twins.jsonl)" = 6 ] && [ "$(grep -c '"twin":false' twins.jsonl)" = 6 ] && pass || fail "twins: not six of each"
[ "$(grep -c "^$queue " out)" = 1 ] && pass || fail "twins: a row of its own"
check "twins as CSV" 0 "^queue,.*,twin," "$sluice" report twins.jsonl --format csv
[ "$(grep -c "^$queue,.*,close,false,true," out)" = 6 ] && pass || fail "twins as CSV: not six rows"
check "twins as JSON" 0 '"aa_ratio": [0-9]' "$sluice" report twins.jsonl --format json
printf '[all]\nqueue = %s,%s\n[checked]\nqueue = %s\naa = yes\n' $queue $other $other >chosen.campaign
check "chosen twins" 0 "^3 configurations" "$sluice" run chosen.campaign -n 10 -b 1 --dry-run
[ "$(grep -c 'aa=twin' out)" = 1 ] && grep -q "$other .* aa=twin" out && pass || fail "chosen twins"

# --- where things lie is random, or said not to be ---
codes() { grep '"record":"trial"' "$1" | grep -oE "\"$2\":[^,}]*" | sort -u | wc -l; }
[ "$(codes twins.jsonl padding_bytes)" -ge 10 ] && pass || fail "environments of one size"
if [ -z "$sanitized" ] && [ "$(cat /proc/sys/kernel/randomize_va_space 2>/dev/null)" = 2 ] && setarch -R true 2>/dev/null; then
    [ "$(codes twins.jsonl code)" -ge 10 ] && [ "$(codes twins.jsonl stack)" -ge 10 ] && pass || fail "one address layout"
    check "no random layout" 0 "" \
        setarch -R "$sluice" run --quiet -q $queue -n 10 -b 3 -o fixed.jsonl
    grep -q '"aslr":"off"' fixed.jsonl && grep -q '"warnings":\[.*all trials have the same address layout' fixed.jsonl && [ "$(codes fixed.jsonl code)" = 1 ] && pass || fail "no random layout: not recorded"
fi

# --- when it ends ---
stopped() { tail -n 1 "$1" | grep -oE '"stopped":\[[^]]*\]'; }
# So wide an interval every queue has after six blocks, which are the fewest that have one.
check "precise" 0 "" run -q $queue,$other -n 2000 --precision 99.9% --blocks 1..400
blocks=$(tail -n 1 "$file" | grep -oE '"blocks":[0-9]+' | cut -d: -f2)
[ "$(stopped "$file")" = '"stopped":["precise","precise"]' ] && [ "$blocks" -ge 6 ] && pass || fail "precise: $(stopped "$file") after $blocks"
check "precise: the report" 0 "2 of 2 configurations have their interval within 99.9% of the median; the widest is" "$sluice" report "$file"
check "blocks" 0 "0 of 1 configurations .*; 1 ended by: blocks" "$sluice" run --quiet -q $queue -n 100 --precision 0.0001% -b 2..7 -o blocks.jsonl
[ "$(trials blocks.jsonl | wc -l)" = 7 ] && pass || fail "blocks: $(trials blocks.jsonl | wc -l)"
check "budget" 0 "1 ended by: budget" "$sluice" run --quiet -q $queue -d 20ms --precision 0.0001% -b 2..10000 --budget 1ms -o budget.jsonl
[ "$(trials budget.jsonl | wc -l)" = 1 ] && pass || fail "budget: $(trials budget.jsonl | wc -l) trials"
check "failed" 1 "1 of 2 configurations .*; 1 ended by: failed" "$sluice" run --quiet -q $queue,"$plugins/loses.so" -n 2000 --precision 99.9% -b 6..400 -o failed.jsonl
check "progress" 0 "^block 7 \(2..7\), 0 of 1 within 0.0001%, widest [0-9.]+%, about" "$sluice" run -q $queue -n 100 --precision 0.0001% -b 2..7 -o progress.jsonl
"$sluice" run --quiet -q $queue -n 10 -b 2 -o quiet.jsonl >out 2>err
[ ! -s err ] && pass || fail "quiet: says $(cat err)"
if script -qec true /dev/null >/dev/null 2>&1; then
    script -qec "'$sluice' run -q $queue -n 100 -b 8 --precision 0.0001% -o terminal.jsonl" /dev/null >out 2>err </dev/null
    grep -q "block 8 of 8, 0/1, 0 of 1 within 0.0001%, widest .*% *, .* s left" out && pass || fail "progress on a terminal"
fi

# --- killed, and gone on with ---
# killed NAME FILE ARGUMENTS...: a campaign that is killed 50 times at random moments, each third time with a cut last
# line as a power failure leaves it, and then comes to its end. It is let live longer after it got nowhere, and shorter
# after it got far, so that it is killed everywhere on a machine of any speed.
RANDOM=20261126
lines() { if [ -e "$1" ]; then wc -l <"$1"; else echo 0; fi; }
killed() {
    local name=$1 file=$2 i before got most=20 how
    shift 2
    for ((i = 0; i < 50; i++)); do
        complete "$file" && break
        before=$(lines "$file")
        if [ "$before" -gt 0 ]; then
            how=(--resume "$file")
        else
            rm -f "$file" # nothing was measured, not even the header written
            how=(-o "$file" "$@")
        fi
        timeout --foreground -s KILL "$(seconds $((RANDOM % most + 1)))" "$sluice" run --quiet "${how[@]}" >out 2>err
        got=$(($(lines "$file") - before))
        [ $got -gt 1 ] || most=$((most + most / 2))
        [ $got -lt 9 ] || most=$((most - most / 4))
        if [ $((i % 3)) = 2 ] && [ "$(lines "$file")" -gt 1 ]; then
            truncate -s -$((RANDOM % $(tail -n 1 "$file" | wc -c) + 1)) "$file"
        fi
    done
    how=(--resume "$file")
    if [ "$(lines "$file")" = 0 ]; then
        rm -f "$file"
        how=(-o "$file" "$@")
    fi
    complete "$file" || check "$name: the rest" 0 "" "$sluice" run --quiet "${how[@]}"
    complete "$file" && pass || fail "$name: has no end"
    check "$name: is read" 0 "" "$sluice" report "$file"
}
plan=(-q $queue,$other -w yield,block -n 20 --seed 7 --limits none)
killed "killed" killed.jsonl "${plan[@]}" -b 40
check "not killed" 0 "" "$sluice" run --quiet -o whole.jsonl "${plan[@]}" -b 40
same_trials "killed" killed.jsonl whole.jsonl
[ "$(outcomes killed.jsonl)" = "160outcome:ok " ] && pass || fail "killed: $(outcomes killed.jsonl)"

# With a precision: as many blocks as the figures in the file ask for, be they measured in one run or in fifty.
killed "killed, precise" precise.jsonl "${plan[@]}" -b 8..40 --precision 20%
blocks=$(tail -n 1 precise.jsonl | grep -oE '"blocks":[0-9]+' | cut -d: -f2)
check "not killed, as many blocks" 0 "" "$sluice" run --quiet -o as-many.jsonl "${plan[@]}" -b "$blocks"
same_trials "killed, precise" precise.jsonl as-many.jsonl
# Cut after any whole block and gone on with, it ends where it ended, for the same reasons.
for lines in $((4 * blocks)) $((4 * blocks - 3)) 34; do
    head -n $((lines + 1)) precise.jsonl >again.jsonl
    if [ $lines -lt $((4 * blocks)) ]; then # what is measured anew may differ
        check "cut to $lines trials" 0 "" "$sluice" run --quiet --resume again.jsonl
        complete again.jsonl && pass || fail "cut to $lines trials: has no end"
    else
        check "cut to all trials" 0 "" "$sluice" run --quiet --resume again.jsonl
        [ "$(stopped again.jsonl)" = "$(stopped precise.jsonl)" ] && pass || fail "cut to all trials: other reasons"
        same_trials "cut to all trials" again.jsonl precise.jsonl
    fi
done

# A disk that is full, and then is not.
check "full disk" 2 "all before it are kept" bash -c "ulimit -f 300; exec '$sluice' run --quiet -o full.jsonl ${plan[*]} -b 40"
check "full disk: gone on with" 0 "" "$sluice" run --quiet --resume full.jsonl
same_trials "full disk" full.jsonl whole.jsonl
# The header does not fit: nothing is left that could be taken for a campaign.
check "no room for the header" 2 "could not be written" bash -c "ulimit -f 1; exec '$sluice' run --quiet -o empty.jsonl ${plan[*]} -b 1"
refuse "to go on with nothing" "nothing was measured" "$sluice" run --resume empty.jsonl
printf '{"record":"campaign","schema":2,"prog' >cut.jsonl
refuse "to go on with a cut header" "nothing was measured" "$sluice" run --resume cut.jsonl
[ "$(wc -c <cut.jsonl)" = 37 ] && pass || fail "to go on with a cut header: it was changed"

# Some file systems leave zeros where a power failure came between the length and the bytes.
head -n 30 whole.jsonl >zeros.jsonl
head -c 5000 /dev/zero >>zeros.jsonl
check "a tail of zeros" 0 "" "$sluice" run --quiet --resume zeros.jsonl
same_trials "a tail of zeros" zeros.jsonl whole.jsonl

# What must not be gone on with.
head -n 20 whole.jsonl >begun.jsonl
# change NAME EXPRESSION REASON: begun.jsonl with its header changed is refused.
change() {
    sed -E "1s/$2/" begun.jsonl >other.jsonl
    cmp -s begun.jsonl other.jsonl && fail "$1: nothing to change"
    cp other.jsonl before.jsonl
    refuse "$1" "$3" "$sluice" run --resume other.jsonl
    cmp -s other.jsonl before.jsonl && pass || fail "$1: it was changed"
}
change "another host" '"hostname":"[^"]*"/"hostname":"elsewhere"' "on another machine.*hostname was \"elsewhere\""
change "another CPU" '"cpu_model":("[^"]*"|null)/"cpu_model":"Abacus"' "cpu_model was \"Abacus\""
change "another build" '"commit":("[^"]*"|null)/"commit":"0123abc"' "by another build.*commit was \"0123abc\""
change "another plan" 'wait = yield,block/wait = yield' "has another plan"
change "no plan" '"config":"([^"\\]|\\.)*"/"config":null' "older version"
change "a plan that is none" '"config":"([^"\\]|\\.)*"/"config":"[global]\\nqueue = none"' "line 2 of 'other.jsonl'"
change "a small program's plan" '"config":"([^"\\]|\\.)*"/"config":"[global]\\npreset = shutdown"' "of no campaign"
refuse "with other options" "only --quiet and --format" "$sluice" run --resume begun.jsonl -b 5
refuse "with a file" "only --quiet and --format" "$sluice" run --resume begun.jsonl my.campaign
check "report of what was interrupted" 0 "is not complete" "$sluice" report begun.jsonl

# Who writes to a file has it alone.
"$sluice" run --quiet -o held.jsonl -q $queue -d 20s -b 1 >out 2>err &
holder=$!
until [ -s held.jsonl ]; do sleep 0.02; done
refuse "while it runs" "written by another sluice" "$sluice" run --resume held.jsonl
kill -INT $holder
wait $holder

finish
