/* version.h - the program's version. */
#ifndef BENCH_VERSION_H
#define BENCH_VERSION_H

#define SLUICE_VERSION "0.1.0"

#endif
