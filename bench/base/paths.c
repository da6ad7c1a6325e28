/* paths.c - see paths.h. */
#include "base/paths.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SLUICE_SCRIPTS_DIR
#define SLUICE_SCRIPTS_DIR "scripts"
#endif

const char *paths_scripts(void)
{
    static char path[PATH_MAX + 32];
    const char *chosen = getenv("SLUICE_SCRIPTS");
    if (chosen && *chosen)
        return chosen;
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    for (int up = 0; up < 2; up++) { /* bin/sluice -> the prefix */
        char *slash = strrchr(program, '/');
        if (slash)
            *slash = '\0';
    }
    snprintf(path, sizeof path, "%s/share/sluice/style.gp", program);
    if (access(path, R_OK) == 0) {
        *strrchr(path, '/') = '\0';
        return path;
    }
    return SLUICE_SCRIPTS_DIR;
}
