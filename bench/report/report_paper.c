/* report_paper.c - see report_paper.h; also the table alone, as it is printed. */
#include "report/report_paper.h"

#include "report/plot.h"
#include "report/report_latex.h"
#include "report/report_macros.h"
#include "report/report_parts.h"
#include "base/sha256.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* What each file begins with, so that its figures can be traced and checked. */
static void put_stamp(const struct summary *summary, const char *hash, FILE *out)
{
    const char *path = strrchr(summary->file->path, '/');
    fprintf(out, "%% campaign      %s, which is what `sha256sum ", hash);
    style_plain_text(path ? path + 1 : summary->file->path, out);
    fputs("` prints\n", out);
}

int report_latex(const struct summary *summary, FILE *out, struct fault *fault)
{
    const struct page page = {.style = &style_latex, .out = out};
    char hash[SHA256_TEXT];
    if (sha256_file(summary->file->path, hash, fault))
        return -1;
    fputs("% needs booktabs and siunitx\n", out);
    put_stamp(summary, hash, out);
    return report_whole(summary, &page, fault);
}

/* --- the folder --- */

struct paper {
    const struct summary *summary;
    const char *folder, *prefix, *hash;
    const char *undrawable[PLOTS]; /* why a plot was not drawn */
    struct fault *fault;
    FILE *talk;
};

static int write_table(const struct paper *paper, FILE *out)
{
    const struct page page = {.style = &style_latex, .out = out};
    fputs("% table.tex - needs booktabs and siunitx\n", out);
    put_stamp(paper->summary, paper->hash, out);
    report_heading(paper->summary, &page);
    return report_table(paper->summary, &page, paper->fault) ||
                   report_notes(paper->summary, &page, paper->fault)
               ? -1
               : 0;
}

static int write_endings(const struct paper *paper, FILE *out)
{
    const struct page page = {.style = &style_latex, .out = out};
    fputs("% endings.tex - needs booktabs and siunitx\n", out);
    put_stamp(paper->summary, paper->hash, out);
    report_heading(paper->summary, &page);
    return report_endings(paper->summary, &page, paper->fault);
}

static int write_macros(const struct paper *paper, FILE *out)
{
    const struct summary *summary = paper->summary;
    struct macros macros;
    const struct page page = {.style = &style_macros, .out = out, .macros = &macros};
    int status = macros_make(&macros, summary, paper->prefix, paper->hash);
    fputs("% macros.tex - needs siunitx\n", out);
    put_stamp(summary, paper->hash, out);
    report_heading(summary, &page);
    if (status == 0) {
        macros_print_facts(&macros, summary, paper->hash, out);
        status = report_table(summary, &page, paper->fault) || report_endings(summary, &page, paper->fault);
    }
    if (macros.failed || !macros.stem)
        status = fault_set(paper->fault, "the macros cannot be made: out of memory");
    macros_release(&macros);
    return status ? -1 : 0;
}

/* A plot as a figure, where it is there. */
static void put_figure(const struct paper *paper, enum plot plot, FILE *out)
{
    const char *phrase = plot_phrase(plot), *prefix = paper->prefix;
    fprintf(out,
            "\n\\begin{figure}[p]\n\\centering\n\\resizebox{!}{\\ifdim\\height>0.8\\textheight "
            "0.8\\textheight\\else\\height\\fi}{\\input{%s-latex}}\n\\caption{%c",
            plot_names[plot], toupper((unsigned char)phrase[0]));
    latex_text(phrase + 1, out);
    fprintf(out,
            ". \\%sConstants{}. Intervals: \\%sIntervals{}. \\%sMachine{}; "
            "machine \\%sVerdict{}.}\n\\end{figure}\n",
            prefix, prefix, prefix, prefix);
}

static int write_paper(const struct paper *paper, FILE *out)
{
    const char *prefix = paper->prefix;
    fprintf(
        out,
        "%% paper.tex - how the files of this folder go into a paper. Try it here: pdflatex paper.tex\n"
        "%% In a paper elsewhere: \\graphicspath{{FOLDER/}} and \\input{FOLDER/macros} before, then\n"
        "%% \\input{FOLDER/table}, \\input{FOLDER/throughput-latex} and the names of macros.tex.\n"
        "\\documentclass{article}\n"
        "\\usepackage[utf8]{inputenc}\n"
        "\\usepackage[a4paper,margin=2.5cm]{geometry}\n"
        "\\usepackage{booktabs,siunitx,graphicx,xcolor}\n"
        "\\input{macros}\n"
        "\\begin{document}\n"
        "\\noindent \\%sOrigin{} (campaign \\texttt{\\%sCampaign}), on \\%sMachine{}: \\%sTrials{} trials "
        "of\n\\%sConfigurations{} configurations.\n\n"
        "\\begin{table}[p]\n\\centering\\footnotesize\\setlength{\\tabcolsep}{4pt}\n"
        "\\caption{Medians, with the ends of their intervals (\\%sIntervals{}). \\%sConstants{}. "
        "Machine \\%sVerdict{}.}\n\\input{table}\n\\end{table}\n",
        prefix, prefix, prefix, prefix, prefix, prefix, prefix, prefix);
    if (paper->summary->tells_endings)
        fputs("\n\\begin{table}[p]\n\\centering\\footnotesize\\setlength{\\tabcolsep}{4pt}\n"
              "\\caption{How it ended: drain and join count from the last put.}\n"
              "\\input{endings}\n\\end{table}\n",
              out);
    for (int plot = 0; plot < PLOTS; plot++)
        if (!paper->undrawable[plot])
            put_figure(paper, (enum plot)plot, out);
    fputs("\\end{document}\n", out);
    return 0;
}

static int write_file(const struct paper *paper, const char *name,
                      int (*write)(const struct paper *paper, FILE *out))
{
    FILE *out = plot_open(paper->folder, name, ".tex", paper->fault);
    if (!out)
        return -1;
    int status = write(paper, out);
    if (plot_close(out, name, status ? NULL : paper->fault) || status)
        return -1;
    fprintf(paper->talk, "%s/%s.tex\n", paper->folder, name);
    return 0;
}

static int write_all(struct paper *paper, const char *scripts_dir)
{
    if (plot_make_folder(paper->folder, paper->fault) || write_file(paper, "table", write_table) ||
        (paper->summary->tells_endings && write_file(paper, "endings", write_endings)) ||
        write_file(paper, "macros", write_macros) ||
        plot_draw_summary(paper->summary, paper->folder, PLOT_TEX, scripts_dir, paper->undrawable,
                          paper->fault, paper->talk))
        return -1;
    return write_file(paper, "paper", write_paper);
}

int report_paper(const struct campaign_file *file, const char *folder, const char *prefix,
                 const char *scripts_dir, struct fault *fault, FILE *talk)
{
    struct summary summary;
    char hash[SHA256_TEXT];
    struct paper paper = {
        .summary = &summary, .folder = folder, .prefix = prefix, .hash = hash, .fault = fault, .talk = talk};
    if (!file->count)
        return fault_set(fault, "'%s' has no trial yet, so that there is nothing to write about", file->path);
    if (sha256_file(file->path, hash, fault) || summary_make(&summary, file, fault))
        return -1;
    int status = write_all(&paper, scripts_dir);
    summary_release(&summary);
    return status;
}
