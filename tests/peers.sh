#!/usr/bin/env bash
# peers.sh - the queues of other libraries: how they are found, listed and refused. What they do is tested by the
# contract's suite; here any module stands for one.
source "${BASH_SOURCE[0]%/*}/support.sh"

export SLUICE_PEERS_DIR=$work/peers
mkdir peers
small=(--items 1000 --workers 1 --wait yield)

# --- none is there ---
check "a list without peers" 0 "not built: .*glib-async \(libglib2.0-dev\)" "$sluice" list queues
refuse "a peer that was not built" "'glib-async' is a peer.* libglib2.0-dev .*scripts/bench --peers" \
    "$sluice" run --queue glib-async
refuse "a peer's name, misspelt, where it is not there" "there is no queue 'glib-asinc': the queues are" \
    "$sluice" run --queue glib-asinc

# --- a module is a peer by its name alone ---
cp "$plugins/good_plugin.so" peers/good-plugin.so
check "it is listed" 0 "^  good-plugin " "$sluice" list queues
ok "it runs" 1 --queue good-plugin "${small[@]}"
check "it runs beside built-in ones" 0 "" run --queue condvar,good-plugin "${small[@]}"
refuse "it is suggested" "there is no queue 'good-plugn': did you mean 'good-plugin'" "$sluice" run --queue good-plugn
refuse "it is among all names" "the queues are deque-lock,.* good-plugin" "$sluice" run --queue xyzzy

# --- one that cannot be used takes nobody else along ---
cp "$plugins/good_plugin.so" peers/other-name.so
echo "no module" >peers/broken.so
check "a list with a broken one" 0 "^  broken .*cannot be used.*cannot be loaded" "$sluice" list queues
check "a list with a misnamed one" 0 "^  other-name .*cannot be used.*holds another queue, 'good-plugin'" \
    "$sluice" list queues
check "the rest of that list" 0 "^  good-plugin " "$sluice" list queues
refuse "a broken one" "broken.so' cannot be loaded" "$sluice" run --queue broken
refuse "a misnamed one" "holds another queue, 'good-plugin'" "$sluice" run --queue other-name
ok "the others run" 2 --queue condvar,good-plugin "${small[@]}"

# --- where they are looked for: beside the program, or where both are installed ---
unset SLUICE_PEERS_DIR
mkdir -p prefix/bin prefix/lib built/peers
cp "$sluice" prefix/bin/sluice
cp "$sluice" built/sluice
cp "$plugins/good_plugin.so" built/peers/good-plugin.so
check "beside the program" 0 "^  good-plugin " built/sluice list queues
mv built/peers/good-plugin.so built/good-plugin.so
check "nowhere else in its folder" 2 "" built/sluice run --dry-run --queue good-plugin
refuse "where they would be installed" "in '$work/prefix/bin/.*sluice/peers'" prefix/bin/sluice run --queue glib-async

# --- those that were built with this program: each in a campaign of its own shape ---
if [ -z "$sanitized" ]; then
    built=$(cd "${sluice%/*}/peers" 2>/dev/null && echo *.so)
    for module in ${built//\*.so/}; do
        name=${module%.so}
        check "$name is listed with a version" 0 "" "$sluice" list queues
        grep -A2 "^  $name " out | grep -qE '^ +from .*[0-9]' || fail "$name: no version in its origin"
        ok "$name" 1 --queue "$name" "${small[@]}"
    done
fi
finish
