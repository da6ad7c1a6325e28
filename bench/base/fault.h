/* fault.h - a failure in words: what happened, why, and what would be valid. */
#ifndef BENCH_FAULT_H
#define BENCH_FAULT_H

struct fault {
    char text[1024]; /* one sentence, no newline; empty while nothing failed */
};

/* Writes the sentence (printf-like; cut at the buffer's end) and returns -1, so that a function can
   end with `return fault_set(fault, ...)`. A null fault is allowed and drops the text. */
int fault_set(struct fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
