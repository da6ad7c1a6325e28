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

#ifndef SLUICE_INSTALLED_PEERS
#define SLUICE_INSTALLED_PEERS "../lib/sluice/peers" /* from the folder of the program */
#endif

/* The folder that is so many folders above this program; 1: the one that it lies in. */
static void find_above(char folder[PATH_MAX], int up)
{
    ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    folder[length > 0 ? length : 0] = '\0';
    while (up-- > 0) {
        char *slash = strrchr(folder, '/');
        if (slash)
            *slash = '\0';
    }
}

const char *paths_scripts(void)
{
    static char path[PATH_MAX + 32];
    const char *chosen = getenv("SLUICE_SCRIPTS");
    if (chosen && *chosen)
        return chosen;
    char prefix[PATH_MAX];
    find_above(prefix, 2); /* bin/sluice */
    snprintf(path, sizeof path, "%s/share/sluice/style.gp", prefix);
    if (access(path, R_OK) == 0) {
        *strrchr(path, '/') = '\0';
        return path;
    }
    return SLUICE_SCRIPTS_DIR;
}

const char *paths_peers(void)
{
    static char path[PATH_MAX + sizeof "/" SLUICE_INSTALLED_PEERS];
    const char *chosen = getenv("SLUICE_PEERS_DIR");
    if (chosen && *chosen)
        return chosen;
    char folder[PATH_MAX];
    find_above(folder, 1);
    snprintf(path, sizeof path, "%s/peers", folder);
    if (access(path, R_OK | X_OK) != 0)
        snprintf(path, sizeof path, "%s/" SLUICE_INSTALLED_PEERS, folder);
    return path;
}
