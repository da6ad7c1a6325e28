/* units.h - human units: "10ms", "64KiB" and "1M" to integers and back, exactly.

   Reading is strict: a number, then a unit, and nothing else; no sign, no blank, no other letter case. A
   number may have a decimal fraction and an exponent (1.5M, 0.5s, 1e6) as long as the result is a
   whole number of the base unit: there is no rounding, so that what the user wrote is what runs.

   All functions are pure: they may be called from any thread. */
#ifndef BENCH_UNITS_H
#define BENCH_UNITS_H

#include <stddef.h>
#include <stdint.h>

struct fault;

enum {
    UNITS_TEXT_SIZE = 32 /* a buffer of this many bytes holds every text that is formatted here */
};

/* The units_parse_* functions return 0 and store the value, 0 to 2^64 - 1; or return -1, leave the
   value alone, and write into `fault` (may be null) a sentence that quotes the text and says what
   would be valid. Zero is accepted: a caller that needs more adds units_require_positive(). */

/* Reads a duration in nanoseconds: a number with ns, us, ms, s, m (minutes) or h. A bare number is
   refused, since nobody can tell its unit, except for 0. */
int units_parse_duration(const char *text, uint64_t *ns, struct fault *fault);

/* Reads a size in bytes: a number with B, with KiB, MiB, GiB or TiB (powers of 1024), with KB (also
   kB), MB, GB or TB (powers of 1000), or bare, which is bytes. */
int units_parse_bytes(const char *text, uint64_t *bytes, struct fault *fault);

/* Reads a count: a number, bare or with k, M, G or T (powers of 1000), or Ki, Mi, Gi or Ti (powers of
   1024). 1e6 and 1.5M are counts; 1.5 is none. */
int units_parse_count(const char *text, uint64_t *count, struct fault *fault);

/* Reads a percentage above 0 and below 100, such as 2% or 0.5%, as a share: 0.02. The '%' must be there. */
int units_parse_percent(const char *text, double *share, struct fault *fault);

/* Returns 0 where `value` is not zero, or else -1 with a sentence that quotes `text`, from which the
   value was read. To be chained: units_parse_count(...) || units_require_positive(...). */
int units_require_positive(const char *text, uint64_t value, struct fault *fault);

/* The units_format_* functions write a NUL-terminated text into `buffer` (of `size` bytes, 1 or more;
   UNITS_TEXT_SIZE is always enough, less cuts the text) and return `buffer`, so that a call can stand
   among the arguments of printf. */

/* These three write the shortest exact text, which the parser of the same kind reads back as the same
   value: 1500000 ns is 1.5ms, 90 s is 90s, 65536 bytes are 64KiB. The number is at least 1 (100ms,
   not 0.1s), and of two texts of the same length the one without a fraction is chosen. */
const char *units_format_duration(uint64_t ns, char *buffer, size_t size);
const char *units_format_bytes(uint64_t bytes, char *buffer, size_t size);
const char *units_format_count(uint64_t count, char *buffer, size_t size);

/* Writes bytes for a screen, rounded to 3 significant digits, with powers of 1024: 12.3MiB. */
const char *units_format_size(double bytes, char *buffer, size_t size);

/* Writes `value` for a screen, rounded to 3 significant digits with an SI prefix from n to P: 12.3M,
   1.00k, 42.0m; 0 is "0". Beyond the prefixes it is like 1.23e-15; not finite: "nan", "inf", "-inf".
   The unit, if there is one, is the caller's to append. */
const char *units_format_si(double value, char *buffer, size_t size);

#endif
