/* mish and telu: x tanh of a function of exp(x). */
#ifndef FASTSIG_DD_COMPOSED_ACTIVATIONS_H
#define FASTSIG_DD_COMPOSED_ACTIVATIONS_H

#include "definition.h"

/* ---- mish: x T, T = tanh(ln(1 + e^x)), S = T'. With a = exp(-abs(x)):
 *   x >= 0: T = (1 + 2a)/E,   S = 4 a^2 (1 + a)/E^2,  E = 1 + 2a + 2a^2,  S' = -4 a^2 (2 + 3a - 2a^2 - 2a^3)/E^3
 *   x <  0: T = a (a + 2)/D,  S = 4 a (1 + a)/D^2,    D = 2 + 2a + a^2,   S' = 4 a (2 + 2a - 3a^2 - 2a^3)/D^3
 * phi' = T + x S, phi'' = 2 S + x S'. ---- */
static void dd_mish_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    dd a = dd_exp_at(dd_place_neg(dd_place_abs(x))), square = dd_square(a), twice = dd_scale(a, 2.0);
    dd cube = dd_scale(dd_mul(square, a), 2.0), t, factor, denominator, polynomial;
    double size; /* of the polynomial's terms */
    if (x.near.hi >= 0.0) {
        dd top = dd_add_d(twice, 1.0);
        denominator = dd_add(top, dd_scale(square, 2.0));
        t = dd_div(top, denominator);
        factor = square;
        polynomial = dd_sub(dd_add_d(dd_mul_d(a, 3.0), 2.0), dd_add(dd_scale(square, 2.0), cube));
        size = -(2.0 + 3.0 * a.hi + 2.0 * square.hi + cube.hi);
        polynomial = dd_neg(polynomial);
    } else {
        denominator = dd_add(dd_add_d(twice, 2.0), square);
        t = dd_div(dd_mul(a, dd_add_d(a, 2.0)), denominator);
        factor = a;
        polynomial = dd_sub(dd_add_d(twice, 2.0), dd_add(dd_mul_d(square, 3.0), cube));
        size = 2.0 + twice.hi + 3.0 * square.hi + cube.hi;
    }
    dd root = dd_div(dd_one, denominator), ratio = dd_mul(dd_scale(factor, 4.0), dd_square(root));
    dd s = dd_mul(ratio, dd_add_d(a, 1.0)), steep = dd_mul(ratio, root); /* S' = steep polynomial */
    dd rise = dd_mul(x.near, s), turn = dd_mul(x.near, dd_mul(steep, polynomial));
    dd_jet_set(jet, dd_mul(x.near, t), dd_add(t, rise), dd_add(dd_scale(s, 2.0), turn));
    jet->slope_size = t.hi + fabs(rise.hi);
    jet->bend_size = 2.0 * s.hi + fabs(x.near.hi * steep.hi * size);
}
/* For x < 0: phi' = a ((a + 2) D + 4 x (1 + a))/D^2. */
static dd dd_mish_log_slope(dd_place x, dd p, int piece, double *size)
{
    if (x.near.hi >= 0.0) { /* T = 1 - 2 a^2/E, x S = 4 x a^2 (1 + a)/E^2 */
        (void)p, (void)piece;
        dd a = dd_exp_at(dd_place_neg(x)), square = dd_scale(dd_square(a), 2.0);
        dd e = dd_add(dd_add_d(dd_scale(a, 2.0), 1.0), square), part = dd_div(square, e);
        dd rise = dd_mul(dd_mul(dd_scale(x.near, 2.0), part), dd_div(dd_add_d(a, 1.0), e));
        return dd_log_near_slope_one(rise, dd_neg(part), size);
    }
    dd a = dd_exp_at(x), d = dd_add(dd_add_d(dd_scale(a, 2.0), 2.0), dd_square(a));
    dd first = dd_mul(dd_add_d(a, 2.0), d), second = dd_mul(dd_scale(x.near, 4.0), dd_add_d(a, 1.0));
    dd factor = dd_add(first, second), rest = dd_sub(dd_log(dd_abs(factor)), dd_scale(dd_log(d), 2.0));
    *size = fabs(x.near.hi) + fabs(rest.hi) + 1.0 + (first.hi - second.hi) / fabs(factor.hi);
    return dd_add(x.near, rest);
}
static int dd_mish_bars(double p, struct dd_bar *bar)
{
    (void)p; /* exp(x) = -1 +- i: x = ln(2)/2 +- 3 pi i/4 */
    *bar = (struct dd_bar){0.34657, 0.34658, 2.35619, 80.0};
    return 1;
}

/* ---- telu: x tanh w, w = e^x. phi' = tanh w + x w s, phi'' = w s (2 + x (1 - 2 w tanh w)), s = sech^2 w ----
 * exp(-2w) amplifies what is missing from w by 2w; beyond 345 it underflows. */
#define DD_TELU_IS_LINE 5.84
static void dd_telu_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    if (x.near.hi > DD_TELU_IS_LINE) {
        dd_jet_set(jet, x.near, dd_one, dd_zero);
        return;
    }
    dd w = dd_exp_at(x), e, e_less_one;
    if (w.hi > 0.25) {
        e = dd_exp(dd_scale(w, -2.0));
        e_less_one = dd_add_d(e, -1.0);
    } else {
        e_less_one = dd_expm1(dd_scale(w, -2.0));
        e = dd_add_d(e_less_one, 1.0);
    }
    dd root = dd_div(dd_one, dd_add_d(e, 1.0)), tanh = dd_mul(dd_neg(e_less_one), root);
    dd s = dd_scale(dd_mul(e, dd_square(root)), 4.0), ws = dd_mul(w, s), rise = dd_mul(x.near, ws);
    dd turn = dd_scale(dd_mul(w, tanh), 2.0), bracket = dd_add_d(dd_mul(x.near, dd_sub(dd_one, turn)), 2.0);
    dd_jet_set(jet, dd_mul(x.near, tanh), dd_add(tanh, rise), dd_mul(ws, bracket));
    double amplified = 1.0 + 2.0 * w.hi;
    jet->slope_size = tanh.hi + amplified * fabs(rise.hi);
    jet->bend_size = amplified * ws.hi * (2.0 + fabs(x.near.hi) * (1.0 + turn.hi));
}
static dd dd_telu_log_slope(dd_place x, dd p, int piece, double *size)
{
    if (x.near.hi > -1.0) {
        struct dd_jet jet;
        dd_telu_jet(x, p, piece, &jet);
        if (x.near.hi < 0.0 || x.near.hi > DD_TELU_IS_LINE) return dd_log_of_slope(jet.slope, x.near.hi > 0.0 ? 0.0 : jet.slope_size, size);
        dd w = dd_exp_at(x), e = dd_exp(dd_scale(w, -2.0)), ratio = dd_div(e, dd_add_d(e, 1.0));
        dd rise = dd_div(dd_mul(dd_mul(dd_scale(x.near, 4.0), w), ratio), dd_add_d(e, 1.0));
        dd y = dd_log_near_slope_one(rise, dd_scale(ratio, -2.0), size);
        *size *= 1.0 + 2.0 * w.hi;
        return y;
    }
    /* phi' = w (tanh(w)/w + x s) */
    dd w = dd_exp_at(x), ratio = dd_one, s = dd_one;
    if (w.hi > 1e-18) {
        dd tanh = dd_tanh(w);
        ratio = dd_div(tanh, w);
        s = dd_sub(dd_one, dd_square(tanh));
    }
    dd rise = dd_mul(x.near, s), factor = dd_add(ratio, rise), log = dd_log(dd_abs(factor));
    *size = fabs(x.near.hi) + fabs(log.hi) + (1.0 + fabs(rise.hi)) / fabs(factor.hi);
    return dd_add(x.near, log);
}
/* exp(x) = (2k + 1) i pi/2, up to where exp(-2w) underflows. To the left phi is x exp(x), entire. */
static int dd_telu_bars(double p, struct dd_bar *bar)
{
    (void)p;
    *bar = (struct dd_bar){0.45, DD_TELU_IS_LINE, 1.5707, 85.0};
    return 1;
}

static const struct dd_definition dd_composed_activations[] = {
    {.name = "mish", .jet = dd_mish_jet, .log_slope = dd_mish_log_slope, .slopes = dd_slopes_of_rectifiers,
     .bars = dd_mish_bars},
    {.name = "telu", .jet = dd_telu_jet, .log_slope = dd_telu_log_slope, .slopes = dd_slopes_of_rectifiers,
     .bars = dd_telu_bars},
};

#endif
