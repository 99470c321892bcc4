/* Products with exponentials that keep full relative accuracy where the plain
 * product does not: for large arguments (the rounding of x^2, amplified by
 * exp) and in gradual underflow (a rounded subnormal, amplified by a factor).
 * Mirrored by fastsig/activations/exponentials.py. */
#ifndef FASTSIG_EXPONENTIALS_H
#define FASTSIG_EXPONENTIALS_H

#include "double_double.h"

#include <math.h>

/* factor * exp(t) for t <= 0. Below -700 in two halves, so that the only
 * rounding in the subnormal range is the last one. */
static inline double exp_times(double t, double factor)
{
    if (t > -700.0) return factor * exp(t);
    if (t < -1600.0) return copysign(0.0, factor);
    double half = exp(0.5 * t);
    return (factor * half) * half;
}

/* factor * exp(-(x + x_low)^2/2) for abs(x_low) <= ulp(x): exp of the rounded
 * square, times 1 - c/2 for what it lacks, as c is below 1e-12 where the result
 * is not 0. In two or four parts where the exponential alone would be
 * subnormal; 0 beyond abs(x) = 74, whatever the factor. */
static inline double gaussian_times_pair(double x, double x_low, double factor)
{
    if (!(fabs(x) < 74.0)) return isnan(x) ? x : copysign(0.0, factor);
    dd square = dd_two_square(x);
    double c = square.lo + 2.0 * x * x_low;
    if (square.hi < 1400.0) return factor * (exp(-0.5 * square.hi) * (1.0 - 0.5 * c));
    int parts = square.hi < 2800.0 ? 2 : 4;
    double part = exp(-0.5 / parts * square.hi) * (1.0 - 0.5 / parts * c);
    for (int i = 0; i < parts; i++) factor *= part;
    return factor;
}

static inline double gaussian_times(double x, double factor) { return gaussian_times_pair(x, 0.0, factor); }

/* factor * exp(-mean^2/(2 (a + sigma^2))): what a Gaussian factor of variance a
 * leaves of a normal variable. The exponent is a pair from the start, sigma^2
 * included: it can be large. */
static inline double shrunk_gaussian(double mean, double sigma, double a, double factor)
{
    dd variance = dd_add_d(dd_two_square(sigma), a);
    dd exponent = dd_div(dd_scale(dd_two_square(mean), 0.5), variance);
    return exponent.hi < 1500.0 ? exp_times(-exponent.hi, factor * (1.0 - exponent.lo)) : 0.0;
}

/* exp(x) to 1e-18 relative, for abs(x) < 700: x = k ln 2 + r, expm1(r/16),
 * four squarings in the form expm1(2t) = 2 expm1(t) + expm1(t)^2. Needed where
 * an exponential is exponentiated (telu). */
static inline dd exp_pair(double x)
{
    /* ln 2 in three parts; the first two have 32 bits, so k * part is exact. */
    const double ln2[3] = {0x1.62e42fee00000p-1, 0x1.a39ef35600000p-33, 0x1.93c7673007e5fp-65};
    double k = floor(x * 0x1.71547652b82fep+0 + 0.5);
    dd r = dd_two_sum(x - k * ln2[0], -k * ln2[1]); /* the difference is exact */
    r = dd_scale(dd_add_d(r, -k * ln2[2]), 0.0625);
    /* expm1(t) - t for abs(t) < 0.0217: rounding below 3e-20, remainder of the
     * series below 1e-22. */
    double t = r.hi, tail = 1.0 / 3628800.0, factorial = 3628800.0;
    for (double n = 10.0; n > 2.0; n -= 1.0) {
        factorial /= n;
        tail = tail * t + 1.0 / factorial;
    }
    dd p = dd_add_d(r, t * t * tail + t * r.lo);
    for (int i = 0; i < 4; i++) p = dd_add(dd_scale(p, 2.0), dd_square(p));
    p = dd_add_d(p, 1.0);
    return (dd){ldexp(p.hi, (int)k), ldexp(p.lo, (int)k)};
}

#endif
