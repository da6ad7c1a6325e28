/* pattern.h - what some of the five roles, one thread each, share with each other, in one word: a part of a
   signature, or a whole one. Patterns of disjoint sets of roles are joined by OR.

   Sorted by value, patterns of the same roles lie side by side, and those of all roles go from near to far.
 */
#ifndef BENCH_PATTERN_H
#define BENCH_PATTERN_H

#include "machine/placement.h"
#include "machine/tree.h"

#include <stdint.h>

typedef uint64_t pattern;

enum {
    PATTERN_ROLES_SHIFT = 56, /* 5 bits: the roles it tells of */
    PATTERN_SETS = 1 << PLACEMENT_ROLES,
    PATTERN_EVERY_ROLE = PATTERN_SETS - 1,
};

/* 4 bits: 1 + the word of what the hop's two roles share; 0 where one of them is not told of. */
static inline unsigned pattern_hop_shift(unsigned hop)
{
    return 52 - 4 * hop;
}

/* 3 bits: the first role on the same PU. */
static inline unsigned pattern_meeting_shift(unsigned role)
{
    return 37 - 3 * role;
}

/* 4 bits: the kind of its PU. */
static inline unsigned pattern_kind_shift(unsigned role)
{
    return 20 - 4 * role;
}

static inline unsigned pattern_roles(pattern p)
{
    return (unsigned)(p >> PATTERN_ROLES_SHIFT);
}

static inline unsigned pattern_hop(pattern p, unsigned hop)
{
    return (unsigned)(p >> pattern_hop_shift(hop)) & 15;
}

static inline unsigned pattern_meeting(pattern p, unsigned role)
{
    return (unsigned)(p >> pattern_meeting_shift(role)) & 7;
}

static inline unsigned pattern_kind(pattern p, unsigned role)
{
    return (unsigned)(p >> pattern_kind_shift(role)) & 15;
}

/* The hops between two disjoint sets of roles, a bit each. */
static inline unsigned pattern_hops_between(unsigned some, unsigned others)
{
    return ((some & others >> 1) | (some >> 1 & others)) & ((1u << PLACEMENT_HOPS) - 1);
}

/* The hops whose roles share this. */
static inline pattern pattern_of_hops(unsigned hops, enum shared word)
{
    pattern p = 0;

    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++)
        if (hops >> hop & 1)
            p |= (pattern)(word + 1) << pattern_hop_shift(hop);
    return p;
}

/* These roles on one PU of this kind. */
static inline pattern pattern_of_pu(unsigned roles, unsigned kind)
{
    pattern p = (pattern)roles << PATTERN_ROLES_SHIFT | pattern_of_hops(roles & roles >> 1, SHARED_PU);
    unsigned first = 0;

    while (!(roles >> first & 1))
        first++;
    for (unsigned role = first; role < PLACEMENT_ROLES; role++)
        if (roles >> role & 1)
            p |= (pattern)first << pattern_meeting_shift(role) | (pattern)kind << pattern_kind_shift(role);
    return p;
}

/* Every pattern of all five roles that some assignment of them to PUs has, sorted: an array to be freed, or
   null with a sentence: memory is out, or there are more than PLACEMENT_MOST. */
pattern *pattern_find_all(const struct tree *tree, size_t *count, struct fault *fault);

/* An assignment that has this pattern of all five roles: logical indices of PUs, the first that will do in
   topology order. 0; 1 when there is none; -1 when memory is out. */
int pattern_assign(const struct tree *tree, pattern wanted, unsigned pu[PLACEMENT_ROLES]);

/* To and from the signature's text, for patterns of all five roles. Reading is strict: exactly what writing
   gives on this machine; -1 otherwise. */
struct signature;
const char *pattern_text(pattern p, const struct tree *tree, char *text);
int pattern_parse(const char *text, const struct tree *tree, pattern *p);

#endif
