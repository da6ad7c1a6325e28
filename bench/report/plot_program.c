/* plot_program.c - see plot_program.h. */
#include "report/plot_program.h"

#include "base/text_set.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64 };

/* A whole file as a text, the caller's; null with errno. */
static char *read_text(const char *path)
{
    char *text = NULL, part[4096];
    size_t size, length;
    FILE *file = fopen(path, "re"), *out = file ? open_memstream(&text, &size) : NULL;
    while (out && (length = fread(part, 1, sizeof part, file)))
        fwrite(part, 1, length, out);
    int error = file && ferror(file) ? errno : 0;
    if (out && fclose(out))
        error = errno;
    if (file)
        fclose(file);
    if (error) {
        free(text);
        errno = error;
        return NULL;
    }
    return text;
}

static int write_text(const char *path, const char *text, struct fault *fault)
{
    FILE *file = fopen(path, "we");
    bool is_written = file && fputs(text, file) >= 0;
    if (file && fclose(file))
        is_written = false;
    return is_written ? 0
                      : fault_set(fault, "'%s' cannot be written: %s; name another folder with --output",
                                  path, strerror(errno));
}

struct copying {
    const char *from, *to; /* folders */
    struct text_set done;
    struct fault *fault;
    FILE *talk;
};

static int copy(struct copying *copying, const char *program);

/* Copies the programs that this one loads: load scripts . 'NAME'. */
static int copy_loaded(struct copying *copying, const char *text)
{
    static const char loads[] = "load scripts . '";
    while ((text = strstr(text, loads))) {
        char program[NAME];
        text += sizeof loads - 1;
        size_t length = strcspn(text, "'/\n");
        if (length >= NAME || text[length] != '\'')
            continue;
        snprintf(program, sizeof program, "%.*s", (int)length, text);
        if (copy(copying, program))
            return -1;
    }
    return 0;
}

static int copy(struct copying *copying, const char *program)
{
    char from[PATH_MAX], to[PATH_MAX];
    int status = text_set_add(&copying->done, program);
    if (status <= 0)
        return status ? fault_set(copying->fault, "the plots cannot be made: out of memory") : 0;
    snprintf(from, sizeof from, "%s/%s", copying->from, program);
    snprintf(to, sizeof to, "%s/%s", copying->to, program);
    char *text = read_text(from), *there = text ? read_text(to) : NULL;
    status = 0;
    if (!text)
        status = fault_set(copying->fault,
                           "the gnuplot program '%s' cannot be read: %s; the environment variable "
                           "SLUICE_SCRIPTS names the folder of these programs",
                           from, strerror(errno));
    else if (!there)
        status = write_text(to, text, copying->fault);
    else if (strcmp(text, there) != 0)
        fprintf(copying->talk, "%s: kept, since it differs from Sluice's own; remove it to have that\n", to);
    if (status == 0)
        status = copy_loaded(copying, text);
    free(text);
    free(there);
    return status;
}

int plot_copy_programs(const char *const *names, size_t count, const char *scripts_dir, const char *folder,
                       struct fault *fault, FILE *talk)
{
    struct copying copying = {.from = scripts_dir, .to = folder, .fault = fault, .talk = talk};
    int status = 0;
    for (size_t i = 0; i < count && status == 0; i++) {
        char program[NAME];
        snprintf(program, sizeof program, "plot-%s.gp", names[i]);
        status = copy(&copying, program);
    }
    text_set_release(&copying.done);
    return status;
}
