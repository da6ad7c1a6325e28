/* play_print.c - what stands under a play's story: the ledger, a row a thread; the timings; where all items
   went; and how it failed. */
#include "scene/play.h"

#include "base/units.h"

#include <inttypes.h>
#include <string.h>

enum { CELL = 32, COLUMNS = 10, NUMBERS = 8 };

/* CPU time is the last column, and the name the first. */
static const struct {
    const char *title;
    enum sluice_count count;
} numbers[NUMBERS] = {
    {"put", SLUICE_PUT},
    {"taken", SLUICE_TAKEN},
    {"empty polls", SLUICE_EMPTY_POLLS},
    {"full polls", SLUICE_FULL_POLLS},
    {"yields", SLUICE_YIELDS},
    {"sleeps", SLUICE_SLEEPS},
    {"wake-ups", SLUICE_WAKEUPS},
    {"signals", SLUICE_SIGNALS},
};

/* Three digits and a unit: "35.2us". */
static const char *print_time(int64_t ns, char text[CELL])
{
    char number[UNITS_TEXT_SIZE];
    if (ns < 0)
        return "-";
    snprintf(text, CELL, "%ss", units_format_si((double)ns / 1e9, number, sizeof number));
    return text;
}

/* A cell of a row; of the headings for a null row. */
static const char *cell(const struct minutes_row *row, int column, char text[CELL])
{
    if (column == 0)
        return row ? row->name : "thread";
    if (column == COLUMNS - 1)
        return row ? print_time(row->cpu_ns, text) : "CPU time";
    if (!row)
        return numbers[column - 1].title;
    snprintf(text, CELL, "%" PRIu64, row->n[numbers[column - 1].count]);
    return text;
}

static void print_row(FILE *out, const struct minutes_row *row, const int width[COLUMNS])
{
    char text[CELL];
    fprintf(out, "%-*s", width[0], cell(row, 0, text));
    for (int column = 1; column < COLUMNS; column++)
        fprintf(out, "  %*s", width[column], cell(row, column, text));
    fputc('\n', out);
}

static void print_ledger(FILE *out, const struct minutes *minutes)
{
    char text[CELL];
    int width[COLUMNS];
    for (int column = 0; column < COLUMNS; column++) {
        width[column] = (int)strlen(cell(NULL, column, text));
        for (uint32_t i = 0; i < minutes->rows; i++) {
            int length = (int)strlen(cell(&minutes->row[i], column, text));
            if (minutes->row[i].filled && length > width[column])
                width[column] = length;
        }
    }
    print_row(out, NULL, width);
    for (uint32_t i = 0; i < minutes->rows; i++)
        if (minutes->row[i].filled)
            print_row(out, &minutes->row[i], width);
}

void play_print(const struct play *play, const struct minutes *minutes)
{
    FILE *out = play->out;
    char text[CELL];
    uint32_t failures = minutes->failures;
    fputc('\n', out);
    print_ledger(out, minutes);
    if (minutes->timed[0])
        fprintf(out, "%s: %s\n", minutes->timed, print_time((int64_t)minutes->time_ns, text));
    if (play->scene->is_crew)
        fprintf(out, "%" PRIu64 " put = %" PRIu64 " consumed + %" PRIu64 " failed + %" PRIu64 " discarded\n",
                minutes->put, minutes->consumed, minutes->failed, minutes->discarded);
    if (failures > 1)
        fprintf(out, "%s (the first of %u failures)\n", minutes->failure, failures);
    else if (failures)
        fprintf(out, "%s\n", minutes->failure);
    fflush(out);
}
