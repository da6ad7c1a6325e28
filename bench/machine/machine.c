/* machine.c - see machine.h. A fact is a key and a function that returns its value as a new reference, or
   null where the machine does not tell it; the table `facts` lists them all. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_DEFAULT, dladdr */
#endif
#include "machine/machine.h"

#include "machine/cgroup.h"
#include "machine/check.h"
#include "machine/cpu_times.h"
#include "machine/hypervisor.h"
#include "machine/memory_place.h"
#include "machine/sysfile.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/utsname.h>
#include <unistd.h>

#ifndef SLUICE_CK_VERSION
#define SLUICE_CK_VERSION "unknown"
#endif
#ifndef SLUICE_URCU_VERSION
#define SLUICE_URCU_VERSION "unknown"
#endif
#ifndef SLUICE_CFLAGS
#define SLUICE_CFLAGS "unknown"
#endif
#ifndef SLUICE_BUILD_TYPE
#define SLUICE_BUILD_TYPE "unknown"
#endif
#ifndef SLUICE_COMMIT
#define SLUICE_COMMIT "unknown"
#endif

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

#define SYS     "/sys/devices/system/"
#define SYS_CPU SYS "cpu/"

/* ---- reading files of one line ---- */

static json_t *file_text(const char *path)
{
    char line[1024];

    return sysfile_line(path, line, sizeof line) ? json_string(line) : NULL;
}

static json_t *file_integer(const char *path)
{
    char line[64], *end;
    long long value;

    if (!sysfile_line(path, line, sizeof line))
        return NULL;
    value = strtoll(line, &end, 10);
    return end != line && *end == '\0' ? json_integer(value) : NULL;
}

/* The chosen word of a line such as "always [madvise] never". */
static json_t *file_choice(const char *path)
{
    char line[256], *start, *end;

    if (!sysfile_line(path, line, sizeof line) || !(start = strchr(line, '[')) || !(end = strchr(start, ']')))
        return NULL;
    return json_stringn(start + 1, (size_t)(end - start - 1));
}

/* A switch that reads 1 or 0. */
static json_t *file_on_off(const char *path)
{
    char line[8];

    return sysfile_line(path, line, sizeof line) ? json_string(strcmp(line, "1") == 0 ? "on" : "off") : NULL;
}

static json_t *known_text(const char *text)
{
    return text && *text && strcmp(text, "unknown") != 0 ? json_string(text) : NULL;
}

static json_t *value_or_null(json_t *value)
{
    return value ? value : json_null();
}

/* ---- CPUs ---- */

static json_t *pus_total(void)
{
    long pus = sysconf(_SC_NPROCESSORS_ONLN);

    return pus > 0 ? json_integer(pus) : NULL;
}

static json_t *pu_list(const struct topology *topology)
{
    char list[8192];

    topology_pu_list(topology, list, sizeof list);
    return json_string(list);
}

/* OS indices of the nodes that memory can be bound to. */
static json_t *memory_nodes(const struct topology *topology)
{
    char list[256];

    return json_string(memory_place_list(topology, list, sizeof list));
}

/* Counts objects of a type. Restricting a topology leaves the memory of CPUs that may not be used; such nodes
 * do not count. */
static json_t *object_count(const struct topology *topology, hwloc_obj_type_t type)
{
    hwloc_obj_t object = NULL;
    int count = 0;

    while ((object = hwloc_get_next_obj_by_type(topology->hwloc, type, object)))
        count += !hwloc_bitmap_iszero(object->cpuset);
    return count > 0 ? json_integer(count) : NULL;
}

static json_t *size_or_null(json_int_t bytes)
{
    return bytes > 0 ? json_integer(bytes) : json_null();
}

/* Counts the cache under the entry of its level and size, which is added where there is none. */
static void add_cache(json_t *caches, hwloc_obj_t cache)
{
    json_int_t level = cache->attr->cache.depth;
    json_t *bytes = size_or_null((json_int_t)cache->attr->cache.size), *entry;
    size_t i;

    json_array_foreach (caches, i, entry) {
        if (json_integer_value(json_object_get(entry, "level")) == level &&
            json_equal(json_object_get(entry, "bytes"), bytes)) {
            json_t *count = json_object_get(entry, "count");
            json_integer_set(count, json_integer_value(count) + 1);
            json_decref(bytes);
            return;
        }
    }
    json_array_append_new(caches,
                          json_pack("{s:I, s:o, s:o, s:i}", "level", level, "bytes", bytes, "line_bytes",
                                    size_or_null(cache->attr->cache.linesize), "count", 1));
}

static json_t *caches(const struct topology *topology)
{
    json_t *found = json_array();
    hwloc_obj_t cache = NULL;

    for (hwloc_obj_type_t type = HWLOC_OBJ_L1CACHE; found && type <= HWLOC_OBJ_L5CACHE; type++)
        while ((cache = hwloc_get_next_obj_by_type(topology->hwloc, type, cache)))
            add_cache(found, cache);
    if (json_array_size(found) > 0)
        return found;
    json_decref(found);
    return NULL;
}

static json_t *cpu_model(const struct topology *topology)
{
    hwloc_obj_t package = hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_PACKAGE, 0);

    return known_text(
        hwloc_obj_get_info_by_name(package ? package : hwloc_get_root_obj(topology->hwloc), "CPUModel"));
}

static bool read_cpufreq(const struct topology *topology, unsigned logical, const char *name, char *line,
                         size_t size)
{
    char path[128];

    snprintf(path, sizeof path, SYS_CPU "cpu%u/cpufreq/%s", topology_pu_os_index(topology, logical), name);
    return sysfile_line(path, line, size);
}

static json_t *governor(const struct topology *topology)
{
    char all[256] = "", one[64];

    for (unsigned logical = 0; logical < topology_pus(topology); logical++) {
        if (!read_cpufreq(topology, logical, "scaling_governor", one, sizeof one))
            return NULL;
        if (!strstr(all, one)) { /* no governor's name is part of another's */
            size_t used = strlen(all);
            snprintf(all + used, sizeof all - used, "%s%s", used ? "," : "", one);
        }
    }
    return known_text(all);
}

static json_t *frequency_driver(const struct topology *topology)
{
    char line[64];

    return read_cpufreq(topology, 0, "scaling_driver", line, sizeof line) ? known_text(line) : NULL;
}

static json_t *turbo(void)
{
    char line[8];

    if (sysfile_line(SYS_CPU "intel_pstate/no_turbo", line, sizeof line))
        return json_boolean(strcmp(line, "0") == 0);
    if (sysfile_line(SYS_CPU "cpufreq/boost", line, sizeof line))
        return json_boolean(strcmp(line, "1") == 0);
    return NULL;
}

/* Of one PU only: some kernels take 10 ms to answer for an idle one. */
static json_t *frequency_khz(const struct topology *topology)
{
    char line[32];

    if (!read_cpufreq(topology, 0, "scaling_cur_freq", line, sizeof line) || atoll(line) <= 0)
        return NULL;
    return json_integer(atoll(line));
}

/* ---- what runs below and around ---- */

static json_t *architecture(void)
{
    struct utsname name;

    return uname(&name) == 0 ? json_string(name.machine) : NULL;
}

static json_t *load_average(void)
{
    char line[128];
    double load[3];

    if (!sysfile_line("/proc/loadavg", line, sizeof line) ||
        sscanf(line, "%lf %lf %lf", &load[0], &load[1], &load[2]) != 3)
        return NULL;
    return json_pack("[f, f, f]", load[0], load[1], load[2]);
}

static json_t *steal_share(void)
{
    struct cpu_times times;

    return cpu_times_read(NULL, &times) ? json_real(times.steal / times.total) : NULL;
}

static json_t *aslr(void)
{
    static const char *const levels[] = {"off", "partial", "full"};
    char line[8];
    int persona = personality(0xffffffff); /* asks, sets nothing */

    if (sysfile_is_own() && persona != -1 && (persona & ADDR_NO_RANDOMIZE))
        return json_string("off"); /* as under setarch -R */
    if (!sysfile_line("/proc/sys/kernel/randomize_va_space", line, sizeof line) || line[0] < '0' ||
        line[0] > '2')
        return NULL;
    return json_string(levels[line[0] - '0']);
}

static json_t *memory_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

    return pages > 0 && page > 0 ? json_integer((json_int_t)pages * page) : NULL;
}

static json_t *page_bytes(void)
{
    return json_integer(sysconf(_SC_PAGESIZE));
}

/* ---- software ---- */

/* Asks the loader where malloc comes from, since a preloaded allocator replaces the one linked against. */
static json_t *allocator(void)
{
    void *function = dlsym(RTLD_DEFAULT, "malloc");
    const char *file;
    Dl_info info;

    if (!function || dladdr(function, &info) == 0 || !info.dli_fname)
        return NULL;
    file = strrchr(info.dli_fname, '/') ? strrchr(info.dli_fname, '/') + 1 : info.dli_fname;
    if (strncmp(file, "libc.so", 7) == 0 || strncmp(file, "libc-", 5) == 0)
        return json_sprintf("glibc malloc %s", gnu_get_libc_version());
    return known_text(file);
}

/* The release of the hwloc that is loaded, which it writes into every topology that it makes. */
static json_t *hwloc_release(void)
{
    hwloc_topology_t topology;
    json_t *release = NULL;

    if (hwloc_topology_init(&topology) != 0)
        return NULL;
    if (hwloc_topology_set_synthetic(topology, "pu:1") == 0 && hwloc_topology_load(topology) == 0)
        release = known_text(hwloc_obj_get_info_by_name(hwloc_get_root_obj(topology), "hwlocVersion"));
    hwloc_topology_destroy(topology);
    return release;
}

static json_t *libraries(void)
{
    return json_pack("{s:o, s:s, s:s, s:o, s:o}", "hwloc", value_or_null(hwloc_release()), "jansson",
                     jansson_version_str(), "glibc", gnu_get_libc_version(), "liburcu",
                     value_or_null(known_text(SLUICE_URCU_VERSION)), "ck",
                     value_or_null(known_text(SLUICE_CK_VERSION)));
}

static json_t *build(void)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "compiler", COMPILER, "flags",
                     value_or_null(known_text(SLUICE_CFLAGS)), "type",
                     value_or_null(known_text(SLUICE_BUILD_TYPE)), "commit",
                     value_or_null(known_text(SLUICE_COMMIT)));
}

/* ---- the record ---- */

/* One way of asking is set for each. Those through the topology need one of this machine. */
static const struct fact {
    const char *key;
    json_t *(*from_system)(void);
    json_t *(*from_topology)(const struct topology *);
    json_t *(*from_file)(const char *path);
    const char *path;
    hwloc_obj_type_t counted; /* where nothing else is set: how many of these the topology holds */
} facts[] = {
    {"hostname", .from_file = file_text, .path = "/proc/sys/kernel/hostname"},
    {"cpu_model", .from_topology = cpu_model},
    {"architecture", .from_system = architecture},
    {"kernel_name", .from_file = file_text, .path = "/proc/sys/kernel/ostype"},
    {"kernel_release", .from_file = file_text, .path = "/proc/sys/kernel/osrelease"},
    {"kernel_version", .from_file = file_text, .path = "/proc/sys/kernel/version"},
    {"pus_total", .from_system = pus_total},
    {"pus_usable", .counted = HWLOC_OBJ_PU},
    {"pu_list", .from_topology = pu_list},
    {"cores", .counted = HWLOC_OBJ_CORE},
    {"packages", .counted = HWLOC_OBJ_PACKAGE},
    {"numa_nodes", .counted = HWLOC_OBJ_NUMANODE},
    {"memory_nodes", .from_topology = memory_nodes},
    {"caches", .from_topology = caches},
    {"smt", .from_file = file_on_off, .path = SYS_CPU "smt/active"},
    {"governor", .from_topology = governor},
    {"frequency_driver", .from_topology = frequency_driver},
    {"turbo", .from_system = turbo},
    {"frequency_khz", .from_topology = frequency_khz},
    {"isolated_cpus", .from_file = file_text, .path = SYS_CPU "isolated"},
    {"hypervisor", .from_system = hypervisor_name},
    {"dmi_vendor", .from_file = file_text, .path = "/sys/class/dmi/id/sys_vendor"},
    {"dmi_product", .from_file = file_text, .path = "/sys/class/dmi/id/product_name"},
    {"cgroup", .from_system = cgroup_limits},
    {"load_average", .from_system = load_average},
    {"steal_share", .from_system = steal_share},
    {"transparent_hugepages", .from_file = file_choice,
     .path = "/sys/kernel/mm/transparent_hugepage/enabled"},
    {"aslr", .from_system = aslr},
    {"clocksource", .from_file = file_text, .path = SYS "clocksource/clocksource0/current_clocksource"},
    {"memory_bytes", .from_system = memory_bytes},
    {"page_bytes", .from_system = page_bytes},
    {"allocator", .from_system = allocator},
    {"timer_slack_ns", .from_file = file_integer, .path = "/proc/self/timerslack_ns"},
    {"libraries", .from_system = libraries},
    {"build", .from_system = build},
};

static json_t *ask(const struct fact *fact, const struct topology *topology)
{
    if (fact->from_file)
        return fact->from_file(fact->path);
    if (fact->from_system)
        return fact->from_system();
    if (!topology || !topology->is_this_machine)
        return NULL;
    return fact->from_topology ? fact->from_topology(topology) : object_count(topology, fact->counted);
}

json_t *machine_record(const struct topology *topology)
{
    json_t *record = json_object();
    struct findings findings = {0};

    for (size_t i = 0; record && i < sizeof facts / sizeof *facts; i++) {
        if (json_object_set_new(record, facts[i].key, value_or_null(ask(&facts[i], topology))) != 0) {
            json_decref(record);
            return NULL;
        }
    }
    check_machine(record, &findings);
    findings_store(&findings, record);
    return record;
}
