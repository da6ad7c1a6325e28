/* sizes.c - see sizes.h. */
#include "campaign/sizes.h"

#include "base/units.h"

#include <stdio.h>
#include <string.h>

static const char how[] = "write a number, pus, pus/N, N*pus, powers, or powers:LAST with one of them";

bool sizes_depend(const char *text)
{
    return strstr(text, "pus") || strstr(text, "powers");
}

static int parse_factor(const char *text, size_t length, uint64_t *factor, struct fault *fault)
{
    char copy[24];
    snprintf(copy, sizeof copy, "%.*s", (int)length, text);
    if (length >= sizeof copy || units_parse_count(copy, factor, fault) ||
        units_require_positive(copy, *factor, fault) || *factor > 1024)
        return fault_set(fault, "'%.*s' is no factor from 1 to 1024 for pus", (int)length, text);
    return 0;
}

/* "pus", "pus/2", "2*pus"; the number that it is. -1 with a sentence: it is none of these. */
static int read_size(const char *text, unsigned pus, uint64_t *size, struct fault *fault)
{
    const char *star = strchr(text, '*'), *name = star ? star + 1 : text;
    uint64_t times = 1, parts = 1;
    if (strncmp(name, "pus", 3) != 0 || (name[3] && name[3] != '/'))
        return fault_set(fault, "'%s' is no number of threads: %s", text, how);
    if ((star && parse_factor(text, (size_t)(star - text), &times, fault)) ||
        (name[3] && parse_factor(name + 4, strlen(name + 4), &parts, fault)))
        return -1;
    *size = times * pus / parts;
    *size += *size == 0;
    return 0;
}

/* The last one of the list's `powers`: 0 where it has none. */
static int find_powers(const char *list, unsigned pus, uint64_t *last, struct fault *fault)
{
    *last = 0;
    for (const char *part = list; part; part = strchr(part, ','), part += part != NULL) {
        char one[SIZES_TEXT_SIZE];
        uint64_t end = pus;
        snprintf(one, sizeof one, "%.*s", (int)strcspn(part, ","), part);
        if (strncmp(one, "powers", 6) != 0)
            continue;
        if ((one[6] && one[6] != ':') ||
            (one[6] && units_parse_count(one + 7, &end, NULL) && read_size(one + 7, pus, &end, fault)))
            return fault_set(fault, "'%s' is no number of threads: %s", one, how);
        if (end == 0 || (*last && *last != end))
            return fault_set(fault, "'%s' has powers that end at different numbers, or at none", list);
        *last = end;
    }
    return 0;
}

/* Writes the list with `power` in the place of its powers. */
static int write_list(char *to, const char *list, unsigned pus, uint64_t power, struct fault *fault)
{
    size_t length = 0;
    for (const char *part = list; part; part = strchr(part, ','), part += part != NULL) {
        char one[SIZES_TEXT_SIZE];
        uint64_t size = power;
        snprintf(one, sizeof one, "%.*s", (int)strcspn(part, ","), part);
        bool is_plain = !sizes_depend(one);
        if (!is_plain && strncmp(one, "powers", 6) != 0 && read_size(one, pus, &size, fault))
            return -1;
        if (!is_plain)
            snprintf(one, sizeof one, "%llu", (unsigned long long)size);
        length += (size_t)snprintf(to + length, SIZES_TEXT_SIZE - length, "%s%s", length ? "," : "", one);
        if (length >= SIZES_TEXT_SIZE)
            return fault_set(fault, "'%s' is too long for numbers of threads", list);
    }
    return 0;
}

int sizes_expand(struct sizes *sizes, const char *text, unsigned pus, struct fault *fault)
{
    uint64_t last;
    sizes->count = 0;
    if (strlen(text) >= SIZES_TEXT_SIZE)
        return fault_set(fault, "'%s' is too long for numbers of threads", text);
    if (find_powers(text, pus, &last, fault))
        return -1;
    for (uint64_t power = 1; power < last && sizes->count < SIZES_MOST - 1; power *= 2)
        if (write_list(sizes->text[sizes->count++], text, pus, power, fault))
            return -1;
    return write_list(sizes->text[sizes->count++], text, pus, last, fault);
}
