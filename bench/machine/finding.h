/* finding.h - what was found out about a machine, graded: how far a figure that is made on it can be trusted.
 */
#ifndef BENCH_FINDING_H
#define BENCH_FINDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum grade { GRADE_OK, GRADE_UNKNOWN, GRADE_WARN, GRADE_BAD, GRADES }; /* the milder first */

extern const char *const grade_names[GRADES];   /* "ok", "unknown", "warn", "bad" */
extern const char *const verdict_words[GRADES]; /* of a machine of which this is the worst: "good", "unknown",
                                                   "fair", "poor" */

enum { FINDINGS_MOST = 32 };

struct finding {
    char name[24]; /* of the check: "governor" */
    enum grade grade;
    char phrase[64]; /* in two or three words what is not ok, for captions: "governor powersave"; may be empty
                      */
    char text[384];  /* a sentence without a full stop: what was found, and what it means */
    char remedy[256]; /* the command that would mend it; empty: nothing to mend, or no command does */
};

struct findings {
    size_t count;
    struct finding each[FINDINGS_MOST];
};

/* Adds a finding, whose grade is unknown and whose texts are empty until they are set; what is more than
   FINDINGS_MOST overwrites the last one. */
struct finding *findings_add(struct findings *findings, const char *name);

/* Sets a finding's grade and texts; `{}` in any of them stands for `value`, which may be null without such.
 */
void finding_set(struct finding *finding, enum grade grade, const char *phrase, const char *text,
                 const char *remedy, const char *value);

/* The worst grade; ok where nothing was found. */
enum grade findings_worst(const struct findings *findings);

/* Writes the verdict on one line, cut at the buffer's end: "good", or "fair (KVM guest, steal 2.0%; unknown:
   governor, turbo)". */
void findings_phrase(const struct findings *findings, char *text, size_t size);

/* The same for where there is little room: "poor (load 9.85 on 2 PUs, others 68.3%, 2 more, 3 unknown)". */
void findings_caption(const struct findings *findings, char *text, size_t size);

/* Sets `verdict` and `checks` of an object, as results/SCHEMA.md describes them. */
void findings_store(const struct findings *findings, json_t *object);

/* Adds what stands in `checks` of an object, which may come from anywhere and may be null; false where there
   is no such array, or something else in it. */
bool findings_load(struct findings *findings, const json_t *object);

#endif
