#!/usr/bin/env bash
# Drives `sluice topology`, and what `sluice run` makes of placements, as a user does.
. "$(dirname "$0")/support.sh"

topologies=${SLUICE_TOPOLOGIES:-${SLUICE_SOURCE_DIR:-.}/../shared/topologies}
two="package:2 l3:4 core:8 pu:2"
show() { "$sluice" topology "$@"; }
plan() { "$sluice" run --dry-run -q deque-lock -w yield "$@"; }

# holds NAME TEXT: what the last command printed on stdout holds this, literally.
holds() {
    if grep -qF -- "$2" out; then pass; else fail "$1: does not print '$2'"; fi
}
lines() { if [ "$(grep -cE -- "$2" out)" = "$3" ]; then pass; else fail "$1: not $3 lines with '$2'"; fi; }

# --- this machine ---
check "this machine" 0 "placements by what neighbouring roles share: same-pu" show
holds "this machine" "PU L#0"
check "help" 0 "sluice topology --place all" show --help
check "its classes" 0 "same-pu" show -p classes
check "as JSON" 0 '"this_machine": true' show --format json
cpu=$(awk '/^Cpus_allowed_list/ {split($2, a, /[-,]/); print a[1]}' /proc/self/status)
check "one PU" 0 "source\+download\+resize\+upload\+sink" taskset -c "$cpu" "$sluice" topology -p same-pu
if [ "$(nproc)" -gt 1 ]; then
    check "not allowed" 0 "not allowed to this process: P#" taskset -c "$cpu" "$sluice" topology
fi

# --- another one: counts as lstopo has them, marks, and what repeats drawn once ---
check "described" 0 "2 Package, 8 L3, 64 Core, 128 PU, 1 NUMANode" show --topology "$two"
lines "described" "PU L#" 1
holds "described" "L3 L#0 (16 MiB)  x 4 alike: P#0-63"
check "in full" 0 "" show --topology "$two" --full
lines "in full" "PU L#" 128
check "marked" 0 "same-l3, workers 1,2,1" show --topology "$two" --place same-l3 --workers 1,2,1
holds "marked" "PU L#2 (P#2)  <- download"
holds "marked" "<- resize 1"
holds "marked" "signature   l3-l3-l3-l3"
check "crossing" 0 "" show --topology "$two" -p cross-package
holds "crossing" "signature   machine-machine-machine-machine"
check "overlap" 0 "share a PU  source\+resize\+sink:download\+upload" show --topology "core:1 pu:2" -p smt
check "several" 0 "" show --topology "$two" -p same-l3,compact -p source=0,download=1,3,resize=4,upload=5,sink=6 --workers 2,1,1
lines "several" "^  (same-l3|compact|source=0,download=1,3)" 3
check "all" 0 "^1318 placements" show --topology "$two" -p all
holds "all" "all:core-l3-package-machine  source=0,download=1,resize=2,upload=16,sink=64"
check "given again" 0 "all:core-l3-package-machine, workers 1,1,1" show --topology "$two" -p all:core-l3-package-machine
check "JSON" 0 "" show --topology "$two" -p cross-l3 -f json
holds "JSON" '"signature": "package-package-package-package"'
holds "JSON" '"threads": "source"'

# --- recorded machines ---
if [ -d "$topologies" ]; then
    check "offline" 0 "offline: P#2,5,7-11,13-14" show --topology "$topologies/16em64t-4s2c2t-offlines.xml"
    check "hybrid" 0 "signature   package-package-package-core:e-p-k1-e-p:download\+sink" \
        show --topology "$topologies/fakecpukinds.xml" -p mixed
    holds "hybrid" "kind p: P#3, CoreType IntelCore"
    check "memory" 0 "NUMANode L#1 \(P#1, 64 GiB\)" show --topology "$topologies/power8gpudistances.xml"
    refuse "what is offline" "CPU 2 is offline" show --topology "$topologies/16em64t-4s2c2t-offlines.xml" -p pu:2
    head -c 900 "$topologies/fakecpukinds.xml" >cut.xml
    refuse "cut file" "is not an hwloc topology" show --topology cut.xml
    sed 's/version="2.0"/version="3.0"/' "$topologies/fakecpukinds.xml" >newer.xml
    refuse "newer file" "format 3.0 of a newer hwloc" show --topology newer.xml
    sed '0,/cpuset="0x00000005"/s//cpuset="0x00000006"/' "$topologies/fakecpukinds.xml" >odd.xml
    refuse "contradiction" "contradicts itself|not an hwloc topology" show --topology odd.xml
else
    echo "no recorded topologies in $topologies: skipped"
fi

# --- planning for it ---
check "plan" 0 "place=cross-package" plan --topology "$two" -p classes
lines "plan" "place=" 5
check "plan of all" 0 "^1318 configurations" plan --topology "$two" -p all
check "plan of shapes" 0 "" plan --topology "$two" -p all,compact --workers 1 --workers 2,3,4
lines "plan of shapes" "workers=2,3,4 .*place=(same-|smt|cross-|compact|spread)" 7
check "a thousand PUs" 0 "configurations" timeout 20 "$sluice" run --dry-run --topology "package:4 l3:8 l2:4 core:4 pu:2" -p all
check "roles" 0 "place=source=0,download=1-3,resize=4,upload=5,sink=6 " plan --topology "$two" -p source=0,download=1-3,resize=4,upload=5,sink=6
check "on this machine" 0 "place=same-pu" plan -p classes,unbound

# --- bad input ---
refuse "no such file" "cannot read the topology file" show --topology none.xml
refuse "a folder" "Is a directory" show --topology /tmp
refuse "not described" "is not a synthetic topology" show --topology "package:2 cores:many"
refuse "empty" "is not a synthetic topology" show --topology ""
refuse "too many" "more than 4096 PUs" show --topology "package:64 core:64 pu:64"
refuse "no hwloc file" "is not an hwloc topology" show --topology "$sluice"
refuse "not here" "its classes are same-pu, smt, same-l3, same-package" show --topology "$two" -p same-l2
refuse "not hybrid" "no placement p-cores on this machine" show --topology "$two" -p p-cores
refuse "unknown" "did you mean 'same-l3'" show --topology "$two" -p same-l33
refuse "unknown role" "did you mean 'source'" show --topology "$two" -p roles:sorce=0
refuse "missing role" "says nothing of the role sink" show --topology "$two" -p source=0,download=0,resize=0,upload=0
refuse "forbidden CPU" "CPU 128 is not part of this topology" show --topology "$two" -p cpus:0,128
refuse "no such signature" "can be placed as 'all:l2-l2-l2-l2'" show --topology "$two" -p all:l2-l2-l2-l2
refuse "another shape" "is of one worker a stage" show --topology "$two" -p all:core-l3-core-l3 --workers 2
refuse "unknown format" "there is no format 'xml'" show --format xml
refuse "run elsewhere" "trials can only be planned" "$sluice" run --topology "$two" -p same-l3
refuse "plan of what is lacking" "--place: there is no placement same-l2" plan --topology "$two" -p same-l2

# --- trials on this machine ---
ok "its classes run" "$(show -p classes | grep -cE '^  (same|smt|cross|p-|e-|mixed)')" -q condvar -w block -n 500 -p classes
grep -q '"signature":"pu-pu-pu-pu:source+download+resize+upload+sink"' "$work/$number.jsonl" && pass || fail "signature: not recorded"
ok "a list for each role" 1 -q condvar -w block -n 500 -p "source=$cpu,download=$cpu,resize=$cpu,upload=$cpu,sink=$cpu"
ok "one of all" 1 -q condvar -w block -n 500 -p all:pu-pu-pu-pu:source+download+resize+upload+sink
ok "unbound" 1 -q condvar -w block -n 500 -p unbound
grep -q '"signature":"unbound"' "$work/$number.jsonl" && pass || fail "unbound: signature not recorded"

finish
