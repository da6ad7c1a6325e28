/* output.c - see output.h. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void output_default(const char *suffix, char *path, size_t size)
{
    char host[64] = "host", when[32];
    time_t now = time(NULL);
    struct tm local;
    gethostname(host, sizeof host - 1);
    strftime(when, sizeof when, "%Y%m%d-%H%M%S", localtime_r(&now, &local));
    snprintf(path, size, "results/runs/%s-%s%s", when, host, suffix);
}

int output_make_folder(const char *path, struct fault *fault)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *at = folder + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        if (mkdir(folder, 0777) < 0 && errno != EEXIST)
            return fault_set(fault,
                             "the folder '%s' for the results cannot be made: %m; name a file with --output",
                             folder);
        *at = '/';
    }
    return 0;
}
