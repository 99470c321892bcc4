/* swish (silu at beta = 1): x s(beta x) with s the sigmoid. In t = beta x and
 * e = exp(-abs(t)):
 *   phi'  = s + t s',        s' = e/(1 + e)^2
 *   phi'' = beta s' (2 - t tanh(t/2)). */
#include "exponentials.h"
#include "sinh_trapezoid.h"
#include "swish_table.h" /* generated */

static double value(double x, double beta)
{
    double t = beta * x, e = exp(-fabs(t));
    return t < 0.0 ? exp_times(t, x) / (1.0 + e) : x / (1.0 + e);
}
static double derivative(double x, double beta)
{
    double t = beta * x, e = exp(-fabs(t)), d = 1.0 + e;
    if (t < 0.0) return exp_times(t, (d + t) / (d * d));
    return (d + exp_times(-t, t)) / (d * d);
}
static double second_derivative(double x, double beta)
{
    double t = fabs(beta * x), e = exp(-t), d = 1.0 + e;
    return exp_times(-t, beta * (2.0 - t * tanh(0.5 * t)) / (d * d));
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
    moments_scale(out, FASTSIG_M2, 1.0 / (beta * beta));
    moments_scale(out, FASTSIG_ETA, 1.0 / (beta * beta));
    return 1;
}

const struct activation fastsig_activation_swish = {
    .info = {.name = "swish", .alias = "silu", .formula = "x/(1 + exp(-beta*x))",
             .parameter_name = "beta", .parameter_default = 1.0,
             .parameter_low = 0.0, .parameter_low_open = 1, .parameter_high = 100.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .scale = scale, .from_table = from_table,
};
