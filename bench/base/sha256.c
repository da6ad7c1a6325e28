/* sha256.c - see sha256.h. The names a to h, and the sections meant below, are the standard's. */
#include "base/sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[SHA256_BLOCK] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t word, int bits)
{
    return word >> bits | word << (32 - bits);
}

/* 6.2.2, step 1: the message schedule. */
static void schedule(const unsigned char block[SHA256_BLOCK], uint32_t words[SHA256_BLOCK])
{
    for (int t = 0; t < 16; t++)
        words[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
                   (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
    for (int t = 16; t < SHA256_BLOCK; t++) {
        uint32_t early = words[t - 15], late = words[t - 2];
        words[t] = (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10) + words[t - 7] +
                   (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3) + words[t - 16];
    }
}

/* 6.2.2, steps 2 to 4. */
static void digest(struct sha256 *hash)
{
    uint32_t words[SHA256_BLOCK], *state = hash->state;
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    schedule(hash->block, words);
    for (int t = 0; t < SHA256_BLOCK; t++) {
        uint32_t chosen = (e & f) ^ (~e & g), majority = (a & b) ^ (a & c) ^ (b & c);
        uint32_t first =
            h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + chosen + constants[t] + words[t];
        uint32_t second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority;
        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void sha256_start(struct sha256 *hash)
{
    *hash = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                                      0x1f83d9ab, 0x5be0cd19}}; /* 5.3.3 */
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t length)
{
    const unsigned char *in = bytes;
    while (length) {
        size_t used = hash->length % SHA256_BLOCK, part = SHA256_BLOCK - used;
        part = part < length ? part : length;
        memcpy(hash->block + used, in, part);
        hash->length += part;
        in += part;
        length -= part;
        if (used + part == SHA256_BLOCK)
            digest(hash);
    }
}

void sha256_finish(struct sha256 *hash, char text[SHA256_TEXT])
{
    const uint64_t bits = 8 * hash->length;
    unsigned char length[8];
    sha256_add(hash, "\x80", 1); /* 5.1.1: a bit, zeros, and the length in bits */
    while (hash->length % SHA256_BLOCK != SHA256_BLOCK - sizeof length)
        sha256_add(hash, "", 1);
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    sha256_add(hash, length, sizeof length);
    for (int i = 0; i < 8; i++)
        snprintf(text + 8 * i, 9, "%08x", hash->state[i]);
}

int sha256_file(const char *path, char text[SHA256_TEXT], struct fault *fault)
{
    char bytes[1 << 16];
    struct sha256 hash;
    size_t length;
    FILE *file = fopen(path, "re");
    if (!file)
        return fault_set(fault, "'%s' cannot be read: %s", path, strerror(errno));
    sha256_start(&hash);
    while ((length = fread(bytes, 1, sizeof bytes, file)))
        sha256_add(&hash, bytes, length);
    int failed = ferror(file);
    fclose(file);
    sha256_finish(&hash, text);
    return failed ? fault_set(fault, "'%s' cannot be read to its end", path) : 0;
}
