/* Quantiles of the standard normal distribution, in vectors, by polynomials that
 * csrc/generate/normal_quantile.py describes. Mirrored by fastsig/sampling/normal_quantile.py. */
#ifndef FASTSIG_NORMAL_QUANTILE_H
#define FASTSIG_NORMAL_QUANTILE_H

#include "normal_quantile_polynomials.h" /* generated */
#include "philox.h"

#include <math.h>

static inline vec vec_square_root(vec x)
{
#if VECTOR == 8
    return (vec)_mm512_sqrt_pd((__m512d)x);
#elif VECTOR == 4
    return (vec)_mm256_sqrt_pd((__m256d)x);
#else
    return (vec){sqrt(x[0]), sqrt(x[1])};
#endif
}

/* ln x for normal x in (0, 1], to 1 ulp of the larger one of it and 1/2: x = 2^-k m, m in
 * [sqrt(1/2), sqrt 2), s = (m - 1)/(m + 1). */
static inline vec vec_log_of_fraction(vec x)
{
    const uint64_t below_root_two = 0x3ff6a09e667f3bccu, magic = 0x4330000000000000u; /* of doubles, and of 2^52 */
    vec_words bits = (vec_words)x, zero = bits ^ bits;
    vec_words k = (zero + below_root_two - bits) >> 52;
    vec minus_k = 0x1p52 - (vec)(k | (zero + magic)), m = (vec)(bits + (k << 52));
    vec s = (m - 1.0) * vec_reciprocal(m + 1.0), square = s * s, p = vec_all(log_polynomial[0]);
#pragma GCC unroll 16
    for (int i = 1; i < LOG_POLYNOMIAL_TERMS; i++) p = vec_multiply_add(p, square, vec_all(log_polynomial[i]));
    vec log = vec_multiply_add(s * square, p, 2.0 * s);
    return vec_multiply_add(minus_k, vec_all(0x1.62e42fefa39efp-1), log);
}

/* Even and odd powers apart, as one chain would be long. */
static inline vec quantile_polynomial(const double *c, vec t)
{
    vec square = t * t, odd = vec_all(c[0]), even = vec_all(c[1]);
#pragma GCC unroll 32
    for (int i = 2; i < QUANTILE_TERMS; i += 2) {
        odd = vec_multiply_add(odd, square, vec_all(c[i]));
        even = vec_multiply_add(even, square, vec_all(c[i + 1]));
    }
    return vec_multiply_add(odd, t, even);
}

/* w of a lower tail probability h in (0, 1/2]. */
static inline vec quantile_variable(vec h)
{
    vec four = 4.0 * h;
    return -vec_log_of_fraction(vec_multiply_add(-four, h, four));
}

/* The quantile, not positive, to a few ulp, of h in [1e-29, 1/2] and its w. One sample in 300 is beyond
 * the first polynomial. */
static inline vec normal_quantile(vec h, vec w)
{
    vec z = (0.5 - h) * quantile_polynomial(quantile_central, w - QUANTILE_CENTRAL_MIDDLE);
    vec_bits beyond = (vec_bits)(w > QUANTILE_CENTRAL);
    if (__builtin_expect(vec_any(beyond), 0)) {
        vec root = vec_square_root((vec)((beyond & (vec_bits)w) | (~beyond & (vec_bits)vec_all(QUANTILE_CENTRAL))));
        vec r = 1.0 / root, tail = quantile_polynomial(quantile_near, r - QUANTILE_NEAR_MIDDLE);
        vec_bits far = (vec_bits)(w > QUANTILE_NEAR);
        if (vec_any(far)) {
            vec further = quantile_polynomial(quantile_far, r - QUANTILE_FAR_MIDDLE);
            tail = (vec)((far & (vec_bits)further) | (~far & (vec_bits)tail));
        }
        z = (vec)((beyond & (vec_bits)(tail * root)) | (~beyond & (vec_bits)z));
    }
    return z;
}

static inline vec_words vec_load_bits(const uint64_t *p)
{
    vec_words v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* z[i], n of them, a multiple of VECTOR, from 64 random bits each: 52 of them, m, are the tail probability
 * (m + 1/2)/2^53, the lowest is the sign. So z is symmetric, and abs(z) < 8.3. In two
 * passes, as one chain of operations would be long. `w` is space for n numbers. */
static inline void normals_of_bits(int n, const uint64_t *bits, double *w, double *z)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec_words here = vec_load_bits(bits + k), zero = here ^ here;
        vec one_to_two = (vec)((here >> 12) | (zero + 0x3ff0000000000000u));
        vec h = vec_multiply_add(one_to_two, vec_all(0.5), vec_all(0x1p-54 - 0.5)); /* exact */
        vec_store(z + k, h);
        vec_store(w + k, quantile_variable(h));
    }
    for (int k = 0; k < n; k += VECTOR) {
        vec size = normal_quantile(vec_load(z + k), vec_load(w + k));
        vec_store(z + k, (vec)((vec_words)size ^ (vec_load_bits(bits + k) << 63)));
    }
}

#endif
