/* cgroup.c - see cgroup.h. */
#include "machine/cgroup.h"

#include "machine/sysfile.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A directory of the cgroup file system; cgroup_up() walks from a process's own to the outermost visible. */
struct cgroup {
    int version;
    char directory[4096];
    size_t root_length; /* of the part of `directory` that is the file system's root */
};

static bool names_controller(const char *list, const char *controller)
{
    size_t length = strlen(controller);

    for (const char *at = list; (at = strstr(at, controller)); at += length)
        if ((at == list || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
            return true;
    return false;
}

static bool is_cgroup(const char *directory)
{
    char path[4096 + 64];

    snprintf(path, sizeof path, "%s/cgroup.procs", directory);
    return sysfile_exists(path);
}

/* Finds the group that the controller (cpu, memory, cpuset) puts this process in: a line of
   /proc/self/cgroup is ID:CONTROLLERS:PATH, without controllers for version 2. */
static bool cgroup_find(const char *controller, struct cgroup *group)
{
    FILE *file = sysfile_open("/proc/self/cgroup");
    char line[4096], controllers[256], path[3800];
    const char *unified = sysfile_exists("/sys/fs/cgroup/unified") ? "unified" : "";

    group->version = 0;
    while (file && group->version != 1 && fgets(line, sizeof line, file)) {
        bool is_v2 = sscanf(line, "0::%3799[^\n]", path) == 1;
        if (!is_v2 && (sscanf(line, "%*d:%255[^:]:%3799[^\n]", controllers, path) != 2 ||
                       !names_controller(controllers, controller)))
            continue;
        group->version = is_v2 ? 2 : 1;
        group->root_length = (size_t)snprintf(group->directory, sizeof group->directory, "/sys/fs/cgroup/%s",
                                              is_v2 ? unified : controller);
        strcat(group->directory, path);
        /* In a container without a cgroup namespace the path is the host's, and the root is the own group. */
        if (!is_cgroup(group->directory))
            group->directory[group->root_length] = '\0';
    }
    if (file)
        fclose(file);
    return group->version && is_cgroup(group->directory);
}

static bool cgroup_up(struct cgroup *group)
{
    if (strlen(group->directory) <= group->root_length)
        return false;
    *strrchr(group->directory, '/') = '\0';
    return true;
}

static bool cgroup_read(const struct cgroup *group, const char *name, char *line, size_t size)
{
    char path[4096 + 64];

    snprintf(path, sizeof path, "%s/%s", group->directory, name);
    return sysfile_line(path, line, size);
}

/* CPUs that this group's quota is worth; infinite without a quota. */
static double cpu_limit_in(const struct cgroup *group)
{
    char quota[64], period[64];
    double quota_us, period_us;

    if (group->version == 2) {
        if (!cgroup_read(group, "cpu.max", quota, sizeof quota) ||
            sscanf(quota, "%lf %lf", &quota_us, &period_us) != 2)
            return INFINITY; /* "max 100000" */
    } else {
        if (!cgroup_read(group, "cpu.cfs_quota_us", quota, sizeof quota) ||
            !cgroup_read(group, "cpu.cfs_period_us", period, sizeof period))
            return INFINITY;
        quota_us = atof(quota); /* -1 for none */
        period_us = atof(period);
    }
    return quota_us >= 0 && period_us > 0 ? quota_us / period_us : INFINITY;
}

/* Bytes of memory allowed in this group; infinite without a limit. */
static double memory_limit_in(const struct cgroup *group)
{
    static const double no_limit = 0x1p62; /* version 1 says it with the largest page-aligned number */
    const char *name = group->version == 2 ? "memory.max" : "memory.limit_in_bytes";
    char line[64];
    double bytes;

    if (!cgroup_read(group, name, line, sizeof line) || sscanf(line, "%lf", &bytes) != 1 || bytes >= no_limit)
        return INFINITY;
    return bytes;
}

/* The least of the limits of a group and all those around it: "max" where there is none. */
static json_t *tightest_limit(const char *controller, double (*limit_in)(const struct cgroup *))
{
    struct cgroup group;
    double tightest = INFINITY;

    if (!cgroup_find(controller, &group))
        return NULL;
    do {
        tightest = fmin(tightest, limit_in(&group));
    } while (cgroup_up(&group));
    if (isinf(tightest))
        return json_string("max");
    return tightest == floor(tightest) ? json_integer((json_int_t)tightest) : json_real(tightest);
}

/* A group without a CPU set of its own has that of the one around it. */
static json_t *cgroup_cpuset(void)
{
    struct cgroup group;
    char line[4096];

    if (!cgroup_find("cpuset", &group))
        return NULL;
    do {
        if (cgroup_read(&group, group.version == 2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus", line,
                        sizeof line))
            return *line ? json_string(line) : NULL;
    } while (cgroup_up(&group));
    return NULL;
}

static json_t *value_or_null(json_t *value)
{
    return value ? value : json_null();
}

json_t *cgroup_limits(void)
{
    struct cgroup group;

    return json_pack("{s:o, s:o, s:o, s:o}", "version",
                     value_or_null(cgroup_find("cpu", &group) ? json_integer(group.version) : NULL),
                     "cpu_limit", value_or_null(tightest_limit("cpu", cpu_limit_in)), "memory_limit_bytes",
                     value_or_null(tightest_limit("memory", memory_limit_in)), "cpuset",
                     value_or_null(cgroup_cpuset()));
}
