/* Vectors of doubles as wide as the CPU level that a file is compiled for:
 * GCC's vector extension for arithmetic (a + b, a * b, a < b), and here what
 * that lacks. Only the kernels include this. */
#ifndef FASTSIG_SIMD_H
#define FASTSIG_SIMD_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#define VECTOR 8
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#define VECTOR 4
#else
#define VECTOR 2
#endif

typedef double vec __attribute__((vector_size(8 * VECTOR)));
typedef int64_t vec_bits __attribute__((vector_size(8 * VECTOR)));

static inline vec vec_load(const double *p)
{
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vec_store(double *p, vec v) { memcpy(p, &v, sizeof v); }

static inline vec vec_all(double x)
{
#if VECTOR == 8
    return (vec)_mm512_set1_pd(x);
#elif VECTOR == 4
    return (vec)_mm256_set1_pd(x);
#else
    return (vec){x, x};
#endif
}

/* a b + c, rounded once where the level has the instruction. */
static inline vec vec_multiply_add(vec a, vec b, vec c)
{
#if VECTOR == 8
    return (vec)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif VECTOR == 4
    return (vec)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#else
    return a * b + c;
#endif
}

/* x where mask is all ones, 0 where it is 0. */
static inline vec vec_where(vec_bits mask, vec x) { return (vec)(mask & (vec_bits)x); }

static inline vec vec_larger(vec a, vec b)
{
#if VECTOR == 8
    return (vec)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif VECTOR == 4
    return (vec)_mm256_max_pd((__m256d)a, (__m256d)b);
#else
    vec_bits first = (vec_bits)(a > b);
    return (vec)((first & (vec_bits)a) | (~first & (vec_bits)b));
#endif
}

/* 1/x for normal x in [1e-300, 1e300], within 1 ulp: two of Newton's steps where the level has a first
 * guess of 14 bits, as divisions of eight numbers are slow there. */
static inline vec vec_reciprocal(vec x)
{
#if VECTOR == 8
    vec y = (vec)_mm512_rcp14_pd((__m512d)x), one = vec_all(1.0);
    y = vec_multiply_add(y, vec_multiply_add(-x, y, one), y);
    return vec_multiply_add(y, vec_multiply_add(-x, y, one), y);
#else
    return 1.0 / x;
#endif
}

/* Whether a mask has an element that is not 0 but all ones. */
static inline int vec_any(vec_bits mask)
{
#if VECTOR == 8
    return _mm512_movepi64_mask((__m512i)mask) != 0;
#elif VECTOR == 4
    return _mm256_movemask_pd((__m256d)mask) != 0;
#else
    return (mask[0] | mask[1]) != 0;
#endif
}

#endif
