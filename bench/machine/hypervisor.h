/* hypervisor.h - what this machine runs on, if it is a virtual one. */
#ifndef BENCH_HYPERVISOR_H
#define BENCH_HYPERVISOR_H

#include <jansson.h>

/* Returns a new string: "none", or the hypervisor's name such as "KVM"; null when the machine does not tell,
   as most that are not x86. */
json_t *hypervisor_name(void);

#endif
