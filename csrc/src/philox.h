/* Philox 4x32-10, a random generator without a state (Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC11, doi 10.1145/2063384.2063405): four words of 32 bits
 * are a function of a counter of four words and a key of two. Sample i of a key of 128 bits has the
 * counter (i mod 2^32, i / 2^32, key word 2, key word 3) and the key (key word 0, key word 1).
 * Mirrored by fastsig/sampling/philox.py. */
#ifndef FASTSIG_PHILOX_H
#define FASTSIG_PHILOX_H

#include "simd.h"

#if VECTOR == 2 && defined(__SSE2__)
#include <emmintrin.h>
#endif

typedef uint64_t vec_words __attribute__((vector_size(8 * VECTOR)));

/* Of the lower halves of a and b, 32 bits each; their upper halves may hold anything. */
static inline vec_words vec_multiply_halves(vec_words a, vec_words b)
{
#if VECTOR == 8
    return (vec_words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif VECTOR == 4
    return (vec_words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return (vec_words)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

/* 64 bits for each of the samples: words 0 and 1, or 2 and 3 if `second`. */
static inline vec_words philox_bits(vec_words sample, const uint32_t key[4], int second)
{
    const vec_words zero = sample ^ sample, m0 = zero + 0xD2511F53u, m1 = zero + 0xCD9E8D57u;
    vec_words c0 = sample, c1 = sample >> 32, c2 = zero + key[2], c3 = zero + key[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) { /* only the lower halves of c0 .. c3 mean anything */
        vec_words p0 = vec_multiply_halves(c0, m0), p1 = vec_multiply_halves(c2, m1);
        c0 = (p1 >> 32) ^ c1 ^ (zero + k0);
        c2 = (p0 >> 32) ^ c3 ^ (zero + k1);
        c1 = p1;
        c3 = p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return second ? (c3 << 32) | (c2 & 0xffffffffu) : (c1 << 32) | (c0 & 0xffffffffu);
}

#endif
