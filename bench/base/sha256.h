/* sha256.h - the hash by which a figure names the file of records that it comes from: what `sha256sum FILE`
   prints.

   After FIPS PUB 180-4, "Secure Hash Standard", NIST, 2015. */
#ifndef BENCH_SHA256_H
#define BENCH_SHA256_H

#include "base/fault.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SHA256_BLOCK = 64 /* bytes */,
    SHA256_TEXT = 65 /* of the hash in hexadecimal digits, with its end */
};

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[SHA256_BLOCK];
};

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t length);
/* Writes the hash of all that was added. */
void sha256_finish(struct sha256 *hash, char text[SHA256_TEXT]);

/* The hash of a file: 0, or -1 with a sentence. */
int sha256_file(const char *path, char text[SHA256_TEXT], struct fault *fault);

#endif
