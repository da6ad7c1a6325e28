/* peers.h - the peers: queues of other libraries, each a module NAME.so in the folder of paths_peers(). Here
   they are only found; registry.h loads them. */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* A peer that the source tree has, whether it was built or not. */
struct peer {
    const char *name;
    const char *packages; /* Debian's, that building it needs; words with a blank between */
};

extern const struct peer peers_known[]; /* the last name is null */

/* Whether there is a module of that name, and its path. */
bool peers_find(const char *name, char path[PATH_MAX]);

/* The peer of that name in the table; null: there is none. */
const struct peer *peers_lookup(const char *name);

/* The names of the modules that are there, sorted; peers_free releases them. Null and 0: there are none. */
char **peers_list(size_t *count);
void peers_free(char **names, size_t count);

#endif
