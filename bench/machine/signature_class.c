/* signature_class.c - the class of a placement by its signature: see signature.h. */
#include "machine/signature.h"

#include <string.h>

/* Whether all hops of the signature are the same word, and no range of words; its length. */
static bool is_uniform(const char *hops, size_t length, size_t *word)
{
    *word = strcspn(hops, "-:");
    for (size_t at = 0; at < length; at += *word + 1)
        if (length - at < *word || memcmp(hops, hops + at, *word) != 0 ||
            (at + *word < length && hops[at + *word] != '-'))
            return false;
    return memchr(hops, '.', *word) == NULL;
}

/* The length of ":p-p-e-e-e" behind the hops. Meetings, which may stand there too, are of roles, whose names
   are longer than those of kinds ("p", "e", "k12"). */
static size_t kinds_length(const char *rest)
{
    return *rest == ':' && strcspn(rest + 1, "+-:") <= 3 ? 1 + strcspn(rest + 1, ":") : 0;
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

const char *signature_class(const char *signature, unsigned packages, char text[SIGNATURE_CLASS_SIZE])
{
    size_t length = strcspn(signature, ":"), kinds = kinds_length(signature + length), word;
    char hops[SIGNATURE_CLASS_SIZE];
    if (is_word(signature, length, "unbound") || !is_uniform(signature, length, &word))
        snprintf(hops, sizeof hops, "%.*s", (int)length, signature);
    else if (is_word(signature, word, shared_words[SHARED_CORE]))
        strcpy(hops, "smt"); /* as --place calls it */
    else if (is_word(signature, word, shared_words[SHARED_MACHINE]) && packages > 1)
        strcpy(hops, "cross-package"); /* nothing nearer than the machine is shared */
    else
        snprintf(hops, sizeof hops, "same-%.*s", (int)word, signature);
    snprintf(text, SIGNATURE_CLASS_SIZE, "%s%.*s", hops, (int)kinds, signature + length);
    return text;
}
