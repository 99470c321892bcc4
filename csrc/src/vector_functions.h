/* Elementary functions of vectors, for kernels and for the activations' samples
 * (trapezoid.h): the same operations on each element at every CPU level but for
 * fused multiply-adds. Arguments are finite. */
#ifndef FASTSIG_VECTOR_FUNCTIONS_H
#define FASTSIG_VECTOR_FUNCTIONS_H

#include "exp_polynomial.h" /* generated */
#include "normal.h"
#include "simd.h"

static inline vec vec_abs(vec x) { return (vec)((vec_bits)x & INT64_MAX); }

/* Size of x, sign of `sign`. */
static inline vec vec_copysign(vec x, vec sign) { return (vec)((vec_bits)vec_abs(x) | ((vec_bits)sign & INT64_MIN)); }

/* a where mask is all ones, b where it is 0. */
static inline vec vec_select(vec_bits mask, vec a, vec b) { return (vec)((mask & (vec_bits)a) | (~mask & (vec_bits)b)); }

static inline vec vec_smaller(vec a, vec b) { return -vec_larger(-a, -b); }

/* a b - p, exactly, where p is the rounded product. */
static inline vec vec_product_error(vec a, vec b, vec p)
{
#if DD_HAS_FMA
    return vec_multiply_add(a, b, -p);
#else
    vec x = 134217729.0 * a, y = 134217729.0 * b; /* as dd_two_prod */
    vec a_high = x - (x - a), b_high = y - (y - b), a_low = a - a_high, b_low = b - b_high;
    return ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low;
#endif
}

/* x = k ln 2 + r with abs(r) <= ln(2)/2, r by two parts of ln 2 (Cody and Waite);
 * returns exp(r) - 1 = r + r^2 P(r). Adding 1.5 2^52 rounds to an integer and
 * leaves k in the low bits, from where a shift puts it into an exponent. */
static inline vec vec_exp_reduced(vec x, vec_bits *exponent)
{
    const vec shift = vec_all(0x1.8p52);
    const double log2_e = 0x1.71547652b82fep+0, ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
    vec shifted = vec_multiply_add(x, vec_all(log2_e), shift);
    vec k = shifted - shift;
    vec r = vec_multiply_add(k, vec_all(-ln2_low), vec_multiply_add(k, vec_all(-ln2_high), x));
    vec p = vec_all(exp_polynomial[0]);
#pragma GCC unroll 16
    for (int i = 1; i < EXP_POLYNOMIAL_TERMS; i++) p = vec_multiply_add(p, r, vec_all(exp_polynomial[i]));
    *exponent = (vec_bits)shifted << 52;
    return vec_multiply_add(r * r, p, r);
}

#define LOWEST_EXPONENT (-708.0)

/* exp(x) for x <= 700, within 1 ulp; 0 below -708. */
static inline vec vec_exp(vec x)
{
    const vec lowest = vec_all(LOWEST_EXPONENT);
    vec_bits exponent;
    vec y = vec_all(1.0) + vec_exp_reduced(vec_larger(lowest, x), &exponent);
    return vec_where((vec_bits)(x >= lowest), (vec)((vec_bits)y + exponent));
}

/* exp(x) and exp(x) - 1 for x <= 0, the latter within 2 ulp. */
static inline vec vec_exp_minus_1(vec x, vec *exp)
{
    const vec lowest = vec_all(LOWEST_EXPONENT), one = vec_all(1.0);
    vec_bits exponent;
    vec q = vec_exp_reduced(vec_larger(lowest, x), &exponent), power = (vec)((vec_bits)one + exponent);
    *exp = vec_where((vec_bits)(x >= lowest), (vec)((vec_bits)(one + q) + exponent));
    return vec_multiply_add(power, q, power - one);
}

/* exp(lift - x^2/2), at most exp(300), with the roundings of square and sum put back. */
static inline vec vec_gaussian(vec x, double lift)
{
    vec square = x * x, lost = vec_product_error(x, x, square), up = vec_all(lift), down = -0.5 * square;
    vec sum = up + down, part = sum - up;
    lost = ((up - (sum - part)) + (down - part)) - 0.5 * lost;
    return vec_exp(vec_smaller(sum, vec_all(300.0))) * (vec_all(1.0) + lost);
}

/* Mills' ratio over sqrt(2 pi) at a >= 0, as in normal.h. */
static inline vec vec_mills_ratio(vec a)
{
    vec one = vec_all(1.0) + a, four = vec_all(4.0) + a, inverse = vec_reciprocal(one * four);
    vec t = (a - 4.0) * one * inverse, square = t * t;
    vec odd = vec_all(normal_tail_polynomial[0][0]), even = vec_all(normal_tail_polynomial[0][1]); /* one chain would be long */
    for (int i = 2; i < NORMAL_TAIL_TERMS; i += 2) {
        odd = vec_multiply_add(odd, square, vec_all(normal_tail_polynomial[0][i]));
        even = vec_multiply_add(even, square, vec_all(normal_tail_polynomial[0][i + 1]));
    }
    return vec_multiply_add(odd, t, even) * (four * inverse);
}

/* exp(x) for x <= 700, within 1 ulp; below -708 it stays at 3e-308. */
static inline vec vec_exp_not_zero(vec x)
{
    vec_bits exponent;
    vec y = vec_all(1.0) + vec_exp_reduced(vec_larger(vec_all(LOWEST_EXPONENT), x), &exponent);
    return (vec)((vec_bits)y + exponent);
}

/* The same with an absolute error: times exp(-a^2/2) it is right to 1e-16. */
static inline vec vec_rough_mills_ratio(vec a)
{
    vec one = vec_all(1.0) + a, four = vec_all(4.0) + a, inverse = vec_reciprocal(one * four);
    vec t = (a - 4.0) * one * inverse, square = t * t;
    vec odd = vec_all(rough_tail_polynomial[0]), even = vec_all(rough_tail_polynomial[1]);
    for (int i = 2; i < ROUGH_TAIL_TERMS; i += 2) {
        odd = vec_multiply_add(odd, square, vec_all(rough_tail_polynomial[i]));
        even = vec_multiply_add(even, square, vec_all(rough_tail_polynomial[i + 1]));
    }
    return vec_multiply_add(odd, t, even) * (four * inverse);
}

/* ln(1 + e) = 2 artanh(s), s = e/(2 + e) <= 1/3, for e in [0, 1]: s^36/37 is below 2e-19. */
static inline vec vec_log_1_plus(vec e)
{
    vec s = e / (2.0 + e), square = s * s, sum = vec_all(1.0 / 35.0);
#pragma GCC unroll 17
    for (int k = 16; k > 0; k--) sum = vec_multiply_add(sum, square, vec_all(1.0 / (2 * k + 1)));
    return 2.0 * vec_multiply_add(s * square, sum, s);
}

#endif
