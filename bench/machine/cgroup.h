/* cgroup.h - the limits that control groups, version 1 or 2, put on this process. */
#ifndef BENCH_CGROUP_H
#define BENCH_CGROUP_H

#include <jansson.h>

/* Returns a new object, null when memory ran out:
     version             1 or 2, of the cpu controller
     cpu_limit           CPUs worth of time, or "max"
     memory_limit_bytes  bytes, or "max"
     cpuset              OS indices of CPUs such as "0-3,8"
   Limits are the tightest of all levels that this process can see. Values that cannot be found out are null.
 */
json_t *cgroup_limits(void);

#endif
