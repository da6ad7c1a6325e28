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
node=$(show --format json | grep -A2 '"type": "NUMANode"' | awk '/"os"/ {print $2 + 0; exit}')
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

# --- memory ---
numa="package:2 [numa] l3:2 core:2 pu:2"
check "memory" 0 "NUMANode L#1 \(P#1\)  <- memory of download, upload" show --topology "$numa" -p cross-package --memory local
holds "memory" "<- memory of resize, done"
lines "memory" "^  (download|resize|upload|done) +NUMANode P#[01]$" 4
check "all nodes" 0 "^  done +NUMANode P#0-1 in turns" show --topology "$numa" --memory interleave
lines "all nodes" "<- memory of download, resize, upload, done" 2
check "kept apart" 0 "<- memory of" show --topology "package:8 [numa] core:8 pu:2" --memory node:3
lines "kept apart" "^  +NUMANode L#[034]" 3 # the third is not among those that are alike
check "nothing bound" 0 "^  done +not bound" show --topology "$numa" --memory default
lines "nothing bound" "<- memory" 0
check "several placements" 0 "^  same-l3  .*  memory download=0 resize=0 upload=0 done=0" show --topology "$numa" -p classes --memory sink
check "memory as JSON" 0 '"hops": \[' show --topology "$numa" -p cross-package --memory local -f json
holds "memory as JSON" '"name": "local"'
check "one node" 0 "^note: one NUMA node has memory here" show --topology "core:2 pu:1" --memory node:0
check "this machine's" 0 "<- memory of download, resize, upload, done" show -p compact --memory source
check "plan with memory" 0 "place=compact memory=local close=" plan --topology "$numa" -p compact --memory default,local
lines "plan with memory" "^  deque-lock .* memory=" 2
check "planned nodes" 0 "^    memory on nodes: download=1 resize=0 upload=1 done=0$" plan --topology "$numa" -p cross-package --memory local
check "plan on one node" 0 "note: one NUMA node has memory here" plan --topology "core:2 pu:1" --memory default,node:0
check "unfollowed" 0 "skipped: .*memory=local follows a thread to its node, but place=unbound binds no thread" \
    plan -p unbound,compact --memory local
refuse "nothing to follow" "memory=source follows a thread" plan -p unbound --memory source
refuse "no placement" "follows a thread to its node: say where threads are" show --memory local
refuse "unbound" "placement 'unbound' binds no threads" show -p unbound --memory sink
refuse "no such node" "there is no NUMA node 2 on this machine: those with memory are 0-1" show --topology "$numa" --memory node:2
refuse "no such node to run" "--memory: there is no NUMA node 1023 on this machine: those with memory are" \
    "$sluice" run -q deque-lock --memory node:1023
refuse "no node at all" "write the OS index of one NUMA node" "$sluice" run --memory node:
odd="${SLUICE_SOURCE_DIR:-.}/tests/odd_machine.xml"
check "odd nodes" 0 "Group0 L#0" show --topology "$odd" --memory node:5
lines "odd nodes" "NUMANode L#[0-5] \\(P#5.*<- memory of download, resize, upload, done" 1
refuse "no memory" "NUMA node 1 has no memory: those that have are 0,2-3,5" show --topology "$odd" --memory node:1
refuse "forbidden memory" "memory of NUMA node 4 may not be used here" plan --topology "$odd" --memory node:4
refuse "unknown memory" "did you mean 'interleave'" show --memory interleaf

# --- recorded machines ---
# names FILE: the objects of a drawn tree, each on a line, without sizes and what is not of the tree.
names() { sed -n '/^Machine/,$p' "$1" | grep -vE '^(kind |offline|not allowed|placements)' | sed 's/ + /\n/g' |
    sed -E 's/^ +//; s/ kind [a-z0-9]+//; s/\(P#([0-9]+)[^)]*\)/P#\1/; s/ \([0-9.]+ ?[KMGT]?i?B( total)?\)//'; }
# What `lstopo` of hwloc 2.9 counts.
counted="16em64t-4s2c2t-offlines|4 Package, 4 L3, 6 L2, 6 L1d, 6 Core, 7 PU, 1 NUMANode
16em64t-4s2c2t|4 Package, 4 L3, 8 L2, 8 L1d, 8 Core, 16 PU, 1 NUMANode
24em64t-2n6c2t-pci|2 Package, 2 L3, 12 L2, 12 L1d, 12 Core, 24 PU, 2 NUMANode
8intel64-4n2t-memattrs|4 Group0, 8 PU, 4 NUMANode
96em64t-4n4d3ca2co-pci|4 Group0, 16 Package, 16 L3, 48 L2, 96 L1d, 96 Core, 96 PU, 4 NUMANode
fakecpukinds|1 Package, 2 Core, 4 PU, 1 NUMANode
power8gpudistances|2 Package, 8 L3, 8 Core, 16 PU, 2 NUMANode"
if [ -d "$topologies" ]; then
    while IFS='|' read -r name counts; do
        check "$name" 0 "^$counts$" show --full --topology "$topologies/$name.xml"
        IFS=', ' read -ra words <<<"$counts"
        for ((i = 0; i < ${#words[@]}; i += 2)); do # and draws as many
            n=$(names out | grep -c "^${words[i + 1]} L#") || true
            [ "$n" = "${words[i]}" ] && pass || fail "$name: draws $n ${words[i + 1]}, not ${words[i]}"
        done
        if command -v lstopo-no-graphics >/dev/null; then
            names out >drawn
            lstopo-no-graphics -i "$topologies/$name.xml" --of console --no-io >lstopo 2>/dev/null
            names lstopo >expected
            cmp -s drawn expected && pass || fail "$name: is not what lstopo draws"
        fi
    done <<<"$counted"
    check "offline" 0 "offline: P#2,5,7-11,13-14" show --topology "$topologies/16em64t-4s2c2t-offlines.xml"
    check "hybrid" 0 "signature   package-package-package-core:e-p-k1-e-p:download\+sink" \
        show --topology "$topologies/fakecpukinds.xml" -p mixed
    holds "hybrid" "kind p: P#3, CoreType IntelCore"
    check "memory" 0 "NUMANode L#1 \(P#1, 64 GiB\)" show --topology "$topologies/power8gpudistances.xml"
    refuse "what is offline" "CPU 2 is offline" show --topology "$topologies/16em64t-4s2c2t-offlines.xml" -p pu:2
    head -c 900 "$topologies/fakecpukinds.xml" >cut.xml
    echo "leak:libhwloc" >leaks # hwloc 2.9 does not free what it had read of such a file
    refuse "cut file" "is not an hwloc topology" env LSAN_OPTIONS="suppressions=$work/leaks:print_suppressions=0" \
        "$sluice" topology --topology cut.xml
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
# Where the queues' memory lies is read back where it is bound.
read_back='"made_on":\[\[\[[0-9]+,[0-9]+\]'
ok "memory runs" 12 -q condvar,deque-lock -w block -n 5000 -p compact --memory default,local,interleave,source,sink,"node:$node"
[ "$(grep -cE '"bound_nodes":\[(null,){3}null\]' "$file")" = 2 ] && pass || fail "memory: not 2 trials are unbound"
[ "$(grep -cE '"bound_nodes":\[\[[0-9]' "$file")" = 10 ] && pass || fail "memory: not 10 trials are bound"
if [ -r /proc/self/numa_maps ]; then
    [ "$(grep -E '"bound_nodes":\[\[' "$file" | grep -cE "$read_back")" = 10 ] && pass || fail "memory: not read back"
    on_node=$(grep -E '"memory":"node:' "$file" | grep -cE "\"made_on\":\[(\[\[$node,[0-9]+\]\],?){4}\]")
    [ "$on_node" = 2 ] && pass || fail "memory: not on node $node"
fi
if grep -q "^Seccomp_filters" /proc/self/status; then
    check "not bound" 1 ",failed," run -q "$plugins/unbindable.so" -n 500 --memory "node:$node"
    grep -q "\"text\":\"memory=node:$node: the kernel refuses to bind memory to NUMA node $node: Operation not permitted\"" "$file" &&
        pass || fail "not bound: does not say why"
    [ "$(outcomes "$file")" = "1outcome:failed " ] && pass || fail "not bound: measured all the same"
    ok "bound by nobody" 1 -q "$plugins/unbindable.so" -n 500 --memory default
fi
ok "unbound" 1 -q condvar -w block -n 500 -p unbound
grep -q '"signature":"unbound"' "$work/$number.jsonl" && pass || fail "unbound: signature not recorded"

finish
