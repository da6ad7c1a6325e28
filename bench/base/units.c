/* units.c - see units.h. One table per kind of quantity serves both directions. */
#include "base/units.h"

#include "base/fault.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

struct unit {
    const char *suffix;
    uint64_t factor;   /* base units in one of these; below 2^42, so that products fit 128 bits */
    bool is_read_only; /* accepted from users, never written */
};

struct kind {
    const char *noun;         /* "'x' is no <noun>" */
    const char *fraction;     /* why a text is refused that is not a multiple of the base unit */
    const char *valid;        /* what the user should give */
    const struct unit *units; /* the base unit first, the last one has a null suffix */
};

#define KI (UINT64_C(1) << 10)
#define MI (UINT64_C(1) << 20)
#define GI (UINT64_C(1) << 30)
#define TI (UINT64_C(1) << 40)
#define K  UINT64_C(1000)
#define M  (K * K)
#define G  (K * M)
#define T  (K * G)

static const struct kind duration_kind = {
    .noun = "duration",
    .fraction = "it is finer than a nanosecond",
    .valid = "give a number with ns, us, ms, s, m or h, such as 10ms",
    .units = (const struct unit[]){{"ns", 1, false},
                                   {"us", K, false},
                                   {"ms", M, false},
                                   {"s", G, false},
                                   {"m", 60 * G, false},
                                   {"h", 3600 * G, false},
                                   {NULL, 0, false}},
};

static const struct kind bytes_kind = {
    .noun = "size",
    .fraction = "it is no whole number of bytes",
    .valid = "give a number with B, KiB, MiB, GiB, TiB, KB, MB, GB or TB, such as 64KiB",
    .units = (const struct unit[]){{"B", 1, false},
                                   {"KiB", KI, false},
                                   {"MiB", MI, false},
                                   {"GiB", GI, false},
                                   {"TiB", TI, false},
                                   {"KB", K, false},
                                   {"MB", M, false},
                                   {"GB", G, false},
                                   {"TB", T, false},
                                   {"kB", K, true},
                                   {"", 1, true},
                                   {NULL, 0, false}},
};

static const struct kind count_kind = {
    .noun = "count",
    .fraction = "it is no whole number",
    .valid = "give a whole number, alone or with k, M, G, T, Ki, Mi, Gi or Ti, such as 1000, 1.5M or 64Ki",
    .units = (const struct unit[]){{"", 1, false},
                                   {"k", K, false},
                                   {"M", M, false},
                                   {"G", G, false},
                                   {"T", T, false},
                                   {"Ki", KI, false},
                                   {"Mi", MI, false},
                                   {"Gi", GI, false},
                                   {"Ti", TI, false},
                                   {NULL, 0, false}},
};

static const struct kind percent_kind = {
    .noun = "percentage",
    .fraction = "it has more than four digits behind the point",
    .valid = "give a number above 0 and below 100 with %, such as 2%",
    .units = (const struct unit[]){{"%", 10 * K, false}, {NULL, 0, false}},
};

/* A number as written: digits * 10^exponent, where digits does not end in 0 (or is 0). */
struct decimal {
    uint64_t digits;
    long exponent;
    bool has_too_many_digits;
};

/* Zeros are only counted until another digit shows that they matter, so that 1.50000000000000000000 does
   not overflow. */
static void append_digit(struct decimal *number, char digit)
{
    if (digit == '0') {
        number->exponent++;
        return;
    }
    for (; number->digits && number->exponent > 0; number->exponent--)
        if (__builtin_mul_overflow(number->digits, 10, &number->digits))
            number->has_too_many_digits = true;
    number->exponent = 0;
    if (__builtin_mul_overflow(number->digits, 10, &number->digits) ||
        __builtin_add_overflow(number->digits, (uint64_t)(digit - '0'), &number->digits))
        number->has_too_many_digits = true;
}

/* Reads e6, E+6 or e-6, if it is one, and returns what follows. */
static const char *read_exponent(const char *text, long *exponent)
{
    enum { FAR_BEYOND_64_BITS = 1000000 };
    const char *digits = text + 1 + (*text && (text[1] == '+' || text[1] == '-'));
    if ((*text != 'e' && *text != 'E') || !isdigit((unsigned char)*digits))
        return text;

    char *end;
    long value = strtol(text + 1, &end, 10);
    if (value > FAR_BEYOND_64_BITS)
        value = FAR_BEYOND_64_BITS;
    if (value < -FAR_BEYOND_64_BITS)
        value = -FAR_BEYOND_64_BITS;
    *exponent += value;
    return end;
}

/* Reads an unsigned decimal number and returns what follows, or null where there is none. */
static const char *read_decimal(const char *text, struct decimal *number)
{
    const char *cursor = text;
    long fraction_digits = 0;

    *number = (struct decimal){0};
    while (isdigit((unsigned char)*cursor))
        append_digit(number, *cursor++);
    if (*cursor == '.') {
        const char *fraction = ++cursor;
        while (isdigit((unsigned char)*cursor))
            append_digit(number, *cursor++);
        fraction_digits = cursor - fraction;
        if (!fraction_digits)
            return NULL;
    }
    if (cursor == text)
        return NULL;
    number->exponent -= fraction_digits;
    return read_exponent(cursor, &number->exponent);
}

/* Stores number * factor and returns null, or returns why that is no 64-bit integer. */
static const char *scale(const struct kind *kind, struct decimal number, uint64_t factor, uint64_t *value)
{
    wide total = (wide)number.digits * factor;

    if (number.has_too_many_digits)
        return "it has too many digits";
    for (long i = 0; total && i < number.exponent && total <= UINT64_MAX; i++)
        total *= 10;
    /* ends soon: no total of 128 bits can be divided by ten more than 38 times */
    for (long i = 0; total && i > number.exponent; i--) {
        if (total % 10)
            return kind->fraction;
        total /= 10;
    }
    if (total > UINT64_MAX)
        return "it is too large";
    *value = (uint64_t)total;
    return NULL;
}

static const struct unit *find_unit(const struct kind *kind, const char *suffix)
{
    for (const struct unit *unit = kind->units; unit->suffix; unit++)
        if (!strcmp(unit->suffix, suffix))
            return unit;
    return NULL;
}

/* Returns null, or why the text is refused ("" where there is nothing to add to what would be valid). */
static const char *parse(const struct kind *kind, const char *text, uint64_t *value)
{
    struct decimal number;

    if (*text == '-' && isdigit((unsigned char)text[1]))
        return "it is negative";
    const char *suffix = read_decimal(text, &number);
    if (!suffix)
        return "";
    const struct unit *unit = find_unit(kind, suffix);
    if (!unit && *suffix)
        return "";
    if (!unit && number.digits)
        return "it has no unit";
    return scale(kind, number, unit ? unit->factor : 1, value);
}

static int parse_or_explain(const struct kind *kind, const char *text, uint64_t *value, struct fault *fault)
{
    const char *reason = parse(kind, text, value);
    if (!reason)
        return 0;
    return fault_set(fault, "'%.80s' is no %s: %s%s%s", text, kind->noun, reason, *reason ? "; " : "",
                     kind->valid);
}

int units_parse_duration(const char *text, uint64_t *ns, struct fault *fault)
{
    return parse_or_explain(&duration_kind, text, ns, fault);
}

int units_parse_bytes(const char *text, uint64_t *bytes, struct fault *fault)
{
    return parse_or_explain(&bytes_kind, text, bytes, fault);
}

int units_parse_count(const char *text, uint64_t *count, struct fault *fault)
{
    return parse_or_explain(&count_kind, text, count, fault);
}

int units_parse_percent(const char *text, double *share, struct fault *fault)
{
    uint64_t millionths;
    if (parse_or_explain(&percent_kind, text, &millionths, fault))
        return -1;
    if (millionths == 0 || millionths >= M)
        return fault_set(fault, "'%s' is no %s here: %s", text, percent_kind.noun, percent_kind.valid);
    *share = (double)millionths / (double)M;
    return 0;
}

int units_require_positive(const char *text, uint64_t value, struct fault *fault)
{
    return value ? 0 : fault_set(fault, "'%.80s' is zero: give more than zero", text);
}

/* Writes value / factor, exactly, with the suffix. Returns the text's length, or 0 where the division
   does not end within the buffer. */
static size_t format_in_unit(uint64_t value, const struct unit *unit, char text[UNITS_TEXT_SIZE])
{
    size_t length =
        (size_t)snprintf(text, UNITS_TEXT_SIZE, "%llu", (unsigned long long)(value / unit->factor));
    uint64_t rest = value % unit->factor;

    if (rest)
        text[length++] = '.';
    for (; rest; rest = rest * 10 % unit->factor) {
        if (length + strlen(unit->suffix) + 1 >= UNITS_TEXT_SIZE)
            return 0;
        text[length++] = (char)('0' + rest * 10 / unit->factor);
    }
    return length + (size_t)snprintf(text + length, UNITS_TEXT_SIZE - length, "%s", unit->suffix);
}

static const char *format(const struct kind *kind, uint64_t value, char *buffer, size_t size)
{
    char best[UNITS_TEXT_SIZE], text[UNITS_TEXT_SIZE];
    size_t best_length = format_in_unit(value, kind->units, best);

    for (const struct unit *unit = kind->units + 1; unit->suffix; unit++) {
        if (unit->is_read_only || (value && value < unit->factor))
            continue;
        size_t length = format_in_unit(value, unit, text);
        bool is_equal_but_whole = length == best_length && strchr(best, '.') && !strchr(text, '.');
        if (length && (length < best_length || is_equal_but_whole)) {
            best_length = length;
            memcpy(best, text, length + 1);
        }
    }
    snprintf(buffer, size, "%s", best);
    return buffer;
}

const char *units_format_duration(uint64_t ns, char *buffer, size_t size)
{
    return format(&duration_kind, ns, buffer, size);
}

const char *units_format_bytes(uint64_t bytes, char *buffer, size_t size)
{
    return format(&bytes_kind, bytes, buffer, size);
}

const char *units_format_count(uint64_t count, char *buffer, size_t size)
{
    return format(&count_kind, count, buffer, size);
}

const char *units_format_si(double value, char *buffer, size_t size)
{
    static const char *const prefixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P"};
    enum { SMALLEST = -9, LARGEST = 17 }; /* decimal exponents that a prefix covers */
    char scientific[UNITS_TEXT_SIZE];

    /* printf rounds once and correctly; from there on only its digits are moved, so that 999.6 turns into
       1.00k and nothing is rounded twice */
    snprintf(scientific, sizeof scientific, "%.2e", fabs(value));
    int exponent = isfinite(value) ? atoi(strchr(scientific, 'e') + 1) : 0;
    const char *sign = value < 0 ? "-" : "";

    if (value == 0) {
        snprintf(buffer, size, "0");
    } else if (!isfinite(value) || exponent < SMALLEST || exponent > LARGEST) {
        snprintf(buffer, size, "%s%s", sign, isnan(value) ? "nan" : scientific);
    } else {
        const char digits[] = {scientific[0], scientific[2], scientific[3], '\0'};
        int before_point = (exponent - SMALLEST) % 3 + 1;
        snprintf(buffer, size, "%s%.*s%s%s%s", sign, before_point, digits, before_point < 3 ? "." : "",
                 digits + before_point, prefixes[(exponent - SMALLEST) / 3]);
    }
    return buffer;
}

const char *units_format_size(double bytes, char *buffer, size_t size)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;

    for (; fabs(bytes) >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++)
        bytes /= 1024;
    snprintf(buffer, size, "%.*f%s",
             fabs(bytes) >= 99.95 || !unit ? 0
             : fabs(bytes) >= 9.995        ? 1
                                           : 2,
             bytes, units[unit]);
    return buffer;
}
