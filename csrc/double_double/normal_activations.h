/* Activations made of the normal distribution: gelu, erf, gaussian, crrelu. All
 * are entire, and grow along the imaginary axis like exp(y^2) or exp(y^2/2) to
 * the power in question, 4 at most. */
#ifndef FASTSIG_DD_NORMAL_ACTIVATIONS_H
#define FASTSIG_DD_NORMAL_ACTIVATIONS_H

#include "definition.h"

static const dd dd_one_over_sqrt_2pi = {0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56};
static const dd dd_two_over_sqrt_pi = {0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56};

/* exp(-x^2) */
static inline dd dd_sharp_gaussian_at(dd_place x)
{
    return dd_enlarged(dd_exp_minus_square(x.near), -2.0 * x.near.hi * x.rest);
}

/* ---- gelu: x Phi(x), phi' = Phi + x pdf, phi'' = (2 - x^2) pdf ---- */
static void dd_gelu_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    dd pdf = dd_mul(dd_gaussian_at(x), dd_one_over_sqrt_2pi), cdf = dd_normal_cdf(x.near);
    cdf = dd_add(cdf, dd_from(x.rest * pdf.hi));
    dd rise = dd_mul(x.near, pdf), square = dd_square(x.near);
    dd_jet_set(jet, dd_mul(x.near, cdf), dd_add(cdf, rise), dd_mul(dd_sub(dd_from(2.0), square), pdf));
    jet->slope_size = cdf.hi + fabs(rise.hi);
    jet->bend_size = (2.0 + square.hi) * pdf.hi;
}
/* For x < 0: phi' = exp(-x^2/2) (erfcx(-x/sqrt 2)/2 + x/sqrt(2 pi)). */
static dd dd_gelu_log_slope(dd_place x, dd p, int piece, double *size)
{
    const dd root_half = {0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55};
    if (x.near.hi >= -0.5) {
        struct dd_jet jet;
        dd_gelu_jet(x, p, piece, &jet);
        dd y = dd_log(jet.slope);
        *size = fabs(y.hi) + jet.slope_size / fabs(jet.slope.hi);
        return y;
    }
    dd ratio = dd_scale(dd_erfcx(dd_mul(dd_neg(x.near), root_half)), 0.5), line = dd_mul(x.near, dd_one_over_sqrt_2pi);
    dd factor = dd_add(ratio, line), half = dd_scale(dd_square(x.near), 0.5), log = dd_log(dd_abs(factor));
    *size = half.hi + fabs(log.hi) + (ratio.hi - line.hi) / fabs(factor.hi);
    return dd_sub(log, half);
}
static double dd_gelu_curve(double p) { (void)p; return 1.0; }

/* ---- erf ---- */
static void dd_erf_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    dd slope = dd_mul(dd_sharp_gaussian_at(x), dd_two_over_sqrt_pi);
    dd_jet_set(jet, dd_erf(x.near), slope, dd_scale(dd_mul(x.near, slope), -2.0));
}
static dd dd_erf_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    const dd log_constant = {0x1.eeb95b094c191p-4, 0x1.346863f58b075p-58};
    dd square = dd_square(x.near);
    *size = square.hi + 1.0;
    return dd_sub(log_constant, square);
}
static double dd_erf_curve(double p) { (void)p; return 2.0; }

/* ---- gaussian: exp(-x^2), phi' = -2 x phi, phi'' = (4 x^2 - 2) phi ---- */
static void dd_gaussian_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    dd value = dd_sharp_gaussian_at(x), four = dd_scale(dd_square(x.near), 4.0);
    dd_jet_set(jet, value, dd_scale(dd_mul(x.near, value), -2.0), dd_mul(dd_add_d(four, -2.0), value));
    jet->bend_size = (four.hi + 2.0) * value.hi;
}
static dd dd_gaussian_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    dd square = dd_square(x.near), log = dd_log(dd_scale(dd_abs(x.near), 2.0));
    *size = square.hi + fabs(log.hi) + 1.0;
    return dd_sub(log, square);
}

/* ---- crrelu: max(0, x) + eps x g, g = exp(-x^2/2) ----
 * phi' = [x > 0] + eps (1 - x^2) g, phi'' = eps x (x^2 - 3) g */
static void dd_crrelu_jet(dd_place x, dd eps, int piece, struct dd_jet *jet)
{
    dd g = dd_mul(dd_gaussian_at(x), eps), square = dd_square(x.near);
    dd bump = dd_mul(x.near, g), line = piece ? x.near : dd_zero, step = piece ? dd_one : dd_zero;
    /* (1 - x)(1 + x), right relative to itself */
    dd factor = dd_mul(dd_sub(dd_one, x.near), dd_add_d(x.near, 1.0)), slope = dd_mul(factor, g);
    dd_jet_set(jet, dd_add(line, bump), dd_add(step, slope), dd_mul(dd_add_d(square, -3.0), bump));
    jet->value_size = fabs(line.hi) + fabs(bump.hi);
    jet->slope_size = step.hi + fabs(slope.hi);
    jet->bend_size = fabs(bump.hi) * (square.hi + 3.0);
}
static dd dd_crrelu_log_slope(dd_place x, dd eps, int piece, double *size)
{
    struct dd_jet jet;
    if (piece) {
        dd_crrelu_jet(x, eps, piece, &jet);
        dd y = dd_log(dd_abs(jet.slope));
        *size = fabs(y.hi) + jet.slope_size / fabs(jet.slope.hi);
        return y;
    }
    dd factor = dd_mul(eps, dd_mul(dd_sub(dd_one, x.near), dd_add_d(x.near, 1.0)));
    dd half = dd_scale(dd_square(x.near), 0.5), log = dd_log(dd_abs(factor));
    *size = half.hi + fabs(log.hi) + 1.0;
    return dd_sub(log, half);
}
static int dd_crrelu_flat(dd eps) { return eps.hi == 0.0; }
static int dd_break_at_zero(dd p, dd *place) { (void)p; place[0] = dd_zero; return 1; }

static const struct dd_definition dd_normal_activations[] = {
    {.name = "gelu", .jet = dd_gelu_jet, .log_slope = dd_gelu_log_slope, .slopes = dd_slopes_of_rectifiers,
     .curve = dd_gelu_curve},
    {.name = "erf", .jet = dd_erf_jet, .log_slope = dd_erf_log_slope, .slopes = dd_slopes_of_sigmoids,
     .curve = dd_erf_curve},
    {.name = "gaussian", .jet = dd_gaussian_jet, .log_slope = dd_gaussian_log_slope,
     .slopes = dd_slopes_of_sigmoids, .curve = dd_erf_curve},
    {.name = "crrelu", .jet = dd_crrelu_jet, .log_slope = dd_crrelu_log_slope, .flat = dd_crrelu_flat,
     .slopes = dd_slopes_of_rectifiers, .breaks = dd_break_at_zero, .curve = dd_gelu_curve},
};

#endif
