/* tanh, tanhshrink and lisht, made of tanh x and sech^2 x. */
#ifndef FASTSIG_DD_TANH_ACTIVATIONS_H
#define FASTSIG_DD_TANH_ACTIVATIONS_H

#include "logistic_activations.h"

struct dd_tanh_terms {
    dd tanh, sech_squared;
};
static inline struct dd_tanh_terms dd_tanh_terms_at(dd_place x)
{
    struct dd_logistic s = dd_logistic_at(dd_place_scale(x, 2.0));
    return (struct dd_tanh_terms){s.centred, dd_scale(s.slope, 4.0)};
}
/* 1 - abs(tanh) */
static inline dd dd_one_less_tanh(struct dd_tanh_terms t)
{
    return dd_div(t.sech_squared, dd_add_d(dd_abs(t.tanh), 1.0));
}
static void dd_tanh_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    struct dd_tanh_terms t = dd_tanh_terms_at(x);
    dd_jet_set(jet, t.tanh, t.sech_squared, dd_scale(dd_mul(t.tanh, t.sech_squared), -2.0));
}
static dd dd_tanh_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    const dd ln_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
    dd y;
    if (fabs(x.near.hi) < 1.0) { /* -ln cosh^2 */
        y = dd_neg(dd_log1p(dd_square(dd_sinh(x.near))));
    } else {
        dd a = dd_add(dd_abs(x.near), dd_log_of_one_plus_exp(dd_place_scale(x, 2.0)));
        y = dd_scale(dd_sub(ln_2, a), 2.0);
    }
    *size = 2.0 * fabs(y.hi);
    return y;
}
static int dd_tanh_bars(double p, struct dd_bar *bar)
{
    (void)p;
    *bar = (struct dd_bar){0.0, 0.0, 0.5 * DD_PI, 40.0};
    return 1;
}

/* (x cosh x - sinh x)/cosh x for abs(x) < 1, whose numerator is the sum of
 * 2k/(2k+1)! x^(2k+1), k = 1, 2, ..., all of one sign. */
static inline dd dd_x_minus_tanh(dd x)
{
    dd square = dd_square(x), term = dd_div_d(dd_mul(x, square), 3.0), sum = term;
    for (int k = 1; fabs(term.hi) > 0x1p-112 * fabs(sum.hi); k++) {
        term = dd_div_d(dd_mul(term, square), 2.0 * k * (2.0 * k + 3.0));
        sum = dd_add(sum, term);
    }
    return dd_div(sum, dd_cosh(x));
}
static void dd_tanhshrink_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    struct dd_tanh_terms t = dd_tanh_terms_at(x);
    dd value = fabs(x.near.hi) < 1.0 ? dd_x_minus_tanh(x.near) : dd_sub(x.near, t.tanh);
    dd_jet_set(jet, value, dd_square(t.tanh), dd_scale(dd_mul(t.tanh, t.sech_squared), 2.0));
}
static dd dd_tanhshrink_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    struct dd_tanh_terms t = dd_tanh_terms_at(x);
    dd tanh = dd_abs(t.tanh), y = tanh.hi < 0.9 ? dd_log(tanh) : dd_log1p(dd_neg(dd_one_less_tanh(t)));
    *size = 2.0 * fabs(y.hi) + (tanh.hi < 0.9 ? 1.0 : 0.0);
    return dd_scale(y, 2.0);
}
static dd_place dd_tanhshrink_zero(dd p, dd x) { (void)p, (void)x; return dd_place_from(dd_zero); }
static void dd_tanhshrink_slopes(dd p, dd *plus, dd *minus) { (void)p; *plus = *minus = dd_one; }

static void dd_lisht_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    struct dd_tanh_terms t = dd_tanh_terms_at(x);
    dd value = dd_mul(x.near, t.tanh), bend = dd_mul(t.sech_squared, dd_sub(dd_one, value));
    dd_jet_set(jet, value, dd_add(t.tanh, dd_mul(x.near, t.sech_squared)), dd_scale(bend, 2.0));
    jet->bend_size = 2.0 * t.sech_squared.hi * (1.0 + value.hi);
}
static dd dd_lisht_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    struct dd_tanh_terms t = dd_tanh_terms_at(x);
    dd rise = dd_mul(dd_abs(x.near), t.sech_squared), slope = dd_add(dd_abs(t.tanh), rise);
    if (slope.hi < 0.8) return dd_log_of_slope(slope, slope.hi, size);
    return dd_log_near_slope_one(rise, dd_neg(dd_one_less_tanh(t)), size);
}
static void dd_lisht_slopes(dd p, dd *plus, dd *minus) { (void)p; *plus = dd_one; *minus = dd_neg(dd_one); }

static const struct dd_definition dd_tanh_activations[] = {
    {.name = "tanh", .jet = dd_tanh_jet, .log_slope = dd_tanh_log_slope, .slopes = dd_slopes_of_sigmoids,
     .bars = dd_tanh_bars},
    {.name = "tanhshrink", .jet = dd_tanhshrink_jet, .log_slope = dd_tanhshrink_log_slope,
     .slopes = dd_tanhshrink_slopes, .bars = dd_tanh_bars, .nearest_zero = dd_tanhshrink_zero},
    {.name = "lisht", .jet = dd_lisht_jet, .log_slope = dd_lisht_log_slope, .slopes = dd_lisht_slopes,
     .bars = dd_tanh_bars},
};

#endif
