#!/usr/bin/env bash
# Drives the program as a user does, and looks at what it says, at its exit status, and at what it leaves behind.
. "$(dirname "$0")/support.sh"

# --- bad input ---
check "no command" 2 "usage: sluice COMMAND" "$sluice"
check "help" 0 "run a campaign" "$sluice" --help
check "help of run" 0 "sluice run -q spsc-ring" "$sluice" run --help
check "list" 0 "urcu-wfcq-intrusive" "$sluice" list
refuse "unknown command" "did you mean 'report'" "$sluice" reprot x
refuse "unknown topic" "did you mean 'queues'" "$sluice" list queue
refuse "unknown option" "did you mean '--capacity'" "$sluice" run --capcity 5
refuse "unknown queue" "did you mean 'ck-ring-spsc'" run -q ck-rng-spsc
refuse "unknown wait" "there is no wait policy 'blok': did you mean 'block'" run -w blok
refuse "wait without argument" "sleep:TIME" run -w sleep
refuse "mixed native" "mixes native" run -q condvar -w native/yield
refuse "unknown placement" "did you mean 'spread'" run -p spred
refuse "forbidden CPU" "CPU 4095" run -p pu:4095
refuse "bad unit" "10 parsecs" run -d "10 parsecs"
refuse "no unit" "ns, us, ms" run -d 10
refuse "zero capacity" "capacity" run -c 0
refuse "negative capacity" "capacity" run -c -5
refuse "huge capacity" "1Gi" run -c 99999999999
refuse "overflow" "items" run -n 99999999999999999999999
refuse "zero workers" "workers" run --workers 0
refuse "two workers' counts" "three" run --workers 1,2
refuse "zero blocks" "blocks" run -b 0
refuse "shape" "these can: .*ck-ring-mpmc" run -q ck-ring-spsc --workers 2
refuse "no spans" "these can: spsc-ring" run -q condvar -t span:8
refuse "unbounded ring" "cannot be unbounded" run -q ck-ring-spsc -c unbounded
refuse "items and duration" "cannot both" run -n 5 -d 1s
refuse "warmup" "nothing to measure" run -d 10ms --warmup 10ms
refuse "preset" "did you mean 'explosion'" run --preset explosoin
refuse "no such plug-in" "cannot be loaded" run -q ./nothing.so
refuse "not a queue" "sluice_plugin" run -q "$plugins/not_a_queue.so"
refuse "another version" "version 999" run -q "$plugins/bad_abi.so"
refuse "bad traits" "item_room" run -q "$plugins/bad_traits.so"
refuse "unknown needs" "does not know" run -q "$plugins/bad_needs.so"
refuse "unwritable folder" "cannot be made" "$sluice" run -o /proc/none/x.jsonl
touch there.jsonl
refuse "existing file" "not overwritten" "$sluice" run -o there.jsonl
refuse "empty file" "empty" "$sluice" report there.jsonl
refuse "no file" "" "$sluice" plot none.jsonl
echo '{"hello":1}' >foreign.jsonl
refuse "foreign file" "foreign.jsonl" "$sluice" plot foreign.jsonl

# --- trials that go well ---
cpu=$(awk '/^Cpus_allowed_list/ {split($2, a, /[-,]/); print a[1]}' /proc/self/status)
small=(--items 2000 -w yield)
ok "every queue" 30 -q "$queues,$papers,$kernel" "${small[@]}"
head -1 "$work/$number.jsonl" | grep -q '"topology":"<?xml' && pass || fail "the topology is not with the campaign"
ok "0 items" 2 -q condvar,spsc-ring --items 0
ok "1 item" 8 -q deque-lock,condvar,ck-ring-spsc,urcu-wfcq --items 1 -w yield,block
ok "capacity 1 and 2" 12 -q condvar,ck-ring-spsc,spsc-ring -c 1,2 -w yield,block --items 1000
ok "many workers" 17 -q "$many,two-lock,msq,msq-epoch,vyukov,faa-array,cc-queue,lcrq,lprq,scq,lscq,ymc,wcq,$plugins/good_plugin.so" \
    --workers 3,4,5 "${small[@]}"
ok "64 workers a stage" 3 -q deque-lock,condvar,urcu-wfcq-lock --workers 64 "${small[@]}"
ok "transfers" 9 -q spsc-ring -t item,batch:7,batch:64,span:3,span:1024 -t batch:1,span:1,span:64,batch:1024 -w lazy:16 -n 5000
ok "emulated batches" 4 -q ck-ring-spsc,urcu-wfcq,urcu-wfcq-intrusive,deque-lock -t batch:9 "${small[@]}"
ok "work" 4 -q condvar --work spin:2us --work sleep:1ms --work touch:4KiB --work none,spin:1us,none -n 100 -w block
ok "placements" 4 -q condvar -p unbound,compact,spread,pu:"$cpu" "${small[@]}"
ok "waits" 8 -q condvar -w spin,yield,sleep:50us,backoff,block,lazy:8,native,yield/block -n 300
ok "waits on one CPU" 6 -q ck-ring-spsc -w yield,sleep:50us,backoff,block,lazy:8,spin/yield -n 300 -p pu:"$cpu"
before=(taskset -c "$cpu")
ok "waits where one CPU is allowed" 8 -q condvar -w spin,yield,sleep:50us,backoff,block,lazy:8,native,block/yield -n 300
before=()
# Each side must get the wake-ups that it is owed, however the other one waits.
ok "lazy and other waits" 6 -q condvar -w lazy:64/yield,yield/lazy:64,lazy:64/spin,lazy:64/backoff,sleep:50us/lazy:64 \
    -w lazy:64/block -c 8 -n 600
# Four queues of ten messages, the least that a kernel allows, do not fit: the later ones hold what is left.
before=(prlimit --msgqueue=3000:3000)
[ "$sanitized" = thread ] || ok "few bytes for message queues" 1 -q posix-mq -c 1000 -n 300
before=()
ok "a duration" 1 -q deque-lock -d 50ms
ok "plug-in" 1 -q "$plugins/good_plugin.so" "${small[@]}"
check "whose file is told" 0 "SHA-256 $(sha256sum "$plugins/good_plugin.so" | cut -c1-12)" \
    "$sluice" run -q "$plugins/good_plugin.so" "${small[@]}"
ok "null" 1 -q null -n 10000

# --- trials that do not ---
bad=(--items 20000 -w yield --timeout 1s --memory-limit 256MiB)
check "loses" 1 "" run -q "$plugins/loses.so" "${bad[@]}"
grep -q '"text":"the download hop lost 1 of 20000 items' "$work/$number.jsonl" || fail "loses: not said"
for fault in repeats invents reorders; do
    check "$fault" 1 invalid run -q "$plugins/$fault.so" "${bad[@]}"
done
check "hangs" 1 timeout run -q "$plugins/hangs.so" "${bad[@]}"
if [ -z "$sanitized" ]; then # which have signal handlers, and memory, of their own
    check "crashes" 1 crashed run -q "$plugins/crashes.so" "${bad[@]}"
    check "hungry" 1 out-of-memory run -q "$plugins/hungry.so" "${bad[@]}"
    # More items than fit: the unbounded hops end at the limit, however slow the machine.
    check "explosion" 1 out-of-memory run --preset explosion -q deque-lock,urcu-wfcq -n 1G --memory-limit 32MiB
    [ "$(outcomes "$work/$number.jsonl")" = "2outcome:out-of-memory " ] || fail "explosion: $(outcomes "$work/$number.jsonl")"
    ok "bounded hops do not explode" 2 --preset explosion -q condvar,ck-ring-spsc -d 300ms --memory-limit 32MiB
    ok "a thousand million items" 1 -q spsc-ring -t span:1024 -c 64Ki -w yield -n 1G --timeout 10m
    peak=$(grep -o '"peak_bytes":[0-9]*' "$work/$number.jsonl" | cut -d: -f2)
    [ "$peak" -lt $((64 << 20)) ] || fail "a thousand million items: $peak bytes"
fi

# --- interruption ---
plan=(-q condvar,spsc-ring -w yield,block -d 100ms -b 3 --seed 7)
# after_two_trials FILE: the campaign in the background has that much in its file.
after_two_trials() {
    until [ "$(grep -c '"record":"trial"' "$1" 2>/dev/null)" -ge 2 ] 2>/dev/null; do sleep 0.02; done
}
"$sluice" run --quiet -o stopped.jsonl "${plan[@]}" >out 2>err &
after_two_trials stopped.jsonl
kill -INT $!
got=0
wait $! || got=$?
[ "$got" = 130 ] && grep -q -- "--resume stopped.jsonl" err && pass || fail "interrupt: exit status $got"
check "resume" 0 "" "$sluice" run --quiet --format csv --resume stopped.jsonl
[ "$(outcomes stopped.jsonl)" = "12outcome:ok " ] && pass || fail "resume: $(outcomes stopped.jsonl)"
refuse "nothing to resume" "complete" "$sluice" run --resume stopped.jsonl

printf 'my notes\nunfinished' >notes.txt
refuse "resume what is not ours" "no campaign" "$sluice" run --resume notes.txt
[ "$(cat notes.txt)" = "$(printf 'my notes\nunfinished')" ] && pass || fail "resume what is not ours: it was changed"

"$sluice" run --quiet -o killed.jsonl "${plan[@]}" >out 2>err &
after_two_trials killed.jsonl
kill -KILL $!
wait $! 2>/dev/null
printf '{"record":"tri' >>killed.jsonl # what a power failure may leave
refuse "cut file" "cut" "$sluice" report killed.jsonl
check "resume after a kill" 0 "" "$sluice" run --quiet --format csv --resume killed.jsonl
[ "$(outcomes killed.jsonl)" = "12outcome:ok " ] && pass || fail "resume after a kill: $(outcomes killed.jsonl)"
[ "$(grep -o '"block":[0-9]*,"position":[0-9]*' killed.jsonl | sort -u | wc -l)" = 12 ] && pass || fail "the same trials"

# A file that may not grow: whole lines are kept, and the sentence says so.
check "full disk" 2 "all before it are kept" bash -c "ulimit -f 300; exec '$sluice' run --quiet -o full.jsonl -q condvar -n 100 -b 1000"
[ -z "$(tail -c 1 full.jsonl)" ] && pass || fail "full disk: a cut line is left"
check "report of what is there" 0 "condvar" "$sluice" report full.jsonl

# --- reports and plots ---
for style in table csv json markdown; do
    check "report as $style" 0 "condvar" "$sluice" report stopped.jsonl --format "$style"
done
refuse "unknown format" "did you mean 'csv'" "$sluice" report stopped.jsonl --format csvv
check "plot" 0 "throughput.svg" "$sluice" plot stopped.jsonl
for plot in throughput polls memory cpu stop; do
    for style in svg pdf png; do
        [ -s "stopped.plots/$plot.$style" ] && pass || fail "plot: no $plot.$style"
    done
done
check "no gnuplot" 2 "gnuplot-nox" env PATH=/nonexistent "$sluice" plot stopped.jsonl --output other.plots

finish
