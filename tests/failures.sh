#!/usr/bin/env bash
# Workers that fail, crash and hang, over every queue, wait policy and close protocol: nobody stays blocked, and every
# item was passed on, discarded or failed, which the program verifies itself.
. "$(dirname "$0")/support.sh"

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
all "a hang" timeout -q condvar -w yield,block -n 100 --timeout 3s --fail stage=download,item=7,how=hang
[ "$(grep -c '"text":"[^"]*download worker 0 on item 7 was made to hang; source has ended, download is at work, resize waits for items' "$file")" = 2 ] &&
    pass || fail "a hang: who"
if [ -z "$sanitized" ]; then # which have signal handlers of their own
    all "a queue that crashes" crashed -q "$plugins/crashes.so" -n 20000
    grep -q '"error":{"stage":"[a-z]*"' "$file" && pass || fail "a queue that crashes: where"
fi

# --- what cannot be ---
refuse "unknown stage" "did you mean 'resize'" run -q condvar --fail stage=resiz,item=5
refuse "no item" "item=500" run -q condvar --fail stage=resize
refuse "item 0" "--fail" run -q condvar --fail stage=resize,item=0
refuse "unknown failure" "error, crash, hang" run -q condvar --fail stage=resize,item=1,how=burn
refuse "no such worker" "count from 0" run -q condvar --fail stage=resize,item=1,worker=1
refuse "unknown answer" "drain, stop" run -q condvar --fail stage=resize,item=1 --on-fail panic

finish
