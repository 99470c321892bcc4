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

/* The upper halves as lower ones; what is above may be anything. */
static inline vec_words vec_upper_halves(vec_words a)
{
#if VECTOR == 8
    return (vec_words)_mm512_shuffle_epi32((__m512i)a, 0xf5);
#elif VECTOR == 4
    return (vec_words)_mm256_shuffle_epi32((__m256i)a, 0xf5);
#elif defined(__SSE2__)
    return (vec_words)_mm_shuffle_epi32((__m128i)a, 0xf5);
#else
    return a >> 32;
#endif
}

/* Chains of multiplications are long: two vectors side by side fill the time that one waits. */
#define PHILOX_PACK 2

/* bits[i]: words 0 and 1 of sample first + i, words 2 and 3 if `second`; n is a multiple of
 * PHILOX_PACK vectors. */
static inline __attribute__((always_inline)) void philox_words(uint64_t first, const uint32_t key[4], int second, int n, uint64_t *bits)
{
    vec_words sample = {0}, zero = {0}, m0 = zero + 0xD2511F53u, m1 = zero + 0xCD9E8D57u;
    uint64_t round_key[10][2];
    for (int round = 0; round < 10; round++) {
        round_key[round][0] = key[0] + (uint32_t)round * 0x9E3779B9u;
        round_key[round][1] = key[1] + (uint32_t)round * 0xBB67AE85u;
    }
    for (int lane = 0; lane < VECTOR; lane++) sample[lane] = first + (uint64_t)lane;
    for (int i = 0; i < n; i += PHILOX_PACK * VECTOR) {
        vec_words c0[PHILOX_PACK], c1[PHILOX_PACK], c2[PHILOX_PACK], c3[PHILOX_PACK]; /* in the lower halves */
        for (int j = 0; j < PHILOX_PACK; j++, sample += VECTOR) {
            c0[j] = sample;
            c1[j] = vec_upper_halves(sample);
            c2[j] = zero + key[2];
            c3[j] = zero + key[3];
        }
#pragma GCC unroll 10
        for (int round = 0; round < 10; round++)
            for (int j = 0; j < PHILOX_PACK; j++) {
                vec_words p0 = vec_multiply_halves(c0[j], m0), p1 = vec_multiply_halves(c2[j], m1);
                c0[j] = vec_upper_halves(p1) ^ c1[j] ^ (zero + round_key[round][0]);
                c2[j] = vec_upper_halves(p0) ^ c3[j] ^ (zero + round_key[round][1]);
                c1[j] = p1;
                c3[j] = p0;
            }
        for (int j = 0; j < PHILOX_PACK; j++) {
            vec_words low = second ? c2[j] : c0[j], high = second ? c3[j] : c1[j];
            vec_words both = (high << 32) | (low & 0xffffffffu);
            memcpy(bits + i + j * VECTOR, &both, sizeof both);
        }
    }
}

static inline void philox_bits(uint64_t first, const uint32_t key[4], int second, int n, uint64_t *bits)
{
    if (second) philox_words(first, key, 1, n, bits);
    else philox_words(first, key, 0, n, bits); /* needs less of the last round */
}

#endif
