/* softplus: ln(1 + exp(beta x))/beta, a smooth relu. In t = beta x and
 * e = exp(-abs(t)): phi' = 1/(1 + exp(-t)), phi'' = beta e/(1 + e)^2. The
 * rounding of t, which exp amplifies, is put back. */
#include "activation.h"
#include "exponentials.h"
#include "trapezoid.h"
#include "vector_functions.h"

/* t as a pair. */
static dd argument(double x, double beta)
{
    dd t = dd_two_prod(beta, x);
    return isfinite(t.lo) ? t : dd_from(t.hi);
}

static double value(double x, double beta)
{
    dd t = argument(x, beta);
    if (t.hi > 0.0) return x + log1p(exp(-t.hi)) / beta;
    double back = 1.0 + t.lo;
    return t.hi < -40.0 ? exp_times(t.hi, back / beta) : log1p(exp(t.hi) * back) / beta;
}
static double derivative(double x, double beta)
{
    dd t = argument(x, beta);
    double e = exp(-fabs(t.hi));
    return t.hi < 0.0 ? exp_times(t.hi, (1.0 + t.lo) / (1.0 + e)) : 1.0 / (1.0 + e);
}
static double second_derivative(double x, double beta)
{
    dd t = argument(fabs(x), beta);
    double e = exp(-t.hi), d = 1.0 + e, low = t.lo + 2.0 * (e - (d - 1.0)) / d; /* d^2 doubles the rounding of d */
    return exp_times(-t.hi, (beta - beta * low) / (d * d));
}

static double log_slope(double x, double beta)
{
    double t = beta * x, rest = -log1p(exp(-fabs(t)));
    return t < 0.0 ? t + rest : rest;
}

static void slopes(double beta, double *plus, double *minus) { (void)beta; *plus = 1.0; *minus = 0.0; }
static double scale(double beta) { return 1.0 / beta; }

/* At beta = 1. */
static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), e = vec_exp(-vec_abs(at)), inverse = 1.0 / (1.0 + e), bend = vec_log_1_plus(e);
        vec_bits left = (vec_bits)(at < 0.0);
        vec d = vec_select(left, e * inverse, inverse);
        vec_store(value + k, vec_select(left, bend, at + bend));
        vec_store(slope + k, d);
        if (slope_size) vec_store(slope_size + k, d);
    }
}

static double stretch(double beta) { return beta; }

static const struct trapezoid_law law = {.sample = sample, .stretch = stretch, .pole = 2.35, .rate = 2.0};

const struct activation fastsig_activation_softplus = {
    .info = {.name = "softplus", .formula = "ln(1 + exp(beta*x))/beta",
             .parameter_name = "beta", .parameter_default = 1.0,
             .parameter_low = 0.0, .parameter_low_open = 1, .parameter_high = 100.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .scale = scale, .trapezoid = &law,
};
