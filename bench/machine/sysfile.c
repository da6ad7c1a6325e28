/* sysfile.c - see sysfile.h. */
#include "machine/sysfile.h"

#include <stdio.h>
#include <string.h>

bool sysfile_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "r");
    bool is_read;

    if (!file)
        return false;
    if (!fgets(line, (int)size, file))
        line[0] = '\0';
    is_read = !ferror(file);
    fclose(file);
    for (size_t end = strlen(line); end > 0 && strchr(" \n", line[end - 1]); end--)
        line[end - 1] = '\0';
    return is_read;
}
