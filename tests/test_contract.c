/* test_contract.c - runs the contract's suite against one backend: test_contract QUEUE, a name or a plug-in's
 * path. */
#include "contract.h"

#include "trial/registry.h"

#include <stdio.h>

const struct sluice_backend *backend;

int make_queue(const struct sluice_queue_config *config, void **queue)
{
    return backend->create(config, queue);
}

struct queue queue_open(uint64_t capacity, uint32_t producers, uint32_t consumers)
{
    struct queue queue = {0};
    struct sluice_queue_config config = {
        .size = sizeof config, .producers = producers, .consumers = consumers, .capacity = capacity};
    assert_int_equal(make_queue(&config, &queue.self), 0);
    assert_int_equal(backend->attach(queue.self, SLUICE_PRODUCER, 0, &queue.in), 0);
    assert_int_equal(backend->attach(queue.self, SLUICE_CONSUMER, 0, &queue.out), 0);
    queue.capacity = backend->capacity(queue.self);
    return queue;
}

void queue_close(struct queue *queue)
{
    backend->detach(queue->in);
    backend->detach(queue->out);
    backend->destroy(queue->self);
}

bool can_be_bounded(void)
{
    return backend->traits.bound != SLUICE_UNBOUNDED;
}

bool can_be_unbounded(void)
{
    return backend->traits.bound != SLUICE_BOUNDED;
}

bool has_spans(void)
{
    return backend->ops->peek != NULL;
}

bool blocks_natively(void)
{
    return backend->ops->dequeue_wait != NULL;
}

uint64_t capacity_within_traits(uint64_t bounded)
{
    return can_be_bounded() ? bounded : 0;
}

void *item_of(uint64_t value)
{
    if (!backend->traits.item_room)
        return (void *)(uintptr_t)value;
    struct sluice_payload *payload = sluice_item_of(true, value);
    if (payload)
        memset(payload->room, 0xa5, sizeof payload->room); /* a queue must not rely on zeroes */
    return payload;
}

uint64_t value_of(void *item)
{
    if (!backend->traits.item_room)
        return (uint64_t)(uintptr_t)item;
    uint64_t value = ((struct sluice_payload *)item)->stamp;
    free(item);
    return value;
}

void put_value(struct queue *queue, uint64_t value)
{
    void *item = item_of(value);
    assert_non_null(item);
    assert_int_equal(backend->ops->enqueue(queue->in, item), SLUICE_OK);
}

void expect_same(void *item, uint64_t value)
{
    uint64_t actual = value_of(item);
    if (backend->traits.order != SLUICE_UNORDERED)
        assert_int_equal(actual, value);
}

void take_value(struct queue *queue, uint64_t value)
{
    void *item = NULL;
    assert_int_equal(backend->ops->dequeue(queue->out, &item), SLUICE_OK);
    assert_non_null(item);
    expect_same(item, value);
}

void expect_empty(struct queue *queue)
{
    void *item;
    assert_int_equal(backend->ops->dequeue(queue->out, &item), SLUICE_AGAIN);
}

static bool is_queue(void)
{
    return !backend->traits.instrument;
}

static size_t select_tests(const struct contract_test *from, struct CMUnitTest *to)
{
    size_t count = 0;
    for (; from->name; from++)
        if (from->applies ? from->applies() : is_queue())
            to[count++] = (struct CMUnitTest){.name = from->name, .test_func = from->run};
    return count;
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[64];
    struct fault fault;
    if (argc != 2 || registry_find(argv[1], &backend, &fault)) {
        fprintf(stderr, "test_contract: %s\n", argc == 2 ? fault.text : "give it one queue");
        return 2;
    }
    size_t count = select_tests(serial_tests, tests);
    count += select_tests(span_tests, tests + count);
    count += select_tests(close_tests, tests + count);
    count += select_tests(deadline_tests, tests + count);
    count += select_tests(attach_tests, tests + count);
    count += select_tests(thread_tests, tests + count);
    count += select_tests(order_tests, tests + count);
    test_watch(100);
    test_doing("%s", backend->name);
    return _cmocka_run_group_tests(backend->name, tests, count, NULL, NULL) != 0;
}
