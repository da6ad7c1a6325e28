/* plot_topology.c - the data of the small drawings of the machine beside the bars: the tree of what PUs share
   (machine/tree.h) as boxes in boxes in the unit square, the roles on the PUs where the threads ran. As in
   `sluice topology`, neighbours on large machines that are alike and bear no mark are drawn as one. */
#include "report/plot_data.h"

#include "machine/drawing.h"
#include "machine/tree.h"

#include <stdlib.h>
#include <string.h>

enum { INSETS_MOST = 5 /* more would be higher than the bars */ };

/* What a box is, as the gnuplot program knows it. */
enum box { BOX_INNER, BOX_PU, BOX_USED, BOX_FOLDED };

/* Lengths in widths of a PU. */
static const double gap = 0.18, rim = 0.14, title = 0.5, folded_width = 1.5;

struct pen {
    const struct tree *tree;
    const unsigned char *roles; /* by logical index of the PU: a bit for each role there */
    bool folds;
    double width, height; /* of all; 0 while that is measured */
    size_t inset;
    unsigned seen; /* a bit for each role that was marked */
    FILE *out;
};

static bool is_marked(const struct pen *pen, const struct tree_node *node)
{
    for (unsigned i = 0; i < node->pu_count; i++)
        if (pen->roles[node->first_pu + i])
            return true;
    return false;
}

static const struct tree_node *child_of(const struct pen *pen, const struct tree_node *node, unsigned child)
{
    return &pen->tree->node[node->child[child]];
}

static bool are_alike(const struct pen *pen, const struct tree_node *a, const struct tree_node *b)
{
    const struct tree_pu *pu = pen->tree->pu;
    if (a->word != b->word || a->children != b->children || a->pu_count != b->pu_count)
        return false;
    if (!a->children)
        return pu[a->first_pu].kind == pu[b->first_pu].kind;
    for (unsigned i = 0; i < a->children; i++)
        if (!are_alike(pen, child_of(pen, a, i), child_of(pen, b, i)))
            return false;
    return true;
}

/* How many of a node's children from `first` on are drawn as one. */
static unsigned run_length(const struct pen *pen, const struct tree_node *node, unsigned first)
{
    const struct tree_node *child = child_of(pen, node, first);
    unsigned length = 1;
    if (!pen->folds || is_marked(pen, child))
        return 1;
    while (first + length < node->children && !is_marked(pen, child_of(pen, node, first + length)) &&
           are_alike(pen, child, child_of(pen, node, first + length)))
        length++;
    return length;
}

/* --- boxes --- */

/* Begins a line; the label follows. */
static void put_box(const struct pen *pen, enum box box, double left, double right, unsigned depth)
{
    if (pen->width > 0)
        fprintf(pen->out, "%zu\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t", pen->inset, (int)box, left / pen->width,
                right / pen->width, depth * rim / pen->height, 1 - depth * title / pen->height);
}

static void put_label(const struct pen *pen, const char *label)
{
    if (pen->width <= 0)
        return;
    plot_put_text(label, pen->out);
    putc('\n', pen->out);
}

/* The numbers of roles: "1 3 5", "1-4". */
static const char *number_roles(unsigned roles, char text[16])
{
    size_t length = 0;
    text[0] = '\0';
    for (unsigned role = 0; role < ROLES; role++) {
        unsigned last = role;
        if (!(roles >> role & 1))
            continue;
        while (last + 1 < ROLES && roles >> (last + 1) & 1)
            last++;
        length += (size_t)snprintf(text + length, 16 - length, "%s%u", length ? " " : "", role + 1);
        if (last > role)
            length +=
                (size_t)snprintf(text + length, 16 - length, "%s%u", last > role + 1 ? "-" : " ", last + 1);
        role = last;
    }
    return text;
}

/* "+61 core", "+3 l3", in the words that placements are named by. */
static void put_folded(const struct pen *pen, const struct tree_node *node, unsigned length, double left,
                       unsigned depth)
{
    char label[48];
    snprintf(label, sizeof label, "+%u %s", length, shared_words[node->word]);
    put_box(pen, BOX_FOLDED, left, left + folded_width, depth);
    put_label(pen, label);
}

/* Draws a node, the left end of which is given; returns its right end. *deepest is how deep it got. */
static double draw(const struct pen *pen, const struct tree_node *node, double left, unsigned depth,
                   unsigned *deepest)
{
    char label[16];
    double right = left + (node->children ? rim : 1);
    *deepest = depth > *deepest ? depth : *deepest;
    for (unsigned i = 0; i < node->children;) {
        const struct tree_node *child = child_of(pen, node, i);
        unsigned run = run_length(pen, node, i);
        right += i ? gap : 0;
        if (run > 1) {
            put_folded(pen, child, run, right, depth + 1);
            *deepest = depth + 1 > *deepest ? depth + 1 : *deepest;
            right += folded_width;
        } else {
            right = draw(pen, child, right, depth + 1, deepest);
        }
        i += run;
    }
    right += node->children ? rim : 0;
    unsigned roles = node->children ? 0 : pen->roles[node->first_pu];
    put_box(pen, node->children ? BOX_INNER : roles ? BOX_USED : BOX_PU, left, right, depth);
    put_label(pen, node->children ? shared_words[node->word] : number_roles(roles, label));
    return right;
}

/* Sets how wide and high the drawing is; returns how many levels lie above its lowest one. */
static unsigned measure(struct pen *pen)
{
    unsigned levels = 0;
    pen->width = 0;
    double width = draw(pen, &pen->tree->node[tree_root(pen->tree)], 0, 0, &levels);
    pen->width = width;
    pen->height = 1 + levels * (rim + title);
    return levels;
}

/* --- where the roles are --- */

/* Returns a bit for each role that is somewhere. */
static unsigned mark(const struct tree *tree, const json_t *threads, unsigned char *roles)
{
    unsigned seen = 0;
    memset(roles, 0, tree->pus);
    for (size_t i = 0; i < json_array_size(threads); i++) {
        const json_t *thread = json_array_get(threads, i), *pu = json_object_get(thread, "pu");
        const char *name = json_string_value(json_object_get(thread, "role"));
        for (unsigned role = 0; name && role < ROLES; role++)
            for (unsigned at = 0; strcmp(name, role_names[role]) == 0 && at < tree->pus; at++)
                if (json_is_integer(pu) && json_integer_value(pu) == tree->pu[at].os_index) {
                    roles[at] |= (unsigned char)(1u << role);
                    seen |= 1u << role;
                }
    }
    return seen;
}

/* Draws each class, or only lists them where the pen has no boxes to draw yet. */
static size_t draw_classes(struct pen *pen, const struct summary *summary, unsigned char *roles, bool boxes)
{
    pen->inset = 0;
    for (size_t i = 0; i < summary->count && pen->inset < INSETS_MOST; i++) {
        const struct configuration *its = &summary->configurations[i];
        if (!plot_opens_group(1u << AXIS_PLACE, summary, i))
            continue;
        json_t *line = record_trial_line(summary->file, its->trial[0]);
        pen->seen |= mark(pen->tree, json_object_get(line, "threads"), roles);
        json_decref(line);
        pen->inset++;
        unsigned levels = measure(pen);
        if (boxes) {
            draw(pen, &pen->tree->node[tree_root(pen->tree)], 0, 0, &levels);
            continue;
        }
        fprintf(pen->out, "%zu\t%u\t", pen->inset, levels);
        plot_put_text(its->place_class, pen->out);
        putc('\n', pen->out);
    }
    return pen->inset;
}

size_t plot_write_topology(const struct summary *summary, FILE *out, unsigned *seen)
{
    const char *xml = json_string_value(json_object_get(summary->file->header, "topology"));
    struct topology *topology = NULL;
    struct fault fault;
    size_t insets = 0;
    *seen = 0;
    if (xml && topology_load_xml_text(&topology, xml, &fault) == 0) {
        unsigned char *roles = calloc(topology->tree->pus, sizeof *roles);
        struct pen pen = {.tree = topology->tree,
                          .roles = roles,
                          .folds = topology_pus(topology) > DRAWING_SMALL,
                          .out = out};
        if (roles) {
            fputs("# insets\n# inset\tlevels\tclass of placement\n", out);
            draw_classes(&pen, summary, roles, false);
            fputs(
                "\n\n# boxes\n# inset\tkind (0: what is shared, 1: a PU, 2: a PU with roles, 3: alike ones)\t"
                "left\tright\tbottom\ttop\tlabel (of roles: 1 source to 5 sink)\n",
                out);
            insets = draw_classes(&pen, summary, roles, true);
            *seen = pen.seen;
        }
        free(roles);
    }
    topology_free(topology);
    return insets;
}
