#!/usr/bin/env bash
# The manual pages and the shells' completions: both say what the tables say, and nothing that a user types makes them fail.
. "$(dirname "$0")/support.sh"
scripts=$SLUICE_SOURCE_DIR/scripts/completions

# --- pages ---
commands=$("$sluice" --help | awk '/^  [a-z]/ {print $1}')
check "all pages" 0 "" "$sluice" manual --output pages
[ "$(cd pages && printf '%s\n' *)" = "$(printf '%s\n' sluice.1 $(printf 'sluice-%s.1 ' $commands) | LC_ALL=C sort)" ] && pass ||
    fail "all pages: $(ls pages)"
plain() { sed -e 's/\\-/-/g' -e 's/\\f[BIR]//g' -e 's/^\\&//' "$1"; } # PAGE: its text
plain pages/sluice.1 >overview
for command in $commands; do
    "$sluice" manual "$command" | cmp -s - "pages/sluice-$command.1" && pass || fail "manual $command: not the page"
    grep -q "^sluice-$command(1)" overview && pass || fail "manual $command: not in the overview"
    plain "pages/sluice-$command.1" >page
    "$sluice" "$command" --help | grep -oE '^  (-[a-z], |    )--[a-z-]+' | sed 's/^ *//' >options
    grep -qx -- '-h, --help' options || fail "help of $command: not understood"
    while read -r option; do
        grep -qE -- "^$option( |$)" page && pass || fail "manual $command: no '$option'"
    done <options
    "$sluice" complete -- "$command" -- | cut -f1 >offered
    diff offered <(sed 's/.*, //' options) >out && pass || fail "complete $command: not its options"
done
check "the program's page" 0 'SH .EXIT STATUS' "$sluice" manual
refuse "no such page" "did you mean 'report'" "$sluice" manual reprot
refuse "all pages and one" "leave out 'run'" "$sluice" manual run --output other
refuse "nowhere" "cannot be made" "$sluice" manual --output /proc/none/pages
for page in pages/*; do
    LC_ALL=C grep -q '[^ -~]' "$page" && fail "$page: not in ASCII"
    if command -v groff >/dev/null; then
        groff -man -ww -z "$page" >out 2>&1 && [ ! -s out ] && pass || fail "$page: groff warns"
    fi
    if command -v mandoc >/dev/null; then # pages of the same sources are the same: they have no date
        mandoc -T lint -W warning "$page" 2>&1 | grep -v 'missing date' >out && fail "$page: mandoc warns" || pass
    fi
done

# --- completion ---
# offers NAME CANDIDATES WORD...: just these are offered for the last word.
offers() {
    local name=$1 wanted=$2 got
    shift 2
    "$sluice" complete -- "$@" >out 2>err || fail "$name: exit status"
    got=$(cut -f1 out | tr '\n' ' ')
    [ "$got" = "${wanted:+$wanted }" ] && [ ! -s err ] && pass || fail "$name: offers '$got'"
}
# files NAME KEPT WORD...: file names are, behind what is kept of the word.
files() {
    local name=$1 kept=$2
    shift 2
    [ "$("$sluice" complete -- "$@" 2>&1)" = ":files	$kept" ] && pass || fail "$name: no files are offered"
}
offers "every command" "$(echo $commands) --help --version" ""
offers "commands" "run report rank" r
offers "options" "--queue --quiet" run --qu
offers "queues" "lcrq" run --queue lcr
offers "a letter" "lcrq" run -q lcr
offers "behind =" "--queue=lcrq" run --queue=lcr
offers "a list" "lcrq,wcq" run --queue lcrq,wc
offers "a list behind =" "--queue=lcrq,msq,wcq" run --queue=lcrq,msq,wc
offers "a wait at full hops" "spin,yield/lazy:" run -w spin,yield/laz
offers "arguments" "shutdown shutdown:immediate" run --close sh
offers "an argument that is left to the user" "" run -w sleep:1
offers "a class of placements" "compact,same-numa" run --place compact,same-n
offers "a preset" "explosion" run --preset expl
offers "formats" "table markdown csv json latex html" report FILE --format ""
offers "formats of tables" "table markdown csv json" rank FILE -f ""
offers "verdicts" "slower,failed" compare --fail-on slower,f
offers "topics" "placements presets" list p
offers "a page" "run report rank" manual --output x r # which is refused, but not here
files "a plug-in" "" run --queue ./my.so
files "a plug-in in a list" "--queue=lcrq," run --queue=lcrq,./my
files "an operand" "" report ""
files "one of many operands" "" compare a b c
files "an operand behind --" "" run -- --qu
files "a file or a word" "" run --limits x
offers "a file or a word: the words" "measure none" run --limits ""
offers "one operand too many" "" report a b
offers "an argument that nothing is known of" "" run --duration 1
offers "an argument of a flag" "" run --quiet=
offers "an option that is none" "" run --nothing=x
offers "a command that is none" "" nothing --qu
offers "two lines" "" run $'lcrq\n'
check "no words" 0 "" "$sluice" complete
check "no last word" 0 "" "$sluice" complete --
check "no --" 0 "" "$sluice" complete run
for garbage in - -- --= -= = , : / -q= -é --queue=, '\' "'" '"' '$(x)' '%s%n' "$(printf '%05000d' 0)"; do
    check "garbage" 0 "" "$sluice" complete -- "$garbage"
    check "garbage to run" 0 "" "$sluice" complete -- run "$garbage"
    check "garbage of --wait" 0 "" "$sluice" complete -- run "$garbage" -w "$garbage"
    [ ! -s err ] && pass || fail "garbage: prints an error"
done
# What is offered is taken.
for axis in wait transfer capacity shape local stages sources workers sinks work place memory close; do
    "$sluice" complete -- run --$axis "" | cut -f1 | grep -v ':$' >values
    [ -s values ] || fail "values of $axis: none"
    while read -r value; do
        check "--$axis $value" 0 "" "$sluice" run --show-config --$axis "$value"
    done <values
done

# --- shells ---
touch a_file.so
PATH=$(dirname "$sluice"):$PATH
# in_bash LINE: what bash is told of the line's last word, and the options that it is told of it.
in_bash() {
    bash --norc -c '. "$1"; compopt() { echo "$*"; }; COMP_LINE=$2 COMP_POINT=${#2}
        COMP_WORDS=($2) COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _sluice sluice; printf "%s\n" "${COMPREPLY[@]}"' \
        bash "$scripts/sluice.bash" "$1" 2>&1 | tr '\n' ' '
}
# by SHELL LINE WANTED
by() {
    local got
    got=$("in_$1" "$2")
    [ "$got" = "$3 " ] && pass || fail "$1: of '$2' it says '$got'"
}
by bash "sluice r" "run report rank"
by bash "sluice run --qu" "--queue --quiet"
by bash "sluice run --queue lcrq,wc" "lcrq,wcq"
by bash "sluice run --queue=lcrq,wc" "lcrq,wcq" # it has the word from the = on
by bash "sluice run --close shutdown:i" "immediate"
by bash "sluice run -w yield/sl" "-o nospace yield/sleep:"
by bash "sluice run -q lcrq,./a_f" "-o nospace lcrq,./a_file.so"
by bash "sluice run -q ./a_f" "-o default "
by bash "sluice list " "$("$sluice" complete -- list "" | cut -f1 | tr '\n' ' ' | sed 's/ $//')"
by bash "sluice nothing --x" ""

in_fish() {
    HOME=$work fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$scripts/sluice.fish" "$1" 2>&1 |
        cut -f1 | tr '\n' ' '
}
if command -v fish >/dev/null; then
    by fish "sluice r" "rank report run"
    by fish "sluice run --queue=lcrq,wc" "--queue=lcrq,wcq"
    by fish "sluice run -w yield/sl" "yield/sleep:"
    by fish "sluice run -q lcrq,./a_f" "lcrq,./a_file.so"
    by fish "sluice run -q ./a_f" "./a_file.so"
fi

# What zsh's own functions would be given.
in_zsh() {
    zsh -f -c 'compset() { print -r -- $*; }; _files() { print files; }
        _describe() { for line in $whole $open; do print -r -- ${line%%[^\\]:*}; done; }
        words=(${(s: :)2}) CURRENT=$#words PREFIX=$words[-1]; ask() { . "$1"; }; ask "$1"' \
        zsh "$scripts/sluice.zsh" "$1" 2>&1 | tr '\n' ' '
}
if command -v zsh >/dev/null; then
    by zsh "sluice run --queue=lcrq,wc" '--queue=lcrq,wc'
    by zsh "sluice run -q lcrq,./a_f" "-p 5 files"
    by zsh "sluice run -q ./a_f" "-p 0 files"
fi

finish
