#!/usr/bin/env bash
# What a campaign gives a paper: tables, macros and plots that LaTeX compiles, and a page that a browser shows, with names
# that mean something to each of them. What needs LaTeX or a browser is left out, and says so, where there is none;
# exit status 77 where there is no Python.
tests=$(cd "$(dirname "$0")" && pwd)
. "$tests/support.sh"
command -v python3 >/dev/null || exit 77

check "a campaign" 0 "" "$sluice" run -q deque-lock,condvar -w yield,block --close close,shutdown -n 40 --work none,sleep:1ms,none --sample 1ms -b 3 --seed 5 \
    --quiet --format table -o plain.jsonl
python3 "$tests/hostile.py" deque-lock <plain.jsonl >hostile.jsonl

# --- bad input ---
refuse "a folder for a table" "--output is the folder of --format latex" "$sluice" report plain.jsonl --output x
refuse "no letters" "'Fig1' cannot begin the name of a macro: LaTeX allows letters" \
    "$sluice" report plain.jsonl -f latex -o x --prefix Fig1
refuse "no prefix" "such as Sluice" "$sluice" report plain.jsonl -f latex -o x --prefix ''
refuse "unknown format" "did you mean 'latex'" "$sluice" report plain.jsonl -f latx
refuse "no such folder" "'none/x' .* cannot be made" "$sluice" report plain.jsonl -f latex -o none/x
refuse "a file in its place" "cannot be made" "$sluice" report plain.jsonl -f latex -o plain.jsonl
head -n 1 plain.jsonl >begun.jsonl
refuse "no trial yet" "'begun.jsonl' has no trial yet" "$sluice" report begun.jsonl -f latex -o x
check "a page without a trial" 0 "</html>" "$sluice" report begun.jsonl -f html
ls x >/dev/null 2>&1 && fail "bad input: a folder was made" || pass

# --- a folder for LaTeX ---
check "latex" 0 "tabular.*S.table-format" "$sluice" report plain.jsonl -f latex
for name in plain hostile; do
    check "paper: $name" 0 "$name/paper.tex" "$sluice" report $name.jsonl -f latex -o $name
    for file in table macros endings paper throughput-latex cpu-latex polls-latex memory-latex stop-latex; do
        [ -s $name/$file.tex ] && pass || fail "paper: no $name/$file.tex"
    done
done
grep -qF "$(sha256sum <plain.jsonl | cut -d' ' -f1)" plain/macros.tex && pass || fail "the hash is not sha256sum's"
# Each macro has a name of letters that comes once, and a stamp.
names() { sed -nE 's/^\\newcommand\{\\([^}]*)\}.*/\1/p' "$1"; }
[ "$(names hostile/macros.tex | wc -l)" -gt 60 ] && pass || fail "macros: $(names hostile/macros.tex | wc -l)"
[ -z "$(names hostile/macros.tex | grep -v '^Sluice[A-Za-z]*$')" ] && pass || fail "macros: names"
[ -z "$(names hostile/macros.tex | sort | uniq -d)" ] && pass || fail "macros: names that come twice"
[ "$(grep -c '^.newcommand' plain/macros.tex)" = "$(grep -c '^.newcommand.*} % .*campaign [0-9a-f]\{12\}, commit ' plain/macros.tex)" ] &&
    pass || fail "macros: stamps"
names plain/macros.tex | grep '^SluiceThroughputDequeLockYieldShutdownInterval$' >/dev/null && pass || fail "macros: interval"
check "another prefix" 0 "" "$sluice" report plain.jsonl -f latex -o other --prefix Mine
[ -z "$(names other/macros.tex | grep -v ^Mine)" ] && pass || fail "another prefix: names"
# siunitx would drop an exponent in a column of fixed format.
grep -hE '(^|& )[0-9.]+e[-+]' plain/table.tex hostile/table.tex && fail "an exponent in a column" || pass
for name in table endings; do # every row has as many cells as the table has columns
    awk '/^.begin.tabular/ {columns = gsub(/l|S\[table-format=[0-9.]*\]/, "x", $2)} {gsub(/\\&/, "")}
        / \\\\$/ && !/multicolumn/ {rows++; bad += gsub(/&/, "") + 1 != columns}
        END {exit bad || rows < 9}' <(sed -E 's/^(.begin.tabular.)\{@\{\}/\1 /' plain/$name.tex) && pass || fail "$name: cells"
done

# compiled FOLDER DOCUMENT: it gives a document, with every character in it.
compiled() {
    (cd "$1" && pdflatex -halt-on-error -interaction=nonstopmode "$2" >/dev/null 2>&1 </dev/null && [ -s "${2%.tex}.pdf" ]) &&
        ! grep -E 'Missing character|unavailable' "$1/${2%.tex}.log" && pass && return
    grep -A 3 -E '^!|Missing character|unavailable' "$1/${2%.tex}.log" | head -20 >out
    fail "pdflatex $2 in $1"
}
if command -v pdflatex >/dev/null && kpsewhich siunitx.sty booktabs.sty >/dev/null; then
    compiled hostile paper.tex
    if kpsewhich siunitx-v2.sty >/dev/null; then
        sed 's/siunitx/siunitx-v2/' hostile/paper.tex >hostile/old.tex
        compiled hostile old.tex
    fi
    # Every macro in a text, in mathematics, and in a caption.
    {
        printf '%s\n' '\documentclass{article}\usepackage{siunitx}\input{macros}\begin{document}'
        names hostile/macros.tex | sed 's/.*/\\&{} x\n/'
        names hostile/macros.tex | grep Throughput | sed 's/.*/$\\&$\n/'
        printf '%s\n' '\begin{figure}\caption{\SluiceMachine{} \SluiceHost}\end{figure}\end{document}'
    } >hostile/all.tex
    compiled hostile all.tex
else
    echo "skipped: what LaTeX makes of it (there is no pdflatex with siunitx and booktabs)"
fi

# --- programs beside the plots ---
check "drawn by hand" 0 "" bash -c 'cd plain && gnuplot plot-throughput.gp && [ -s throughput.svg ]'
echo "# mine" >>plain/style.gp
check "a program that was changed" 0 "plain/style.gp: kept, since it differs" "$sluice" plot plain.jsonl -o plain -f svg
[ "$(grep -c kept out)" = 1 ] && grep -q "# mine" plain/style.gp && pass || fail "a program that was changed: it is not kept"
echo "no_such_command" >>plain/plot-cpu.gp
check "a program that was broken" 2 "plain/plot-cpu.gp'.*invalid command" "$sluice" plot plain.jsonl -o plain -f svg

# --- a page ---
before=$(ls "${TMPDIR:-/tmp}" | grep -c '^sluice-......$')
for name in plain hostile; do
    check "page: $name" 0 "</html>" "$sluice" report $name.jsonl -f html
    cp out $name.html
done
[ "$(ls "${TMPDIR:-/tmp}" | grep -c '^sluice-......$')" = "$before" ] && pass || fail "page: a folder is left behind"
grep -qiE '<(link|img|iframe|object)|src=|https?://[^w]' plain.html && fail "page: loads something" || pass
check "a page without gnuplot" 0 "could not be drawn: gnuplot is not installed" env PATH=/nonexistent "$sluice" report plain.jsonl -f html
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
    echo "skipped: what a browser makes of it (there is no chromium)"
elif [ -n "$sanitized" ]; then
    echo "skipped: what a browser makes of it (the other builds ask it)"
else
    check "in a browser" 0 "" timeout 100 python3 "$tests/browser.py" "$browser" hostile.html 3
fi

# --- a row a trial ---
"$sluice" report hostile.jsonl -f csv >trials.csv
check "csv is tidy" 0 "" python3 -c '
import csv, sys
rows = list(csv.DictReader(open("trials.csv", newline="")))
sys.exit(not (len(rows) == 24 and len({(row["queue"], row["wait"], row["close"], row["block"]) for row in rows}) == 24
              and all(None not in row and None not in row.values() and float(row["items_per_s"]) > 0 for row in rows)))'

finish
