/* swish (silu at beta = 1): x s(beta x) with s the sigmoid. In t = beta x and
 * e = exp(-abs(t)):
 *   phi'  = s + t s',        s' = e/(1 + e)^2
 *   phi'' = beta s' (2 - t tanh(t/2)). */
#include "exponentials.h"
#include "sigma_table.h"
#include "slope_zero.h"
#include "trapezoid.h"
#include "vector_functions.h"
#include "swish_table.h" /* generated */

/* t as a pair: the exponential amplifies the rounding of beta x. */
static dd argument(double x, double beta)
{
    dd t = dd_two_prod(beta, x);
    return isfinite(t.lo) ? t : dd_from(t.hi);
}

static double value(double x, double beta)
{
    dd t = argument(x, beta);
    double e = exp(-fabs(t.hi));
    return t.hi < 0.0 ? exp_times(t.hi, x * (1.0 + t.lo)) / (1.0 + e) : x / (1.0 + e);
}
static double derivative(double x, double beta)
{
    dd t = argument(x, beta);
    double e = exp(-fabs(t.hi)), d = 1.0 + e;
    if (t.hi < 0.0) return exp_times(t.hi, (d + t.hi) / (d * d) * (1.0 + t.lo));
    return (d + exp_times(-t.hi, t.hi * (1.0 - t.lo))) / (d * d);
}
static double second_derivative(double x, double beta)
{
    dd t = dd_abs(argument(x, beta));
    double e = exp(-t.hi), d = 1.0 + e;
    return exp_times(-t.hi, beta * (2.0 - t.hi * tanh(0.5 * t.hi)) / (d * d) * (1.0 - t.lo));
}

static double log_slope(double x, double beta)
{
    double t = beta * x, d = 1.0 + exp(-fabs(t));
    return t < 0.0 ? t + log(fabs(d + t)) - 2.0 * log(d) : log(derivative(x, beta));
}

static void slopes(double beta, double *plus, double *minus) { (void)beta; *plus = 1.0; *minus = 0.0; }
static double scale(double beta) { return 1.0 / beta; }
static double table_scale(double beta) { return beta; }

/* Affine law: swish_beta(x) = swish_1(beta x)/beta, so the table is asked at
 * s = beta sigma. Its m1 column holds E s'(sZ): by Stein's identity
 * E[Z s(sZ)] = s E s'(sZ), hence m1 = s^2 E s', exact at every s.
 * g1 = 1/2 as phi(x) - phi(-x) = x. */
static void finish_table(double beta, struct moments_block *b)
{
    int n = padded(b->points);
    double factor[BLOCK];
    for (int i = 0; i < n; i++) factor[i] = b->sigma[i] * (beta * b->sigma[i]);
    block_scale(b, FASTSIG_M1, factor);
    block_exact(b, FASTSIG_G1, 0.5);
    for (int c = FASTSIG_M2; c <= FASTSIG_ETA; c++) {
        for (int times = 0; times < 2 && beta != 1.0; times++) block_scale_all(b, c, 1.0 / beta);
        if (beta * b->sigma[0] >= 1.0) continue; /* another regime of the table than the next lines */
        for (int i = 0; i < n; i++) { /* phi = x/2 to full precision; (beta sigma)^2 would underflow */
            double sigma = b->sigma[i];
            if (!(beta * sigma < 1e-70)) continue;
            b->value[c][i] = 0.25 * sigma * sigma;
            b->error[c][i] = UNIT_ROUNDOFF * sigma * sigma;
        }
    }
}

/* At beta = 1. */
static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), e = vec_exp(-vec_abs(at)), inverse = 1.0 / (1.0 + e), d = e * (inverse * inverse);
        vec s = vec_select((vec_bits)(at < 0.0), e * inverse, inverse);
        vec_store(value + k, at * s);
        vec phi_slope = vec_multiply_add(at, d, s), size = vec_multiply_add(vec_abs(at), d, s);
        slope_near_zero(&swish_slope_zero, at, &phi_slope, &size);
        vec_store(slope + k, phi_slope);
        if (slope_size) vec_store(slope_size + k, size);
    }
}

static const struct trapezoid_law law = {.sample = sample, .stretch = table_scale, .pole = 2.35, .rate = 2.0};

const struct activation fastsig_activation_swish = {
    .info = {.name = "swish", .alias = "silu", .formula = "x/(1 + exp(-beta*x))",
             .parameter_name = "beta", .parameter_default = 1.0,
             .parameter_low = 0.0, .parameter_low_open = 1, .parameter_high = 100.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .scale = scale, .table = &swish_table, .table_scale = table_scale, .finish_table = finish_table, .trapezoid = &law,
};
