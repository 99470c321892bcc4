/* double_double.h - arithmetic with about 106 bits, on pairs of doubles.
 *
 * A `dd` stands for the exact sum hi + lo of two doubles with hi the double
 * nearest to that sum. Every operation below takes and returns such pairs.
 * All of it rests on two error-free steps: the rounding error of a sum, and
 * that of a product, of two doubles are doubles themselves and can be computed
 * (Dekker, Numer. Math. 18, 1971, doi:10.1007/BF01397083; Knuth, TAOCP 2).
 *
 * Relative error bounds, with u = 2^-53 (u^2 = 1.2e-32), barring underflow and
 * overflow:
 *
 *   dd_two_sum, dd_quick_two_sum, dd_two_prod, dd_two_square      exact
 *   dd_add_d  2 u^2             dd_add, dd_sub   3 u^2 + 13 u^3
 *   dd_mul_d  1.5 u^2 + 4 u^3   dd_mul           5 u^2  (4 u^2 with fma)
 *   dd_div_d  3 u^2             dd_div           15 u^2 + 56 u^3
 *   dd_sqrt   25/8 u^2          dd_neg, dd_abs, dd_scale          exact
 *
 * Sources. Algorithm numbers at the functions are those of
 *   [JMP] Joldes, Muller, Popescu, ACM TOMS 44(2), 2017, doi:10.1145/3121432;
 *   the bounds of dd_mul are the sharper ones of
 *   [MR]  Muller, Rideau, ACM TOMS 48(1), 2022, doi:10.1145/3484514;
 *   the square root is that of
 *   [LLM] Lefevre, Louvet, Muller, Picot, Rideau, ACM TOMS 49(1), 2023,
 *         doi:10.1145/3568672.
 *
 * Range. Products are exact only while their error does not underflow: keep
 * |a b| above 2^-969 (1e-292) where the full accuracy matters. Without fma the
 * factors are split, which overflows from 2^996 (6e299). Infinities and NaN
 * are not carried through faithfully (inf may become NaN).
 *
 * SPDX-License-Identifier: BSD-3-Clause
 */
#ifndef FASTSIG_DOUBLE_DOUBLE_H
#define FASTSIG_DOUBLE_DOUBLE_H

#include <float.h>
#include <math.h>

/* Reassociation turns every error term below into zero. */
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__)
#error "double_double.h is wrong under -ffast-math or -fassociative-math"
#endif
/* So does rounding to more than 53 bits (x87: use -msse2 -mfpmath=sse). */
#if defined(FLT_EVAL_METHOD) && (FLT_EVAL_METHOD == 2 || FLT_EVAL_METHOD < 0)
#error "double_double.h needs doubles that are evaluated as doubles"
#endif

/* Whether fma() is one instruction; a call into libm would be far slower than
 * the splitting that replaces it. */
#if defined(__FMA__) || defined(FP_FAST_FMA) || defined(__ARM_FEATURE_FMA)
#define DD_HAS_FMA 1
#else
#define DD_HAS_FMA 0
#endif

typedef struct {
    double hi; /* the double nearest to the number */
    double lo; /* what is missing from it, |lo| <= ulp(hi) / 2 */
} dd;

/* ---- Error-free steps -------------------------------------------------- */

/* a + b, exactly (2Sum, [JMP] Algorithm 2). */
static inline dd dd_two_sum(double a, double b)
{
    double s = a + b;
    double b_part = s - a;
    double a_part = s - b_part;
    return (dd){s, (a - a_part) + (b - b_part)};
}

/* a + b, exactly, if |a| >= |b| or a = 0 (Fast2Sum, [JMP] Algorithm 1). */
static inline dd dd_quick_two_sum(double a, double b)
{
    double s = a + b;
    return (dd){s, b - (s - a)};
}

#if !DD_HAS_FMA
/* a as the sum of two doubles of at most 26 bits (Veltkamp; 2^27 + 1). */
static inline dd dd_split(double a)
{
    double scaled = 134217729.0 * a;
    double hi = scaled - (scaled - a);
    return (dd){hi, a - hi};
}
#endif

/* a b, exactly ([JMP] Algorithm 3, or Dekker's product). */
static inline dd dd_two_prod(double a, double b)
{
    double p = a * b;
#if DD_HAS_FMA
    return (dd){p, fma(a, b, -p)};
#else
    dd x = dd_split(a), y = dd_split(b);
    double error = ((x.hi * y.hi - p) + x.hi * y.lo + x.lo * y.hi)
                   + x.lo * y.lo;
    return (dd){p, error};
#endif
}

/* a^2, exactly. */
static inline dd dd_two_square(double a)
{
#if DD_HAS_FMA
    return dd_two_prod(a, a);
#else
    double p = a * a;
    dd x = dd_split(a);
    return (dd){p, ((x.hi * x.hi - p) + 2.0 * x.hi * x.lo) + x.lo * x.lo};
#endif
}

/* ---- Conversion, sign, order, powers of two ---------------------------- */

static inline dd dd_from(double a)
{
    return (dd){a, 0.0};
}

static inline double dd_to_double(dd a)
{
    return a.hi;
}

static inline dd dd_neg(dd a)
{
    return (dd){-a.hi, -a.lo};
}

static inline dd dd_abs(dd a)
{
    return a.hi < 0.0 ? dd_neg(a) : a;
}

/* abs(a) with the sign of b, -0.0 included. */
static inline dd dd_with_sign_of(dd a, double b)
{
    return signbit(a.hi) == signbit(b) ? a : dd_neg(a);
}

static inline int dd_less(dd a, dd b)
{
    return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo);
}

/* a times a power of two, e.g. 0.5 or 0x1p-4. */
static inline dd dd_scale(dd a, double power_of_two)
{
    return (dd){a.hi * power_of_two, a.lo * power_of_two};
}

/* ---- Sums -------------------------------------------------------------- */

/* DWPlusFP, [JMP] Algorithm 4. */
static inline dd dd_add_d(dd a, double b)
{
    dd s = dd_two_sum(a.hi, b);
    return dd_quick_two_sum(s.hi, a.lo + s.lo);
}

/* AccurateDWPlusDW, [JMP] Algorithm 6: holds under cancellation too. */
static inline dd dd_add(dd a, dd b)
{
    dd s = dd_two_sum(a.hi, b.hi);
    dd t = dd_two_sum(a.lo, b.lo);
    dd v = dd_quick_two_sum(s.hi, s.lo + t.hi);
    return dd_quick_two_sum(v.hi, t.lo + v.lo);
}

static inline dd dd_sub(dd a, dd b)
{
    return dd_add(a, dd_neg(b));
}

/* ---- Products ---------------------------------------------------------- */

/* DWTimesFP1, [JMP] Algorithm 7. */
static inline dd dd_mul_d(dd a, double b)
{
    dd c = dd_two_prod(a.hi, b);
    dd t = dd_quick_two_sum(c.hi, a.lo * b);
    return dd_quick_two_sum(t.hi, t.lo + c.lo);
}

/* DWTimesDW3 or DWTimesDW1, [JMP] Algorithms 12 and 10. */
static inline dd dd_mul(dd a, dd b)
{
    dd c = dd_two_prod(a.hi, b.hi);
#if DD_HAS_FMA
    double cross = fma(a.lo, b.hi, fma(a.hi, b.lo, a.lo * b.lo));
#else
    double cross = a.hi * b.lo + a.lo * b.hi;
#endif
    return dd_quick_two_sum(c.hi, c.lo + cross);
}

static inline dd dd_square(dd a)
{
    dd c = dd_two_square(a.hi);
    return dd_quick_two_sum(c.hi, c.lo + 2.0 * (a.hi * a.lo));
}

/* ---- Quotients and roots ----------------------------------------------- */

/* DWDivFP3, [JMP] Algorithm 15. */
static inline dd dd_div_d(dd a, double b)
{
    double q = a.hi / b;
    dd p = dd_two_prod(q, b);
    double remainder = ((a.hi - p.hi) - p.lo) + a.lo;
    return dd_quick_two_sum(q, remainder / b);
}

/* DWDivDW2, [JMP] Algorithm 17. */
static inline dd dd_div(dd a, dd b)
{
    double q = a.hi / b.hi;
    dd p = dd_mul_d(b, q);
    double remainder = (a.hi - p.hi) + (a.lo - p.lo);
    return dd_quick_two_sum(q, remainder / b.hi);
}

/* SQRTDWtoDW, [LLM] Algorithm 8; the residual a.hi - s^2 is exact with and
 * without fma. NaN for a < 0, 0 for a = 0. */
static inline dd dd_sqrt(dd a)
{
    double s = sqrt(a.hi);
    if (!(a.hi > 0.0))
        return dd_from(s);
    dd p = dd_two_square(s);
    double residual = ((a.hi - p.hi) - p.lo) + a.lo;
    return dd_quick_two_sum(s, residual / (2.0 * s));
}

#endif /* FASTSIG_DOUBLE_DOUBLE_H */
