/* log and log(1 + x) of pairs: one step of Newton's method from the logarithm
 * in double. With y near log(1 + f) and d = (1 + f) exp(-y) - 1,
 *
 *     log(1 + f) = y + log(1 + d) = y + d - d^2/2 + O(d^3),  abs(d) about 2^-53 abs(y),
 *
 * and d = f + q + f q with q = exp(-y) - 1, which is right relative to f. */
#ifndef FASTSIG_DD_LOGARITHM_H
#define FASTSIG_DD_LOGARITHM_H

#include "exponential.h"

/* log(1 + f) for f in [-0.3, 0.42]. */
static inline dd dd_log_near_one(dd f)
{
    double y = log1p(f.hi);
    dd q = dd_expm1(dd_from(-y));
    dd product = dd_mul(f, q), sum = dd_two_sum(f.hi, q.hi);
    double d = (sum.hi + product.hi) + (sum.lo + (product.lo + (f.lo + q.lo)));
    return dd_quick_two_sum(y, d - 0.5 * d * d);
}

/* k ln 2 to 2^-130, for abs(k) < 2048. */
static inline dd dd_multiple_of_ln2(double k)
{
    dd sum = dd_quick_two_sum(k * DD_LN2_FIRST, k * DD_LN2_SECOND);
    return dd_quick_two_sum(sum.hi, sum.lo + k * DD_LN2_THIRD);
}

/* log(x + rest) for x > 0 and rest far below the last bit of x. */
static inline dd dd_log_of_sum(dd x, double rest)
{
    int k = 0;
    if (!(x.hi > 0.7072 && x.hi < 1.4141)) {
        double m = frexp(x.hi, &k);
        if (m < 0.7072) {
            m *= 2.0;
            k--;
        }
        x = (dd){m, ldexp(x.lo, -k)};
        rest = ldexp(rest, -k);
    }
    dd f = dd_two_sum(x.hi - 1.0, x.lo);
    f.lo += rest;
    dd y = dd_log_near_one(f);
    return k == 0 ? y : dd_add(dd_multiple_of_ln2(k), y);
}

static inline dd dd_log(dd x)
{
    if (!(x.hi > 0.0 && x.hi < INFINITY)) return dd_from(x.hi == 0.0 ? -INFINITY : x.hi > 0.0 ? x.hi : NAN);
    return dd_log_of_sum(x, 0.0);
}

/* log(1 + x). */
static inline dd dd_log1p(dd x)
{
    if (fabs(x.hi) < 0x1p-110) return x;
    if (!(x.hi < 0x1p900)) return dd_log(x);
    if (x.hi > -0.29 && x.hi < 0.41) return dd_log_near_one(x);
    dd sum = dd_two_sum(1.0, x.hi), low = dd_two_sum(sum.lo, x.lo);
    sum = dd_two_sum(sum.hi, low.hi);
    if (!(sum.hi > 0.0)) return dd_from(sum.hi == 0.0 ? -INFINITY : NAN);
    return dd_log_of_sum(sum, low.lo);
}

#endif
