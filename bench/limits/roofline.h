/* roofline.h - the limits of a campaign's configurations: which figures are to be measured for its plan, and
   what the model says of its trials.

   The model knows pipelines of one worker a stage, without work, over queues. It says nothing of instruments,
   which move no items, nor of baselines, which are other programs. */
#ifndef BENCH_ROOFLINE_H
#define BENCH_ROOFLINE_H

#include "limits/model.h"
#include "record/record.h"
#include "trial/spec.h"

/* Lists the figures that the model needs for the configuration, on the PUs of its placement, as far as they
   are not listed yet; none where the model says nothing. 0, or -1 with a sentence. */
int roofline_plan(struct limits *limits, const struct spec *spec, const struct topology *topology,
                  struct fault *fault);

/* The limit of the trial's configuration: whether there is one. There is none where the model says nothing,
   and where the limits lack a figure that it needs. `usable`: PUs that threads which are not bound may use;
   0: not known, and nothing is said of such. */
bool roofline_of_trial(const struct limits *limits, const struct trial_figures *trial, const json_t *line,
                       unsigned usable, struct model_limit *limit);

/* --- a campaign's limits: one record of its file --- */

/* Makes the record. `from`: the file that the figures are from, null where they were measured for the
   campaign; `warnings`: an array of sentences, whose reference is taken. Null: out of memory. */
json_t *roofline_record(const struct limits *limits, const char *from, json_t *warnings);

/* Takes the figures out of such a record. 0, or -1 with a sentence. Release with limits_release. */
int roofline_read(const json_t *record, struct limits *limits, struct fault *fault);

/* Makes the record of a file of `sluice limits`, for a campaign on this machine (machine.h). Limits of
   another machine are refused with a sentence that says how it differs: null. What may differ on one machine,
   but changes the figures, is in the record's warnings. */
json_t *roofline_of_file(const char *path, const json_t *machine, struct fault *fault);

/* Makes them the campaign's, in place of those that are in its file. 0, or -1 with a sentence. */
int roofline_attach(struct campaign_file *file, const char *path, struct fault *fault);

#endif
