#!/usr/bin/env bash
# Plays the lesson's small programs over every queue and looks at what they say: whether their lines come in an order that
# their semantics allow, what the ledger adds up to, and what is said when something fails.
#
#   scenes.sh SLUICE PLUGINS [SANITIZERS]    the program, the folder of the test plug-ins, the build's sanitizers
set -uo pipefail

sluice=$1 plugins=$2 sanitized=${3:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0
short_scenes=(blocking-get bounded task-done shutdown)

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    sed 's/^/    /' out err 2>/dev/null | head -30
}
# is NAME COMMAND...: the command succeeds.
is() {
    local name=$1
    shift
    if "$@"; then pass; else fail "$name"; fi
}

# --- which orders of lines are allowed ---
# A scene's lines, and pairs A<B of their numbers, from 0: the line A comes before the line B. All else is free.
script_of() {
    case $1 in
    blocking-get)
        lines=("Consumer waiting" "Producer putting" "Consumer done" "Producer done")
        pairs="0<2 1<2 2<3"
        ;;
    bounded)
        lines=("Producer put 1" "Producer put 2" "Consumer got 1" "Consumer got 2" "Consumer done" "Producer done")
        pairs="0<1 2<3 0<3 3<4 4<5 1<5"
        ;;
    task-done)
        lines=("Consumer waiting" "Consumer working" "Consumer done" "Producer waiting" "Producer done")
        pairs="0<1 1<2 2<4 3<4"
        ;;
    shutdown)
        lines=("Got item 1" "Got item 2" "Got item 3" "Got item 4" "Terminating!" "Done!")
        pairs="0<1 1<2 2<3 3<4 4<5"
        ;;
    esac
}

# follows SCENE LINE...: they are the scene's lines, each once, in an allowed order.
follows() {
    local scene=$1 lines pairs pair line at=0
    shift
    script_of "$scene"
    [ $# = ${#lines[@]} ] || return 1
    local -A place=()
    for line in "$@"; do
        place[$line]=$((at++))
    done
    for line in "${lines[@]}"; do
        [ -n "${place[$line]:-}" ] || return 1
    done
    for pair in $pairs; do
        [ "${place[${lines[${pair%<*}]}]}" -lt "${place[${lines[${pair#*<}]}]}" ] || return 1
    done
}

# follows_crew ITEMS CONSUMERS LINE...: the same for task-queue. Tasks are put in order, each is consumed once, and after
# it was put. They are taken in order, too, and who has taken one says so before it takes the next: so when a task is
# said to be consumed, at most CONSUMERS - 1 before it are in other hands.
follows_crew() {
    local items=$1 consumers=$2 put=0 next=1 in_hand=0 line task
    shift 2
    local -A consumed=()
    for line in "$@"; do
        task=${line##* }
        case $line in
        "put: $((put + 1))") put=$((put + 1)) ;;
        "consume task: "*)
            [[ $task =~ ^[0-9]+$ ]] && [ "$task" -le "$put" ] && [ -z "${consumed[$task]:-}" ] || return 1
            # Those before the next one that were not said yet are in hand, and this one among them or behind them.
            if [ "$task" -ge "$next" ]; then
                in_hand=$((in_hand + task - next)) next=$((task + 1))
                [ "$in_hand" -lt "$consumers" ] || return 1
            else
                in_hand=$((in_hand - 1))
            fi
            consumed[$task]=1
            ;;
        *) return 1 ;;
        esac
    done
    [ "$put" = "$items" ] && [ ${#consumed[@]} = "$items" ]
}

# permutations COMMAND...: how many of the orders of the lines in `left`, after those in `told`, the command accepts.
permutations() {
    local i all=("${left[@]}")
    if [ ${#all[@]} = 0 ]; then
        if "$@" "${told[@]}"; then accepted=$((accepted + 1)); fi
        return
    fi
    for ((i = 0; i < ${#all[@]}; i++)); do
        told+=("${all[i]}")
        left=("${all[@]:0:i}" "${all[@]:i+1}")
        permutations "$@"
        unset "told[-1]"
    done
    left=("${all[@]}")
}
# accepts COUNT COMMAND...: so many of the orders of `left`, as a model that explores every interleaving finds them.
accepts() {
    local count=$1 accepted=0 told=()
    shift
    permutations "$@"
    is "the checker accepts $accepted orders instead of $count: $*" [ "$accepted" = "$count" ]
}
for scene_and_count in blocking-get=2 bounded=7 task-done=4 shutdown=1; do
    script_of "${scene_and_count%=*}"
    left=("${lines[@]}")
    accepts "${scene_and_count#*=}" follows "${scene_and_count%=*}"
done
left=("put: 1" "put: 2" "put: 3" "consume task: 1" "consume task: 2" "consume task: 3")
accepts 5 follows_crew 3 1
accepts 13 follows_crew 3 2
accepts 15 follows_crew 3 3
refuses() { ! "$@"; }
is "the checker refuses a missing line" refuses follows shutdown "Got item 1" "Got item 2" "Got item 3" "Terminating!" "Done!"
is "the checker refuses a repeated line" refuses follows blocking-get "Consumer waiting" "Consumer waiting" \
    "Producer putting" "Consumer done" "Producer done"
is "the checker refuses another line" refuses follows blocking-get "Consumer waiting" "Producer putting" "Consumer done" \
    "Producer gone"
is "the checker refuses nothing" refuses follows task-done
is "the checker refuses a task that nobody put" refuses follows_crew 1 1 "put: 1" "consume task: 2"
is "the checker refuses a task that was lost" refuses follows_crew 2 2 "put: 1" "put: 2" "consume task: 2"
is "the checker refuses a task that came twice" refuses follows_crew 1 2 "put: 1" "consume task: 1" "consume task: 1"

# --- what a play printed ---
# run ARGUMENTS...: plays, into the files out and err; $got is the exit status.
run() {
    got=0
    "$sluice" run "$@" >out 2>err </dev/null || got=$?
}
# story FILE: the lines of a single play into the array `said`, and the sums of its ledger's columns into $put and $taken.
story() {
    local line row all
    said=() put=0 taken=0
    mapfile -t all <"$1"
    for line in "${all[@]}"; do
        [ -n "$line" ] || break
        said+=("$line")
    done
    for line in "${all[@]:${#said[@]}}"; do
        [[ $line =~ ^(producer|consumer|caller)\ [^:=]*[0-9][num]?s$ ]] || continue
        read -ra row <<<"$line" # from its right, where no name has blanks
        put=$((put + row[-9])) taken=$((taken + row[-8]))
    done
}
says() { grep -qE -- "$1" "$2"; }
ends_with() { tail -n 1 "$2" | grep -qE -- "^$1$"; }
# adds_up FILE: put = consumed + failed + discarded.
adds_up() { awk '/ put = / {found = $1 == $4 + $7 + $10} END {exit !found}' "$1"; }

follow_scene() {
    case $1 in
    task-queue) follows_crew 10 2 "${said[@]}" ;;
    *) follows "$1" "${said[@]}" ;;
    esac
}
declare -A items_of=([blocking-get]=1 [bounded]=2 [task-done]=1 [shutdown]=4 [task-queue]=10)

# check_play SCENE NAME FILE: a play that went well.
check_play() {
    local scene=$1 name=$2 file=$3 items=${items_of[$1]}
    story "$file"
    is "$name: the order of the lines" follow_scene "$scene"
    is "$name: put $put, taken $taken" [ "$put $taken" = "$items $items" ]
    is "$name: no time" says "^(the second put was blocked for|from .*): [0-9.]+[num]?s$" "$file"
    [ "$scene" != task-queue ] || is "$name: the account" says "^10 put = 10 consumed \+ 0 failed \+ 0 discarded$" "$file"
}

# check_plays NUMBER ARGUMENTS...: so many plays in one run, each under its heading, all well.
check_plays() {
    local number=$1 scene=$3 part
    shift
    run "$@"
    is "$*: exit status $got" [ "$got" = 0 ]
    rm -f play.*
    awk '/^[^ ]+, wait=/ {close(file); file = "play." ++n; next} file {print > file}' out
    is "$*: $(grep -cE '^[^ ]+, wait=' out) plays" [ "$(grep -cE '^[^ ]+, wait=' out)" = "$number" ]
    for part in play.*; do
        check_play "$scene" "$* ($part)" "$part"
    done
}

# ThreadSanitizer does not see the order that inline assembly makes (tests/CMakeLists.txt).
if [ "$sanitized" = thread ]; then
    one_consumer=(condvar deque-lock spsc-ring) many_consumers=(condvar deque-lock) bounded=(condvar spsc-ring)
else
    one_consumer=(deque-lock condvar ck-ring-spsc ck-ring-mpsc ck-ring-spmc ck-ring-mpmc urcu-wfcq urcu-wfcq-lock
        urcu-wfcq-intrusive spsc-ring)
    many_consumers=(deque-lock condvar ck-ring-spmc ck-ring-mpmc urcu-wfcq-lock)
    bounded=(condvar ck-ring-spsc ck-ring-mpsc ck-ring-spmc ck-ring-mpmc spsc-ring)
fi
waits=yield,sleep:1ms,block,lazy:4
list() { (IFS=, && echo "$*"); }

# --- every scene, queue and wait policy ---
# play_all ROUNDS SCENE QUEUE...: native waiting is for condvar, and left out for the others.
play_all() {
    local rounds=$1 scene=$2 round
    shift 2
    for ((round = 0; round < rounds; round++)); do
        check_plays $((4 * $# + 1)) --preset "$scene" --quiet -q "$(list "$@")" -w "$waits,native"
        is "$scene: what is left out" [ "$(grep -c '^skipped wait=native: .*; these can: condvar' err)" = $(($# - 1)) ]
    done
}
rounds=5
[ -z "$sanitized" ] || rounds=2
play_all $rounds blocking-get "${one_consumer[@]}"
play_all $(((rounds + 1) / 2)) bounded "${bounded[@]}" # which sleeps 100 ms each time
play_all $rounds task-done "${one_consumer[@]}"
play_all $rounds shutdown "${one_consumer[@]}"
play_all $rounds task-queue "${many_consumers[@]}"

# --- one play: as the original, no heading ---
for scene in "${short_scenes[@]}" task-queue; do
    run --preset "$scene" --quiet
    is "$scene alone: exit status $got" [ "$got" = 0 ]
    is "$scene alone: says $(cat err)" [ ! -s err ]
    check_play "$scene" "$scene alone" out
done

# --- the originals themselves ---
originals=$here/../scripts/python-originals
if command -v python3 >/dev/null && [ -x "$originals" ]; then
    for scene in "${short_scenes[@]}" task-queue; do
        for ((round = 0; round < 3; round++)); do
            got=0
            "$originals" "$scene" >out 2>err || got=$?
            story out
            is "the original of $scene: exit status $got" [ "$got" = 0 ]
            is "the original of $scene: the order of the lines" follow_scene "$scene"
        done
    done
else
    echo "no python3, or no scripts/python-originals: the originals are not compared"
fi

# --- other crews ---
# crew ITEMS CONSUMERS ARGUMENTS...: one play that goes well.
crew() {
    local items=$1 consumers=$2
    shift 2
    run --preset task-queue --quiet --items "$items" --workers "$consumers" "$@"
    story out
    is "$items tasks, $consumers consumers, $*: exit status $got" [ "$got" = 0 ]
    is "$items tasks, $consumers consumers, $*: order" follows_crew "$items" "$consumers" "${said[@]}"
    is "$items tasks, $consumers consumers, $*: account" \
        says "^$items put = $items consumed \+ 0 failed \+ 0 discarded$" out
}
crew 0 2
crew 1 1
crew 1 5 -w lazy:64
crew 200 3 -q condvar -w native
crew 200 1 -q spsc-ring -w lazy:64
crew 1000 4 -q deque-lock -w backoff
crew 1000 3 -q "$plugins/good_plugin.so" -w yield
crew 300 16 -q condvar -w block/yield
[ "$sanitized" = thread ] || crew 1000 3 -q ck-ring-spmc
[ "$sanitized" = thread ] || crew 1000 1 -q urcu-wfcq-intrusive

# --- failures of a player ---
# broken NAME SENTENCE ACCOUNT ARGUMENTS...: exit status 1, the account, and the sentence as the last line.
broken() {
    local name=$1 sentence=$2 account=$3
    shift 3
    run --preset task-queue --quiet "$@"
    is "$name: exit status $got" [ "$got" = 1 ]
    is "$name: the last line" ends_with "$sentence" out
    is "$name: the account" says "^$account$" out
    is "$name: says $(cat err)" [ ! -s err ]
}
for queue in "${many_consumers[@]}"; do
    for wait in yield block lazy:4; do
        it=(-q "$queue" -w "$wait")
        # Whoever has task 5 is gone; the other one does the rest.
        broken "a consumer fails, ${it[*]}" "An exception was thrown by consumer [01] on task 5: it was made to fail" \
            "10 put = 9 consumed \+ 1 failed \+ 0 discarded" "${it[@]}" --fail stage=consumer,item=5
        story out
        is "a consumer fails: no such line" refuses says "^consume task: 5$" out
        broken "the producer fails, ${it[*]}" "An exception was thrown by the producer on task 5: it was made to fail" \
            "4 put = 4 consumed \+ 0 failed \+ 0 discarded" "${it[@]}" --fail stage=producer,item=5
        story out
        is "the producer fails: order" follows_crew 4 2 "${said[@]}"
        # All are gone, and the first failure is the one that is told. The producer ends.
        broken "all consumers fail, ${it[*]}" \
            "An exception was thrown by consumer [0-3] on task [1-4]: it was made to fail \(the first of 4 failures\)" \
            "[0-9]+ put = 0 consumed \+ 4 failed \+ [0-9]+ discarded" "${it[@]}" --fail stage=consumer,every=1 \
            --workers 4 --items 300
        is "all consumers fail: sum" adds_up out
    done
done
broken "only consumer 0 fails" "An exception was thrown by consumer 0 on task 2: it was made to fail" \
    "[0-9]+ put = 1 consumed \+ 1 failed \+ [0-9]+ discarded" -q spsc-ring --workers 1 \
    --fail stage=consumer,item=2,worker=0
# The put is refused once all are gone: the producer does not get to its end.
broken "the put is refused" "An exception was thrown by consumer 0 on task 1: it was made to fail" \
    "[0-9]+ put = 0 consumed \+ 1 failed \+ [0-9]+ discarded" -q spsc-ring --workers 1 --items 1000k \
    --fail stage=consumer,item=1
is "the put is refused: $(grep -c '^put' out) lines" [ "$(grep -c '^put' out)" -lt 1000000 ]
run --preset task-queue --workers 4 --items 1 --fail stage=consumer,item=1,worker=3
if [ "$got" = 0 ]; then # it went to another one
    is "a failure that does not come: says so" says "nothing failed" err
fi

# --- failures of a queue ---
bad=(--preset task-queue --quiet --items 3000 --workers 1 -w yield --timeout 1s)
run "${bad[@]}" -q "$plugins/hangs.so"
is "hangs: exit status $got" [ "$got" = 1 ]
is "hangs: the sentence" says "^task-queue over faulty-hangs, wait=yield: did not end within 1s and was killed; last line: (put|consume task): [0-9]+$" err
is "hangs: one sentence" [ "$(wc -l <err)" = 1 ]
if [ -z "$sanitized" ]; then # which have signal handlers of their own
    run "${bad[@]}" -q "$plugins/crashes.so"
    is "crashes: exit status $got" [ "$got" = 1 ]
    is "crashes: the sentence" says "ended by signal 11 \(Segmentation fault\); last line: (put|consume task): [0-9]+$" err
    is "crashes: one sentence" [ "$(wc -l <err)" = 1 ]
fi
run "${bad[@]}" -q "$plugins/loses.so"
is "loses: exit status $got" [ "$got" = 1 ]
is "loses: the sentence" says "^3000 items were put, but 2999 came out$" out
for fault in repeats reorders invents; do
    run "${bad[@]}" -q "$plugins/$fault.so"
    is "$fault: exit status $got" [ "$got" = 1 ]
    is "$fault: the sentence" says "^consumer 0 got item [0-9]+ after item [0-9]+: the queue " out
done
run --preset shutdown -q condvar,"$plugins/hangs.so" -w block
is "one play fails, the others are played: exit status $got" [ "$got" = 0 ] # it hangs later than that

# --- interruption ---
# after LINES FILE: as many lines are there.
after() { until [ "$(wc -l <"$2")" -ge "$1" ]; do sleep 0.01; done; }
# interrupted NAME TO ARGUMENTS...: SIGINT ends it within two seconds; TO: "program", or "group" as Ctrl-C does it.
interrupted() {
    local name=$1 to=$2 process began=$SECONDS
    shift 2
    : >out
    setsid "$sluice" run "$@" >out 2>err </dev/null &
    process=$!
    after 2 out # the heading, and a line that it says
    if [ "$to" = program ]; then kill -INT "$process"; else kill -INT -- "-$process"; fi
    got=0
    wait "$process" || got=$?
    is "$name: exit status $got" [ "$got" = 130 ]
    is "$name: took $((SECONDS - began)) s" [ $((SECONDS - began)) -le 3 ]
    is "$name: nobody is left" refuses pgrep -g "$process"
}
for to in program group; do
    for wait in block yield lazy:64; do
        interrupted "interrupt the $to, $wait" $to --preset task-queue -q deque-lock,condvar -w $wait --items 1G
        is "interrupt: says so" says "^task-queue over deque-lock, wait=$wait: interrupted: the channel was shut down" err
        is "interrupt: account" adds_up out
    done
    # So many plays that it comes while one goes on.
    interrupted "interrupt bounded by the $to" $to --preset bounded -q "$(list "${bounded[@]}")" -w $waits
    is "interrupt bounded: says so" \
        says "^bounded over .*, wait=.*: interrupted; (last line: [CP].*|it had said nothing)$" err
done

# --- bad input ---
# refuse NAME TEXT ARGUMENTS...: status 2, one sentence on stderr, nothing on stdout.
refuse() {
    local name=$1 text=$2
    shift 2
    run "$@"
    is "$name: exit status $got" [ "$got" = 2 ]
    is "$name: the sentence" says "$text" err
    is "$name: one sentence" [ "$(wc -l <err)" = 1 ]
    is "$name: prints on stdout" [ ! -s out ]
}
refuse "unbounded queue" "deque-lock .*these can: condvar, ck-ring-spsc.*spsc-ring, .*mcring" --preset bounded -q condvar,deque-lock
refuse "two consumers" "takes one consumer, not 2; these can: .*ck-ring-mpmc" --preset task-queue -q spsc-ring
refuse "an instrument" "null .*these can: deque-lock" --preset shutdown -q null
refuse "not native" "these can: condvar" --preset shutdown -q spsc-ring -w native
refuse "unknown queue" "did you mean 'condvar'" --preset shutdown -q condvra
refuse "unknown wait" "did you mean 'block'" --preset shutdown -w blok
refuse "unknown scene" "did you mean 'blocking-get'" --preset blocking-gte
refuse "too many items for a ring" "too many" --preset task-queue -q spsc-ring --workers 1 --items 1G
refuse "items of another scene" "bounded (always|is a small program)" --preset bounded --items 5
refuse "failure of another scene" "bounded (always|is a small program)" --preset bounded --fail stage=consumer,item=1
refuse "consumers of another scene" "shutdown (always|is a small program)" --preset shutdown --workers 2
refuse "unknown stage" "did you mean 'producer'" --preset task-queue --fail stage=produce,item=5
refuse "stage of a pipeline" "producer, consumer" --preset task-queue --fail stage=resize,item=5
refuse "unknown key" "did you mean 'item'" --preset task-queue --fail stage=consumer,itm=5
refuse "no value" "has no value" --preset task-queue --fail consumer
refuse "no item" "does not say who fails, and on what" --preset task-queue --fail stage=consumer
refuse "no stage" "does not say who fails, and on what" --preset task-queue --fail item=5
refuse "item 0" "0" --preset task-queue --fail stage=consumer,item=0
refuse "item that never comes" "there are 10" --preset task-queue --fail stage=consumer,item=11
refuse "consumer that there is not" "there are 2, and they count from 0" --preset task-queue \
    --fail stage=consumer,item=5,worker=2
refuse "worker of the producer" "only one producer" --preset task-queue --fail stage=producer,item=5,worker=0

# --- remarks and output ---
run --preset shutdown -q spsc-ring
is "a capacity instead of none: says so" says "^spsc-ring always has a capacity: it was given one of 4" err
run --preset shutdown -q spsc-ring --quiet
is "quiet: says $(cat err)" [ ! -s err ]
got=0
"$sluice" run --preset shutdown --quiet >/dev/full 2>err || got=$?
is "full disk: exit status $got" [ "$got" = 1 ]
is "full disk: says so" says "could not be written: No space left" err
is "full disk: one sentence" [ "$(wc -l <err)" = 1 ]
began=$SECONDS
"$sluice" run --preset task-queue --quiet --items 1G --timeout 20s 2>err | head -n 2 >out
is "a reader that is gone: says so" says "could not be written: Broken pipe" err
is "a reader that is gone: took $((SECONDS - began)) s" [ $((SECONDS - began)) -le 5 ]

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
