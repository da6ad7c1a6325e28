/* stamp.h - what travels through a hop, so that every hop can be verified.

   Each producer of a hop numbers what it puts: stamp = producer << 38 | sequence, sequence 1, 2, 3, ... A
   stamp is never zero and fits in 48 bits, as queues ask that pack something else beside a pointer. A
   consumer checks that each producer's sequence only rises, and adds up the stamps and their squares. The
   harness knows what those sums must be over all consumers of the hop. Together with the count they
   are the first three power sums of the multiset of stamps; by Newton's identities, up to two lost items that
   were replaced by others cannot leave all three right, and a larger swap only by chance.

   The loop has only one comparison to make: whether a stamp is the successor of the one before. Such runs are
   added up in closed form when they break off, and once a chunk; what breaks them off is looked at then. */
#ifndef SLUICE_STAMP_H
#define SLUICE_STAMP_H

#include <sluice/port.h>

#define SLUICE_STAMP_BITS    38
#define SLUICE_MAX_SEQUENCE  ((UINT64_C(1) << SLUICE_STAMP_BITS) - 1) /* items of one producer: 2.7e11 */
#define SLUICE_MAX_PRODUCERS ((UINT32_C(1) << 10) - 1)

/* What says that no more items come, one for each getter: the first stamp of a producer that there cannot be.
   As a pointer it is no address of a user's program either: on x86-64 and Arm it is not canonical. */
#define SLUICE_SENTINEL (((uint64_t)SLUICE_MAX_PRODUCERS << SLUICE_STAMP_BITS) + 1)

/* What intrusive queues are given: an item with room for the queue's node in front. The source allocates one
   for each item and the sink frees it, as a program does whose items carry their queue nodes. */
struct sluice_payload {
    alignas(max_align_t) unsigned char room[32];
    uint64_t stamp;
};

SLUICE_INLINE uint64_t sluice_stamp_of(bool intrusive, const void *item)
{
    return intrusive ? ((const struct sluice_payload *)item)->stamp : (uint64_t)(uintptr_t)item;
}

/* An item of that stamp; null: no memory. */
SLUICE_INLINE void *sluice_item_of(bool intrusive, uint64_t stamp)
{
    if (!intrusive)
        return (void *)(uintptr_t)stamp;
    struct sluice_payload *payload = (struct sluice_payload *)malloc(sizeof *payload);
    if (SLUICE_LIKELY(payload != NULL))
        payload->stamp = stamp;
    return payload;
}

SLUICE_INLINE void sluice_item_free(bool intrusive, void *item)
{
    if (intrusive)
        free(item);
}

/* Compile with 0 to measure what verification costs. */
#ifndef SLUICE_VERIFY
#define SLUICE_VERIFY 1
#endif

SLUICE_INLINE uint64_t sluice_first_stamp(uint32_t producer)
{
    return (uint64_t)producer << SLUICE_STAMP_BITS; /* the one before sequence 1 */
}

/* One consumer's check of one hop. The loop keeps the stamp that would continue the run, `next`, in a
   register; the run is [begin, next). */
struct sluice_check {
    uint64_t begin;
    uint64_t *latest;      /* per producer: its highest stamp before the run */
    uint64_t sum, squares; /* modulo 2^64 */
    uint64_t disordered, foreign;
    uint32_t producers;
};

enum { SLUICE_MAX_RUN = 1 << 20 }; /* longer ones are cut, so that their sums need no more than 64 bits */

/* `latest` is the caller's, `producers` long; the check is over before it is released. The first `next` is
   the check's `begin`. */
SLUICE_INLINE void sluice_check_init(struct sluice_check *check, uint64_t *latest, uint32_t producers)
{
    *check = (struct sluice_check){.begin = 1, .latest = latest, .producers = producers};
    for (uint32_t i = 0; i < producers; i++)
        latest[i] = sluice_first_stamp(i);
}

/* Ends the run before `next` and adds it up. A run is of one producer, and at most SLUICE_MAX_RUN long.
   Returns `next`, from which it may go on. */
SLUICE_INLINE uint64_t sluice_check_cut(struct sluice_check *check, uint64_t next)
{
    uint64_t first = check->begin, n = next - first;
    if (n == 0)
        return next;
    uint64_t ones = n * (n - 1) / 2, twos = n * (n - 1) * (2 * n - 1) / 6; /* of 0 ... n - 1 */
    check->sum += n * first + ones;
    check->squares += n * first * first + 2 * first * ones + twos;
    check->latest[first >> SLUICE_STAMP_BITS] = next - 1;
    check->begin = next;
    return next;
}

/* Takes in a stamp that does not continue the run and is no sentinel; returns the new `next`. */
SLUICE_OUTLINE uint64_t sluice_check_break(struct sluice_check *check, uint64_t next, uint64_t stamp)
{
    uint64_t producer = stamp >> SLUICE_STAMP_BITS;
    sluice_check_cut(check, next);
    if (producer >= check->producers || stamp == sluice_first_stamp((uint32_t)producer)) {
        check->foreign++;
        check->begin = next; /* an empty run */
        return next;
    }
    if (SLUICE_UNLIKELY(stamp <= check->latest[producer])) {
        /* Counted by itself: the order goes on from the highest. */
        check->disordered++;
        check->sum += stamp;
        check->squares += stamp * stamp;
        check->begin = next;
        return next;
    }
    check->begin = stamp;
    return stamp + 1;
}

/* Takes in a stamp; `next` is what this returned before. */
SLUICE_INLINE uint64_t sluice_check_stamp(struct sluice_check *check, uint64_t next, uint64_t stamp)
{
    if (!SLUICE_VERIFY)
        return next;
    return SLUICE_LIKELY(stamp == next) ? next + 1 : sluice_check_break(check, next, stamp);
}

#endif
