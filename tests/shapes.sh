#!/usr/bin/env bash
# The shapes of the papers as a user runs them: that trials are verified, what is counted, what is refused, and the papers'
# campaign files.
. "$(dirname "$0")/support.sh"

# field FILE KEY: the key's values in the trials of a file, one a line.
field() {
    awk -v key="\"$2\":" '/"record":"trial"/ {
        sub(/"config":\{[^}]*\},/, "")
        rest = substr($0, index($0, key) + length(key)); sub(/[,}].*/, "", rest); print rest
    }' "$1"
}
# every NAME FILE EXPRESSION KEY...: true of the keys' values ($1, $2, ...) in every trial, of which there is one at least.
every() {
    local name=$1 from=$2 expression=$3 columns=() key
    shift 3
    for key in "$@"; do
        field "$from" "$key" >"column-$key"
        columns+=("column-$key")
    done
    if paste -d' ' "${columns[@]}" | awk "!($expression) {bad = 1; print} END {exit bad || !NR}" >odd; then
        pass
    else
        fail "$name: $(head -1 odd)"
    fi
}

# --- every queue that can, a few threads more than there are CPUs, small and large capacities ---
mixes=pairs,fifty,burst:16
shared=$many,two-lock,msq,msq-epoch,vyukov,faa-array,cc-queue,lcrq,lprq,scq,lscq,ymc,wcq
threads=3
all "mixes" ok -q "$shared" --shape $mixes --sources $threads -n 3000 -c 8
all "mixes alone" ok -q "$queues,$papers" --shape $mixes --sources 1 -n 3000 -c 1000 --local 20ns..40ns
all "ping-pong" ok -q "$queues,$papers" --shape ping-pong -w "$waits" -n 200
all "unbound" ok -q "$many" --shape $mixes,ping-pong --sources $threads -n 2000 --place unbound
before=(taskset -c 0)
all "one CPU" ok -q "$shared" --shape $mixes --sources 4 -n 2000 -c 8
all "one CPU, ping-pong" ok -q "$many,$papers" --shape ping-pong -w yield,block -n 200
before=()

# --- what is counted ---
ok "durations" 3 -q condvar --shape $mixes --sources 2 -c 64 --duration 40ms --warmup 10ms --local 200ns..400ns
every "the rate is operations over time" "$file" '($1 / $2) / $3 > 0.999 && ($1 / $2) / $3 < 1.001 && $1 > 0' \
    window_operations window_s operations_per_s
every "failed operations are some of them" "$file" '$1 > $2 && $2 >= 0' window_operations window_failed_operations
every "local work was as wanted, and measured" "$file" '$1 == 300 && $2 > 0 && $3 > 0' wanted_ns took_ns ceiling_operations_per_s
every "no round trip" "$file" '$1 == "null"' round_trip_s
ok "a round trip" 1 -q condvar --shape ping-pong -n 500
every "it is the window over the rounds" "$file" '$1 > 0 && $1 * $2 / $3 > 0.999 && $1 * $2 / $3 < 1.001' \
    round_trip_s window_items window_s
every "no operations" "$file" '$1 == "null"' operations_per_s
ok "counted" 1 -q two-lock --shape burst:7 --sources 3 -n 1000 -c 8
every "items are taken or discarded" "$file" '$1 + $2 == 1000' items discarded
# A burst that is longer than the queue is refused the rest, and nobody waits for room.
ok "a full queue" 1 -q vyukov --shape burst:64 --sources 2 -n 2000 -c 8
grep -q '"role":"source"[^}]*"full_polls":[1-9]' "$file" && pass || fail "a full queue: no refused enqueue"

# --- faults are found ---
for fault in loses repeats reorders invents; do
    # One thread: that items of different producers change places is no fault that a trial could see.
    check "$fault in bursts" 1 "" run -q "$plugins/$fault.so" --shape burst:16 --sources 1 -n 8000
    [ "$(outcomes "$file")" = "1outcome:invalid " ] && pass || fail "$fault in bursts: $(outcomes "$file")"
done

# --- tables, comparisons ---
format=table
check "a table" 0 "Mops/s|kops/s" run -q condvar,deque-lock --shape pairs --sources 2 --duration 20ms --warmup 5ms --local 100ns
grep -q "local work    *is part of the time" out && pass || fail "a table: nothing of the local work"
format=csv
check "several blocks" 0 "" run -q condvar,deque-lock --shape pairs --sources 2 --duration 10ms --warmup 2ms --blocks 7
check "a ranking by operations" 0 "ranked by operations|operations" "$sluice" rank "$file" --metric operations
check "a comparison by operations" 0 "operations" "$sluice" compare "$file" --baseline condvar --metric operations
check "one configuration however it is written" 0 "^1 configurations?," "$sluice" run -q msq --shape burst,burst:64 \
    --wait yield,block --workers 2 --workers 3 --dry-run

# --- refusals ---
refuse "SPSC with two threads" "one producer and one consumer a hop, not 2 threads of shape pairs; these can: .*msq" \
    "$sluice" run -q spsc-ring --shape pairs --sources 2
refuse "spans" "single items" "$sluice" run -q spsc-ring --shape pairs -t span:8
refuse "another protocol" "ends by itself" "$sluice" run -q msq --shape fifty --close sentinel
refuse "stage work" "use --local" "$sluice" run -q msq --shape pairs --work spin:1us
refuse "a failing worker" "no stages" "$sluice" run -q msq --shape pairs --fail stage=resize,item=5
refuse "local work of a pipeline" "use --work" "$sluice" run -q msq --local 100ns
refuse "local work of ping-pong" "between the operations of a mix" "$sluice" run -q msq --shape ping-pong --local 100ns
refuse "an unknown shape" "did you mean 'pairs'" "$sluice" run -q msq --shape pair
refuse "an empty burst" "more than zero" "$sluice" run -q msq --shape burst:0
refuse "long local work" "at most 100us" "$sluice" run -q msq --shape pairs --local 1ms
refuse "a range the wrong way round" "LEAST..MOST" "$sluice" run -q msq --shape pairs --local 150ns..50ns
refuse "a size that is none" "powers" "$sluice" run -q msq --shape pairs --sources pus+1

# --- sizes of another machine ---
big=(--topology "package:2 core:3 pu:2" --dry-run)
check "powers" 0 "^5 configurations," "$sluice" run -q msq --shape pairs --sources powers "${big[@]}"
grep -q "sources=12" out && pass || fail "powers: not up to all PUs"
check "twice" 0 "sources=24" "$sluice" run -q msq --shape pairs --sources 2*pus "${big[@]}"
check "as many sinks" 0 "sources=6 sinks=6" "$sluice" run -q msq --stages 0 --sources powers:pus/2 --sinks sources "${big[@]}"
check "of the stages" 0 "workers=6,1,12 " "$sluice" run -q msq --workers pus/2,1,pus "${big[@]}"

# --- the papers ---
count=0
for paper in "$SLUICE_SOURCE_DIR"/results/papers/*.conf; do
    for topology in "pu:1" "core:2 pu:1" "package:2 core:16 pu:2"; do
        check "${paper##*/} on $topology" 0 "configurations" "$sluice" run "$paper" --topology "$topology" --dry-run
        ! grep -q "^ *skipped" out && pass || fail "${paper##*/} on $topology: skips"
    done
    says=0
    for what in Kept Differs Sources; do grep -q "^# $what: " "$paper" && says=$((says + 1)); done
    [ "$(sed -n 1p "$paper" | grep -c '^# .*\.')" = 1 ] && [ "$says" = 3 ] &&
        pass || fail "${paper##*/}: does not say what it is, or from where"
    # Every section, shrunk.
    rm -f paper.jsonl
    check "${paper##*/} runs" 0 "" "$sluice" run "$paper" --quiet -o paper.jsonl --blocks 1 --limits none -n 200 \
        --sources 1 --sources 2
    [[ "$(outcomes paper.jsonl)" =~ ^[1-9][0-9]*outcome:ok\ $ ]] && pass || fail "${paper##*/}: $(outcomes paper.jsonl)"
    count=$((count + 1))
done
[ "$count" = 11 ] && pass || fail "$count papers"
finish
