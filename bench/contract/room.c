/* room.c - how much a queue holds, and what it takes from the heap for that and gives back. */
#include "contract/subject.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

/* ---- capacity ---- */

/* From a start that is `offset` items past the beginning of the ring: fills at the capacity and not before.
 */
static void expect_fills_at_capacity(uint64_t asked, uint64_t offset)
{
    struct queue queue = queue_open(asked);
    const size_t footprint = subject->footprint(queue.self);
    doing("capacity %ju asked, %ju told", (uintmax_t)asked, (uintmax_t)queue.capacity);
    for (uint64_t i = 0; i < offset; i++) {
        put_value(&queue, i + 1);
        take_value(&queue, i + 1);
    }
    for (uint64_t i = 1; i <= queue.capacity; i++)
        put_value(&queue, offset + i);
    expect_full(&queue);
    expect_full(&queue);
    take_value(&queue, offset + 1);
    put_value(&queue, offset + queue.capacity + 1);
    expect_full(&queue);
    EXPECT(KIND_FOOTPRINT,
           subject->traits.memory != SLUICE_MEMORY_FIXED || subject->footprint(queue.self) == footprint,
           "the memory is said to be fixed, and the footprint goes from %zu B to %zu B", footprint,
           subject->footprint(queue.self));
    for (uint64_t i = 2; i <= queue.capacity + 1; i++)
        take_value(&queue, offset + i);
    expect_empty(&queue);
    queue_close(&queue);
}

static void capacity_is_as_reported(void)
{
    static const uint64_t asked[] = {1, 2, 3, 4, 5, 7, 8, 100, 1023, 1024, 1025};
    uint64_t smallest = 0, before = 0;
    for (size_t i = 0; i < COUNT(asked); i++) {
        struct queue queue = queue_open(asked[i]);
        const uint64_t capacity = queue.capacity;
        queue_close(&queue);
        smallest = i == 0 ? capacity : smallest;
        EXPECT(KIND_CAPACITY, capacity > 0, "asked for %ju, it says that it is unbounded",
               (uintmax_t)asked[i]);
        EXPECT(KIND_CAPACITY, capacity <= asked[i] || capacity == smallest,
               "asked for %ju, it says that it holds %ju, and can do with %ju", (uintmax_t)asked[i],
               (uintmax_t)capacity, (uintmax_t)smallest);
        EXPECT(KIND_CAPACITY, capacity >= before,
               "asked for %ju, it says that it holds %ju, less than before", (uintmax_t)asked[i],
               (uintmax_t)capacity);
        before = capacity;
        expect_fills_at_capacity(asked[i], 0);
        expect_fills_at_capacity(asked[i], 1);
        expect_fills_at_capacity(asked[i], capacity + 2);
    }
}

/* ---- growth ---- */

enum { SLACK_BYTES = 64 * 1024 };

static void put_many(struct queue *queue, uint64_t items)
{
    for (uint64_t i = 1; i <= items; i++)
        put_value(queue, i);
}

static void take_many(struct queue *queue, uint64_t items)
{
    for (uint64_t i = 1; i <= items; i++)
        take_value(queue, i);
}

static void unbounded_grows_and_falls(void)
{
    struct queue queue = queue_open(0);
    const uint64_t items = scaled(1000000);
    const size_t before = subject->footprint(queue.self);
    size_t fallen = before;
    EXPECT(KIND_CAPACITY, queue.capacity == 0, "it is to be unbounded, and says that it holds %ju",
           (uintmax_t)queue.capacity);
    for (int round = 0; round < 2; round++) {
        put_many(&queue, items);
        size_t full = subject->footprint(queue.self);
        /* An intrusive queue's memory is the items'. */
        EXPECT(KIND_FOOTPRINT,
               subject->traits.memory == SLUICE_MEMORY_INTRUSIVE || full >= before + items * sizeof(void *),
               "with %ju items in it the footprint is %zu B", (uintmax_t)items, full);
        take_many(&queue, items);
        expect_empty(&queue);
        size_t now = subject->footprint(queue.self);
        if (round == 0 && subject->traits.memory == SLUICE_MEMORY_KEPT)
            fallen = now;
        EXPECT(KIND_FOOTPRINT, now <= fallen + SLACK_BYTES,
               "after %ju items came and went, the footprint is %zu B, and was %zu B", (uintmax_t)items, now,
               fallen);
    }
    queue_close(&queue);
}

/* What malloc has given out; 0 where a sanitizer has an allocator of its own. */
static size_t heap_bytes(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* A third: chunks are larger than what is asked for, a node of 8 bytes takes 32. */
static void footprint_tells_of_the_heap(void)
{
    enum { ITEMS = 200000 };
    const size_t before = heap_bytes();
    struct queue queue = queue_open(can_be_unbounded() ? 0 : ITEMS);
    const uint64_t items = queue.capacity && queue.capacity < ITEMS ? queue.capacity : ITEMS;
    put_many(&queue, items);
    const size_t grown = heap_bytes() - before, told = subject->footprint(queue.self);
    EXPECT(KIND_FOOTPRINT, told + SLACK_BYTES >= grown / 3,
           "with %ju items in it the heap has grown by %zu B, and the footprint says %zu B", (uintmax_t)items,
           grown, told);
    queue_close(&queue);
}

/* ---- what is left after destroy ---- */

static void destroy_releases_what_is_left(void)
{
    static const uint64_t left[] = {0, 1, 2, 63, 64, 65, 1000};
    for (size_t i = 0; i < COUNT(left); i++) {
        struct queue queue = queue_open(capacity_within_traits(2048));
        uint64_t most = queue.capacity && queue.capacity < left[i] ? queue.capacity : left[i];
        void **items = calloc(most + 1, sizeof *items); /* they are not the queue's */
        if (!items)
            give_up("no memory for %ju items", (uintmax_t)most);
        doing("%ju items left in it", (uintmax_t)most);
        for (uint64_t j = 0; j < most; j++) {
            items[j] = item_of(j + 1);
            enum sluice_status status = subject->ops->enqueue(queue.in, items[j]);
            EXPECT(KIND_CAPACITY, status == SLUICE_OK, "enqueue answers %d to item %ju", (int)status,
                   (uintmax_t)j + 1);
        }
        queue_close(&queue); /* LeakSanitizer, too, looks at what is left */
        for (uint64_t j = 0; j < most; j++)
            value_of(items[j]);
        free(items);
    }
}

static size_t mapped_pages(void)
{
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file || fscanf(file, "%zu", &pages) != 1)
        give_up("/proc/self/statm cannot be read");
    fclose(file);
    return pages;
}

static void *use_once(void *unused)
{
    (void)unused;
    struct queue queue = queue_open(capacity_within_traits(1024));
    const uint64_t most = queue.capacity && queue.capacity < 3000 ? queue.capacity : 3000;
    put_many(&queue, most);
    take_many(&queue, most);
    queue_close(&queue);
    return NULL;
}

/* A library may keep something for its next queue, and may come to rest late: a leak is what grows each time.
 */
static void nothing_is_left_after_destroy(void)
{
    enum { TIMES = 24 };
    size_t heap = 0, pages = 0, heap_before = 0, pages_before = 0;
    unsigned heap_grew = 0, pages_grew = 0;
    for (int i = 0; i < TIMES; i++) {
        pthread_t thread;
        start_thread(&thread, use_once, NULL);
        pthread_join(thread, NULL);
        size_t heap_now = heap_bytes(), pages_now = mapped_pages();
        heap_grew += heap_now > heap_before;
        pages_grew += pages_now > pages_before;
        heap_before = heap_now;
        pages_before = pages_now;
        if (i == 0) {
            heap = heap_now;
            pages = pages_now;
        }
    }
    EXPECT(KIND_LEAK, heap_grew < TIMES,
           "%zu B of the heap are left each time that a queue is made, used and destroyed",
           (heap_before - heap) / (TIMES - 1));
    EXPECT(KIND_LEAK, pages_grew < TIMES,
           "%zu pages are left mapped each time that a queue is made, used and destroyed",
           (pages_before - pages) / (TIMES - 1));
}

static size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    if (!folder)
        give_up("/proc/self/fd cannot be read");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Makes a queue of a capacity that it may refuse. */
static void try_capacity(uint64_t capacity)
{
    void *queue;
    if (try_make_queue(capacity, 1, 1, &queue) == 0)
        subject->destroy(queue);
}

static void destroy_closes_what_it_opened(void)
{
    size_t before = 0;
    for (int i = 0; i < 4; i++) {
        struct queue queue = queue_open(capacity_within_traits(8));
        put_value(&queue, 1);
        if (i == 1 && subject->close)
            subject->close(queue.self);
        take_value(&queue, 1);
        queue_close(&queue);
        if (can_be_bounded())
            try_capacity(UINT64_MAX);
        if (!can_be_unbounded())
            try_capacity(0);
        if (i == 0)
            before = count_descriptors(); /* a library may keep some */
    }
    EXPECT(KIND_LEAK, count_descriptors() == before,
           "after destroy %zu descriptors are open, and %zu were before", count_descriptors(), before);
}

static bool is_bounded_queue(void)
{
    return !subject->traits.instrument && can_be_bounded();
}

static bool is_unbounded_queue(void)
{
    return !subject->traits.instrument && can_be_unbounded();
}

/* Its items are on the heap themselves where it is intrusive. */
static bool has_a_heap_of_its_own(void)
{
    return !SANITIZED && !subject->traits.instrument && !subject->traits.item_room;
}

static bool is_queue_unsanitized(void)
{
    return !SANITIZED && !subject->traits.instrument;
}

const struct contract_test room_tests[] = {
    {"capacity_is_as_reported", capacity_is_as_reported, is_bounded_queue},
    {"unbounded_grows_and_falls", unbounded_grows_and_falls, is_unbounded_queue},
    {"footprint_tells_of_the_heap", footprint_tells_of_the_heap, has_a_heap_of_its_own},
    {"destroy_closes_what_it_opened", destroy_closes_what_it_opened, NULL},
    {"destroy_releases_what_is_left", destroy_releases_what_is_left, NULL},
    {"nothing_is_left_after_destroy", nothing_is_left_after_destroy, is_queue_unsanitized},
    {0},
};
