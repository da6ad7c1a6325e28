/* peers.c - see peers.h. */
#include "trial/peers.h"

#include "base/paths.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Written by queues/peers/CMakeLists.txt from its own list. */
const struct peer peers_known[] = {
#define PEER(name, packages) {name, packages},
#include SLUICE_PEERS_DEF
#undef PEER
    {NULL, NULL},
};

bool peers_find(const char *name, char path[PATH_MAX])
{
    int length = snprintf(path, PATH_MAX, "%s/%s.so", paths_peers(), name);
    return length < PATH_MAX && access(path, F_OK) == 0;
}

const struct peer *peers_lookup(const char *name)
{
    for (const struct peer *peer = peers_known; peer->name; peer++)
        if (strcmp(peer->name, name) == 0)
            return peer;
    return NULL;
}

static int is_module(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 3 && strcmp(entry->d_name + length - 3, ".so") == 0;
}

char **peers_list(size_t *count)
{
    struct dirent **entries;
    int found = scandir(paths_peers(), &entries, is_module, alphasort);
    char **names = found > 0 ? calloc((size_t)found, sizeof *names) : NULL;
    *count = 0;
    for (int i = 0; i < found; i++) {
        if (names && (names[*count] = strndup(entries[i]->d_name, strlen(entries[i]->d_name) - 3)))
            ++*count;
        free(entries[i]);
    }
    if (found >= 0)
        free(entries);
    return names;
}

void peers_free(char **names, size_t count)
{
    while (count-- > 0)
        free(names[count]);
    free(names);
}
