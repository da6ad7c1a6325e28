/* sysfile.h - the kernel's files of one line, under /proc and /sys. */
#ifndef BENCH_SYSFILE_H
#define BENCH_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the first line without the blanks at its end, cut to the buffer; an empty file gives an empty line.
   False when the file cannot be read. */
bool sysfile_line(const char *path, char *line, size_t size);

#endif
