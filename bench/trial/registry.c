/* registry.c - see registry.h. */
#include "trial/registry.h"

#include "base/paths.h"
#include "base/suggest.h"
#include "machine/cpu.h"
#include "trial/peers.h"

#include <sluice/stage.h>

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define BACKEND(id) extern const struct sluice_backend sluice_backend_##id;
#include "../../queues/queues.def"
#undef BACKEND

static const struct sluice_backend *const built_in[] = {
#define BACKEND(id) &sluice_backend_##id,
#include "../../queues/queues.def"
#undef BACKEND
};

#define BUILT_IN (sizeof built_in / sizeof *built_in)

const struct sluice_backend *const *registry_all(size_t *count)
{
    *count = BUILT_IN;
    return built_in;
}

static int refuse(struct fault *fault, const struct sluice_backend *backend, const char *why)
{
    return fault_set(fault, "the queue '%s' cannot be used: %s", backend->name ? backend->name : "(unnamed)",
                     why);
}

static int check_name(const struct sluice_backend *backend, struct fault *fault)
{
    size_t length = backend->name ? strlen(backend->name) : 0;
    if (!length || length > 63 || strspn(backend->name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
        return refuse(fault, backend, "its name must be 1 to 63 lower-case letters, digits and '-'");
    if (!backend->summary || !backend->origin || !backend->reference)
        return refuse(fault, backend, "summary, origin and reference must be given");
    return 0;
}

static int check_operations(const struct sluice_backend *backend, struct fault *fault)
{
    const struct sluice_queue_ops *ops = backend->ops;
    if (!ops || !ops->enqueue || !ops->dequeue)
        return refuse(fault, backend, "enqueue and dequeue are mandatory");
    if (!backend->create || !backend->destroy || !backend->attach || !backend->detach || !backend->capacity ||
        !backend->footprint)
        return refuse(fault, backend,
                      "create, destroy, attach, detach, capacity and footprint are mandatory");
    int spans = !!ops->reserve + !!ops->commit + !!ops->peek + !!ops->release;
    if (spans != 0 && spans != 4)
        return refuse(fault, backend, "reserve, commit, peek and release come together");
    if (!ops->enqueue_wait != !ops->dequeue_wait)
        return refuse(fault, backend, "enqueue_wait and dequeue_wait come together");
    if (ops->dequeue_wait && !backend->close)
        return refuse(fault, backend, "a queue that blocks needs close, which ends the waiting");
    return 0;
}

static int check_traits(const struct sluice_backend *backend, struct fault *fault)
{
    const struct sluice_traits *traits = &backend->traits;
    if (!traits->max_producers || !traits->max_consumers)
        return refuse(fault, backend, "max_producers and max_consumers must be at least 1");
    if ((traits->memory == SLUICE_MEMORY_INTRUSIVE) != (traits->item_room > 0))
        return refuse(fault, backend, "item_room is given by intrusive queues, and by them only");
    if (traits->item_room > sizeof(((struct sluice_payload *)0)->room))
        return refuse(fault, backend, "its node is larger than the 32 bytes that an item has for it");
    return 0;
}

int registry_check_needs(const struct sluice_backend *backend, uint32_t met, struct fault *fault)
{
    uint32_t lacking = backend->traits.needs & ~met;
    if (lacking & SLUICE_NEEDS_CAS2)
        return refuse(fault, backend,
                      "it needs a compare-and-swap of 16 bytes, which this processor does not have");
    if (lacking)
        return refuse(fault, backend, "it needs something that this program does not know of");
    return 0;
}

/* What the processor has, and what the harness keeps to: stamps are below 2^48 (stamp.h). */
static uint32_t needs_met(void)
{
    return cpu_meets() | SLUICE_NEEDS_SMALL_VALUES;
}

int registry_check(const struct sluice_backend *backend, struct fault *fault)
{
    if (backend->abi != SLUICE_ABI)
        return fault_set(fault,
                         "the queue was built for interface version %u, and this is version %u: build it "
                         "again against these headers",
                         backend->abi, SLUICE_ABI);
    if (backend->size != sizeof *backend || backend->worker_size != sizeof(struct sluice_worker))
        return fault_set(fault,
                         "the queue was built against other headers than this program (structures of %u "
                         "and %u bytes instead of %zu and %zu): build it again",
                         backend->size, backend->worker_size, sizeof *backend, sizeof(struct sluice_worker));
    if (check_name(backend, fault) || check_operations(backend, fault) || check_traits(backend, fault))
        return -1;
    return registry_check_needs(backend, needs_met(), fault);
}

static int load_plugin(const char *path, const struct sluice_backend **backend, struct fault *fault)
{
    /* Without a '/', dlopen would look in the library path instead of here. */
    char here[PATH_MAX];
    if (!strchr(path, '/')) {
        snprintf(here, sizeof here, "./%s", path);
        path = here;
    }
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return fault_set(fault, "the plug-in '%s' cannot be loaded: %s", path, dlerror());
    const struct sluice_backend *found = dlsym(library, SLUICE_PLUGIN_SYMBOL);
    if (!found) {
        fault_set(fault, "'%s' is no queue of Sluice: it lacks the symbol '%s', which SLUICE_BACKEND defines",
                  path, SLUICE_PLUGIN_SYMBOL);
    } else if (registry_check(found, fault) == 0) {
        *backend = found;
        return 0;
    }
    dlclose(library);
    return -1;
}

static bool is_plugin(const char *name)
{
    size_t length = strlen(name);
    return strchr(name, '/') || (length > 3 && strcmp(name + length - 3, ".so") == 0);
}

/* A peer's module, which must hold the queue that it is named after: trials look for that name. */
static int load_peer(const char *name, const char *path, const struct sluice_backend **backend,
                     struct fault *fault)
{
    const struct sluice_backend *found;
    if (load_plugin(path, &found, fault))
        return -1;
    if (strcmp(found->name, name) != 0)
        return fault_set(fault, "the peer '%s' holds another queue, '%s': give its path instead", path,
                         found->name);
    *backend = found;
    return 0;
}

static int suggest_queue(const char *name, struct fault *fault)
{
    size_t peers, count = 0;
    char **peer = peers_list(&peers);
    const char **names = malloc((BUILT_IN + peers) * sizeof *names);
    if (names) {
        for (size_t i = 0; i < BUILT_IN; i++)
            names[count++] = built_in[i]->name;
        for (size_t i = 0; i < peers; i++)
            names[count++] = peer[i];
    }
    suggest_unknown(fault, "queue", name, names, count);
    free(names);
    peers_free(peer, peers);
    return -1;
}

int registry_find(const char *name, const struct sluice_backend **backend, struct fault *fault)
{
    char path[PATH_MAX];
    if (is_plugin(name))
        return load_plugin(name, backend, fault);
    for (size_t i = 0; i < BUILT_IN; i++) {
        if (strcmp(name, built_in[i]->name) == 0) {
            *backend = built_in[i];
            return registry_check_needs(built_in[i], needs_met(), fault);
        }
    }
    if (peers_find(name, path))
        return load_peer(name, path, backend, fault);
    const struct peer *peer = peers_lookup(name);
    if (peer)
        return fault_set(
            fault,
            "the queue '%s' is a peer, a queue of another library, and it is not in '%s': it is built "
            "where the headers of %s are, which 'scripts/bench --peers' installs",
            name, paths_peers(), peer->packages);
    return suggest_queue(name, fault);
}

const char *registry_file(const struct sluice_backend *backend)
{
    Dl_info of_it, of_us;
    if (!dladdr(backend, &of_it) || !dladdr(built_in, &of_us) || of_it.dli_fbase == of_us.dli_fbase)
        return NULL;
    return of_it.dli_fname;
}

const char *progress_name(enum sluice_progress progress)
{
    static const char *const names[] = {"blocking", "obstruction-free", "lock-free", "wait-free"};
    return progress <= SLUICE_WAIT_FREE ? names[progress] : "unknown";
}

const char *order_name(enum sluice_order order)
{
    static const char *const names[] = {"fifo", "fifo-per-producer", "unordered"};
    return order <= SLUICE_UNORDERED ? names[order] : "unknown";
}

const char *memory_name(enum sluice_memory memory)
{
    static const char *const names[] = {"fixed", "blocks", "nodes", "intrusive", "kept"};
    return memory <= SLUICE_MEMORY_KEPT ? names[memory] : "unknown";
}

const char *bound_name(enum sluice_bound bound)
{
    static const char *const names[] = {"unbounded", "bounded", "bounded or not"};
    return bound <= SLUICE_EITHER ? names[bound] : "unknown";
}
