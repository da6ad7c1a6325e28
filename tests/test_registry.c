/* test_registry.c - what a queue needs of the processor, and where that is lacking. */
#include "support.h"

#include "machine/cpu.h"
#include "trial/registry.h"

static const struct sluice_backend *one_that_needs(uint32_t needs)
{
    size_t count;
    const struct sluice_backend *const *all = registry_all(&count);
    for (size_t i = 0; i < count; i++)
        if (all[i]->traits.needs & needs)
            return all[i];
    fail_msg("no queue needs it");
    return NULL;
}

static void a_lacking_instruction_is_refused(void **state)
{
    struct fault fault = {""};
    const struct sluice_backend *backend = one_that_needs(SLUICE_NEEDS_CAS2);
    (void)state;
    assert_int_equal(registry_check_needs(backend, SLUICE_NEEDS_CAS2, &fault), 0);
    assert_int_equal(registry_check_needs(backend, SLUICE_NEEDS_SMALL_VALUES, &fault), -1);
    assert_non_null(strstr(fault.text, backend->name));
    assert_non_null(strstr(fault.text, "compare-and-swap of 16 bytes"));
}

static void an_unknown_need_is_refused(void **state)
{
    struct fault fault = {""};
    struct sluice_backend backend = *one_that_needs(SLUICE_NEEDS_SMALL_VALUES);
    (void)state;
    assert_int_equal(registry_check(&backend, &fault), 0);
    backend.traits.needs |= UINT32_C(1) << 31;
    assert_int_equal(registry_check(&backend, &fault), -1);
    assert_non_null(strstr(fault.text, "does not know"));
}

/* A name is refused where, and only where, the processor lacks what the queue needs. */
static void a_name_is_found_where_the_processor_can(void **state)
{
    struct fault fault = {""};
    const struct sluice_backend *backend = one_that_needs(SLUICE_NEEDS_CAS2), *found;
    (void)state;
    assert_int_equal(registry_find(backend->name, &found, &fault), cpu_meets() & SLUICE_NEEDS_CAS2 ? 0 : -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lacking_instruction_is_refused),
        cmocka_unit_test(an_unknown_need_is_refused),
        cmocka_unit_test(a_name_is_found_where_the_processor_can),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL) != 0;
}
