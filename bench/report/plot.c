/* plot.c - see plot.h. */
#include "report/plot.h"

#include "report/plot_program.h"
#include "base/suggest.h"
#include "limits/roofline.h"
#include "report/plot_export.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *const format_names[] = {"svg", "pdf", "png", "tex"}; /* bit i is the i-th */
/* What comes after a plot's name; the words of a tex are in the one, all else in the other. */
static const char *const suffixes[][2] = {{".svg"}, {".pdf"}, {".png"}, {"-latex.tex", "-latex.pdf"}};

enum { FORMATS = sizeof format_names / sizeof *format_names, NOT_FOUND = 127 };

const struct option_values plot_values = {.words = format_names, .count = FORMATS, .separators = ","};

static int parse_format(const char *name, unsigned *formats, struct fault *fault)
{
    int format = options_find_word(&plot_values, "format", name, fault);
    if (format < 0)
        return -1;
    *formats |= 1u << format;
    return 0;
}

int plot_formats_parse(const char *text, unsigned *formats, struct fault *fault)
{
    char name[64];
    *formats = 0;
    for (;; text++) {
        size_t length = strcspn(text, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, text);
        if (parse_format(name, formats, fault))
            return -1;
        text += length;
        if (!*text)
            return 0;
    }
}

/* --- gnuplot --- */

/* Reads what gnuplot says to the end and keeps the last line of it, in which it names its error. */
static void read_complaint(int descriptor, char *line, size_t size)
{
    FILE *said = fdopen(descriptor, "r");
    char next[512];
    while (said && fgets(next, sizeof next, said)) {
        next[strcspn(next, "\n")] = '\0';
        if (next[strspn(next, " ^")])
            snprintf(line, size, "%s", next);
    }
    if (said)
        fclose(said);
    else
        close(descriptor);
}

/* Runs gnuplot in a folder, without a shell in between: its exit status, -1 where it could not be started or
   was killed. */
static int run_gnuplot(const char *folder, char *const argv[], char *complaint, size_t size)
{
    posix_spawn_file_actions_t actions;
    int pipes[2], status = -1;
    pid_t child;
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDERR_FILENO);
    int error = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
    close(pipes[1]);
    read_complaint(pipes[0], complaint, size);
    if (error) {
        snprintf(complaint, size, "%s", strerror(error));
        status = error == ENOENT ? NOT_FOUND : -1;
    } else {
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
        status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

struct drawing {
    const char *folder;
    FILE *talk;
    struct fault *fault;
};

static void put_path(const struct drawing *drawing, const char *name, const char *suffix, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s%s", drawing->folder, name, suffix);
}

/* gnuplot runs in the folder, so that no name of the user's is ever part of a gnuplot command. */
static int draw(const struct drawing *drawing, const char *name, int format)
{
    char program[64], path[PATH_MAX], complaint[512] = "";
    snprintf(program, sizeof program, "plot-%s.gp", name);
    char *argv[] = {"gnuplot", "-c", program, ".", (char *)format_names[format], NULL};
    int status = run_gnuplot(drawing->folder, argv, complaint, sizeof complaint);
    if (status == NOT_FOUND)
        return fault_set(
            drawing->fault,
            "gnuplot is not installed, so that the data was written to '%s' but not drawn: apt install "
            "gnuplot-nox, then run this again",
            drawing->folder);
    for (int i = 0; i < 2 && suffixes[format][i]; i++) {
        put_path(drawing, name, suffixes[format][i], path);
        if (status)
            unlink(path); /* half a picture */
        else
            fprintf(drawing->talk, "%s\n", path);
    }
    return status ? fault_set(drawing->fault, "gnuplot could not draw '%s' by '%s/%s': %s", path,
                              drawing->folder, program, complaint)
                  : 0;
}

/* --- the whole --- */

/* Prints a word as a shell would need it. */
static void print_shell_word(const char *word, FILE *out)
{
    if (!word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=+,-")] &&
        *word) {
        fputs(word, out);
        return;
    }
    putc('\'', out);
    for (; *word; word++)
        *word == '\'' ? fputs("'\\''", out) : putc(*word, out);
    putc('\'', out);
}

static void explain(const struct drawing *drawing, const char *name)
{
    fputs("to draw one by hand: cd ", drawing->talk);
    print_shell_word(drawing->folder, drawing->talk);
    fprintf(drawing->talk, " && gnuplot -c plot-%s.gp . png\n", name);
}

static int draw_all(const struct drawing *drawing, const char *const *names, const char *const *undrawable,
                    size_t count, unsigned formats)
{
    for (size_t plot = 0; plot < count; plot++) {
        if (undrawable[plot])
            fprintf(drawing->talk, "%s: nothing to draw, %s\n", names[plot], undrawable[plot]);
        for (int i = 0; i < FORMATS && !undrawable[plot]; i++)
            if ((formats & (1u << i)) && draw(drawing, names[plot], i))
                return -1;
    }
    return 0;
}

int plot_make_folder(const char *path, struct fault *fault)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return 0;
    int error = errno;
    if (error == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return 0;
    return fault_set(fault,
                     "the folder '%s' for the plots cannot be made: %s; name another one with --output", path,
                     strerror(error));
}

int plot_draw_data(const char *const *names, const char *const *undrawable, size_t count, const char *folder,
                   unsigned formats, const char *scripts_dir, struct fault *fault, FILE *talk)
{
    struct drawing drawing = {.folder = folder, .talk = talk, .fault = fault};
    for (size_t plot = 0; plot < count; plot++)
        fprintf(talk, "%s/%s.tsv\n", folder, names[plot]);
    if (plot_copy_programs(names, count, scripts_dir, folder, fault, talk))
        return -1;
    int status = draw_all(&drawing, names, undrawable, count, formats);
    explain(&drawing, names[0]);
    return status;
}

int plot_draw_summary(const struct summary *summary, const char *out_dir, unsigned formats,
                      const char *scripts_dir, const char *undrawable[PLOTS], struct fault *fault, FILE *talk)
{
    const char *names[PLOTS], *why[PLOTS];
    size_t count = 0;
    if (plot_make_folder(out_dir, fault) || plot_export(summary, out_dir, undrawable, fault))
        return -1;
    for (int plot = 0; plot < PLOTS; plot++) {
        if (undrawable[plot] && !*undrawable[plot])
            continue; /* of no trials here */
        names[count] = plot_names[plot];
        why[count++] = undrawable[plot];
    }
    return plot_draw_data(names, why, count, out_dir, formats, scripts_dir, fault, talk);
}

int plot_draw(const char *jsonl_path, const char *limits_path, const char *out_dir, unsigned formats,
              const char *scripts_dir, struct fault *fault, FILE *talk)
{
    const char *undrawable[PLOTS];
    struct campaign_file file;
    struct summary summary;
    if (record_read(jsonl_path, &file, fault))
        return -1;
    int status = -1;
    if (limits_path && roofline_attach(&file, limits_path, fault))
        goto out;
    if (!file.count)
        fault_set(
            fault,
            "'%s' has no trial yet, so that there is nothing to plot: `sluice run --resume` goes on with it",
            jsonl_path);
    else if (summary_make(&summary, &file, fault) == 0) {
        status = plot_draw_summary(&summary, out_dir, formats, scripts_dir, undrawable, fault, talk);
        summary_release(&summary);
    }
out:
    record_release(&file);
    return status;
}
