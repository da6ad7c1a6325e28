#!/usr/bin/env bash
# sluice check names what is wrong with a queue, and finds nothing wrong with a right one.
. "$(dirname "$0")/support.sh"

check "a right one" 0 "0 with a finding" "$sluice" check "$plugins/good_plugin.so" --items 2000
check "built in" 0 "0 with a finding" "$sluice" check ck-ring-spsc --items 2000
for fault in loses:"lost item" repeats:"lost item and duplicate" reorders:"order" invents:"made-up item" overstates:"capacity" crashes:"crash"; do
    check "${fault%%:*}" 1 "${fault#*:}: " "$sluice" check "$plugins/${fault%%:*}.so" --items 2000
done
refuse "an instrument" "instrument" "$sluice" check null
refuse "no such queue" "no-such" "$sluice" check no-such
refuse "no items" "items" "$sluice" check lcrq --items 0

finish
