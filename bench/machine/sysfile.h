/* sysfile.h - the kernel's files under /proc and /sys, most of which have one line. */
#ifndef BENCH_SYSFILE_H
#define BENCH_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* For tests: from now on all files are looked for under this folder, which must outlive the calls, as those
   of another machine; null: this machine's own again. Not to be called while another thread reads. */
void sysfile_set_root(const char *folder);
/* Whether they are this machine's own: what else it can be asked, such as its CPU, fits them. */
bool sysfile_is_own(void);

/* Opens a file for reading; null when it cannot be. */
FILE *sysfile_open(const char *path);
bool sysfile_exists(const char *path);

/* Reads the first line without the blanks at its end, cut to the buffer; an empty file gives an empty line.
   False when the file cannot be read. */
bool sysfile_line(const char *path, char *line, size_t size);

#endif
