/* machine.h - the machine record: what METHOD rule 19 wants known about the place where numbers were made.

   Every key below is in every record; what this machine does not tell is null, and nothing is inferred. Sizes
   are in bytes. Facts that change with time (load, steal, frequency) are those of the moment of recording.

   | key                    | value                                                                         |
   |------------------------|-------------------------------------------------------------------------------|
   | hostname               | text                                                                          |
   | cpu_model              | text, as the CPU names itself                                                 |
   | architecture           | text, such as "x86_64"                                                        |
   | kernel_name, kernel_release, kernel_version | text, as uname                                           |
   | pus_total              | PUs online in the machine                                                     |
   | pus_usable, pu_list    | PUs this process may use, and their OS indices such as "0-3,8"                |
   | cores, packages, numa_nodes | of the usable PUs                                                        |
   | caches                 | data and unified caches of the usable PUs: an array of {level, bytes,         |
   |                        | line_bytes, count}, one entry for each different size                         |
   | smt                    | "on" or "off"                                                                 |
   | governor               | frequency governors of the usable PUs, such as "performance"; "," between     |
   |                        | different ones                                                                |
   | frequency_driver       | what sets the clock of the first usable PU, such as "intel_pstate"            |
   | turbo                  | true, false                                                                   |
   | frequency_khz          | of the first usable PU                                                        |
   | isolated_cpus          | OS indices such as "2-3"; "" for none                                         |
   | hypervisor             | "none", or its name such as "KVM"                                             |
   | dmi_vendor, dmi_product | text, as the firmware says                                                   |
   | cgroup                 | {version: 1 or 2 (of the cpu controller), cpu_limit: CPUs or "max",           |
   |                        | memory_limit_bytes: bytes or "max", cpuset: OS indices}; limits are the       |
   |                        | tightest of all levels that this process can see                              |
   | load_average           | array: over 1, 5 and 15 minutes                                               |
   | steal_share            | share of CPU time since boot that the hypervisor gave to others, 0 to 1       |
   | transparent_hugepages  | "always", "madvise", "never"                                                  |
   | aslr                   | address layout of this process: "off", "partial", "full"                      |
   | clocksource            | text, such as "tsc"                                                           |
   | memory_bytes, page_bytes | integers                                                                    |
   | allocator              | "glibc malloc 2.36", or the file that malloc comes from                       |
   | timer_slack_ns         | of the main thread                                                            |
   | libraries              | {hwloc, jansson, glibc: as loaded; liburcu, ck: as built against}             |
   | build                  | {compiler, flags, type, commit}                                               |
   | verdict, checks        | what follows from the above: "good", "fair", "poor" or "unknown", and the     |
   |                        | findings that it sums up (finding.h)                                          |

   The build system tells machine.c what the machine cannot: SLUICE_CK_VERSION, SLUICE_URCU_VERSION,
   SLUICE_CFLAGS, SLUICE_BUILD_TYPE and SLUICE_COMMIT, all string literals; left out, "unknown" or empty
   means null. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include "machine/finding.h"
#include "machine/topology.h"

#include <jansson.h>
#include <stddef.h>

/* Returns a new record of this machine, the caller's to json_decref; null when memory ran out. What only the
   topology knows is null where the topology is null or not of this machine. */
json_t *machine_record(const struct topology *topology);

/* Writes one line for plot captions and tables, made from the record alone and cut at the buffer's end, such
   as "Intel Xeon, 2 cores / 2 PUs, Linux 6.18, gcc 12.2 -O3, governor unknown, KVM guest". A record without
   any of it (of another version, or null) gives a line that says so. */
void machine_caption(const json_t *machine, char *text, size_t size);

/* Adds the findings of a record's checks, and of those of the campaign's end (`disturbance` in
   results/SCHEMA.md; may be null). False where the record has none, as those of older versions. */
bool machine_findings(const json_t *machine, const json_t *disturbance, struct findings *findings);

/* Returns a new array, the caller's to json_decref, of sentences (strings without a full stop) that say why
   numbers may be noisy on the machine of this record, by its `checks`; empty when nothing is known to be
   wrong, null when memory ran out. */
json_t *machine_warnings(const json_t *machine);

#endif
