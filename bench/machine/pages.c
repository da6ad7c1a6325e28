/* pages.c - see pages.h. */
#include "machine/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- binding ---- */

const char *pages_list(const struct pages_policy *policy, char *text, size_t size)
{
    size_t used = 0;

    *text = '\0';
    for (unsigned node = 0; node < PAGES_NODES && used < size; node++) {
        unsigned last = node;
        if (!pages_has_node(policy, node))
            continue;
        while (pages_has_node(policy, last + 1))
            last++;
        used += (size_t)snprintf(text + used, size - used, used ? ",%u" : "%u", node);
        if (last > node && used < size)
            used += (size_t)snprintf(text + used, size - used, "-%u", last);
        node = last;
    }
    return text;
}

int pages_bind(const struct pages_policy *policy, struct fault *fault)
{
    /* As <numaif.h> of libnuma has them; the first is MPOL_BIND, the other MPOL_INTERLEAVE. */
    enum { BIND = 2, INTERLEAVE = 3 };
    unsigned long mask[PAGES_NODES / (8 * sizeof(unsigned long))] = {0};
    const size_t bits = 8 * sizeof *mask;
    char list[128];

    if (policy->kind == PAGES_FREE)
        return 0;
    for (unsigned node = 0; node < PAGES_NODES; node++)
        if (pages_has_node(policy, node))
            mask[node / bits] |= 1ul << node % bits;
    /* The kernel takes one bit less than it is told. */
    if (syscall(SYS_set_mempolicy, policy->kind == PAGES_BOUND ? BIND : INTERLEAVE, mask,
                PAGES_NODES + 1ul) == 0)
        return 0;
    return fault_set(fault, "the kernel refuses to bind memory to NUMA node %s: %s",
                     pages_list(policy, list, sizeof list), strerror(errno));
}

/* ---- reading back ---- */

static int order_of(const void *a_, const void *b_)
{
    uint32_t a = *(const uint32_t *)a_, b = *(const uint32_t *)b_; /* a node is what an entry begins with */

    return (a > b) - (a < b);
}

/* Adds to a node; more nodes than there is room for make it all unknown. */
static void add(struct pages_found *found, unsigned node, uint64_t bytes)
{
    uint32_t i = 0;

    while (i < found->count && found->on[i].node != node)
        i++;
    if (i == PAGES_FOUND) {
        found->known = false;
        return;
    }
    if (i == found->count) {
        found->on[found->count++].node = node;
        found->on[i].bytes = 0;
    }
    found->on[i].bytes += bytes;
}

/* A line of numa_maps, which is words: an address, the policy, then what the mapping is and has: "heap",
   "file=PATH", "anon=33", "N0=30" (pages on a node), at last "kernelpagesize_kB=4". */
struct mapping {
    bool is_ours; /* so far */
    uint32_t nodes;
    struct {
        unsigned node;
        uint64_t pages;
    } on[PAGES_FOUND];
};

static void take_word(struct mapping *mapping, const char *word, struct pages_found *found)
{
    unsigned node;
    unsigned long long number;

    if (strncmp(word, "file=", 5) == 0 || strcmp(word, "stack") == 0) {
        mapping->is_ours = false;
    } else if (sscanf(word, "N%u=%llu", &node, &number) == 2) {
        if (mapping->nodes < PAGES_FOUND) {
            mapping->on[mapping->nodes].node = node;
            mapping->on[mapping->nodes++].pages = number;
        } else {
            found->known = false;
        }
    } else if (sscanf(word, "kernelpagesize_kB=%llu", &number) == 1) {
        for (uint32_t i = 0; mapping->is_ours && i < mapping->nodes; i++)
            add(found, mapping->on[i].node, mapping->on[i].pages * number * 1024);
    }
}

void pages_look(struct pages_found *found)
{
    /* A word that is longer is a file's name, of which the beginning is enough. */
    char block[8192], word[64];
    size_t length = 0;
    ssize_t got = 0;
    struct mapping mapping = {.is_ours = true};
    int file = open("/proc/self/numa_maps", O_RDONLY | O_CLOEXEC);

    *found = (struct pages_found){.known = file >= 0};
    while (file >= 0 && (got = read(file, block, sizeof block)) > 0)
        for (ssize_t i = 0; i < got; i++) {
            if (block[i] != ' ' && block[i] != '\n') {
                if (length < sizeof word - 1)
                    word[length++] = block[i];
                continue;
            }
            word[length] = '\0';
            length = 0;
            take_word(&mapping, word, found);
            if (block[i] == '\n')
                mapping = (struct mapping){.is_ours = true};
        }
    if (file >= 0)
        close(file);
    found->known = found->known && got == 0 && found->count > 0;
    qsort(found->on, found->count, sizeof *found->on, order_of);
}

void pages_subtract(struct pages_found *later, const struct pages_found *before)
{
    later->known = later->known && before->known;
    for (uint32_t i = 0; i < later->count; i++)
        for (uint32_t j = 0; j < before->count; j++)
            if (later->on[i].node == before->on[j].node) {
                uint64_t less = before->on[j].bytes, bytes = later->on[i].bytes;
                later->on[i].bytes = bytes > less ? bytes - less : 0;
            }
}
