/* tanhshrink: x - tanh x. phi' = tanh^2 x, phi'' = 2 tanh x sech^2 x. For
 * abs(x) < 1 from (x cosh x - sinh x)/cosh x, whose numerator is the sum of
 * 2k/(2k+1)! x^(2k+1), k = 1, 2, ...: all terms of one sign. */
#include "activation.h"
#include "exponentials.h"

static double value(double x, double p)
{
    (void)p;
    if (!(fabs(x) < 1.0)) return x - tanh(x);
    double y = x * x, sum = 1.0 / 6758061133824000.0; /* k = 9; k = 10 is below 1e-18 */
    sum = sum * y + 1.0 / 22230464256000.0;
    sum = sum * y + 1.0 / 93405312000.0;
    sum = sum * y + 1.0 / 518918400.0;
    sum = sum * y + 1.0 / 3991680.0;
    sum = sum * y + 1.0 / 45360.0;
    sum = sum * y + 1.0 / 840.0;
    sum = sum * y + 1.0 / 30.0;
    sum = sum * y + 1.0 / 3.0;
    return x * (y * sum / cosh(x));
}
static double derivative(double x, double p)
{
    (void)p;
    double t = tanh(x);
    return t * t;
}
static double second_derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + exp(-2.0 * fabs(x));
    return exp_times(-2.0 * fabs(x), 8.0 * tanh(x) / (d * d));
}

static double log_slope(double x, double p) { (void)p; return 2.0 * log(fabs(tanh(x))); }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 1.0; }

const struct activation fastsig_activation_tanhshrink = {
    .info = {.name = "tanhshrink", .formula = "x - tanh(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .parity = -1,
};
