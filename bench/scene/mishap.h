/* mishap.h - whom the user has fail, and when: "stage=consumer,item=5,worker=1". */
#ifndef BENCH_MISHAP_H
#define BENCH_MISHAP_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum mishap_stage { MISHAP_NOBODY, MISHAP_PRODUCER, MISHAP_CONSUMER };

struct mishap {
    enum mishap_stage stage;
    int32_t worker; /* which consumer; -1: whichever it hits */
    uint64_t item;  /* the first task that fails, from 1: of that consumer's own, or of all; 0: see `every` */
    uint64_t every; /* and every so many after it; 0: no more */
};

/* Reads the text for a scene with so many consumers and items. 0, or -1 with a sentence. */
int mishap_parse(const char *text, uint32_t consumers, uint64_t items, struct mishap *mishap,
                 struct fault *fault);

/* Whether a task is to fail. worker: which consumer has it; own: the how many-th of its own it is, from 1. */
bool mishap_strikes(const struct mishap *mishap, enum mishap_stage stage, uint32_t worker, uint64_t task,
                    uint64_t own);

#endif
