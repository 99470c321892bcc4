/* erf, its complement, and the normal distribution, of pairs.
 *
 * erf(x) = x P(x^2) up to 1/2. Beyond, all goes by erfcx(x) = exp(x^2) erfc(x),
 * which is smooth and bends little: polynomials on [0, 8), and from 8 on
 *
 *     erfcx(x) = (1/sqrt(pi) - w Q(w))/x,  w = 1/x^2.
 *
 * Its relative condition number is at most 1, so a rounded argument does no
 * harm to it; exp(-x^2), which has 2 x^2, is made from the exact square. */
#ifndef FASTSIG_DD_ERROR_FUNCTION_H
#define FASTSIG_DD_ERROR_FUNCTION_H

#include "double_double_error_function.h" /* generated */
#include "exponential.h"

/* erfcx(x) for x >= 0. */
static inline dd dd_erfcx_right(dd x)
{
    if (x.hi < 8.0) { /* pieces of width 1/2 up to 4, of width 1 from there */
        int piece = x.hi < 4.0 ? (int)(2.0 * x.hi) : 4 + (int)x.hi;
        dd h = dd_add_d(x, -dd_erfcx_centre[piece]);
        dd y = dd_polynomial(dd_erfcx_pieces[piece], DD_ERFCX_PIECES_PAIRS, DD_ERFCX_PIECES_SINGLES, h);
        return dd_quick_two_sum(y.hi, y.lo);
    }
    const dd leading = {DD_ONE_OVER_SQRT_PI[0], DD_ONE_OVER_SQRT_PI[1]};
    if (x.hi > 0x1p110) { /* small enough steps that nothing overflows or underflows on the way */
        double scale = x.hi > 0x1p900 ? 0x1p-200 : 1.0;
        return dd_scale(dd_div(leading, dd_scale(x, scale)), scale);
    }
    dd w = dd_div(dd_from(1.0), dd_square(x));
    dd q = dd_polynomial(dd_erfcx_tail, DD_ERFCX_TAIL_PAIRS, DD_ERFCX_TAIL_SINGLES, w);
    return dd_div(dd_add_smaller(leading, dd_mul_loose(w, q)), x);
}

/* erf(x) for abs(x) <= 1/2. */
static inline dd dd_erf_near_zero(dd x)
{
    dd w = dd_square(x);
    dd p = dd_polynomial(dd_erf_series, DD_ERF_SERIES_PAIRS, DD_ERF_SERIES_SINGLES, w);
    return dd_mul(x, dd_quick_two_sum(p.hi, p.lo));
}

/* erfc(x) for x >= 1/2. */
static inline dd dd_erfc_right(dd x)
{
    if (!(x.hi < 27.5)) return dd_from(isnan(x.hi) ? x.hi : 0.0);
    struct dd_exponential e = dd_exponential_of_square(x, -1.0);
    dd y = dd_mul(dd_add_smaller(dd_from(1.0), e.fraction), dd_erfcx_right(x));
    return dd_scale_by(y, e.power);
}

static inline dd dd_erf(dd x)
{
    dd a = dd_abs(x);
    if (a.hi < 0.5) return dd_with_sign_of(dd_erf_near_zero(a), x.hi);
    return dd_with_sign_of(dd_sub(dd_from(1.0), dd_erfc_right(a)), x.hi);
}

static inline dd dd_erfc(dd x)
{
    if (fabs(x.hi) < 0.5) return dd_sub(dd_from(1.0), dd_erf_near_zero(x));
    dd y = dd_erfc_right(dd_abs(x));
    return x.hi < 0.0 ? dd_sub(dd_from(2.0), y) : y;
}

/* exp(x^2) erfc(x); infinite below -26.6. */
static inline dd dd_erfcx(dd x)
{
    if (isnan(x.hi)) return x;
    if (x.hi >= 0.0) return x.hi < INFINITY ? dd_erfcx_right(x) : dd_from(0.0);
    if (x.hi < -27.0) return dd_from(INFINITY);
    struct dd_exponential e = dd_exponential_of_square(x, 1.0);
    dd twice = dd_scale_by(dd_add_smaller(dd_from(1.0), e.fraction), e.power + 1);
    return isinf(twice.hi) ? twice : dd_sub(twice, dd_erfcx_right(dd_neg(x)));
}

static inline dd dd_normal_pdf(dd x)
{
    if (!(fabs(x.hi) < 38.7)) return dd_from(isnan(x.hi) ? x.hi : 0.0);
    struct dd_exponential e = dd_exponential_of_square(x, -0.5);
    const dd constant = {DD_ONE_OVER_SQRT_2PI[0], DD_ONE_OVER_SQRT_2PI[1]};
    return dd_scale_by(dd_mul(dd_add_smaller(dd_from(1.0), e.fraction), constant), e.power);
}

/* erfc(-x/sqrt(2))/2, with exp(-x^2/2) from x itself. */
static inline dd dd_normal_cdf(dd x)
{
    const dd sqrt_half = {DD_SQRT_HALF[0], DD_SQRT_HALF[1]};
    if (fabs(x.hi) < 0.7) return dd_add_d(dd_scale(dd_erf_near_zero(dd_mul(x, sqrt_half)), 0.5), 0.5);
    dd y;
    if (!(fabs(x.hi) < 38.7)) {
        if (isnan(x.hi)) return x;
        y = dd_from(0.0);
    } else {
        struct dd_exponential e = dd_exponential_of_square(x, -0.5);
        y = dd_mul(dd_add_smaller(dd_from(1.0), e.fraction), dd_erfcx_right(dd_mul(dd_abs(x), sqrt_half)));
        y = dd_scale_by(y, e.power - 1);
    }
    return x.hi > 0.0 ? dd_sub(dd_from(1.0), y) : y;
}

#endif
