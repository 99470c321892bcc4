/* Polynomials on pairs of doubles, fast: results are not renormalised between
 * the steps, and high powers, which are small, are summed in double. */
#ifndef FASTSIG_DD_POLYNOMIAL_H
#define FASTSIG_DD_POLYNOMIAL_H

#include "double_double.h"

/* a b with lo up to a few ulp of hi: for sums with something larger. */
static inline dd dd_mul_loose(dd a, dd b)
{
    dd p = dd_two_prod(a.hi, b.hi);
#if DD_HAS_FMA
    return (dd){p.hi, fma(a.lo, b.hi, fma(a.hi, b.lo, p.lo))};
#else
    return (dd){p.hi, a.lo * b.hi + (a.hi * b.lo + p.lo)};
#endif
}

/* a + b where a = 0 or abs(a) >= abs(b); loose in, normalised out. */
static inline dd dd_add_smaller(dd a, dd b)
{
    dd s = dd_quick_two_sum(a.hi, b.hi);
    return dd_quick_two_sum(s.hi, s.lo + (a.lo + b.lo));
}

/* s h + c for abs(s h) <= abs(c), loose. What depends on s.lo comes last, so
 * that steps overlap in the processor: their latency is that of s.hi alone. */
static inline dd dd_horner_step(dd s, dd h, dd c)
{
    dd p = dd_two_prod(s.hi, h.hi);
    dd t = dd_quick_two_sum(c.hi, p.hi);
#if DD_HAS_FMA
    return (dd){t.hi, fma(s.lo, h.hi, t.lo + (c.lo + fma(s.hi, h.lo, p.lo)))};
#else
    return (dd){t.hi, s.lo * h.hi + (t.lo + (c.lo + (s.hi * h.lo + p.lo)))};
#endif
}

/* A polynomial as the generator writes it: `pairs` coefficients as hi, lo,
 * lowest power first, then `singles` ordinary doubles for the higher powers. The
 * generator has made sure that each coefficient outweighs what follows it, and
 * that roundings in the doubles stay below 2^-109 of the sum. */
static inline dd dd_polynomial(const double *coefficient, int pairs, int singles, dd h)
{
    const double *single = coefficient + 2 * pairs;
    double tail = single[singles - 1];
    for (int k = singles - 2; k >= 0; k--)
#if DD_HAS_FMA
        tail = fma(tail, h.hi, single[k]);
#else
        tail = tail * h.hi + single[k];
#endif
    dd s = dd_from(tail);
    for (int k = pairs - 1; k >= 0; k--)
        s = dd_horner_step(s, h, (dd){coefficient[2 * k], coefficient[2 * k + 1]});
    return s;
}

/* x + c x^3 for abs(x) < 2^-60, where an odd function needs no more. */
static inline dd dd_cubic(dd x, double c)
{
    return fabs(x.hi) < 0x1p-300 ? x : dd_add_d(x, c * x.hi * x.hi * x.hi);
}

/* 2^k for -1022 <= k <= 1023. */
static inline double dd_power_of_two(int k)
{
    union {
        unsigned long long bits;
        double value;
    } power = {(unsigned long long)(k + 1023) << 52};
    return power.value;
}

/* a 2^k for a near 1, rounded once: the first half of 2^k is exact. */
static inline dd dd_scale_by(dd a, int k)
{
    if (k >= -900 && k <= 1000) return dd_scale(a, dd_power_of_two(k));
    dd y = dd_scale(dd_scale(a, dd_power_of_two(k / 2)), dd_power_of_two(k - k / 2));
    return isinf(y.hi) ? dd_from(y.hi) : y;
}

#endif
