/* html_trials.c - every trial of a campaign, folded: see report_html.h.

   A table of a hundred thousand trials would take a browser minutes, were it made of elements. Each
   configuration's trials are therefore one text of lines and tabs, which costs next to nothing while it is
   folded and can be read, copied and searched without a script; the page's script makes a table of it when it
   is unfolded. */
#include "report/report_html.h"

#include "report/report_columns.h"
#include "report/summary_words.h"

static void put_trial(const struct trial_figures *trial, FILE *out)
{
    char number[COLUMN_NUMBER_TEXT];
    for (size_t i = 0; i < trial_column_count; i++) {
        html_text(column_text(trial, &trial_columns[i], number), out); /* in which there is no tab */
        putc(i + 1 < trial_column_count ? '\t' : '\n', out);
    }
}

static void put_configuration(const struct summary *summary, const struct configuration *its, FILE *out)
{
    char name[1024];
    fputs("<details class=\"trials\"><summary>", out);
    html_text(summary_name(summary, its, (1u << AXES) - 1, name, sizeof name), out);
    fprintf(out, ": %zu trial%s, ", its->trials, its->trials == 1 ? "" : "s");
    html_text(its->outcome_text, out);
    fputs("</summary>\n<p class=\"label\">", out);
    html_text(its->label, out);
    fputs("</p>\n<pre tabindex=\"0\">", out);
    for (size_t i = 0; i < trial_column_count; i++)
        fprintf(out, "%s%c", trial_columns[i].name, i + 1 < trial_column_count ? '\t' : '\n');
    for (size_t i = 0; i < its->trials; i++)
        put_trial(its->trial[i], out);
    fputs("</pre></details>\n", out);
}

void html_trials(const struct summary *summary, FILE *out)
{
    fputs("<section id=\"trials\"><h2>Every trial</h2>\n<p>A row a trial, in base units; an empty cell is "
          "not known. "
          "<code>sluice report --format csv</code> prints the same as one table; the campaign's file has "
          "more of "
          "each trial: its threads, and memory and depth over time.</p>\n",
          out);
    for (size_t i = 0; i < summary->count + summary->twins; i++)
        put_configuration(summary, &summary->configurations[i], out);
    fputs("</section>\n", out);
}
