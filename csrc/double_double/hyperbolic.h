/* sinh, cosh, tanh, asinh and the logistic functions of pairs. */
#ifndef FASTSIG_DD_HYPERBOLIC_H
#define FASTSIG_DD_HYPERBOLIC_H

#include "logarithm.h"

/* exp(x)/2, finite beyond the range of exp. */
static inline dd dd_half_exp(dd x)
{
    if (!(x.hi < 750.0)) return dd_from(isnan(x.hi) ? x.hi : INFINITY);
    struct dd_exponential e = dd_exponential_of(x.hi, x.lo, 0.0);
    return dd_scale_by(dd_add_smaller(dd_from(1.0), e.fraction), e.power - 1);
}

static inline dd dd_sinh(dd x)
{
    dd a = dd_abs(x);
    if (a.hi < 0x1p-60) return dd_cubic(x, 1.0 / 6.0);
    if (!(a.hi < 40.0)) return dd_with_sign_of(dd_half_exp(a), x.hi);
    dd t = dd_expm1(a); /* (e^a - e^-a)/2 without cancellation */
    return dd_with_sign_of(dd_scale(dd_add(t, dd_div(t, dd_add_d(t, 1.0))), 0.5), x.hi);
}

static inline dd dd_cosh(dd x)
{
    dd a = dd_abs(x), half = dd_half_exp(a);
    return a.hi < 40.0 ? dd_add(half, dd_div(dd_from(0.25), half)) : half;
}

/* t/(t + 2) with t = e^2x - 1 near 0, beyond 1 - 2 e/(1 + e) with e = e^-2x. */
static inline dd dd_tanh(dd x)
{
    dd a = dd_abs(x), y;
    if (a.hi < 0x1p-60) return dd_cubic(x, -1.0 / 3.0);
    if (a.hi < 0.5) {
        dd t = dd_expm1(dd_scale(a, 2.0));
        y = dd_div(t, dd_add_d(t, 2.0));
    } else {
        dd e = dd_exp(dd_scale(a, -2.0));
        y = dd_sub(dd_from(1.0), dd_div(dd_scale(e, 2.0), dd_add_d(e, 1.0)));
    }
    return dd_with_sign_of(y, x.hi);
}

/* log(1 + a + a^2/(1 + sqrt(1 + a^2))), in which nothing cancels. */
static inline dd dd_asinh(dd x)
{
    dd a = dd_abs(x), y;
    if (a.hi < 0x1p-60) return dd_cubic(x, -1.0 / 6.0);
    if (!(a.hi < INFINITY)) return x;
    if (a.hi > 0x1p60) { /* log(2 a) + 1/(4 a^2) */
        y = dd_add(dd_log(a), dd_multiple_of_ln2(1.0));
    } else {
        dd square = dd_square(a), root = dd_sqrt(dd_add_d(square, 1.0));
        y = dd_log1p(dd_add(a, dd_div(square, dd_add_d(root, 1.0))));
    }
    return dd_with_sign_of(y, x.hi);
}

/* 1/(1 + e^-x). */
static inline dd dd_sigmoid(dd x)
{
    dd e = dd_exp(dd_neg(dd_abs(x)));
    if (x.hi >= 0.0) return dd_div(dd_from(1.0), dd_add_d(e, 1.0));
    return e.hi < 0x1p-110 ? e : dd_div(e, dd_add_d(e, 1.0));
}

/* log(1 + e^x). */
static inline dd dd_softplus(dd x)
{
    dd y = dd_log1p(dd_exp(dd_neg(dd_abs(x))));
    return x.hi > 0.0 ? x.hi < INFINITY ? dd_add(x, y) : x : y;
}

#endif
