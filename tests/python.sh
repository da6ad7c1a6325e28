#!/usr/bin/env bash
# Runs the two Python scripts as a user does: what the lesson's programs print, and what the baseline adds to a campaign
# and how the program takes it.
#
#   python.sh SLUICE    the program; exit status 77: skipped, there is no Python
set -uo pipefail

what='import os, sys; print(os.path.dirname(sys.executable)); sys.exit(sys.version_info < (3, 9))'
bin=$(python3 -c "$what" 2>/dev/null) || {
    echo "skipped: there is no python3 of version 3.9 or later"
    exit 77
}
PATH=$bin:$PATH # where python3 is a script that looks for one, it need not look each time

sluice=$(realpath "$1")
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../scripts" && pwd)
work=$(mktemp -d)
background=
trap '[ -z "$background" ] || kill "$background" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0
unset PYTHONDONTWRITEBYTECODE # the scripts see to that themselves

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    sed 's/^/    /' out err 2>/dev/null | head -20
}

# same NAME EXPECTED ACTUAL
same() {
    if [ "$2" = "$3" ]; then pass; else fail "$1: '$3' instead of '$2'"; fi
}

# check NAME STATUS TEXT COMMAND...: the command ends with the status, within 20 s, and TEXT (an extended regular
# expression; may be empty) is in what it prints.
check() {
    local name=$1 status=$2 text=$3 got=0
    shift 3
    timeout 20 "$@" >out 2>err </dev/null || got=$?
    if [ "$got" != "$status" ]; then
        fail "$name: exit status $got instead of $status"
    elif [ -n "$text" ] && ! cat out err | grep -qE -- "$text"; then
        fail "$name: does not say '$text'"
    else
        pass
    fi
}

# refuse NAME TEXT COMMAND...: bad input: status 2, one sentence on stderr, nothing on stdout, all files here as before.
refuse() {
    local name=$1 text=$2 before
    shift 2
    before=$(cksum ./*.jsonl)
    check "$name" 2 "$text" "$@"
    same "$name: lines on stderr and stdout" "1 0" "$(wc -l <err) $(wc -l <out)"
    same "$name: the files" "$before" "$(cksum ./*.jsonl)"
}

add=("$scripts/python-baseline" --items 300 --blocks 1 --quiet) # what comes after it goes before it

# campaign FILE ARGUMENTS...: a new one of the program.
campaign() {
    check "campaign $1" 0 "" "$sluice" run -q condvar -n 300 -b 1 --quiet --format csv -o "$@"
}

# rows FILE: a line for each configuration of CPython: queue, items in all trials, trials, trials that are ok.
rows() {
    "$sluice" report "$1" --format csv 2>err | awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
        /^cpython/ {
            its = $column["queue"] " " $column["capacity"] " " $column["workers"]
            queue[its] = $column["queue"]; items[its] += $column["items"]; trials[its]++; ok[its] += $column["outcome"] == "ok"
        }
        END { for (its in queue) print queue[its], items[its], trials[its], ok[its] }'
}

# blocks FILE QUEUE: the numbers of its trials' blocks, in the order of the file.
blocks() { grep "\"label\":\"$2 " "$1" | grep -oE '"block":[0-9]+' | cut -d: -f2 | tr '\n' ' '; }

# --- the lesson's programs ---
original() { timeout 20 "$scripts/python-originals" "$1" 2>err </dev/null; }

# prints NAME LINE...: exactly these.
prints() {
    local name=$1
    shift
    same "$name" "$(printf '%s\n' "$@")" "$(original "$name")"
}

prints blocking-get "Consumer waiting" "Producer putting" "Consumer done" "Producer done"
prints bounded "Producer put 1" "Consumer got 1" "Producer put 2" "Consumer got 2" "Consumer done" "Producer done"
prints task-done "Consumer waiting" "Producer waiting" "Consumer working" "Consumer done" "Producer done"
prints shutdown "Got item 1" "Got item 2" "Got item 3" "Got item 4" "Terminating!" "Done!"
for name in closable stoppable fan-out; do
    prints "$name" "1000 items finished"
done

# Each of three workers finds each of 1000 items, and may find nothing now and then.
for name in polling magic-exit; do
    line=$(original "$name")
    polls=$(sed -nE '1s/^Processed 1000 items after polling ([0-9]+) times$/\1/p' <<<"$line")
    if [ "$(wc -l <<<"$line")" = 1 ] && [ "${polls:-0}" -ge 3000 ]; then pass; else fail "$name: '$line'"; fi
done

original task-queue >out
same "task-queue: lines" "$(printf '%s\n' "put: "{1..10} "consume task: "{1..10} | sort)" "$(sort out)"
same "task-queue: puts in order" "$(printf 'put: %s\n' {1..10})" "$(grep put out)"
for task in {1..10}; do
    same "task-queue: $task is put first" "put: $task" "$(grep -E "(put|task): $task\$" out | head -n 1)"
done

touch none.jsonl # for refuse
refuse "unknown program" "no program 'poling' in the lesson: the names are polling, " "$scripts/python-originals" poling
refuse "no program" "NAME" "$scripts/python-originals"
refuse "two programs" "closable" "$scripts/python-originals" polling closable
refuse "no such option" "--original" "$scripts/python-baseline" --original polling
check "help of the programs" 0 "^  scripts/python-originals polling" "$scripts/python-originals" --help
check "help of the baseline" 0 "^  scripts/python-baseline --workers 3,4,5" "$scripts/python-baseline" --help
check "a reader that is gone" 0 "" bash -c '"$0" bounded | true' "$scripts/python-originals"
same "a reader that is gone: nothing is said" "" "$(cat err)"
check "full disk" 1 "No space left" bash -c '"$0" task-done >/dev/full' "$scripts/python-originals"
ln -s "$scripts/python-originals" linked
check "by a link" 0 "1000 items finished" ./linked closable

# --- a baseline, and more of it ---
campaign x.jsonl
check "baseline" 0 "" "${add[@]}" x.jsonl
same "rows" "$(printf 'cpython-%s 300 1 1\n' deque-poll queue simplequeue)" "$(rows x.jsonl | sort)"
check "report" 0 "^cpython-deque-poll +sleep:10ms +unbounded" "$sluice" report x.jsonl
check "report says by whom" 0 "1 of 1 trials, baseline [A-Z][A-Za-z]+ 3\.[0-9.]+[^ ]* \(3 trials\)" \
    "$sluice" report x.jsonl
refuse "resume of a complete campaign" "'x.jsonl' is complete" "$sluice" run --resume x.jsonl

check "more blocks" 0 "" "${add[@]}" x.jsonl --blocks 2
check "more blocks of one" 0 "" "${add[@]}" x.jsonl --backends cpython-queue
check "more configurations" 0 "" "${add[@]}" x.jsonl --backends cpython-queue --workers 2 --capacity 7
all=("deque-poll 900 3 3" "queue 1200 4 4" "queue 300 1 1" "simplequeue 900 3 3")
same "rows of all" "$(printf 'cpython-%s\n' "${all[@]}")" "$(rows x.jsonl | sort)"
same "blocks" "0 1 2 3 0 " "$(blocks x.jsonl cpython-queue)"
same "blocks of another" "0 1 2 " "$(blocks x.jsonl cpython-deque-poll)"
same "headers" 4 "$(grep -c '^{"record":"baseline"' x.jsonl)"
refuse "resume after all that" "'x.jsonl' is complete" "$sluice" run --resume x.jsonl

refuse "another length" "has trials of 'cpython-.*with 300 items by .*, not 301 items" "${add[@]}" x.jsonl --items 301
sed -E '/^\{"record":"baseline"/s/("program":"[A-Za-z]+ )[^"]*/\10.9/' x.jsonl >old.jsonl
refuse "another Python" "has trials of 'cpython-.*by [A-Za-z]+ 0\.9, not 300 items by [A-Za-z]+ 3\." \
    "${add[@]}" old.jsonl
check "another Python, another configuration" 0 "" "${add[@]}" old.jsonl --backends cpython-queue --capacity 9
check "report of both" 0 "baseline [A-Za-z]+ 0\.9, baseline [A-Za-z]+ 3\." "$sluice" report old.jsonl

# In the middle of a campaign: the program goes on behind it.
campaign middle.jsonl -b 3
head -n 3 middle.jsonl >half.jsonl
check "baseline in the middle" 0 "" "${add[@]}" half.jsonl --backends cpython-simplequeue
check "resume behind it" 0 "" "$sluice" run --resume half.jsonl --quiet --format csv
check "report of the whole" 0 "3 of 3 trials, baseline .*\(1 trial" "$sluice" report half.jsonl

# --- bad input ---
refuse "missing file" "there is no file 'nothing.jsonl'" "${add[@]}" nothing.jsonl
refuse "a folder" "there is no file '/'" "${add[@]}" /
printf '{"hello":1}\n' >foreign.jsonl
printf 'my notes' >notes.jsonl
printf '[1]\n' >list.jsonl
: >empty.jsonl
for name in foreign notes list empty; do
    refuse "$name file" "'$name.jsonl' is no campaign of sluice" "${add[@]}" "$name.jsonl"
done
head -c -9 x.jsonl >cut.jsonl
refuse "cut last line" "the last line of 'cut.jsonl' is cut: .sluice run --resume cut.jsonl" "${add[@]}" cut.jsonl
sed '1s/"schema":[0-9]*/"schema":1/' x.jsonl >schema.jsonl
refuse "another schema" "of schema 1" "${add[@]}" schema.jsonl
sed '2s/^/#/' x.jsonl >changed.jsonl
refuse "changed line" "line 2 of 'changed.jsonl'" "${add[@]}" changed.jsonl
sed '6s/"config":/"was":/' x.jsonl >lacks.jsonl
refuse "a field missing" "line 6 of 'lacks.jsonl'" "${add[@]}" lacks.jsonl
refuse "unknown backend" "no backend 'cpython-list': give some of cpython-queue" \
    "${add[@]}" x.jsonl --backends cpython-list
refuse "zero items" "whole number" "${add[@]}" x.jsonl --items 0
refuse "negative blocks" "whole number" "${add[@]}" x.jsonl --blocks=-1
refuse "two workers' counts" "three" "${add[@]}" x.jsonl --workers 1,2
refuse "bad seed" "seed" "${add[@]}" x.jsonl --seed 1.5
refuse "no program" "there is no program '/nothing': build it" env SLUICE=/nothing "$scripts/python-baseline"
cp x.jsonl full.jsonl
check "full file" 2 "could not be written.*all before it are kept" \
    bash -c 'ulimit -f $(($(wc -c <full.jsonl) / 1024 + 4)); exec "$@"' bash "${add[@]}" full.jsonl --blocks 100
same "full file: its end" "" "$(tail -c 1 full.jsonl)"

# --- a signal ends the trial, too ---
cp x.jsonl signal.jsonl
before=$(wc -l <signal.jsonl)
"$scripts/python-baseline" signal.jsonl --items 1G --backends cpython-queue --workers 4 >out 2>err &
background=$!
trial=
for _ in {1..200}; do
    trial=$(ps -o pid=,args= --ppid "$background" | awk '/--trial/ { print $1 }')
    [ -z "$trial" ] || break
    sleep 0.05
done
kill "$background"
started=$SECONDS got=0
wait "$background" || got=$?
background=
same "signal: exit status" 130 "$got"
if [ $((SECONDS - started)) -lt 20 ]; then pass; else fail "signal: it did not end before the trial"; fi
# It can be killed only where it is left.
if [ -n "$trial" ] && ! kill -KILL "$trial" 2>/dev/null; then pass; else fail "signal: trial '$trial' is left"; fi
same "signal: what it says" "python-baseline: interrupted; the trials that had ended are kept" "$(cat err)"
same "signal: only the header is new" $((before + 1)) "$(wc -l <signal.jsonl)"
check "signal: more later" 0 "" "${add[@]}" signal.jsonl --backends cpython-queue --workers 4
same "signal: its blocks" "0 1 2 3 0 0 " "$(blocks signal.jsonl cpython-queue)"
check "signal: report" 0 "cpython-queue" "$sluice" report signal.jsonl

same "nothing is left beside the scripts" "" "$(find "$scripts" -name __pycache__)"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
