#!/usr/bin/env bash
# sluice check names what is wrong with a queue, and finds nothing wrong with a right one.
. "$(dirname "$0")/support.sh"

check "a right one" 0 "0 with a finding" "$sluice" check "$plugins/good_plugin.so" --items 2000
check "twice" 0 "246 of 246" "$sluice" check "$plugins/good_plugin.so" --items 100 --repeat 2
check "the suite alone" 0 "0 trials" "$sluice" check "$plugins/good_plugin.so" --items 0
check "built in" 0 "0 with a finding" "$sluice" check ck-ring-spsc --items 2000
check "an instrument" 0 "5 tests of the contract and 0 trials" "$sluice" check null

# What each plug-in does wrong, and what must be said of it.
while IFS=: read -r fault kind; do
    check "$fault" 1 "$kind: " "$sluice" check "$plugins/$fault.so" --items 0 --timeout 3s
done <<'END'
loses:lost item
repeats:duplicate
reorders:order
invents:made-up item
forgets:lost item
overstates:capacity
overfills:capacity
understates:footprint
leaks:leak
hurries:deadline
crashes:crash
hangs:hang
oversleeps:hang
END

# Some are also seen in the harness.
check "loses, in a trial" 1 "the done hop lost 1 of 2000 items" "$sluice" check "$plugins/loses.so" --items 2000
check "repeats, in a trial" 1 "lost item and duplicate: " "$sluice" check "$plugins/repeats.so" --items 2000
check "claims" 1 "trait not kept: " "$sluice" check "$plugins/claims.so" --items 0
check "too small to tell" 0 "not tried: a queue that holds 8 items" "$sluice" check "$plugins/small.so" --items 0

refuse "no such queue" "no-such" "$sluice" check no-such
refuse "no round" "repeat" "$sluice" check lcrq --repeat 0
refuse "no time" "timeout" "$sluice" check lcrq --timeout 0

finish
