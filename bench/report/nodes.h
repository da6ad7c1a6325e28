/* nodes.h - on which NUMA nodes the memory of a configuration's queues lay. */
#ifndef BENCH_NODES_H
#define BENCH_NODES_H

#include "report/summary.h"

/* Whether the machine of a campaign's header has several nodes with memory: only there is it worth a look. */
bool nodes_are_several(const json_t *header);

/* Fills in bound_nodes, made_on, grown_on and astray; the configuration has its trials, which are the file's,
   and its typical one. */
void nodes_summarise(struct configuration *its, const struct campaign_file *file);

#endif
