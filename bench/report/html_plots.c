/* html_plots.c - the plots as inline SVG: see report_html.h. They are drawn in a folder that is removed
 * again. */
#include "report/report_html.h"

#include "report/plot.h"
#include "base/paths.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER = PATH_MAX - 64 /* leaves room for the name of a plot */ };

static bool make_folder(char path[FOLDER])
{
    const char *parent = getenv("TMPDIR");
    snprintf(path, FOLDER, "%s/sluice-XXXXXX", parent && *parent ? parent : "/tmp");
    return mkdtemp(path) != NULL;
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(path);
}

/* Behind an element of the SVG, if the text is at its start; else null. */
static const char *behind(const char *at, const char *start, const char *end)
{
    const char *found = strncmp(at, start, strlen(start)) == 0 ? strstr(at, end) : NULL;
    return found ? found + strlen(end) : NULL;
}

/* Each SVG calls its parts alike: in one page, their names and what refers to them must tell the plots apart.
 */
static size_t put_reference(const char *at, const char *name, FILE *out)
{
    static const char *const starts[] = {" id='", " id=\"", " xlink:href='#", " xlink:href=\"#", "url(#"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(at, starts[i], strlen(starts[i])) == 0) {
            fprintf(out, "%s%s-", starts[i], name);
            return strlen(starts[i]);
        }
    return 0;
}

/* The SVG of a file without what comes before it, and without its titles, which tell how it was drawn. */
static void put_svg(const char *svg, const char *name, const char *phrase, FILE *out)
{
    bool in_tag = false;
    svg = strstr(svg, "<svg");
    if (!svg)
        return;
    fputs("<svg role=\"img\" aria-label=\"", out);
    html_text(phrase, out);
    putc('"', out);
    for (svg += strlen("<svg"); *svg;) {
        const char *skipped = behind(svg, "<title>", "</title>");
        if (!skipped)
            skipped = behind(svg, "<desc>", "</desc>");
        if (skipped) {
            svg = skipped;
            continue;
        }
        size_t reference = in_tag ? put_reference(svg, name, out) : 0;
        if (reference) {
            svg += reference;
            continue;
        }
        in_tag = *svg == '<' || (in_tag && *svg != '>');
        putc(*svg++, out);
    }
}

static void put_plot(const char *folder, enum plot plot, FILE *out)
{
    char path[PATH_MAX], *svg = NULL, part[4096];
    size_t size, length;
    snprintf(path, sizeof path, "%s/%s.svg", folder, plot_names[plot]);
    FILE *file = fopen(path, "re"), *copy = open_memstream(&svg, &size);
    while (file && copy && (length = fread(part, 1, sizeof part, file)))
        fwrite(part, 1, length, copy);
    if (file)
        fclose(file);
    if (copy)
        fclose(copy);
    const char *phrase = plot_phrase(plot);
    fputs("<figure><div class=\"scroll\" tabindex=\"0\">\n", out);
    put_svg(svg ? svg : "", plot_names[plot], phrase, out);
    fprintf(out, "</div><figcaption>%c", toupper((unsigned char)phrase[0]));
    html_text(phrase + 1, out);
    fputs("</figcaption></figure>\n", out);
    free(svg);
}

static void put_plots(const struct summary *summary, const char *folder, FILE *out)
{
    const char *undrawable[PLOTS];
    struct fault fault = {""};
    FILE *talk = fopen("/dev/null", "we");
    int status = talk
                     ? plot_draw_summary(summary, folder, PLOT_SVG, paths_scripts(), undrawable, &fault, talk)
                     : fault_set(&fault, "/dev/null cannot be opened: %s", strerror(errno));
    if (talk)
        fclose(talk);
    for (int plot = 0; plot < PLOTS && status == 0; plot++)
        if (!undrawable[plot])
            put_plot(folder, (enum plot)plot, out);
    if (status) {
        fputs("<p>The plots could not be drawn: ", out);
        html_text(fault.text, out);
        fputs(".</p>\n", out);
    }
}

void html_plots(const struct summary *summary, FILE *out)
{
    char folder[FOLDER];
    if (!summary->count)
        return;
    fputs("<section id=\"plots\"><h2>Plots</h2>\n", out);
    if (make_folder(folder)) {
        put_plots(summary, folder, out);
        remove_folder(folder);
    } else {
        fprintf(out, "<p>The plots could not be drawn: no folder can be made for them: %s.</p>\n",
                strerror(errno));
    }
    fputs("</section>\n", out);
}
