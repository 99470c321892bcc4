/* exp, exp - 1 and exp(-x^2/2) of pairs.
 *
 *     exp(x) = 2^k 2^(j/64) exp(r),  abs(r) <= ln(2)/128,  -32 <= j < 32
 *
 * (Tang, ACM TOMS 15(2), 1989, doi:10.1145/63522.214389, there for doubles). The table has 2^(j/64) - 1 and the series gives
 * exp(r) - 1, so that what is formed, 2^(j/64) exp(r) - 1, is right relative to
 * itself: exp(x) - 1 needs no other path near 0.
 *
 * n ln(2)/64 is subtracted in three parts. The first two have so few bits that
 * their products with n are exact, and the third brings the error of r below
 * 2^-115. */
#ifndef FASTSIG_DD_EXPONENTIAL_H
#define FASTSIG_DD_EXPONENTIAL_H

#include "double_double_exponential.h" /* generated */
#include "polynomial.h"

/* exp(...) = 2^power (1 + fraction), fraction in [-0.3, 0.42]. */
struct dd_exponential {
    dd fraction;
    int power;
};

/* Of a + b + c, abs(a) < 1500, abs(b) <= ulp(a), c far smaller. */
static inline struct dd_exponential dd_exponential_of(double a, double b, double c)
{
    const double shift = 0x1.8p52;
    double n = (a * DD_64_OVER_LN2 + shift) - shift;
    dd r = dd_two_sum(a - n * DD_LN2_64_FIRST, -(n * DD_LN2_64_SECOND));
    r = dd_add(r, dd_two_sum(b, c - n * DD_LN2_64_THIRD));

    dd half = dd_polynomial(dd_exp_series, DD_EXP_SERIES_PAIRS, DD_EXP_SERIES_SINGLES, r); /* 1/2 + r/6 + ... */
    dd p = dd_add_smaller(r, dd_mul_loose(dd_mul_loose(r, r), half));

    int whole = (int)n, j = ((whole + 32) & 63) - 32;
    dd step = {dd_exp_table[j + 32][0], dd_exp_table[j + 32][1]};
    p = dd_add_smaller(p, dd_mul_loose(step, p));
    return (struct dd_exponential){dd_add_smaller(step, p), (whole - j) / 64};
}

static inline dd dd_exp(dd x)
{
    if (!(fabs(x.hi) < 750.0)) return dd_from(x.hi > 0.0 ? INFINITY : x.hi < 0.0 ? 0.0 : x.hi);
    struct dd_exponential e = dd_exponential_of(x.hi, x.lo, 0.0);
    return dd_scale_by(dd_add_smaller(dd_from(1.0), e.fraction), e.power);
}

/* exp(x) - 1. */
static inline dd dd_expm1(dd x)
{
    if (!(fabs(x.hi) < 750.0)) return dd_from(x.hi > 0.0 ? INFINITY : x.hi < 0.0 ? -1.0 : x.hi);
    if (fabs(x.hi) < 0x1p-110) return x;
    struct dd_exponential e = dd_exponential_of(x.hi, x.lo, 0.0);
    if (e.power == 0) return e.fraction;
    if (e.power > 110) return dd_scale_by(dd_add_smaller(dd_from(1.0), e.fraction), e.power);
    if (e.power < -110) return dd_from(-1.0);
    /* 2^k f + (2^k - 1), the bracket in front as it is the larger one but for k = 1. */
    double scale = dd_power_of_two(e.power);
    dd constant = dd_two_sum(scale, -1.0);
    return dd_add(constant, dd_scale(e.fraction, scale));
}

/* exp(factor x^2) for factor = -1 or -1/2. x^2 is formed exactly to beyond
 * 2^-150, since its absolute error becomes a relative one. */
static inline struct dd_exponential dd_exponential_of_square(dd x, double factor)
{
    dd square = dd_two_square(x.hi), cross = dd_two_prod(2.0 * x.hi, x.lo);
    dd middle = dd_two_sum(square.lo, cross.hi);
    double last = middle.lo + (cross.lo + x.lo * x.lo);
    return dd_exponential_of(factor * square.hi, factor * middle.hi, factor * last);
}

static inline dd dd_exp_minus_square(dd x)
{
    if (!(fabs(x.hi) < 27.5)) return dd_from(isnan(x.hi) ? x.hi : 0.0);
    struct dd_exponential e = dd_exponential_of_square(x, -1.0);
    return dd_scale_by(dd_add_smaller(dd_from(1.0), e.fraction), e.power);
}

static inline dd dd_exp_minus_half_square(dd x)
{
    if (!(fabs(x.hi) < 38.7)) return dd_from(isnan(x.hi) ? x.hi : 0.0);
    struct dd_exponential e = dd_exponential_of_square(x, -0.5);
    return dd_scale_by(dd_add_smaller(dd_from(1.0), e.fraction), e.power);
}

#endif
