/* tape.c - see tape.h: a recursive descent over the text, one function a kind of value. */
#include "record/tape.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    struct tape *tape;
    const char *at, *end;
    const char *why; /* the first thing that is wrong */
    int depth;
};

static bool wrong(struct scan *scan, const char *why)
{
    scan->why = scan->why ? scan->why : why;
    return false;
}

/* The node's index: the tape may move. */
static bool add(struct scan *scan, enum tape_kind kind, size_t *index)
{
    struct tape *tape = scan->tape;
    if (tape->count == tape->room) {
        size_t room = tape->room ? 2 * tape->room : 1024;
        struct tape_node *more = room > UINT32_MAX ? NULL : realloc(tape->node, room * sizeof *more);
        if (!more)
            return wrong(scan, "out of memory");
        tape->node = more;
        tape->room = room;
    }
    *index = tape->count++;
    tape->node[*index] = (struct tape_node){.kind = (uint8_t)kind, .span = 1};
    return true;
}

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->end &&
           (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
        scan->at++;
}

/* Whether the next byte is this one, which is then passed. */
static bool passes(struct scan *scan, char byte)
{
    skip_space(scan);
    if (scan->at == scan->end || *scan->at != byte)
        return false;
    scan->at++;
    return true;
}

/* --- texts --- */

static int hex_digit(char byte)
{
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
           : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                        : -1;
}

/* The four digits of a \u escape; -1: there are not four. */
static int hex4(const char *at, const char *end)
{
    int value = 0;
    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* The code point of a \u escape, or of a pair of them, and how many bytes it takes up; 0: neither, or NUL. */
static uint32_t code_point(const char *at, const char *end, size_t *length)
{
    int high = hex4(at + 2, end), low;
    *length = 6;
    if (high <= 0 || (high >= 0xdc00 && high < 0xe000))
        return 0;
    if (high < 0xd800 || high >= 0xe000)
        return (uint32_t)high;
    if (end - at < 12 || at[6] != '\\' || at[7] != 'u')
        return 0;
    low = hex4(at + 8, end);
    *length = 12;
    return low >= 0xdc00 && low < 0xe000
               ? 0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00)
               : 0;
}

/* Bytes of the UTF-8 sequence that starts here with a byte above 127; 0: it is none (RFC 3629, section 4). */
static size_t utf8_length(const unsigned char *at, const char *end)
{
    size_t length = *at >= 0xc2 && *at < 0xe0   ? 2
                    : *at >= 0xe0 && *at < 0xf0 ? 3
                    : *at >= 0xf0 && *at < 0xf5 ? 4
                                                : 0;
    if ((size_t)((const unsigned char *)end - at) < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) || /* too long; surrogates */
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))   /* too long; too large */
        return 0;
    return length;
}

/* Bytes of the escape that starts here; 0: it is none. */
static size_t escape_length(const char *at, const char *end)
{
    size_t length;
    if (end - at < 2)
        return 0;
    if (at[1] == 'u')
        return code_point(at, end, &length) ? length : 0;
    return strchr("\"\\/bfnrt", at[1]) && at[1] ? 2 : 0;
}

/* Behind the opening quote. */
static bool read_text(struct scan *scan)
{
    const char *start = scan->at, *at = start, *end = scan->end;
    size_t index, length;
    bool escaped = false;
    if (!add(scan, TAPE_TEXT, &index))
        return false;
    for (; at < end && *at != '"'; at += length) {
        unsigned char byte = (unsigned char)*at;
        length = 1;
        if (byte == '\\') {
            escaped = true;
            length = escape_length(at, end);
        } else if (byte >= 0x80) {
            length = utf8_length((const unsigned char *)at, end);
        } else if (byte < 0x20) {
            length = 0;
        }
        if (!length)
            return wrong(scan, "a text with a byte or an escape that none may have");
    }
    if (at >= end)
        return wrong(scan, "a text without its end");
    struct tape_node *node = &scan->tape->node[index];
    node->escaped = escaped;
    node->text = start;
    node->count = (uint32_t)(at - start);
    scan->at = at + 1;
    return true;
}

/* --- numbers --- */

static bool is_digit(const struct scan *scan)
{
    return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

/* The number's digits as one integer of at most 19, and the power of ten that they are to be multiplied by.
 */
struct decimal {
    uint64_t digits;
    int count, exponent;
    bool negative, integer;
};

static void read_digits(struct scan *scan, struct decimal *decimal, int step)
{
    for (; is_digit(scan); scan->at++) {
        decimal->digits = decimal->digits * 10 + (uint64_t)(*scan->at - '0');
        decimal->count += decimal->count > 0 || decimal->digits > 0;
        decimal->exponent -= step;
    }
}

static bool read_exponent(struct scan *scan, struct decimal *decimal)
{
    bool negative = *scan->at == '-';
    int exponent = 0;
    scan->at += *scan->at == '-' || *scan->at == '+';
    if (!is_digit(scan))
        return wrong(scan, "a number without the digits of its exponent");
    for (; is_digit(scan); scan->at++)
        exponent = exponent < 10000 ? exponent * 10 + (*scan->at - '0') : exponent;
    decimal->exponent += negative ? -exponent : exponent;
    return true;
}

static bool read_decimal(struct scan *scan, struct decimal *decimal)
{
    decimal->negative = *scan->at == '-';
    scan->at += decimal->negative;
    const char *first = scan->at;
    if (!is_digit(scan))
        return wrong(scan, "a value that is none");
    read_digits(scan, decimal, 0);
    if (*first == '0' && scan->at - first > 1)
        return wrong(scan, "a number with a leading zero");
    decimal->integer = true;
    if (scan->at < scan->end && *scan->at == '.') {
        scan->at++;
        decimal->integer = false;
        if (!is_digit(scan))
            return wrong(scan, "a number without the digits of its fraction");
        read_digits(scan, decimal, 1);
    }
    if (scan->end - scan->at > 1 && (*scan->at == 'e' || *scan->at == 'E')) {
        scan->at++;
        decimal->integer = false;
        return read_exponent(scan, decimal);
    }
    return true;
}

/* Where digits and power of ten are both exact as doubles, one operation rounds right (Clinger, "How to read
   floating point numbers accurately", PLDI 1990); else the C library does. */
static bool convert(struct scan *scan, const struct decimal *decimal, const char *text, double *number)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int exponent = decimal->exponent;
    if (decimal->count <= 19 && decimal->digits <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22) {
        double value = (double)decimal->digits;
        value = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
        *number = decimal->negative ? -value : value;
        return true;
    }
    char copy[512];
    size_t length = (size_t)(scan->at - text);
    if (length >= sizeof copy)
        return wrong(scan, "a number that is too long");
    memcpy(copy, text, length);
    copy[length] = '\0';
    *number = strtod(copy, NULL);
    return isfinite(*number) || wrong(scan, "a number that is too large");
}

static bool read_number(struct scan *scan)
{
    const char *text = scan->at;
    struct decimal decimal = {0};
    size_t index;
    double number;
    if (!read_decimal(scan, &decimal) || !convert(scan, &decimal, text, &number))
        return false;
    bool fits = decimal.count < 19 || (decimal.count == 19 && decimal.digits <= INT64_MAX);
    if (decimal.integer && !fits)
        return wrong(scan, "an integer that is too large");
    if (!add(scan, decimal.integer ? TAPE_INTEGER : TAPE_REAL, &index))
        return false;
    scan->tape->node[index].number = number;
    return true;
}

/* --- values --- */

static bool read_value(struct scan *scan);

static bool read_word(struct scan *scan, const char *word, enum tape_kind kind)
{
    size_t length = strlen(word), index;
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
        return wrong(scan, "a value that is none");
    scan->at += length;
    return add(scan, kind, &index);
}

/* Behind the opening bracket. */
static bool read_array(struct scan *scan, size_t index)
{
    uint32_t count = 0;
    if (!passes(scan, ']')) {
        do {
            if (!read_value(scan))
                return false;
            count++;
        } while (passes(scan, ','));
        if (!passes(scan, ']'))
            return wrong(scan, "an array without its end");
    }
    scan->tape->node[index].count = count;
    return true;
}

static bool have_same_key(const struct tape_node *a, const struct tape_node *b)
{
    /* Escapes that spell the same letters differently are no concern: nobody looks for such keys. */
    return a->count == b->count && memcmp(a->text, b->text, a->count) == 0;
}

/* Whether the member that starts at the node is there already. `seen` holds a bit for each kind of key: where
   its bit was clear, nothing needs to be compared. */
static bool is_again(const struct tape *tape, size_t object, size_t member, uint64_t *seen)
{
    const struct tape_node *key = &tape->node[member];
    unsigned middle = key->count ? (unsigned char)key->text[key->count / 2] : 0;
    unsigned last = key->count ? (unsigned char)key->text[key->count - 1] : 0;
    uint64_t bit = UINT64_C(1) << ((key->count * 7 + middle * 3 + last) & 63);
    bool maybe = *seen & bit;
    *seen |= bit;
    for (size_t i = object + 1; maybe && i < member; i += 1 + tape->node[i + 1].span)
        if (have_same_key(&tape->node[i], key))
            return true;
    return false;
}

/* Behind the opening brace. */
static bool read_object(struct scan *scan, size_t index)
{
    uint32_t count = 0;
    uint64_t seen = 0;
    if (!passes(scan, '}')) {
        do {
            size_t member = scan->tape->count;
            if (!passes(scan, '"'))
                return wrong(scan, "an object with a member without a name");
            if (!read_text(scan))
                return false;
            if (is_again(scan->tape, index, member, &seen))
                return wrong(scan, "an object with two members of a name");
            if (!passes(scan, ':'))
                return wrong(scan, "an object with a member without a value");
            if (!read_value(scan))
                return false;
            count++;
        } while (passes(scan, ','));
        if (!passes(scan, '}'))
            return wrong(scan, "an object without its end");
    }
    scan->tape->node[index].count = count;
    return true;
}

static bool read_inside(struct scan *scan, enum tape_kind kind)
{
    size_t index;
    scan->at++;
    if (++scan->depth > TAPE_DEPTH)
        return wrong(scan, "values too deep within one another");
    if (!add(scan, kind, &index) || !(kind == TAPE_ARRAY ? read_array : read_object)(scan, index))
        return false;
    scan->tape->node[index].span = (uint32_t)(scan->tape->count - index);
    scan->depth--;
    return true;
}

static bool read_value(struct scan *scan)
{
    skip_space(scan);
    if (scan->at == scan->end)
        return wrong(scan, "a value is missing");
    switch (*scan->at) {
    case '{':
        return read_inside(scan, TAPE_OBJECT);
    case '[':
        return read_inside(scan, TAPE_ARRAY);
    case '"':
        scan->at++;
        return read_text(scan);
    case 'n':
        return read_word(scan, "null", TAPE_NULL);
    case 't':
        return read_word(scan, "true", TAPE_TRUE);
    case 'f':
        return read_word(scan, "false", TAPE_FALSE);
    default:
        return read_number(scan);
    }
}

const char *tape_read(struct tape *tape, const char *line, size_t length)
{
    struct scan scan = {.tape = tape, .at = line, .end = line + length};
    tape->count = 0;
    if (read_value(&scan)) {
        skip_space(&scan);
        if (scan.at < scan.end)
            wrong(&scan, "something behind its end");
    }
    return scan.why;
}

void tape_release(struct tape *tape)
{
    free(tape->node);
    *tape = (struct tape){0};
}

/* --- asking --- */

const struct tape_node *tape_member(const struct tape_node *object, const char *key,
                                    const struct tape_node *near)
{
    if (!tape_is(object, TAPE_OBJECT))
        return NULL;
    const struct tape_node *end = object + object->span, *start = near ? tape_next(near) : object + 1;
    const struct tape_node *name = start;
    for (uint32_t i = 0; i < object->count; i++, name = tape_next(name + 1)) {
        name = name == end ? object + 1 : name;
        if (tape_is_text(name, key))
            return name + 1;
    }
    return NULL;
}

bool tape_is_text(const struct tape_node *node, const char *text)
{
    return tape_is(node, TAPE_TEXT) && (!node->count || *node->text == *text) &&
           strncmp(node->text, text, node->count) == 0 && !text[node->count];
}

static size_t put_utf8(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)((0xf00 >> length & 0xf0) | code);
    return length;
}

/* What an escape stands for; returns the bytes that it takes up. */
static size_t unescape(const char *at, const char *end, char **out)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    size_t length = 2;
    if (at[1] == 'u')
        *out += put_utf8(code_point(at, end, &length), *out);
    else
        *(*out)++ = meant[strchr(letters, at[1]) - letters];
    return length;
}

const char *tape_text(const struct tape_node *node, struct text_set *texts)
{
    if (!tape_is(node, TAPE_TEXT))
        return NULL;
    if (!node->escaped)
        return text_set_own(texts, node->text, node->count);
    char *meant = malloc(node->count), *out = meant;
    const char *end = node->text + node->count, *own;
    if (!meant)
        return NULL;
    for (const char *at = node->text; at < end;)
        if (*at == '\\')
            at += unescape(at, end, &out);
        else
            *out++ = *at++;
    own = text_set_own(texts, meant, (size_t)(out - meant));
    free(meant);
    return own;
}
