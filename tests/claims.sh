#!/usr/bin/env bash
# Drives `sluice claims` as a user does, on a campaign whose throughputs are written over, so that the answers are known
# however fast the machine is; and scripts/reproduce with what it refuses.
. "$(dirname "$0")/support.sh"

check "campaign" 0 "" run -q deque-lock,condvar --items 2000 --wait yield,block --place unbound --blocks 8 --seed 5
mkdir records
awk '/^{"record":"trial"/ {
         speed = 1000000 * (1 + NR * 7 % 11 / 10)
         if (index($0, "\"label\":\"condvar ")) speed *= 3
         sub(/"throughput":[-+.0-9e]+/, "\"throughput\":" speed)
     }
     { print }' "$file" >records/a.jsonl

# claim KEY=VALUE...: the file c, a claim about records/a.jsonl with these lines in place of those it would have.
claim() {
    printf '[one]\nsays = "so it is, here"\nfile = a.jsonl\n' >c
    printf '%s\n' "$@" >>c
}
of='of = queue=condvar wait=yield' over='over = queue=deque-lock wait=yield'

# --- verdicts ---
check "help" 0 "sluice claims FILE" "$sluice" claims --help
claim "$of" "$over" "at-least = 1"
check "reproduced" 0 "^one .* at least 1 +reproduced" "$sluice" claims c --in records
check "its sentence" 0 "^it says +so it is, here" "$sluice" claims c --in records
check "its command" 0 "^command +sluice run --quiet .*--seed 5" "$sluice" claims c --in records
check "the count" 0 "1 reproduced, 0 inconclusive, 0 not reproduced" "$sluice" claims c --in records
check "beside a reference" 0 "^claim +figure +reference" "$sluice" claims c --in records --reference records
check "markdown" 0 "^\| one .*so it is, here" "$sluice" claims c --in records -f markdown
check "json" 0 '"verdict": "reproduced"' "$sluice" claims c --in records -f json
check "csv" 0 '^claim,says,' "$sluice" claims c --in records -f csv
claim "$of" "$over" "at-most = 1"
check "not reproduced" 1 "at most 1 +not reproduced" "$sluice" claims c --in records
claim "$of" "at-least = 4.5e6"
check "inconclusive" 0 "at least 4.50M/s +inconclusive" "$sluice" claims c --in records
claim "every = wait=block" "at-least = 1"
check "every" 0 "reproduced" "$sluice" claims c --in records
mv records reference
check "beside the file" 0 "reproduced" "$sluice" claims c
mv reference records
head -n 10 records/a.jsonl >records/cut.jsonl
sed -i 's/^file.*/file = cut.jsonl/' c
check "interrupted" 0 "is not complete" "$sluice" claims c --in records

# --- bad files of claims ---
# bad NAME TEXT LINE...: such a claim is refused with its file and line.
bad() {
    local name=$1 text=$2
    shift 2
    claim "$@"
    refuse "$name" "line [0-9]+ of 'c'.*$text" "$sluice" claims c --in records
}
bad "unknown key" "did you mean 'at-least'" "$of" "at-lest = 1"
bad "unknown metric" "did you mean 'throughput'" "$of" "metric = throughputs" "at-least = 1"
bad "unknown axis" "did you mean 'queue'" "of = queu=condvar" "at-least = 1"
bad "no axis" "axis=value" "of = condvar" "at-least = 1"
bad "no such queue" "did you mean 'condvar'" "of = queue=condva" "at-least = 1"
bad "no such combination" "has all of these" "of = queue=condvar capacity=unbounded" "at-least = 1"
bad "several" "selects several .* say more axes" "of = queue=condvar" "at-least = 1"
bad "over several" "over: selects several" "$of" "over = queue=deque-lock" "at-least = 1"
bad "none of every" "every: there is no wait 'spin'" "every = wait=spin" "at-least = 1"
bad "of and every" "'of' is given as well" "$of" "every = wait=block" "at-least = 1"
bad "no bound" "no 'at-least' or 'at-most'" "$of"
bad "no selection" "no 'of'" "at-least = 1"
bad "bounds crossed" "below 'at-least'" "$of" "at-least = 2" "at-most = 1"
for bound in x 100ms nan inf 1,2; do
    bad "bound '$bound'" "is no number" "$of" "at-least = $bound"
done
bad "a ratio of shares" "has no ratio" "$of" "$over" "metric = share" "at-least = 1"
bad "twice" "a second time" "$of" "at-least = 1" "at-least = 2"
bad "a list" "takes one value" "$of" "at-least = 1" "at-least += 2"
claim "$of" "at-least = 1"
sed -i 's/^file.*/file = nowhere.jsonl/' c
refuse "missing campaign" "line 3 of 'c': file: .*nowhere.jsonl" "$sluice" claims c --in records
sed -i 's/^file.*/file = edited.jsonl/' c
sed '5s/"block":/"blok":/' records/a.jsonl >records/edited.jsonl
refuse "edited campaign" "line 5 of 'records/edited.jsonl'" "$sluice" claims c --in records
echo "# nothing" >empty
refuse "empty" "no section" "$sluice" claims empty
echo "[global]" >empty
refuse "no claims" "no claim" "$sluice" claims empty
refuse "not there" "nowhere" "$sluice" claims nowhere
refuse "no file" "" "$sluice" claims
refuse "unknown format" "markdown" "$sluice" claims c --format html

# --- the campaigns that claims are about, and their script ---
for campaign in "$SLUICE_SOURCE_DIR"/results/campaigns/*.campaign; do
    name=$(basename "$campaign" .campaign)
    check "$name" 0 "configurations" "$sluice" run "$campaign" --dry-run
    # shellcheck disable=SC2046 # options are words
    check "$name, quick" 0 "configurations" "$sluice" run "$campaign" --dry-run $(sed -n 's/^# quick: //p' "$campaign")
done
reproduce=$SLUICE_SOURCE_DIR/scripts/reproduce
check "reproduce --help" 0 "scripts/reproduce --quick" "$reproduce" --help
refuse "unknown option" "the options are" "$reproduce" --quik
refuse "no folder" "lacks its folder" "$reproduce" --output
mkdir kept && echo old >kept/default.jsonl
SLUICE=/bin/false check "what is there is kept" 2 "the limits could not be measured" "$reproduce" -o kept
[ "$(cat kept/default.jsonl)" = old ] && pass || fail "a failed reproduction replaces a folder"
refuse "another's folder" "no folder of reference campaigns" "$reproduce" --output "$SLUICE_SOURCE_DIR"

finish
