/* stamp.h - what travels through a hop, so that every hop can be verified.

   Each producer of a hop numbers what it puts: stamp = producer << 38 | sequence, sequence 1, 2, 3, ... A
   stamp is never zero and fits in 48 bits, as queues ask that pack something else beside a pointer. A
   consumer checks that each producer's sequence only rises, and adds up the stamps and their squares. The
   harness knows what those sums must be over all consumers of the hop. Together with the count they
   are the first three power sums of the multiset of stamps; by Newton's identities, up to two lost items that
   were replaced by others cannot leave all three right, and a larger swap only by chance. */
#ifndef SLUICE_STAMP_H
#define SLUICE_STAMP_H

#include <sluice/port.h>

#define SLUICE_STAMP_BITS    38
#define SLUICE_MAX_SEQUENCE  ((UINT64_C(1) << SLUICE_STAMP_BITS) - 1) /* items of one producer: 2.7e11 */
#define SLUICE_MAX_PRODUCERS (UINT32_C(1) << 10)

/* Compile with 0 to measure what verification costs. */
#ifndef SLUICE_VERIFY
#define SLUICE_VERIFY 1
#endif

SLUICE_INLINE uint64_t sluice_first_stamp(uint32_t producer)
{
    return (uint64_t)producer << SLUICE_STAMP_BITS; /* the one before sequence 1 */
}

/* One consumer's check of one hop. A loop keeps a copy in locals. */
struct sluice_check {
    uint64_t last;    /* stamp taken last */
    uint64_t *latest; /* per producer: the last stamp taken before `last`'s producer took over */
    uint64_t sum, squares;
    uint64_t disordered, foreign;
    uint32_t producers;
};

/* `latest` is the caller's, `producers` long; the check is over before it is released. */
SLUICE_INLINE void sluice_check_init(struct sluice_check *check, uint64_t *latest, uint32_t producers)
{
    *check = (struct sluice_check){.latest = latest, .producers = producers};
    for (uint32_t i = 0; i < producers; i++)
        latest[i] = sluice_first_stamp(i);
}

SLUICE_INLINE void sluice_check_stamp(struct sluice_check *check, uint64_t stamp)
{
    if (!SLUICE_VERIFY)
        return;
    check->sum += stamp;
    check->squares += stamp * stamp;
    if (SLUICE_UNLIKELY((stamp ^ check->last) >> SLUICE_STAMP_BITS)) { /* another producer's */
        uint64_t producer = stamp >> SLUICE_STAMP_BITS;
        if (producer >= check->producers) {
            check->foreign++;
            return;
        }
        check->latest[check->last >> SLUICE_STAMP_BITS] = check->last;
        check->last = check->latest[producer];
    }
    check->disordered += stamp <= check->last;
    check->last = stamp;
}

#endif
