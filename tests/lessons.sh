#!/usr/bin/env bash
# The lesson's pipelines as presets, over every queue that fits: what they print, and that they end.
. "$(dirname "$0")/support.sh"

# said NAME COUNT TEXT: what was printed last has that many lines that are TEXT, a regular expression.
said() {
    local got
    got=$(grep -cxE -- "$3" out)
    [ "$got" = "$2" ] && pass || fail "$1: says '$3' $got times instead of $2"
}

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

finish
