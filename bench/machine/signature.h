/* signature.h - what a placement amounts to, as text: placements with equal signatures are equal for a queue,
   on any machine.

     HOPS[:KINDS][:MEETING]...        core-l3..package-l3-pu:p-p-e-e-e:upload+sink

   HOPS      for each hop what its producers and consumers share, in the words of topology.h: one word where
             all pairs share the same, otherwise the nearest and the farthest
   KINDS     on a hybrid machine: the kinds of CPU that each role runs on (tree.h names them), "e+p" for
             several; one for all where all roles have the same
   MEETING   roles whose threads share a PU, in pipeline order; "resize+resize": two workers of a stage. What
             a larger meeting says already is left out.
   A placement that binds no threads has the signature "unbound". */
#ifndef BENCH_SIGNATURE_H
#define BENCH_SIGNATURE_H

#include "machine/placement.h"
#include "machine/tree.h"

#include <stdint.h>

enum {
    SIGNATURE_HOP_SIZE = 24,    /* bytes of a hop's description, with its terminator */
    SIGNATURE_SIZE = 640,       /* bytes of the text, with its terminator; enough for any */
    SIGNATURE_CLASS_SIZE = 256, /* likewise of a class; what is longer is cut */
};

struct signature {
    char hop[PLACEMENT_HOPS][SIGNATURE_HOP_SIZE]; /* "unbound" where threads are not bound; "": no such hop */
    bool bound;                                   /* all threads are; otherwise only the hops are told */
    unsigned kinds[PLACEMENT_ROLES];              /* a bit for each kind that the role's PUs have */
    uint32_t
        meetings; /* bit m: on some PU there are threads of just the roles whose bits m has, two at least */
    unsigned crowded; /* a bit for each role of which two threads share a PU */
};

/* What a plan amounts to. Refuses a plan that was made for another topology. */
int signature_of(struct signature *out, const struct placement_plan *plan, const struct topology *topology,
                 struct fault *fault);

/* Writes the text; returns it. */
const char *signature_text(const struct signature *signature, const struct tree *tree,
                           char text[SIGNATURE_SIZE]);

/* Both. */
int signature_of_plan(char text[SIGNATURE_SIZE], const struct placement_plan *plan,
                      const struct topology *topology, struct fault *fault);

/* The class that a signature belongs to, by which figures of different machines can be laid side by side:
   what neighbouring roles share where that is the same everywhere, in the words of --place ("same-l3", "smt",
   "same-pu", "cross-package", "unbound"), else the hops ("core-l3-core-l3"); and on a hybrid machine the
   kinds
   (":p-p-e-e-e"). It does not tell which roles meet on a PU. The tree says which things roles are apart in
   that share no more than the machine: the largest, as with --place classes; without one (null) that is
   "same-machine". Writes the text; returns it. */
const char *signature_class(const char *signature, const struct tree *tree, char text[SIGNATURE_CLASS_SIZE]);

#endif
