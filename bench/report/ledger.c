/* ledger.c - see ledger.h. */
#include "report/ledger.h"

#include <string.h>

/* Keys of a role's record, and what stands above their columns. */
static const struct column {
    const char *key, *title;
} columns[] = {
    {"threads", "threads"},       {"taken", "taken"},     {"put", "put"},
    {"discarded", "discarded"},   {"failed", "failed"},   {"empty_polls", "empty polls"},
    {"full_polls", "full polls"}, {"yields", "yields"},   {"sleeps", "sleeps"},
    {"wakeups", "wake-ups"},      {"signals", "signals"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static int width_of(const struct column *column)
{
    int width = (int)strlen(column->title) + 2;
    return width < 10 ? 10 : width;
}

static void print_milliseconds(const json_t *seconds, int width, FILE *out)
{
    if (json_is_number(seconds))
        fprintf(out, "%*.3f ms", width - 3, 1e3 * json_number_value(seconds));
    else
        fprintf(out, "%*s", width, "-");
}

static void print_roles(const json_t *roles, FILE *out)
{
    size_t i;
    const json_t *role;
    fprintf(out, "%-10s", "role");
    for (int column = 0; column < COLUMNS; column++)
        fprintf(out, "%*s", width_of(&columns[column]), columns[column].title);
    fprintf(out, "%13s\n", "CPU time");
    json_array_foreach (roles, i, role) {
        fprintf(out, "%-10s", json_string_value(json_object_get(role, "role")));
        for (int column = 0; column < COLUMNS; column++) {
            const json_t *count = json_object_get(role, columns[column].key);
            if (json_is_integer(count))
                fprintf(out, "%*lld", width_of(&columns[column]), (long long)json_integer_value(count));
            else
                fprintf(out, "%*s", width_of(&columns[column]), "-");
        }
        print_milliseconds(json_object_get(role, "cpu_s"), 13, out);
        putc('\n', out);
    }
}

static void print_time(const char *what, const json_t *trial, const char *key, FILE *out)
{
    fprintf(out, "%s ", what);
    print_milliseconds(json_object_get(trial, key), 0, out);
}

void ledger_print(const struct campaign_file *file, const struct trial_figures *trial, FILE *out)
{
    json_t *object = record_trial_line(file, trial);
    json_int_t abandoned = json_integer_value(json_object_get(object, "abandoned"));
    print_roles(json_object_get(object, "roles"), out);
    print_time("measured for", object, "window_s", out);
    print_time("; after the last put: delivered", object, "drain_s", out);
    print_time(", joined", object, "join_s", out);
    print_time("; the caller's CPU time", object, "caller_cpu_s", out);
    if (abandoned)
        fprintf(out, "; %lld thread%s abandoned", (long long)abandoned, abandoned == 1 ? "" : "s");
    putc('\n', out);
    json_decref(object);
}
