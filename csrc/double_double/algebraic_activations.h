/* Activations that approach their limits like powers: softsign, arctan, asinh. */
#ifndef FASTSIG_DD_ALGEBRAIC_ACTIVATIONS_H
#define FASTSIG_DD_ALGEBRAIC_ACTIVATIONS_H

#include "normal_activations.h"

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

/* -times ln(1 + d) */
static inline dd dd_minus_log_of(dd d, double times, double *size)
{
    dd y = dd_mul_d(dd_log1p(d), -times);
    *size = fabs(y.hi);
    return y;
}
static dd dd_softsign_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    return dd_minus_log_of(dd_abs(x.near), 2.0, size);
}
static dd dd_arctan_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    return dd_minus_log_of(dd_square(x.near), 1.0, size);
}
static dd dd_asinh_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    return dd_minus_log_of(dd_square(x.near), 0.5, size);
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

static const struct dd_definition dd_algebraic_activations[] = {
    {.name = "softsign", .jet = dd_softsign_jet, .log_slope = dd_softsign_log_slope,
     .slopes = dd_slopes_of_sigmoids, .breaks = dd_break_at_zero, .bars = dd_softsign_bars},
    {.name = "arctan", .jet = dd_arctan_jet, .log_slope = dd_arctan_log_slope, .slopes = dd_slopes_of_sigmoids,
     .bars = dd_arctan_bars},
    {.name = "asinh", .jet = dd_asinh_jet, .log_slope = dd_asinh_log_slope, .slopes = dd_slopes_of_sigmoids,
     .bars = dd_arctan_bars},
};

#endif
