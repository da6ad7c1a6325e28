#!/usr/bin/env bash
# What is installed works where it is moved to, and README's "Your own queue in five minutes" does what it says, word
# for word, in an empty folder.
. "$(dirname "$0")/support.sh"

check "install" 0 "" "$CMAKE_COMMAND" --install "$SLUICE_BINARY_DIR" --prefix "$work/first"
mv first prefix
pc=$(find "$work/prefix" -name sluice.pc)
export PATH=$work/prefix/bin:$PATH PKG_CONFIG_PATH=${pc%/*}
mkdir empty

# The first block of commands under the heading.
awk '/^## Your own queue in five minutes/ {here = 1} here && /^```$/ {exit} begun {print} here && /^```sh$/ {begun = 1}' \
    "$SLUICE_SOURCE_DIR/README.md" >commands
[ "$(grep -c . commands)" -ge 3 ] && pass || fail "README's commands are not there"
check "README's commands" 0 "myqueue" env -C empty bash -e "$work/commands"
[ "$(outcomes empty/results/runs/*.jsonl | tr -d '0-9')" = "outcome:ok " ] && pass ||
    fail "README's run: $(outcomes empty/results/runs/*.jsonl)"

# --- what new refuses, and what it leaves alone ---
check "another name" 0 "other.so,lcrq" "$sluice" new other
grep -q 'SLUICE_BACKEND(other, .*"other"' other.c && ! grep -q myqueue other.c && pass || fail "another name: not in the file"
echo mine >other.c
refuse "there already" "not overwritten" "$sluice" new other
[ "$(cat other.c)" = mine ] && pass || fail "there already: overwritten"
refuse "a path" "no name" "$sluice" new ../x
refuse "a capital" "no name" "$sluice" new Mine
refuse "a digit first" "no name" "$sluice" new 2lock
refuse "no letters" "no name" "$sluice" new ""
refuse "built in" "already" "$sluice" new lcrq

# --- what lies beside the program ---
echo '# the installed one' >>prefix/share/sluice/style.gp
check "plot" 0 "" sluice plot "$SLUICE_SOURCE_DIR/results/reference/idle.jsonl" --output plots --format svg
grep -q 'the installed one' plots/style.gp && pass || fail "plot: not with the installed programs"
[ -d "$(pkg-config --variable=includedir sluice)/sluice" ] && pass || fail "pkg-config: no headers there"

# --- pages and completions ---
pages=("$work"/prefix/share/man/man1/*.1)
[ ${#pages[@]} -gt 10 ] && cmp -s <(sluice manual run) prefix/share/man/man1/sluice-run.1 && pass || fail "pages: ${pages[*]}"
if command -v man >/dev/null; then
    check "man" 0 "NAME" env LC_ALL=C MANPATH="$work/prefix/share/man" man sluice-run
fi
check "bash's completion" 0 "^lcrq" bash --norc -c '. prefix/share/bash-completion/completions/sluice
    COMP_LINE="sluice run -q lcr" COMP_POINT=17; _sluice sluice; echo "${COMPREPLY[@]}"'
for script in zsh/vendor-completions/_sluice fish/vendor_completions.d/sluice.fish; do
    [ -s "prefix/share/$script" ] && pass || fail "no share/$script"
done
[ "$(find prefix -type d -empty)" = "" ] && pass || fail "empty folders are installed"

finish
