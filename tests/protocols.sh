#!/usr/bin/env bash
# How pipelines end: every close protocol over every queue and wait policy.
# The program verifies each trial itself: every hop gave what was put, and every item was passed on or discarded.
. "$(dirname "$0")/support.sh"

# --- the protocols ---
all "protocols" ok -q "$queues" -w "$waits" --close "$protocols" -n 700 -c 7
all "protocols, the papers' queues" ok -q "$papers" -w yield,block --close "$protocols" -n 700 -c 7
all "protocols, the kernel's queues" ok -q "$kernel" -w yield,block,native --close "$protocols" -n 700 -c 7
all "protocols, many workers" ok -q "$many" -w "$waits" --close "$protocols" -n 700 -c 7 --workers 3,4,5
all "protocols, the papers' queues, two workers a stage" ok -q two-lock,msq,msq-epoch,vyukov,faa-array,cc-queue,lcrq,lprq,scq,lscq,ymc,wcq -w block --close "$protocols" -n 700 -c 7 --workers 2
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

# Who waits for long by a policy that sleeps does just that: each role looks for items and gives up its CPU a few times
# for each of its items and of its ends, where polling would do so thousands of times.
all "idle" ok -q "$queues" -w block,native,lazy:8 -n 1 --work sleep:300ms,none,none
grep -oE '"(empty_polls|full_polls|yields|sleeps|wakeups|voluntary_switches)":[0-9]+' "$file" |
    awk -F: '$2 > 100 {busy++} END {exit NR == 0 || busy > 0}' && pass || fail "idle: it is not"
all "idle, but polling" ok -q condvar -w sleep:50us -n 1 --work sleep:300ms,none,none
grep -oE '"sleeps":[0-9]+' "$file" | awk -F: '$2 > 100 {busy++} END {exit busy == 0}' && pass || fail "polling is not seen"

# --- what cannot be ---
refuse "unknown protocol" "did you mean 'sentinel'" run -q condvar --close sentinell
refuse "a shutdown of another kind" "shutdown:immediate" run -q condvar --close shutdown:now
refuse "a look each nothing" "more than zero" run -q condvar --close pull:0
refuse "two capacities" "four" run -q condvar -c 4/5

finish
