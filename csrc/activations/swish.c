/* swish (silu at beta = 1): x s(beta x) with s the sigmoid. In t = beta x and
 * e = exp(-abs(t)):
 *   phi'  = s + t s',        s' = e/(1 + e)^2
 *   phi'' = beta s' (2 - t tanh(t/2)). */
#include "exponentials.h"
#include "sinh_trapezoid.h"
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

/* Affine law: swish_beta(x) = swish_1(beta x)/beta, so the table is asked at
 * s = beta sigma. Its m1 column holds E s'(sZ): by Stein's identity
 * E[Z s(sZ)] = s E s'(sZ), hence m1 = s^2 E s', exact at every s.
 * g1 = 1/2 as phi(x) - phi(-x) = x. */
static int from_table(double sigma, double beta, struct moments *out)
{
    double s = beta * sigma;
    sinh_trapezoid_moments(&swish_table, s, out);
    moments_scale(out, FASTSIG_M1, sigma * s);
    moments_set(out, FASTSIG_G1, 0.5, 0.0, FASTSIG_METHOD_EXACT);
    for (int i = FASTSIG_M2; i <= FASTSIG_ETA; i++) {
        if (s < 1e-70) { /* phi = x/2 to full precision; s^2 would underflow */
            moments_set(out, i, 0.25 * sigma * sigma, UNIT_ROUNDOFF * sigma * sigma, FASTSIG_METHOD_SERIES);
        } else if (beta != 1.0) {
            moments_scale(out, i, 1.0 / beta);
            moments_scale(out, i, 1.0 / beta);
        }
    }
    return 1;
}

const struct activation fastsig_activation_swish = {
    .info = {.name = "swish", .alias = "silu", .formula = "x/(1 + exp(-beta*x))",
             .parameter_name = "beta", .parameter_default = 1.0,
             .parameter_low = 0.0, .parameter_low_open = 1, .parameter_high = 100.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .scale = scale, .from_table = from_table,
};
