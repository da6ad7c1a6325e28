/* check_findings.c - see check_findings.h. */
#include "cli/check_findings.h"

#include <stdio.h>
#include <unistd.h>

enum { MOST_FOUND = 20, MOST_HANGS = 3 };

void findings_tell(struct findings *findings, enum contract_kind kind, const char *text, const char *where)
{
    findings->hangs += kind == KIND_HANG;
    findings->found++;
    printf("%s: %s\n  in: %s\n", contract_kind_name(kind), text, where);
}

void findings_step(struct findings *findings)
{
    findings->done++;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%ju of %ju tests and trials, %u findings%s", (uintmax_t)findings->done,
                (uintmax_t)findings->all, findings->found, findings->done == findings->all ? "\n" : "");
}

bool findings_enough(const struct findings *findings)
{
    return findings->found >= MOST_FOUND || findings->hangs >= MOST_HANGS;
}
