/* Activations with breaks: piecewise polynomials (relu, leaky_relu, identity,
 * hardtanh, relu6, hardsigmoid, hardswish, softshrink), exponential units (elu,
 * selu, celu) and softsign; and arctan and asinh, algebraic like it. */
#ifndef FASTSIG_DD_PIECEWISE_ACTIVATIONS_H
#define FASTSIG_DD_PIECEWISE_ACTIVATIONS_H

#include "normal_activations.h"

/* ---- Piecewise polynomials: each writes value, slope, bend of its piece ---- */
static inline void dd_line(struct dd_jet *jet, dd value, dd slope) { dd_jet_set(jet, value, slope, dd_zero); }
static int dd_always_flat(dd p) { (void)p; return 1; }

static void dd_identity_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    dd_line(jet, x.near, dd_one);
}
static void dd_identity_slopes(dd p, dd *plus, dd *minus) { (void)p; *plus = *minus = dd_one; }

static void dd_relu_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p;
    dd_line(jet, piece ? x.near : dd_zero, piece ? dd_one : dd_zero);
}

static void dd_leaky_relu_jet(dd_place x, dd slope, int piece, struct dd_jet *jet)
{
    dd_line(jet, piece ? x.near : dd_mul(x.near, slope), piece ? dd_one : slope);
}
static void dd_leaky_relu_slopes(dd slope, dd *plus, dd *minus) { *plus = dd_one; *minus = slope; }
static int dd_leaky_relu_breaks(dd slope, dd *place)
{
    place[0] = dd_zero;
    return !(slope.hi == 1.0 && slope.lo == 0.0);
}
static int dd_leaky_relu_flat(dd slope) { return slope.hi == 0.0; }

static void dd_hardtanh_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p;
    if (piece == 1) dd_line(jet, x.near, dd_one);
    else dd_line(jet, dd_from(piece - 1.0), dd_zero);
}
static int dd_hardtanh_breaks(dd p, dd *place) { (void)p; place[0] = dd_from(-1.0); place[1] = dd_one; return 2; }

static void dd_relu6_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p;
    if (piece == 1) dd_line(jet, x.near, dd_one);
    else dd_line(jet, dd_from(3.0 * piece), dd_zero);
}
static int dd_relu6_breaks(dd p, dd *place) { (void)p; place[0] = dd_zero; place[1] = dd_from(6.0); return 2; }

static void dd_hardsigmoid_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p;
    if (piece == 1) dd_line(jet, dd_div_d(dd_place_add(x, dd_from(3.0)).near, 6.0), dd_div_d(dd_one, 6.0));
    else dd_line(jet, dd_from(0.5 * piece), dd_zero);
}
static int dd_hardsigmoid_breaks(dd p, dd *place) { (void)p; place[0] = dd_from(-3.0); place[1] = dd_from(3.0); return 2; }

static void dd_hardswish_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p;
    if (piece != 1) {
        dd_line(jet, piece ? x.near : dd_zero, piece ? dd_one : dd_zero);
        return;
    }
    dd rise = dd_place_add(x, dd_from(3.0)).near, slope = dd_div_d(dd_place_add(x, dd_from(1.5)).near, 3.0);
    dd_jet_set(jet, dd_div_d(dd_mul(x.near, rise), 6.0), slope, dd_div_d(dd_one, 3.0));
}

static void dd_softshrink_jet(dd_place x, dd threshold, int piece, struct dd_jet *jet)
{
    if (threshold.hi == 0.0) piece = 2; /* the identity has no breaks */
    if (piece == 1) dd_line(jet, dd_zero, dd_zero);
    else dd_line(jet, dd_place_add(x, piece ? dd_neg(threshold) : threshold).near, dd_one);
}
static int dd_softshrink_breaks(dd threshold, dd *place)
{
    place[0] = dd_neg(threshold);
    place[1] = threshold;
    return threshold.hi > 0.0 ? 2 : 0;
}
static int dd_softshrink_flat(dd threshold) { return threshold.hi > 0.0; }

/* ---- Exponential units: size (exp(x/scale) - 1) for x < 0, slope x for x > 0 ---- */
static void dd_exponential_unit(dd_place x, dd slope, dd size, dd scale, int piece, struct dd_jet *jet)
{
    if (piece) {
        dd_line(jet, dd_mul(x.near, slope), slope);
        return;
    }
    dd_place t = scale.hi == 1.0 && scale.lo == 0.0 ? x : dd_place_over(x, scale);
    dd rise, e_less_one = dd_expm1_at(t);
    rise = t.near.hi < -0.5 ? dd_exp_at(t) : dd_add_d(e_less_one, 1.0);
    rise = dd_div(dd_mul(size, rise), scale);
    dd_jet_set(jet, dd_mul(size, e_less_one), rise, dd_div(rise, scale));
}
/* phi' = size/scale exp(x/scale) */
static dd dd_exponential_unit_log_slope(dd_place x, dd right, dd left, dd scale, int piece, double *size)
{
    if (piece) {
        *size = fabs(right.hi);
        return right;
    }
    dd t = dd_place_over(x, scale).near;
    *size = fabs(t.hi) + fabs(left.hi);
    return dd_add(left, t);
}

static void dd_elu_jet(dd_place x, dd alpha, int piece, struct dd_jet *jet)
{
    dd_exponential_unit(x, dd_one, alpha, dd_one, piece, jet);
}
static dd dd_elu_log_slope(dd_place x, dd alpha, int piece, double *size)
{
    return dd_exponential_unit_log_slope(x, dd_zero, dd_log(alpha), dd_one, piece, size);
}
static int dd_elu_flat(dd alpha) { return alpha.hi == 0.0; }
static int dd_elu_bars(double p, struct dd_bar *bar)
{
    (void)p;
    *bar = (struct dd_bar){0.0, 0.0, 4.0, 82.0};
    return 1;
}

static void dd_celu_jet(dd_place x, dd alpha, int piece, struct dd_jet *jet)
{
    dd_exponential_unit(x, dd_one, alpha, alpha, piece, jet);
}
static dd dd_celu_log_slope(dd_place x, dd alpha, int piece, double *size)
{
    return dd_exponential_unit_log_slope(x, dd_zero, dd_zero, alpha, piece, size);
}
static int dd_celu_bars(double alpha, struct dd_bar *bar)
{
    *bar = (struct dd_bar){0.0, 0.0, 4.0 * alpha, 82.0 * alpha};
    return 1;
}
static double dd_celu_scale(double alpha) { return alpha; }

/* lambda and lambda alpha, those that keep mean 0 and variance 1 (Klambauer et
 * al., arXiv 1706.02515, equation 14), and their logarithms. */
static const dd dd_selu_slope = {0x1.0cfabd6a91132p+0, 0x1.6fc7d272f2696p-55};
static const dd dd_selu_size = {0x1.c212cc640f031p+0, 0x1.05161b045a1f1p-56};
static const dd dd_selu_log_slope_right = {0x1.9527ff20b7812p-5, -0x1.0782068b67558p-59};
static const dd dd_selu_log_slope_left = {0x1.20e330153e97cp-1, -0x1.758d3625b39e0p-55};

static void dd_selu_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p;
    dd_exponential_unit(x, dd_selu_slope, dd_selu_size, dd_one, piece, jet);
}
static dd dd_selu_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p;
    return dd_exponential_unit_log_slope(x, dd_selu_log_slope_right, dd_selu_log_slope_left, dd_one, piece, size);
}
static void dd_selu_slopes(dd p, dd *plus, dd *minus) { (void)p; *plus = dd_selu_slope; *minus = dd_zero; }

/* ---- softsign: x/d, phi' = 1/d^2, phi'' = -2 sgn(x)/d^3, d = 1 + abs(x) ---- */
static void dd_softsign_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p;
    dd root = dd_div(dd_one, dd_add_d(piece ? x.near : dd_neg(x.near), 1.0)), square = dd_square(root);
    dd_jet_set(jet, dd_mul(x.near, root), square, dd_scale(dd_mul(square, root), piece ? -2.0 : 2.0));
}
static int dd_softsign_bars(double p, struct dd_bar *bar)
{
    (void)p; /* the pole of each piece lies one unit behind its end */
    *bar = (struct dd_bar){0.0, 0.0, 0.9, INFINITY};
    return 1;
}

/* ---- arctan: phi' = 1/(1 + x^2), phi'' = -2 x phi'^2 ---- */
static void dd_arctan_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    dd slope = dd_div(dd_one, dd_add_d(dd_square(x.near), 1.0));
    dd_jet_set(jet, dd_atan(x.near), slope, dd_scale(dd_mul(x.near, dd_square(slope)), -2.0));
}
static int dd_arctan_bars(double p, struct dd_bar *bar)
{
    (void)p;
    *bar = (struct dd_bar){0.0, 0.0, 1.0, INFINITY};
    return 1;
}

/* ---- asinh: phi' = 1/sqrt(1 + x^2), phi'' = -x phi'^3 ---- */
static void dd_asinh_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    dd square = dd_div(dd_one, dd_add_d(dd_square(x.near), 1.0)), slope = dd_sqrt(square);
    dd_jet_set(jet, dd_asinh(x.near), slope, dd_neg(dd_mul(x.near, dd_mul(square, slope))));
}

static const struct dd_definition dd_piecewise_activations[] = {
    {.name = "identity", .jet = dd_identity_jet, .slopes = dd_identity_slopes},
    {.name = "relu", .jet = dd_relu_jet, .slopes = dd_slopes_of_rectifiers, .breaks = dd_break_at_zero,
     .flat = dd_always_flat},
    {.name = "leaky_relu", .jet = dd_leaky_relu_jet, .slopes = dd_leaky_relu_slopes, .breaks = dd_leaky_relu_breaks,
     .flat = dd_leaky_relu_flat},
    {.name = "hardtanh", .jet = dd_hardtanh_jet, .slopes = dd_slopes_of_sigmoids, .breaks = dd_hardtanh_breaks,
     .right = 2, .flat = dd_always_flat},
    {.name = "relu6", .jet = dd_relu6_jet, .slopes = dd_slopes_of_sigmoids, .breaks = dd_relu6_breaks,
     .right = 2, .flat = dd_always_flat},
    {.name = "hardsigmoid", .jet = dd_hardsigmoid_jet, .slopes = dd_slopes_of_sigmoids,
     .breaks = dd_hardsigmoid_breaks, .right = 2, .flat = dd_always_flat},
    {.name = "hardswish", .jet = dd_hardswish_jet, .slopes = dd_slopes_of_rectifiers,
     .breaks = dd_hardsigmoid_breaks, .right = 2, .flat = dd_always_flat},
    {.name = "softshrink", .jet = dd_softshrink_jet, .slopes = dd_identity_slopes, .breaks = dd_softshrink_breaks,
     .right = 1, .flat = dd_softshrink_flat},
    {.name = "elu", .jet = dd_elu_jet, .log_slope = dd_elu_log_slope, .slopes = dd_slopes_of_rectifiers,
     .breaks = dd_break_at_zero, .bars = dd_elu_bars, .flat = dd_elu_flat},
    {.name = "celu", .jet = dd_celu_jet, .log_slope = dd_celu_log_slope, .slopes = dd_slopes_of_rectifiers,
     .breaks = dd_break_at_zero, .bars = dd_celu_bars, .scale = dd_celu_scale},
    {.name = "selu", .jet = dd_selu_jet, .log_slope = dd_selu_log_slope, .slopes = dd_selu_slopes,
     .breaks = dd_break_at_zero, .bars = dd_elu_bars},
    {.name = "softsign", .jet = dd_softsign_jet, .slopes = dd_slopes_of_sigmoids, .breaks = dd_break_at_zero,
     .bars = dd_softsign_bars},
    {.name = "arctan", .jet = dd_arctan_jet, .slopes = dd_slopes_of_sigmoids, .bars = dd_arctan_bars},
    {.name = "asinh", .jet = dd_asinh_jet, .slopes = dd_slopes_of_sigmoids, .bars = dd_arctan_bars},
};

#endif
