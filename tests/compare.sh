#!/usr/bin/env bash
# Drives `sluice compare` and `sluice rank` as a user does, on campaigns whose throughputs are written over, so that
# the answers are known however fast the machine is.
. "$(dirname "$0")/support.sh"

# rewritten FILE SEED FACTOR QUEUE: a copy of the campaign, of another seed, in which the throughput of QUEUE is FACTOR
# times a value that differs a little from trial to trial.
rewritten() {
    awk -v seed="$2" -v factor="$3" -v queue="$4" '
        NR == 1 { sub(/"seed":[-0-9]+/, "\"seed\":" seed) }
        /^{"record":"trial"/ {
            speed = 1000000 + 1000 * (NR * 7 % 11)
            if (index($0, "\"label\":\"" queue " "))
                speed *= factor
            sub(/"throughput":[-+.0-9e]+/, "\"throughput\":" speed)
        }
        { print }' "$1"
}

format=csv
check "campaign" 0 "" run -q deque-lock,condvar,null --items 2000 --wait yield,block --place unbound --blocks 8 --seed 5
rewritten "$file" 11 1 - >a.jsonl
rewritten "$file" 12 1 - >same.jsonl
rewritten "$file" 13 0.5 condvar >half.jsonl
rewritten "$file" 15 0.8 condvar >less.jsonl
rewritten "$file" 14 3 condvar >triple.jsonl

# --- two queues of a file ---
check "help" 0 "sluice compare FILE" "$sluice" compare --help
check "queues" 0 "condvar +yield .* equivalent" "$sluice" compare a.jsonl
check "slower" 0 "condvar +block .* slower" "$sluice" compare half.jsonl
check "faster" 0 "condvar +block .* faster" "$sluice" compare triple.jsonl
check "the other way round" 0 "deque-lock .* slower" "$sluice" compare triple.jsonl --baseline condvar
check "a narrow band" 0 "condvar .* slower" "$sluice" compare less.jsonl --band 20%
check "a wide band" 0 "condvar .* equivalent" "$sluice" compare less.jsonl --band 50%
"$sluice" compare a.jsonl | grep -q null && fail "an instrument is compared with queues" || pass
check "csv" 0 "^file,queue,wait," "$sluice" compare a.jsonl -f csv
check "json" 0 '"verdict": "equivalent"' "$sluice" compare a.jsonl -f json
check "markdown" 0 '^\| queue' "$sluice" compare a.jsonl -f markdown
for metric in steady cpu drain join peak growth; do
    check "metric $metric" 0 "^$metric: " "$sluice" compare a.jsonl --metric $metric
done

# --- two files ---
check "files" 0 "null +block .* equivalent" "$sluice" compare a.jsonl same.jsonl
check "three files" 0 "half.jsonl" "$sluice" compare a.jsonl same.jsonl half.jsonl
[ "$("$sluice" compare a.jsonl half.jsonl -f csv | grep -c ',slower,')" = 2 ] && pass || fail "files: not two slower"

# --- the gate ---
check "gate open" 0 "" "$sluice" compare a.jsonl same.jsonl --fail-on slower
check "gate shut" 1 "slower" "$sluice" compare a.jsonl half.jsonl --fail-on slower
check "faster passes" 0 "faster" "$sluice" compare a.jsonl triple.jsonl --fail-on slower,inconclusive
sed '/"label":"condvar wait=yield /s/"outcome":"ok"/"outcome":"crashed"/' same.jsonl >broken.jsonl
check "broken" 1 "failed" "$sluice" compare a.jsonl broken.jsonl --fail-on slower
head -n 17 same.jsonl >short.jsonl
check "too few" 1 "too few for 95% and for a verdict" "$sluice" compare a.jsonl short.jsonl --fail-on inconclusive
check "interrupted" 0 "is not complete" "$sluice" compare a.jsonl short.jsonl

# --- colours: on a terminal only ---
"$sluice" compare half.jsonl | grep -q $'\033' && fail "colours in a pipe" || pass
if command -v script >/dev/null; then
    TERM=xterm NO_COLOR='' script -qec "$sluice compare half.jsonl" /dev/null </dev/null >out 2>err
    grep -q $'\033\[31m' out && pass || fail "no colours on a terminal"
    TERM=xterm NO_COLOR=1 script -qec "$sluice compare half.jsonl" /dev/null </dev/null >out 2>err
    grep -q $'\033' out && fail "colours despite NO_COLOR" || pass
fi

# --- ranks ---
check "rank" 0 "block +1 +condvar" "$sluice" rank triple.jsonl
check "ties" 0 "1-2 +(deque-lock|condvar)" "$sluice" rank a.jsonl
"$sluice" rank a.jsonl -f csv | grep -q null && fail "an instrument is ranked" || pass
check "rank as json" 0 '"rank_low": 1' "$sluice" rank half.jsonl -f json
check "rank as markdown" 0 '^\| wait' "$sluice" rank half.jsonl -f markdown --metric cpu

# --- bad input ---
refuse "no file" "" "$sluice" compare
refuse "not there" "nowhere.jsonl" "$sluice" compare a.jsonl nowhere.jsonl
refuse "unknown option" "did you mean '--baseline'" "$sluice" compare a.jsonl --basline x
refuse "unknown queue" "did you mean 'condvar'" "$sluice" compare a.jsonl --baseline condva
refuse "unknown metric" "did you mean 'throughput'" "$sluice" compare a.jsonl --metric throughputs
refuse "unknown verdict" "slower, inconclusive, failed" "$sluice" compare a.jsonl --fail-on worse
refuse "unknown format" "markdown" "$sluice" compare a.jsonl --format xml
refuse "a format of whole campaigns" "the formats are table, markdown, csv, json" "$sluice" compare a.jsonl --format html
for band in 2 x% -1% 200% '' %; do
    refuse "band '$band'" "2%" "$sluice" compare a.jsonl --band "$band"
done
refuse "itself" "one and the same campaign" "$sluice" compare a.jsonl a.jsonl
refuse "baseline between files" "within one file" "$sluice" compare a.jsonl same.jsonl --baseline condvar
sed '1s/"cpu_model":"[^"]*"/"cpu_model":"Abacus"/; 1s/"cpu_model":null/"cpu_model":"Abacus"/' same.jsonl >unlike.jsonl
refuse "another machine" "CPU model differs: .*Abacus" "$sluice" compare a.jsonl unlike.jsonl
check "another machine anyway" 0 "CPU model differs" "$sluice" compare a.jsonl unlike.jsonl --anyway
sed '1s/"compiler":"[^"]*"/"compiler":"cc 1.0"/' same.jsonl >compiled.jsonl
check "another compiler" 0 "the compiler differs: .*cc 1.0" "$sluice" compare a.jsonl compiled.jsonl
head -c 20000 same.jsonl | head -c -10 >cut.jsonl
refuse "cut" "line [0-9]+ of 'cut.jsonl'" "$sluice" compare a.jsonl cut.jsonl
refuse "rank of a cut one" "line [0-9]+ of 'cut.jsonl'" "$sluice" rank cut.jsonl
sed '5s/"block":/"blok":/' same.jsonl >edited.jsonl
refuse "edited" "line 5 of 'edited.jsonl'" "$sluice" compare a.jsonl edited.jsonl
check "campaign of one queue" 0 "" run -q deque-lock --items 2000 --wait yield --place unbound --blocks 1
refuse "one queue" "nothing to compare" "$sluice" compare "$file"
refuse "rank of one queue" "nothing to rank" "$sluice" rank "$file"
check "campaign of others" 0 "" run -q condvar --items 2000 --wait sleep:1us --place unbound --blocks 1
refuse "nothing in common" "nothing to compare: no configuration of" "$sluice" compare a.jsonl "$file"
check "limits" 0 "" "$sluice" limits --quiet --duration 1ms --quick -o limits.jsonl
refuse "limits are no campaign" "limits.jsonl" "$sluice" compare a.jsonl limits.jsonl

# --- what medians do not tell, under the report ---
awk '/^{"record":"trial"/ && /"label":"condvar wait=block / {
         n++
         sub(/"throughput":[-+.0-9e]+/, "\"throughput\":" (n % 2 ? 1000000 + n : 9000000 + n))
     }
     /^{"record":"trial"/ && /"label":"condvar wait=yield / {
         m++
         sub(/"throughput":[-+.0-9e]+/, "\"throughput\":" 1000000 * m)
     }
     { print }' a.jsonl >shapes.jsonl
check "modes" 0 "^modes +condvar, block \(2 or more, p <= 0.001\)" "$sluice" report shapes.jsonl
check "drift" 0 "^drift +condvar, yield \([+]400%, p <= 0.001" "$sluice" report shapes.jsonl
check "modes compared" 0 "^modes +condvar, block" "$sluice" compare shapes.jsonl
for key in modes modes_p drift_p drift_factor outliers unsteady late; do
    check "JSON has $key" 0 "\"$key\": [0-9]" "$sluice" report shapes.jsonl -f json
done

finish
