/* nodes.c - see nodes.h. */
#include "report/nodes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool nodes_are_several(const json_t *header)
{
    const char *list = json_string_value(json_object_get(json_object_get(header, "machine"), "memory_nodes"));
    return list && strpbrk(list, ",-");
}

/* "0,1": nodes of a hop. */
static void put_nodes(const json_t *nodes, char *text, size_t size)
{
    for (size_t i = 0; i < json_array_size(nodes); i++) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%lld", i ? "," : "",
                 (long long)json_integer_value(json_array_get(nodes, i)));
    }
}

static void set_bound(struct configuration *its, const json_t *bound)
{
    bool alike = true;
    for (size_t hop = 1; hop < HOPS; hop++)
        alike &= json_equal(json_array_get(bound, hop), json_array_get(bound, 0));
    for (size_t hop = 0; hop < (alike ? 1 : HOPS); hop++) {
        if (hop && strlen(its->bound_nodes) + 1 < sizeof its->bound_nodes)
            strcat(its->bound_nodes, "/");
        put_nodes(json_array_get(bound, hop), its->bound_nodes, sizeof its->bound_nodes);
    }
}

/* Bytes by node, of all hops. */
struct by_node {
    size_t count;
    struct {
        json_int_t node;
        double bytes;
    } on[16];
};

static void add_pairs(struct by_node *sum, const json_t *pairs)
{
    for (size_t i = 0; i < json_array_size(pairs); i++) {
        const json_t *pair = json_array_get(pairs, i);
        json_int_t node = json_integer_value(json_array_get(pair, 0));
        size_t at = 0;
        while (at < sum->count && sum->on[at].node != node)
            at++;
        if (at == sizeof sum->on / sizeof *sum->on) /* no text would hold more */
            return;
        if (at == sum->count) {
            sum->on[sum->count].node = node;
            sum->on[sum->count++].bytes = 0;
        }
        sum->on[at].bytes += (double)json_integer_value(json_array_get(pair, 1));
    }
}

static void put_bytes(const struct by_node *sum, char *text, size_t size)
{
    char bytes[UNITS_TEXT_SIZE];
    for (size_t i = 0; i < sum->count; i++) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s on %lld", i ? ", " : "",
                 units_format_size(sum->on[i].bytes, bytes, sizeof bytes), (long long)sum->on[i].node);
    }
}

/* Of the trials that ended ok: what making their queues took elsewhere, over all of it; NAN: none was bound.
 */
static double share_astray(const struct configuration *its)
{
    double all = 0, astray = 0;
    for (size_t i = 0; i < its->trials; i++) {
        if (its->trial[i]->outcome != OUTCOME_OK)
            continue;
        all += its->trial[i]->bound_bytes;
        astray += its->trial[i]->astray_bytes;
    }
    return all > 0 ? astray / all : NAN;
}

void nodes_summarise(struct configuration *its, const struct campaign_file *file)
{
    struct by_node made = {0}, grown = {0};
    its->astray = share_astray(its);
    if (!its->typical)
        return;
    json_t *line = record_trial_line(file, its->typical);
    const json_t *memory = json_object_get(line, "memory");
    set_bound(its, json_object_get(memory, "bound_nodes"));
    for (size_t hop = 0; hop < HOPS; hop++)
        add_pairs(&made, json_array_get(json_object_get(memory, "made_on"), hop));
    add_pairs(&grown, json_object_get(memory, "grown_on"));
    put_bytes(&made, its->made_on, sizeof its->made_on);
    put_bytes(&grown, its->grown_on, sizeof its->grown_on);
    json_decref(line);
}
