/* backend.h - SLUICE_BACKEND: makes a backend of a queue.

   A backend is one C file that includes this header, defines its operations as SLUICE_INLINE functions and
   ends with

       static const struct sluice_queue_ops ops = {.enqueue = ..., .dequeue = ...};
       SLUICE_BACKEND(my_queue, ops, false,
                      .name = "my-queue", .summary = ..., .traits = {...}, .create = ..., ...);

   The third argument says whether the queue is intrusive (traits.item_room > 0). The file is either listed
   in queues/queues.def as `my_queue`, or built as a plug-in:

       cc -O3 -shared -fPIC -I include my_queue.c -o my_queue.so       sluice run --queue ./my_queue.so

   In C++20, for a queue that is C++, the same with `c++ -std=gnu++20` and `my_queue.cpp`; no exception may
   leave an operation.

   The macro instantiates the loops of stage.h and shape.h over `ops`, which must be a constant table in the
   same file, so that they call nothing indirectly. */
#ifndef SLUICE_BACKEND_H
#define SLUICE_BACKEND_H

#include <sluice/shape.h>

/* The waiting beside the loops, for one role and way of signalling. */
#define SLUICE_WAITS(id, table, a_role, a_signal)                                                            \
    static __attribute__((flatten, noinline)) void *sluice_take_##id##_##a_role##_##a_signal(                \
        struct sluice_worker *worker, uint64_t next, uint64_t stamp, uint64_t most)                          \
    {                                                                                                        \
        return sluice_wait_for_item(&(table), SLUICE_##a_role, SLUICE_##a_signal, worker, next, stamp,       \
                                    most);                                                                   \
    }                                                                                                        \
    static __attribute__((flatten, noinline)) enum sluice_status sluice_give_##id##_##a_role##_##a_signal(   \
        struct sluice_worker *worker, void *item)                                                            \
    {                                                                                                        \
        return sluice_wait_for_room(&(table), SLUICE_##a_signal, worker, item);                              \
    }

#define SLUICE_LOOP(id, table, in_item, a_role, a_transfer, a_signal)                                        \
    static __attribute__((flatten, noinline)) void sluice_loop_##id##_##a_role##_##a_transfer##_##a_signal(  \
        struct sluice_worker *worker)                                                                        \
    {                                                                                                        \
        if (SLUICE_##a_transfer == SLUICE_SPAN && (!(table).peek || !(table).reserve))                       \
            return; /* never chosen: the harness looks at the table */                                       \
        if (SLUICE_##a_signal == SLUICE_NATIVE && !(table).dequeue_wait)                                     \
            return;                                                                                          \
        sluice_run_role((struct sluice_variant){.ops = &(table),                                             \
                                                .role = SLUICE_##a_role,                                     \
                                                .transfer = SLUICE_##a_transfer,                             \
                                                .signal = SLUICE_##a_signal,                                 \
                                                .intrusive = (in_item),                                      \
                                                .take = sluice_take_##id##_##a_role##_##a_signal,            \
                                                .put = sluice_give_##id##_##a_role##_##a_signal},            \
                        worker);                                                                             \
    }

#define SLUICE_LOOPS_OF(id, table, in_item, a_role)                                                          \
    SLUICE_WAITS(id, table, a_role, SILENT)                                                                  \
    SLUICE_WAITS(id, table, a_role, SIGNALED)                                                                \
    SLUICE_WAITS(id, table, a_role, NATIVE)                                                                  \
    SLUICE_LOOP(id, table, in_item, a_role, ITEM, SILENT)                                                    \
    SLUICE_LOOP(id, table, in_item, a_role, ITEM, SIGNALED)                                                  \
    SLUICE_LOOP(id, table, in_item, a_role, ITEM, NATIVE)                                                    \
    SLUICE_LOOP(id, table, in_item, a_role, BATCH, SILENT)                                                   \
    SLUICE_LOOP(id, table, in_item, a_role, BATCH, SIGNALED)                                                 \
    SLUICE_LOOP(id, table, in_item, a_role, BATCH, NATIVE)                                                   \
    SLUICE_LOOP(id, table, in_item, a_role, SPAN, SILENT)                                                    \
    SLUICE_LOOP(id, table, in_item, a_role, SPAN, SIGNALED)

#define SLUICE_MIX(id, table, in_item, a_mix)                                                                \
    static __attribute__((flatten, noinline)) void sluice_loop_##id##_##a_mix(struct sluice_worker *worker)  \
    {                                                                                                        \
        sluice_run_mix((struct sluice_variant){.ops = &(table),                                              \
                                               .role = SLUICE_WORKER,                                        \
                                               .transfer = SLUICE_ITEM,                                      \
                                               .signal = SLUICE_SILENT,                                      \
                                               .intrusive = (in_item)},                                      \
                       SLUICE_##a_mix, worker);                                                              \
    }

/* It waits as a worker does, which it is in the books, too. */
#define SLUICE_PING(id, table, in_item, a_signal)                                                            \
    static __attribute__((flatten, noinline)) void sluice_loop_##id##_PING_##a_signal(                       \
        struct sluice_worker *worker)                                                                        \
    {                                                                                                        \
        if (SLUICE_##a_signal == SLUICE_NATIVE && !(table).dequeue_wait)                                     \
            return;                                                                                          \
        sluice_run_ping((struct sluice_variant){.ops = &(table),                                             \
                                                .role = SLUICE_WORKER,                                       \
                                                .transfer = SLUICE_ITEM,                                     \
                                                .signal = SLUICE_##a_signal,                                 \
                                                .intrusive = (in_item),                                      \
                                                .take = sluice_take_##id##_WORKER_##a_signal,                \
                                                .put = sluice_give_##id##_WORKER_##a_signal},                \
                        worker);                                                                             \
    }

#define SLUICE_SHAPES_OF(id, table, in_item)                                                                 \
    SLUICE_MIX(id, table, in_item, PAIRS)                                                                    \
    SLUICE_MIX(id, table, in_item, FIFTY)                                                                    \
    SLUICE_MIX(id, table, in_item, BURST)                                                                    \
    SLUICE_PING(id, table, in_item, SILENT)                                                                  \
    SLUICE_PING(id, table, in_item, SIGNALED)                                                                \
    SLUICE_PING(id, table, in_item, NATIVE)

#define SLUICE_LOOP_NAME(id, a_role, a_transfer, a_signal)                                                   \
    sluice_loop_##id##_##a_role##_##a_transfer##_##a_signal

#define SLUICE_LOOP_ROW(id, a_role)                                                                          \
    {                                                                                                        \
        {SLUICE_LOOP_NAME(id, a_role, ITEM, SILENT), SLUICE_LOOP_NAME(id, a_role, ITEM, SIGNALED),           \
         SLUICE_LOOP_NAME(id, a_role, ITEM, NATIVE)},                                                        \
            {SLUICE_LOOP_NAME(id, a_role, BATCH, SILENT), SLUICE_LOOP_NAME(id, a_role, BATCH, SIGNALED),     \
             SLUICE_LOOP_NAME(id, a_role, BATCH, NATIVE)},                                                   \
        {                                                                                                    \
            SLUICE_LOOP_NAME(id, a_role, SPAN, SILENT), SLUICE_LOOP_NAME(id, a_role, SPAN, SIGNALED), NULL   \
        }                                                                                                    \
    }

#define SLUICE_BACKEND(id, table, in_item, ...)                                                              \
    SLUICE_LOOPS_OF(id, table, in_item, SOURCE)                                                              \
    SLUICE_LOOPS_OF(id, table, in_item, WORKER)                                                              \
    SLUICE_LOOPS_OF(id, table, in_item, SINK)                                                                \
    SLUICE_SHAPES_OF(id, table, in_item)                                                                     \
    SLUICE_C_LINKAGE SLUICE_EXPORT const struct sluice_backend sluice_backend_##id;                          \
    const struct sluice_backend sluice_backend_##id = {                                                      \
        .abi = SLUICE_ABI,                                                                                   \
        .size = sizeof(struct sluice_backend),                                                               \
        .worker_size = sizeof(struct sluice_worker),                                                         \
        __VA_ARGS__,                                                                                         \
        .loops = {{SLUICE_LOOP_ROW(id, SOURCE), SLUICE_LOOP_ROW(id, WORKER), SLUICE_LOOP_ROW(id, SINK)},     \
                  {sluice_loop_##id##_PAIRS, sluice_loop_##id##_FIFTY, sluice_loop_##id##_BURST},            \
                  {sluice_loop_##id##_PING_SILENT, sluice_loop_##id##_PING_SIGNALED,                         \
                   sluice_loop_##id##_PING_NATIVE}},                                                         \
        .ops = &(table),                                                                                     \
    };                                                                                                       \
    SLUICE_C_LINKAGE SLUICE_EXPORT const struct sluice_backend sluice_plugin                                 \
        __attribute__((weak, alias("sluice_backend_" #id)))

#endif
