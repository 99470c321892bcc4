/* Activations made of e = exp(-abs(t)): sigmoid, tanh, tanhshrink, lisht, softplus,
 * logsigmoid, swish, gelu_tanh. Their poles are those of 1/(1 + e). */
#ifndef FASTSIG_DD_LOGISTIC_ACTIVATIONS_H
#define FASTSIG_DD_LOGISTIC_ACTIVATIONS_H

#include "definition.h"

#define DD_PI 3.141592653589793

/* s = 1/(1 + exp(-t)), s' = e/(1 + e)^2, and tanh(t/2), none with cancellation. */
struct dd_logistic {
    dd value, slope, centred;
};

static inline struct dd_logistic dd_logistic_at(dd_place t)
{
    dd_place down = dd_place_neg(dd_place_abs(t));
    dd e, e_less_one;
    if (down.near.hi < -0.5) {
        e = dd_exp_at(down);
        e_less_one = dd_add_d(e, -1.0);
    } else {
        e_less_one = dd_expm1_at(down);
        e = dd_add_d(e_less_one, 1.0);
    }
    dd root = dd_div(dd_one, dd_add_d(e, 1.0));
    dd small = dd_mul(e, root), centred = dd_mul(dd_neg(e_less_one), root);
    int right = t.near.hi >= 0.0;
    return (struct dd_logistic){right ? root : small, dd_mul(small, root), right ? centred : dd_neg(centred)};
}

/* ln(1 + exp(-abs(t))) */
static inline dd dd_log_of_one_plus_exp(dd_place t)
{
    return dd_log1p(dd_exp_at(dd_place_neg(dd_place_abs(t))));
}

/* ---- sigmoid ---- */
static void dd_sigmoid_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    struct dd_logistic s = dd_logistic_at(x);
    dd_jet_set(jet, s.value, s.slope, dd_neg(dd_mul(s.slope, s.centred)));
}
static dd dd_sigmoid_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p, (void)piece;
    dd y = dd_neg(dd_add(dd_abs(x.near), dd_scale(dd_log_of_one_plus_exp(x), 2.0)));
    *size = fabs(y.hi);
    return y;
}
static int dd_sigmoid_bars(double p, struct dd_bar *bar)
{
    (void)p;
    *bar = (struct dd_bar){0.0, 0.0, DD_PI, 80.0};
    return 1;
}

/* ---- tanh, of which tanhshrink and lisht are made ---- */
struct dd_tanh_terms {
    dd tanh, sech_squared;
};
static inline struct dd_tanh_terms dd_tanh_terms_at(dd_place x)
{
    struct dd_logistic s = dd_logistic_at(dd_place_scale(x, 2.0));
    return (struct dd_tanh_terms){s.centred, dd_scale(s.slope, 4.0)};
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
    dd a = dd_abs(x.near), y = dd_add(a, dd_log_of_one_plus_exp(dd_place_scale(x, 2.0)));
    *size = 2.0 * y.hi;
    return dd_scale(dd_sub(ln_2, y), 2.0);
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
    /* tanh = 1 - d: near 1 by log1p */
    dd tanh = dd_abs(t.tanh), y;
    if (tanh.hi < 0.9) y = dd_log(tanh);
    else { /* 1 - tanh = sech^2/(1 + tanh) */
        y = dd_log1p(dd_neg(dd_div(t.sech_squared, dd_add_d(tanh, 1.0))));
    }
    *size = 2.0 * fabs(y.hi) + 1.0;
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
static void dd_lisht_slopes(dd p, dd *plus, dd *minus) { (void)p; *plus = dd_one; *minus = dd_neg(dd_one); }

/* ---- softplus and logsigmoid, with t = beta x ---- */
static void dd_softplus_jet(dd_place x, dd beta, int piece, struct dd_jet *jet)
{
    (void)piece;
    dd_place t = dd_place_times(x, beta);
    struct dd_logistic s = dd_logistic_at(t);
    dd log = dd_div(dd_log_of_one_plus_exp(t), beta);
    dd_jet_set(jet, x.near.hi > 0.0 ? dd_add(x.near, log) : log, s.value, dd_mul(beta, s.slope));
}
static dd dd_softplus_log_slope(dd_place x, dd beta, int piece, double *size)
{
    (void)piece;
    dd_place t = dd_place_times(x, beta);
    dd log = dd_log_of_one_plus_exp(t), y = dd_neg(t.near.hi < 0.0 ? dd_sub(log, t.near) : log);
    *size = fabs(y.hi);
    return y;
}
static int dd_softplus_bars(double beta, struct dd_bar *bar)
{
    *bar = (struct dd_bar){0.0, 0.0, DD_PI / beta, 80.0 / beta};
    return 1;
}
static double dd_inverse_scale(double beta) { return 1.0 / beta; }

static void dd_logsigmoid_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p;
    dd_softplus_jet(dd_place_neg(x), dd_one, piece, jet);
    jet->value = dd_neg(jet->value);
    jet->bend = dd_neg(jet->bend);
}
static dd dd_logsigmoid_log_slope(dd_place x, dd p, int piece, double *size)
{
    (void)p;
    return dd_softplus_log_slope(dd_place_neg(x), dd_one, piece, size);
}
static void dd_logsigmoid_slopes(dd p, dd *plus, dd *minus) { (void)p; *plus = dd_zero; *minus = dd_one; }

/* ---- swish: x s(t), t = beta x; phi' = s + t s', phi'' = beta s' (2 - t tanh(t/2)) ---- */
static void dd_swish_jet(dd_place x, dd beta, int piece, struct dd_jet *jet)
{
    (void)piece;
    dd_place t = dd_place_times(x, beta);
    struct dd_logistic s = dd_logistic_at(t);
    dd ts = dd_mul(t.near, s.slope), tt = dd_mul(t.near, s.centred), steep = dd_mul(beta, s.slope);
    dd_jet_set(jet, dd_mul(x.near, s.value), dd_add(s.value, ts), dd_mul(steep, dd_sub(dd_from(2.0), tt)));
    jet->slope_size = s.value.hi + fabs(ts.hi);
    jet->bend_size = steep.hi * (2.0 + tt.hi);
}
/* phi' = e (1 + e + t)/(1 + e)^2 for t < 0. */
static dd dd_swish_log_slope(dd_place x, dd beta, int piece, double *size)
{
    dd_place t = dd_place_times(x, beta);
    if (t.near.hi >= -1.0) {
        struct dd_jet jet;
        dd_swish_jet(x, beta, piece, &jet);
        dd y = dd_log(jet.slope);
        *size = fabs(y.hi) + 1.0;
        return y;
    }
    dd e = dd_exp_at(t), factor = dd_add(dd_add_d(e, 1.0), t.near);
    dd rest = dd_sub(dd_log(dd_abs(factor)), dd_scale(dd_log1p(e), 2.0));
    *size = fabs(t.near.hi) + fabs(rest.hi) + (1.0 + fabs(t.near.hi)) / fabs(factor.hi);
    return dd_add(t.near, rest);
}

/* ---- gelu_tanh: x s(u), u = k x (1 + a x^2), k = sqrt(8/pi) ----
 * phi' = s + x u' s', phi'' = s' (2u' + x u'' - x u'^2 tanh(u/2)) */
static const dd_place dd_gelu_tanh_k = {{0x1.9884533d43651p+0, -0x1.cbc0d30ebfd15p-54}, -0x1.c7402c7d60cfbp-110};
static const dd dd_gelu_tanh_a = {0x1.6e4e26d4801f7p-5, 0x1.441355475a31ap-59};
#define DD_GELU_TANH_A_REST 0x1.2f6e82949a565p-113

static dd_place dd_gelu_tanh_argument(dd_place x)
{
    dd_place square = dd_place_times(x, x.near);
    square.rest += x.rest * x.near.hi;
    dd_place inner = dd_place_times(square, dd_gelu_tanh_a);
    inner.rest += square.near.hi * DD_GELU_TANH_A_REST;
    inner = dd_place_add(inner, dd_one);
    dd_place u = dd_place_times(inner, x.near);
    u.rest += inner.near.hi * x.rest;
    dd_place result = dd_place_times(u, dd_gelu_tanh_k.near);
    result.rest += u.near.hi * dd_gelu_tanh_k.rest;
    return result;
}
static dd dd_gelu_tanh_argument_slope(dd x)
{
    return dd_mul(dd_gelu_tanh_k.near, dd_add_d(dd_mul(dd_gelu_tanh_a, dd_mul_d(dd_square(x), 3.0)), 1.0));
}
static void dd_gelu_tanh_jet(dd_place x, dd p, int piece, struct dd_jet *jet)
{
    (void)p, (void)piece;
    struct dd_logistic s = dd_logistic_at(dd_gelu_tanh_argument(x));
    dd slope = dd_gelu_tanh_argument_slope(x.near), rise = dd_mul(x.near, slope);
    dd bend = dd_mul_d(dd_mul(dd_gelu_tanh_k.near, dd_mul(dd_gelu_tanh_a, dd_square(x.near))), 6.0); /* x u'' */
    dd first = dd_add(dd_scale(slope, 2.0), bend), second = dd_mul(dd_mul(rise, slope), s.centred);
    dd ts = dd_mul(rise, s.slope);
    dd_jet_set(jet, dd_mul(x.near, s.value), dd_add(s.value, ts), dd_mul(s.slope, dd_sub(first, second)));
    jet->slope_size = s.value.hi + fabs(ts.hi);
    jet->bend_size = s.slope.hi * (first.hi + fabs(second.hi));
}
static dd dd_gelu_tanh_log_slope(dd_place x, dd p, int piece, double *size)
{
    if (x.near.hi >= -0.5) {
        struct dd_jet jet;
        dd_gelu_tanh_jet(x, p, piece, &jet);
        dd y = dd_log(jet.slope);
        *size = fabs(y.hi) + 1.0;
        return y;
    }
    dd_place u = dd_gelu_tanh_argument(x); /* phi' = e (1 + e + x u')/(1 + e)^2 */
    dd rise = dd_mul(x.near, dd_gelu_tanh_argument_slope(x.near)), e = dd_exp_at(u);
    dd factor = dd_add(dd_add_d(e, 1.0), rise);
    dd rest = dd_sub(dd_log(dd_abs(factor)), dd_scale(dd_log1p(e), 2.0));
    *size = fabs(u.near.hi) + fabs(rest.hi) + (1.0 + fabs(rise.hi)) / fabs(factor.hi);
    return dd_add(u.near, rest);
}
/* Poles at +-0.634 +- 2.755 i, +-3.10 +- 3.26 i, and so on along Re u = 0. The cube
 * grows off the real axis like exp(3 k a abs(x) y^2) to its fourth power. */
static int dd_gelu_tanh_bars(double p, struct dd_bar *bar)
{
    (void)p;
    *bar = (struct dd_bar){-0.64, 0.64, 2.7, INFINITY};
    return 1;
}
static double dd_gelu_tanh_curve(double p) { (void)p; return 0.8; }

static const struct dd_definition dd_logistic_activations[] = {
    {.name = "sigmoid", .jet = dd_sigmoid_jet, .log_slope = dd_sigmoid_log_slope, .slopes = dd_slopes_of_sigmoids,
     .bars = dd_sigmoid_bars},
    {.name = "tanh", .jet = dd_tanh_jet, .log_slope = dd_tanh_log_slope, .slopes = dd_slopes_of_sigmoids,
     .bars = dd_tanh_bars},
    {.name = "tanhshrink", .jet = dd_tanhshrink_jet, .log_slope = dd_tanhshrink_log_slope,
     .slopes = dd_tanhshrink_slopes, .bars = dd_tanh_bars, .nearest_zero = dd_tanhshrink_zero},
    {.name = "lisht", .jet = dd_lisht_jet, .slopes = dd_lisht_slopes, .bars = dd_tanh_bars},
    {.name = "softplus", .jet = dd_softplus_jet, .log_slope = dd_softplus_log_slope,
     .slopes = dd_slopes_of_rectifiers, .bars = dd_softplus_bars, .scale = dd_inverse_scale},
    {.name = "logsigmoid", .jet = dd_logsigmoid_jet, .log_slope = dd_logsigmoid_log_slope,
     .slopes = dd_logsigmoid_slopes, .bars = dd_sigmoid_bars},
    {.name = "swish", .jet = dd_swish_jet, .log_slope = dd_swish_log_slope, .slopes = dd_slopes_of_rectifiers,
     .bars = dd_softplus_bars, .scale = dd_inverse_scale},
    {.name = "gelu_tanh", .jet = dd_gelu_tanh_jet, .log_slope = dd_gelu_tanh_log_slope,
     .slopes = dd_slopes_of_rectifiers, .bars = dd_gelu_tanh_bars, .curve = dd_gelu_tanh_curve},
};

#endif
