/* memory.c - see memory.h. */
#include "machine/memory.h"

#include "base/sanitized.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

int memory_open(void)
{
    return open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
}

uint64_t memory_resident(int descriptor)
{
    char text[128];
    unsigned long long size, resident;
    ssize_t length = pread(descriptor, text, sizeof text - 1, 0);
    if (length <= 0)
        return 0;
    text[length] = '\0';
    return sscanf(text, "%llu %llu", &size, &resident) == 2 ? resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* The kilobytes after a key such as "VmHWM:" in a file of /proc, as bytes; 0: not there. */
static uint64_t proc_bytes(const char *path, const char *key)
{
    char line[256];
    uint64_t kilobytes = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0 && sscanf(line + strlen(key), "%" SCNu64, &kilobytes) == 1)
            break;
    fclose(file);
    return kilobytes * 1024;
}

uint64_t memory_peak(void)
{
    return proc_bytes("/proc/self/status", "VmHWM:");
}

void memory_limit_growth(uint64_t bytes)
{
    if (SANITIZED) /* whose shadow memory would be counted */
        return;
    uint64_t most = proc_bytes("/proc/self/status", "VmData:") + bytes + bytes / 8 + (UINT64_C(16) << 20);
    struct rlimit limit = {.rlim_cur = most, .rlim_max = most};
    setrlimit(RLIMIT_DATA, &limit); /* best effort: the resident set is watched as well */
}

/* The first number in a file; 0 where there is none ("max", or no such file). */
static uint64_t file_number(const char *path)
{
    uint64_t number = 0;
    FILE *file = fopen(path, "re");
    if (file) {
        if (fscanf(file, "%" SCNu64, &number) != 1)
            number = 0;
        fclose(file);
    }
    return number;
}

uint64_t memory_available(void)
{
    uint64_t available = proc_bytes("/proc/meminfo", "MemAvailable:");
    /* In a container the root of /sys/fs/cgroup is the container's own group: version 2, then version 1. */
    uint64_t limit = file_number("/sys/fs/cgroup/memory.max"),
             used = file_number("/sys/fs/cgroup/memory.current");
    if (!limit) {
        limit = file_number("/sys/fs/cgroup/memory/memory.limit_in_bytes");
        used = file_number("/sys/fs/cgroup/memory/memory.usage_in_bytes");
    }
    if (limit && limit > used && limit - used < available)
        available = limit - used;
    return available;
}
