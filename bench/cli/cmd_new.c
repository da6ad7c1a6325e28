/* cmd_new.c - `sluice new`: a queue to start from, as one C file that works. */
#include "cli/commands.h"

#include "base/fault.h"
#include "base/options.h"
#include "trial/registry.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

extern const char new_template[]; /* queues/template/myqueue.c, by scripts/embed.cmake */

#define TEMPLATE_NAME "myqueue"
enum { MOST_LETTERS = 40 };

static const struct command_spec command = {
    .name = "new",
    .summary = "write a queue to start from: one C file that works, with comments",
    .usage = "sluice new NAME",
    .examples = "sluice new myqueue",
    .notes = "Writes NAME.c into the current folder, and says how to build and run it. A file that is there\n"
             "is not overwritten. NAME has lower-case letters and digits, and a letter first.",
    .min_operands = 1,
    .max_operands = 1,
};

/* The name becomes a part of C's names, too. */
static int check_name(const char *name, struct fault *fault)
{
    const struct sluice_backend *other;
    size_t length = strlen(name);
    if (!length || length > MOST_LETTERS || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") != length ||
        (*name >= '0' && *name <= '9'))
        return fault_set(fault,
                         "'%.80s' is no name for a queue: it has 1 to %d lower-case letters and digits, "
                         "and a letter first",
                         name, MOST_LETTERS);
    struct fault none;
    if (registry_find(name, &other, &none) == 0)
        return fault_set(fault, "there is a queue '%s' already: take another name", name);
    return 0;
}

/* The template, with the new name in place of its own. */
static void write_text(FILE *file, const char *name)
{
    const char *text = new_template, *next;
    for (; (next = strstr(text, TEMPLATE_NAME)); text = next + strlen(TEMPLATE_NAME))
        fprintf(file, "%.*s%s", (int)(next - text), text, name);
    fputs(text, file);
}

static int write_queue(const char *name, struct fault *fault)
{
    char path[MOST_LETTERS + 3];
    if (check_name(name, fault))
        return -1;
    snprintf(path, sizeof path, "%s.c", name);
    FILE *file = fopen(path, "wxe");
    if (!file)
        return errno == EEXIST ? fault_set(fault, "'%s' is there already, and is not overwritten", path)
                               : fault_set(fault, "'%s' cannot be written: %m", path);
    write_text(file, name);
    bool is_written = !ferror(file);
    if (fclose(file) || !is_written) {
        fault_set(fault, "'%s' cannot be written: %m", path);
        unlink(path); /* it is ours: it was not there before */
        return -1;
    }
    printf("cc -O3 -shared -fPIC $(pkg-config --cflags sluice) %s.c -o %s.so\n"
           "sluice run --queue ./%s.so,lcrq\n",
           name, name, name);
    return 0;
}

static int main_new(int argc, char **argv)
{
    struct fault fault;
    int first, status = options_parse(&command, argc, argv, NULL, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = write_queue(argv[first], &fault);
    if (status == 0)
        return 0;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_new = {&command, main_new};
