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
    return *word && memchr(hops, '.', *word) == NULL;
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

/* The largest of what neighbouring roles that share no more than the machine are in different ones of;
   SHARED_PU where it is not known. */
static enum shared largest_part(const struct tree *tree)
{
    const struct tree_node *root = tree ? &tree->node[tree_root(tree)] : NULL;
    enum shared largest = SHARED_PU;
    for (int word = SHARED_PU; root && root->children && word < SHARED_MACHINE; word++)
        if (tree->node[root->child[0]].words >> word & 1)
            largest = (enum shared)word;
    return largest;
}

const char *signature_class(const char *signature, const struct tree *tree, char text[SIGNATURE_CLASS_SIZE])
{
    size_t length = strcspn(signature, ":"), kinds = kinds_length(signature + length), word;
    enum shared part = largest_part(tree);
    char hops[SIGNATURE_CLASS_SIZE];
    if (is_word(signature, length, "unbound") || !is_uniform(signature, length, &word))
        snprintf(hops, sizeof hops, "%.*s", (int)length, signature);
    else if (is_word(signature, word, shared_words[SHARED_CORE]))
        strcpy(hops, "smt"); /* as --place calls it */
    else if (is_word(signature, word, shared_words[SHARED_MACHINE]) && part != SHARED_PU)
        snprintf(hops, sizeof hops, "cross-%s", shared_words[part]);
    else
        snprintf(hops, sizeof hops, "same-%.*s", (int)word, signature);
    snprintf(text, SIGNATURE_CLASS_SIZE, "%s%.*s", hops, (int)kinds, signature + length);
    return text;
}
