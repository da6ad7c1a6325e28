/* test_plot_data.c - which of a configuration's trials are drawn as points. */
#include "support.h"

#include "report/plot_data.h"

#include <math.h>
#include <stdlib.h>

static double value_of(const struct trial_figures *trial)
{
    return trial->throughput;
}

/* A configuration of trials of the throughputs 0 to count - 1, in an order of no pattern. */
static struct configuration make_configuration(size_t count)
{
    struct trial_figures *trials = calloc(count, sizeof *trials);
    struct configuration its = {.trials = count, .trial = calloc(count, sizeof *its.trial)};
    for (size_t i = 0; i < count; i++) {
        trials[i].outcome = OUTCOME_OK;
        trials[i].throughput = (double)(i * 7919 % count); /* a prime */
        its.trial[i] = &trials[i];
    }
    return its;
}

static void release(struct configuration *its)
{
    free((struct trial_figures *)its->trial[0]);
    free(its->trial);
}

static void few_are_all_drawn_in_their_order(void **state)
{
    struct configuration its = make_configuration(PLOT_POINTS);
    const struct trial_figures *chosen[PLOT_POINTS];
    struct trial_figures *first = (struct trial_figures *)its.trial[0];
    (void)state;
    first[3].outcome = OUTCOME_FAILED;
    first[5].throughput = NAN;
    assert_int_equal(plot_choose(&its, value_of, chosen, NULL), PLOT_POINTS - 2);
    assert_ptr_equal(chosen[2], its.trial[2]);
    assert_ptr_equal(chosen[3], its.trial[4]);
    assert_ptr_equal(chosen[4], its.trial[6]);
    release(&its);
}

/* The quantiles of the points are those of all, and nothing that lies outside is left out. */
static void of_many_the_distribution_is_drawn(void **state)
{
    static const size_t counts[] = {PLOT_POINTS + 1, 350, 10000};
    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct configuration its = make_configuration(counts[i]);
        const struct trial_figures *chosen[PLOT_POINTS];
        assert_int_equal(plot_choose(&its, value_of, chosen, NULL), PLOT_POINTS);
        assert_float_equal(chosen[0]->throughput, 0, 0);
        assert_float_equal(chosen[PLOT_POINTS - 1]->throughput, (double)counts[i] - 1, 0);
        for (int j = 1; j < PLOT_POINTS; j++) {
            double step = chosen[j]->throughput - chosen[j - 1]->throughput;
            assert_true(step >= 1 && fabs(step - (double)(counts[i] - 1) / (PLOT_POINTS - 1)) <= 1);
        }
        release(&its);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_are_all_drawn_in_their_order),
        cmocka_unit_test(of_many_the_distribution_is_drawn),
    };
    return cmocka_run_group_tests_name("plot_data", tests, NULL, NULL) != 0;
}
