/* paths.h - where this program's companions lie. */
#ifndef BENCH_PATHS_H
#define BENCH_PATHS_H

/* The folder of the gnuplot programs: $SLUICE_SCRIPTS if set; else share/sluice beside the folder of this
   program, as it is installed; else the scripts of the source tree that it was built from. The string is the
   callee's. */
const char *paths_scripts(void);

/* The folder of the peers' modules: $SLUICE_PEERS_DIR if set; else the folder peers beside this program, as
   it is built; else where they are installed, seen from this program. The string is the callee's. */
const char *paths_peers(void);

#endif
