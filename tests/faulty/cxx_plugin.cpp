/* cxx_plugin.cpp - a queue that is right, as a user would write it in C++. */
#include <sluice/backend.h>

#include <errno.h>
#include <mutex>
#include <new>

namespace
{

/* A ring under a lock. */
struct ring {
    alignas(SLUICE_SEPARATE) std::mutex lock;
    uint64_t put = 0, taken = 0;
    const uint64_t size;
    void **const slots;

    explicit ring(uint64_t capacity) : size(capacity), slots(new (std::nothrow) void *[capacity])
    {
    }
    ~ring()
    {
        delete[] slots;
    }
};

SLUICE_INLINE enum sluice_status ring_enqueue(void *end, void *item)
{
    ring *queue = static_cast<ring *>(end);
    std::lock_guard<std::mutex> guard(queue->lock);
    if (queue->put - queue->taken == queue->size)
        return SLUICE_AGAIN;
    queue->slots[queue->put++ % queue->size] = item;
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status ring_dequeue(void *end, void **item)
{
    ring *queue = static_cast<ring *>(end);
    std::lock_guard<std::mutex> guard(queue->lock);
    if (queue->put == queue->taken)
        return SLUICE_AGAIN;
    *item = queue->slots[queue->taken++ % queue->size];
    return SLUICE_OK;
}

int ring_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > UINT32_MAX)
        return -EINVAL;
    ring *queue = new (std::nothrow) ring(config->capacity);
    if (!queue || !queue->slots) {
        delete queue;
        return -ENOMEM;
    }
    *out = queue;
    return 0;
}

void ring_destroy(void *queue)
{
    delete static_cast<ring *>(queue);
}

int ring_attach(void *queue, enum sluice_end, unsigned, void **end)
{
    *end = queue;
    return 0;
}

void ring_detach(void *)
{
}

uint64_t ring_capacity(const void *queue)
{
    return static_cast<const ring *>(queue)->size;
}

size_t ring_footprint(const void *queue)
{
    return sizeof(ring) + static_cast<const ring *>(queue)->size * sizeof(void *);
}

const struct sluice_queue_ops ops = {.enqueue = ring_enqueue, .dequeue = ring_dequeue};

} // namespace

SLUICE_BACKEND(cxx_plugin, ops, false, .name = "cxx-plugin", .summary = "a ring under a std::mutex, in C++",
               .origin = "the tests", .reference = "none",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING,
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_FIXED},
               .create = ring_create, .destroy = ring_destroy, .attach = ring_attach, .detach = ring_detach,
               .capacity = ring_capacity, .footprint = ring_footprint);
