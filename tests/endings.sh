#!/usr/bin/env bash
# How pipelines end: every close protocol over every queue and wait policy, the lesson's programs, and workers that fail.
# The program verifies each trial itself: every hop gave what was put, and every item was passed on, discarded or failed.
. "$(dirname "$0")/support.sh"

queues=deque-lock,condvar,ck-ring-spsc,ck-ring-mpsc,ck-ring-spmc,ck-ring-mpmc,urcu-wfcq,urcu-wfcq-lock,urcu-wfcq-intrusive,spsc-ring
waits=yield,sleep:50us,backoff,block,lazy:8,native,yield/block
protocols=close,sentinel,shutdown,shutdown:immediate,pull:1ms,abandon:1ms
many=deque-lock,condvar,ck-ring-mpmc,urcu-wfcq-lock

# all NAME OUTCOMES ARGUMENTS...: each trial ends as one of the outcomes, a regular expression.
all() {
    local name=$1 outcomes=$2
    shift 2
    run "$@" >out 2>err </dev/null || [ $? = 1 ] || fail "$name: exit status"
    if [ -s "$file" ] && ! grep '"record":"trial"' "$file" | grep -qvE "\"outcome\":\"($outcomes)\""; then
        pass
    else
        fail "$name: $(outcomes "$file")"
        grep '"record":"trial"' "$file" | grep -vE "\"outcome\":\"($outcomes)\"" | head -3 |
            grep -oE '"(label|text)":"[^"]*"' | sed 's/^/    /'
    fi
}

# said NAME COUNT TEXT: what was printed last has that many lines that are TEXT, a regular expression.
said() {
    local got
    got=$(grep -cxE -- "$3" out)
    [ "$got" = "$2" ] && pass || fail "$1: says '$3' $got times instead of $2"
}

# --- the protocols ---
all "protocols" ok -q "$queues" -w "$waits" --close "$protocols" -n 700 -c 7
all "protocols, many workers" ok -q "$many" -w "$waits" --close "$protocols" -n 700 -c 7 --workers 3,4,5
all "protocols, batches" ok -q condvar,spsc-ring,ck-ring-spsc -w block,yield --close "$protocols" -n 700 -c 33 -t batch:8,span:8
all "protocols, batches of many workers" ok -q "$many" -w block,lazy:8 --close "$protocols" -n 700 -c 33 -t batch:8 --workers 3,4,5
all "protocols, no items" ok -q condvar,spsc-ring -w block,native --close "$protocols" -n 0
all "protocols, a duration" ok -q condvar,spsc-ring,urcu-wfcq -w yield,block,native --close "$protocols" -d 30ms -c 15
all "protocols, the rest is dropped" ok -q condvar,deque-lock --close "$protocols" -w block -d 20ms --warmup 0 --drain 1ms \
    --work none,none,sleep:100us -c 100
cpu=$(awk '/^Cpus_allowed_list/ {split($2, a, /[-,]/); print a[1]}' /proc/self/status)
before=(taskset -c "$cpu")
all "protocols on one CPU" ok -q condvar,spsc-ring,ck-ring-mpmc -w yield,block,native --close "$protocols" -n 300 -c 3
before=()

# Who is told by polling alone is left behind where it does not poll.
all "abandoned" ok -q deque-lock -w yield,block --close abandon -n 100
[ "$(grep -c '"abandoned":3,' "$file")" = 2 ] && pass || fail "abandoned: not three workers"
all "pulled" ok -q deque-lock -w yield,block --close pull -n 100
[ "$(grep -c '"abandoned":0,' "$file")" = 2 ] && pass || fail "pulled: somebody was abandoned"
all "pulled while asleep in the queue" ok -q condvar -w native --close pull -n 100
[ "$(grep -c '"abandoned":4,' "$file")" = 1 ] && pass || fail "pulled while asleep in the queue: not all were abandoned"

# Shutting down hops that are full, and others that are empty, with many workers.
all "64 workers a stage" ok -q condvar,deque-lock -w block,native,yield --close shutdown:immediate,shutdown --workers 64 -c 64 \
    -d 50ms --warmup 0 --work none,none,sleep:1ms

# Who waits for a second by a policy that sleeps does just that: each role looks for items and gives up its CPU a few times
# for each of its items and of its ends, where polling would do so thousands of times.
all "idle" ok -q "$queues" -w block,native,lazy:8 -n 1 --work sleep:1s,none,none
grep -oE '"(empty_polls|full_polls|yields|sleeps|wakeups|voluntary_switches)":[0-9]+' "$file" |
    awk -F: '$2 > 100 {busy++} END {exit NR == 0 || busy > 0}' && pass || fail "idle: it is not"
all "idle, but polling" ok -q condvar -w sleep:50us -n 1 --work sleep:1s,none,none
grep -oE '"sleeps":[0-9]+' "$file" | awk -F: '$2 > 100 {busy++} END {exit busy == 0}' && pass || fail "polling is not seen"

# --- the lesson's programs, over every queue that fits ---
format=table
for preset in polling magic-exit; do
    for queue in ${queues//,/ }; do
        check "$preset over $queue" 0 "" run --preset "$preset" -q "$queue"
        said "$preset over $queue" 1 "Processed 1000 items after polling (30[0-9]{2}|3[1-9][0-9]{2}|[4-9][0-9]{3,}) times"
    done
done
for preset in closable stoppable; do
    check "$preset" 0 "" run --preset "$preset" -q "$queues" -w "$waits"
    [ "$sanitized" = thread ] || said "$preset" 61 "1000 items finished"
done
check "fan-out" 0 "" run --preset fan-out -q "$many" -w "$waits"
[ "$sanitized" = thread ] || said "fan-out" 25 "1000 items finished"
format=csv

# --- failures ---
for fail in stage=resize,item=50 stage=download,every=7 stage=upload,item=1,every=1; do
    for answer in drain stop; do
        # An immediate shutdown may drop the item that would have failed.
        all "$fail, then $answer" 'failed|ok' -q "$queues" -w yield,block,native,lazy:8 --close "$protocols" -n 500 -c 3 \
            --fail "$fail" --on-fail "$answer"
    done
done
all "many workers, one fails" 'failed|ok' -q "$many" -w yield,block,native --close "$protocols" -n 700 -c 3 --workers 3,4,5 \
    --fail stage=resize,item=20 --on-fail stop
all "a failing batch" failed -q condvar,spsc-ring,urcu-wfcq-intrusive -w block,yield --close close,sentinel,shutdown -n 500 -c 16 -t batch:8,span:8 \
    --fail stage=resize,item=3,every=2
all "a worker by its number" failed -q condvar -w yield -n 100 --work none,sleep:1ms,none --workers 1,2,1 --fail stage=resize,item=1,worker=1
grep -q '"error":{"stage":"resize","worker":1,"item":1,' "$file" && pass || fail "a worker by its number: the error"
all "a crash" crashed -q condvar -w yield -n 1000 --fail stage=upload,item=7,how=crash
grep -q '"text":"[^"]*upload worker 0 on item 7 was made to crash' "$file" && pass || fail "a crash: who"
all "a hang" timeout -q condvar -w yield,block -n 100 --timeout 300ms --fail stage=download,item=7,how=hang
[ "$(grep -c '"text":"[^"]*download worker 0 on item 7 was made to hang; source has ended, download is at work, resize waits for items' "$file")" = 2 ] &&
    pass || fail "a hang: who"
if [ -z "$sanitized" ]; then # which have signal handlers of their own
    all "a queue that crashes" crashed -q "$plugins/crashes.so" -n 20000
    grep -q '"error":{"stage":"[a-z]*"' "$file" && pass || fail "a queue that crashes: where"
fi

# --- what cannot be ---
refuse "unknown protocol" "did you mean 'sentinel'" run -q condvar --close sentinell
refuse "a shutdown of another kind" "shutdown:immediate" run -q condvar --close shutdown:now
refuse "a look each nothing" "more than zero" run -q condvar --close pull:0
refuse "unknown stage" "did you mean 'resize'" run -q condvar --fail stage=resiz,item=5
refuse "no item" "item=500" run -q condvar --fail stage=resize
refuse "item 0" "--fail" run -q condvar --fail stage=resize,item=0
refuse "unknown failure" "error, crash, hang" run -q condvar --fail stage=resize,item=1,how=burn
refuse "no such worker" "count from 0" run -q condvar --fail stage=resize,item=1,worker=1
refuse "unknown answer" "drain, stop" run -q condvar --fail stage=resize,item=1 --on-fail panic
refuse "two capacities" "four" run -q condvar -c 4/5

finish
