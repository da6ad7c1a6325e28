/* sysfile.c - see sysfile.h. */
#include "machine/sysfile.h"

#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 8192 };

static const char *root = "";

void sysfile_set_root(const char *folder)
{
    root = folder ? folder : "";
}

bool sysfile_is_own(void)
{
    return !*root;
}

FILE *sysfile_open(const char *path)
{
    char full[PATH_SIZE];

    snprintf(full, sizeof full, "%s%s", root, path);
    return fopen(full, "re");
}

bool sysfile_exists(const char *path)
{
    char full[PATH_SIZE];

    snprintf(full, sizeof full, "%s%s", root, path);
    return access(full, F_OK) == 0;
}

bool sysfile_line(const char *path, char *line, size_t size)
{
    FILE *file = sysfile_open(path);
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
