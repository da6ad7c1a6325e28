/* diagnosis.c - all checks of this machine, and how they are shown: see doctor.h. */
#include "doctor/doctor.h"

#include "base/clock.h"
#include "base/version.h"
#include "base/wrap.h"
#include "machine/check.h"
#include "machine/machine.h"

#include <math.h>
#include <string.h>

enum { PAGE_WIDTH = 120 };

#define MS(n) ((n)*CLOCK_NS_PER_SECOND / 1000)

int diagnosis_make(struct diagnosis *diagnosis, const struct topology *topology, bool quick,
                   struct fault *fault)
{
    struct diagnosis *it = diagnosis;
    *it = (struct diagnosis){.machine = machine_record(topology)};
    if (!it->machine)
        return fault_set(fault, "out of memory");
    findings_load(&it->findings, it->machine);
    it->background_share =
        background_measure(topology, MS(1000)); /* below, a tick of the kernel's would be a lot */
    check_background(it->background_share, "while we slept for 1 s",
                     findings_add(&it->findings, "background"));
    if (pace_measure(topology, quick ? MS(300) : MS(1500), it->pace, &it->pace_count, fault) ||
        noise_measure(topology, quick ? 10 : 30, quick ? MS(40) : MS(80), &it->noise, fault))
        return -1;
    pace_grade(it->pace, it->pace_count, findings_add(&it->findings, "steadiness"));
    noise_grade(&it->noise, findings_add(&it->findings, "noise-floor"));
    return 0;
}

void diagnosis_release(struct diagnosis *diagnosis)
{
    json_decref(diagnosis->machine);
    diagnosis->machine = NULL;
}

/* --- for people --- */

void text_make_harmless(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

void findings_print(const struct findings *findings, FILE *out)
{
    char phrase[512];
    for (size_t i = 0; i < findings->count; i++) {
        struct finding finding = findings->each[i];
        text_make_harmless(finding.name);
        text_make_harmless(finding.text);
        text_make_harmless(finding.remedy);
        size_t column = (size_t)fprintf(out, "%-18s %-8s", finding.name, grade_names[finding.grade]);
        wrap_words(out, finding.text, column, 28, PAGE_WIDTH);
        if (*finding.remedy)
            fprintf(out, "\n%*s%s", 28, "to mend it: ", finding.remedy); /* not wrapped: to be copied */
        putc('\n', out);
    }
    findings_phrase(findings, phrase, sizeof phrase);
    text_make_harmless(phrase);
    fprintf(out, "\nverdict: ");
    wrap_words(out, phrase, 8, 8, PAGE_WIDTH);
    putc('\n', out);
}

/* --- for programs --- */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *pace_json(const struct diagnosis *diagnosis)
{
    json_t *array = json_array();
    for (unsigned i = 0; i < diagnosis->pace_count; i++) {
        const struct pace *pace = &diagnosis->pace[i];
        json_array_append_new(array, json_pack("{s:i, s:I, s:f, s:f, s:f}", "pu", (int)pace->pu, "samples",
                                               (json_int_t)pace->samples, "median_ns", pace->median_ns,
                                               "low_ns", pace->low_ns, "high_ns", pace->high_ns));
    }
    return array;
}

static json_t *noise_json(const struct noise *noise)
{
    static const unsigned blocks[] = {10, 30, 100};
    json_t *floors = json_object(), *object = json_object();
    json_object_set_new(object, "blocks", json_integer((json_int_t)noise->blocks));
    json_object_set_new(object, "trial_s", number((double)noise->trial_ns / 1e9));
    json_object_set_new(object, "ratio", number(noise->ratio));
    json_object_set_new(object, "low", number(noise->interval.low));
    json_object_set_new(object, "high", number(noise->interval.high));
    json_object_set_new(object, "confidence", number(noise->interval.confidence));
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        char key[16];
        snprintf(key, sizeof key, "%u", blocks[i]);
        json_object_set_new(floors, key, number(noise_floor(noise, blocks[i])));
    }
    json_object_set_new(object, "floor", floors);
    return object;
}

json_t *diagnosis_json(const struct diagnosis *diagnosis)
{
    json_t *object = json_object();
    json_object_set_new(object, "record", json_string("doctor"));
    json_object_set_new(object, "program", json_string("sluice " SLUICE_VERSION));
    findings_store(&diagnosis->findings, object);
    json_object_set_new(object, "background_share", number(diagnosis->background_share));
    json_object_set_new(object, "pace", pace_json(diagnosis));
    json_object_set_new(object, "noise", noise_json(&diagnosis->noise));
    json_object_set(object, "machine", diagnosis->machine);
    return object;
}
