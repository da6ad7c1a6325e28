# support.sh - what the tests of the built program share; sourced by them with their arguments:
#
#   TEST.sh SLUICE PLUGINS [SANITIZERS]    the program, the folder of the test plug-ins, the build's sanitizers
set -uo pipefail

sluice=$1 plugins=$2 sanitized=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0 number=0
before=()  # what the program is started by
format=csv # of what it prints
shopt -s extglob

# what is crossed
queues=deque-lock,condvar,ck-ring-spsc,ck-ring-mpsc,ck-ring-spmc,ck-ring-mpmc,urcu-wfcq,urcu-wfcq-lock,urcu-wfcq-intrusive,spsc-ring
papers=two-lock,msq,msq-epoch,vyukov,lamport,fastforward,bqueue,mcring,faa-array,cc-queue,lcrq,lprq,scq,lscq,ymc,wcq
kernel=pipe,eventfd-ring,socketpair,posix-mq
waits=yield,sleep:50us,backoff,block,lazy:8,native,yield/block
protocols=close,sentinel,shutdown,shutdown:immediate,pull:1ms,abandon:1ms
many=deque-lock,condvar,ck-ring-mpmc,urcu-wfcq-lock

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    sed 's/^/    /' out err 2>/dev/null | head -20
}

# check NAME STATUS TEXT COMMAND...: the command ends with the status, and TEXT (an extended regular expression; may be
# empty) is in what it prints.
check() {
    local name=$1 status=$2 text=$3 got=0
    shift 3
    "$@" >out 2>err </dev/null || got=$?
    if [ "$got" != "$status" ]; then
        fail "$name: exit status $got instead of $status"
    elif [ -n "$text" ] && ! grep -qE -- "$text" out err; then # no pipe: grep ends before a long text does
        fail "$name: does not say '$text'"
    else
        pass
    fi
}

# refuse NAME TEXT COMMAND...: bad input: status 2, one sentence on stderr, nothing on stdout.
refuse() {
    local name=$1 text=$2
    shift 2
    check "$name" 2 "$text" "$@"
    [ "$(wc -l <err)" = 1 ] || fail "$name: not one sentence"
    [ ! -s out ] || fail "$name: prints on stdout"
}

# run ARGUMENTS...: a small quiet campaign into a new file, $file.
run() {
    local args=("$@")
    number=$((number + 1))
    file=$work/$number.jsonl
    # ThreadSanitizer does not see the order that inline assembly makes (tests/CMakeLists.txt): other queues stand in.
    if [ "$sanitized" = thread ]; then
        args=("${args[@]//ck-ring-spsc/spsc-ring}")
        args=("${args[@]//ck-ring-?p?c/condvar}")
        args=("${args[@]//urcu-wfcq*([-a-z])/deque-lock}")
        args=("${args[@]//msq-epoch/msq}")
    fi
    "${before[@]}" "$sluice" run --quiet --format "$format" --output "$file" --blocks 1 --timeout 200s "${args[@]}"
}
outcomes() { grep -o '"outcome":"[a-z-]*"' "$1" | sort | uniq -c | awk '{print $1 $2}' | tr -d '"' | tr '\n' ' '; }

# ok NAME TRIALS ARGUMENTS...: all trials of the campaign are all right.
ok() {
    local name=$1 trials=$2
    shift 2
    check "$name" 0 "" run "$@"
    [ "$sanitized" != thread ] || trials=$(grep -o '"trials_planned":[0-9]*' "$work/$number.jsonl" | cut -d: -f2)
    [ "$(outcomes "$work/$number.jsonl")" = "${trials}outcome:ok " ] ||
        fail "$name: outcomes $(outcomes "$work/$number.jsonl")instead of $trials ok"
}

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

# finish: the last line, and the exit status.
finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
