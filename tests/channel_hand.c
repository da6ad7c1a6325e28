/* channel_hand.c - see channel.h. */
#include "channel.h"

#include "trial/spec.h"

_Atomic uint64_t kernel_calls;

long counted_syscall(long number, ...)
{
    long words[6];
    va_list arguments;
    atomic_fetch_add_explicit(&kernel_calls, 1, memory_order_relaxed);
    /* Each argument of a kernel call is a word, whatever its type. */
    va_start(arguments, number);
    for (int i = 0; i < 6; i++)
        words[i] = va_arg(arguments, long);
    va_end(arguments);
    return syscall(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

bool keeps_order(void)
{
    return backend->traits.order != SLUICE_UNORDERED;
}

bool takes_sentinels(void)
{
    /* Nothing in it is refused but the sentinels. */
    struct spec spec = {.sources = 1, .sinks = 1, .capacity.hop = {8, 8, 8, 8}, .close.kind = CLOSE_SENTINEL};
    struct fault fault;
    return spec_check(&spec, backend, &fault) == 0;
}

const char *const policies[] = {
    "spin",          "yield",         "sleep:20us",   "backoff",     "block",
    "lazy:1",        "lazy:3",        "lazy:64",      "block/yield", "yield/block",
    "lazy:64/yield", "yield/lazy:64", "block/lazy:5", "native",      NULL,
};

bool policy_applies(const char *policy)
{
    return strcmp(policy, "native") != 0 || backend->ops->dequeue_wait;
}

bool policy_spins(const char *policy)
{
    return strcmp(policy, "spin") == 0;
}

void over_policies(const char *test, void (*run)(const char *policy))
{
    for (size_t i = 0; policies[i]; i++)
        if (policy_applies(policies[i])) {
            test_doing("%s: %s, wait=%s", backend->name, test, policies[i]);
            run(policies[i]);
        }
}

void hop_open(struct hop *hop, const char *policy, enum sluice_ending ending, uint64_t capacity,
              uint32_t producers, uint32_t consumers)
{
    struct spec spec = {0};
    struct fault fault;
    void *queue;
    struct sluice_queue_config config = {.size = sizeof config,
                                         .producers = producers,
                                         .consumers = consumers,
                                         .capacity =
                                             backend->traits.bound == SLUICE_UNBOUNDED ? 0 : capacity};
    if (spec_parse_wait(policy, &spec.wait, &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(backend->create(&config, &queue), 0);
    sluice_channel_init(&hop->channel, backend, queue, producers, ending, spec.wait.on_empty,
                        spec.wait.on_full);
    hop->signal = spec_signal(&spec);
}

void hop_close(struct hop *hop)
{
    backend->destroy(hop->channel.queue);
}

void hand_init(struct hand *hand, struct hop *in, uint32_t in_index, struct hop *out, uint32_t out_index)
{
    void *end;
    memset(hand, 0, sizeof *hand);
    hand->thread.slot = &hand->slot;
    hand->signal = in ? in->signal : out->signal;
    if (in) {
        assert_int_equal(backend->attach(in->channel.queue, SLUICE_CONSUMER, in_index, &end), 0);
        sluice_handle_init(&hand->thread.in, &in->channel, SLUICE_CONSUMER, end);
    }
    if (out) {
        assert_int_equal(backend->attach(out->channel.queue, SLUICE_PRODUCER, out_index, &end), 0);
        sluice_handle_init(&hand->thread.out, &out->channel, SLUICE_PRODUCER, end);
    }
}

void hand_release(struct hand *hand)
{
    if (hand->thread.in.end)
        backend->detach(hand->thread.in.end);
    if (hand->thread.out.end)
        backend->detach(hand->thread.out.end);
}

void hand_start(struct hand *hand, void *(*run)(void *))
{
    assert_int_equal(pthread_create(&hand->id, NULL, run, hand), 0);
}

/* ---- items: values, or payloads that carry them ---- */

static void *item_of(uint64_t value)
{
    void *item = sluice_item_of(backend->traits.item_room > 0, value);
    if (!item)
        abort();
    return item;
}

static uint64_t value_of(void *item)
{
    uint64_t value = sluice_stamp_of(backend->traits.item_room > 0, item);
    sluice_item_free(backend->traits.item_room > 0, item);
    return value;
}

enum sluice_status hand_get(struct hand *hand, uint64_t *value)
{
    void *item = NULL;
    enum sluice_status status = sluice_get(backend->ops, hand->signal, &hand->thread, &item);
    *value = status == SLUICE_OK ? value_of(item) : 0;
    return status;
}

enum sluice_status hand_get_until(struct hand *hand, uint64_t *value, const struct timespec *deadline)
{
    void *item = NULL;
    enum sluice_status status = sluice_get_until(backend->ops, hand->signal, &hand->thread, &item, deadline);
    *value = status == SLUICE_OK ? value_of(item) : 0;
    return status;
}

enum sluice_status hand_put(struct hand *hand, uint64_t value)
{
    void *item = item_of(value);
    enum sluice_status status = sluice_put(backend->ops, hand->signal, &hand->thread, item);
    if (status != SLUICE_OK)
        value_of(item);
    return status;
}

enum sluice_status hand_put_until(struct hand *hand, uint64_t value, const struct timespec *deadline)
{
    void *item = item_of(value);
    enum sluice_status status = sluice_put_until(backend->ops, hand->signal, &hand->thread, item, deadline);
    if (status != SLUICE_OK)
        value_of(item);
    return status;
}

enum { MOST = 256 };

size_t hand_get_n(struct hand *hand, uint64_t *values, size_t n)
{
    void *items[MOST];
    size_t taken = sluice_get_n(backend->ops, hand->signal, &hand->thread, items, n < MOST ? n : MOST);
    for (size_t i = 0; i < taken; i++)
        values[i] = value_of(items[i]);
    return taken;
}

size_t hand_put_n(struct hand *hand, uint64_t first, size_t n, enum sluice_status *status)
{
    void **items = calloc(n, sizeof *items); /* some rings hold thousands at least */
    *status = SLUICE_OK;
    assert_non_null(items);
    for (size_t i = 0; i < n; i++)
        items[i] = item_of(first + i);
    size_t put = sluice_put_n(backend->ops, hand->signal, &hand->thread, items, n, status);
    for (size_t i = put; i < n; i++)
        value_of(items[i]);
    free(items);
    return put;
}
