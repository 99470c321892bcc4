/* asinh: with d = 1 + x^2, phi' = 1/sqrt d, phi'' = -x/d^1.5. From 1e9 on
 * sqrt d = abs(x) in double precision, and quotients do not overflow as powers
 * do. Unbounded, though its slopes are 0. */
#include "activation.h"

#include <math.h>

static double value(double x, double p) { (void)p; return asinh(x); }
static double derivative(double x, double p)
{
    (void)p;
    return fabs(x) < 1e9 ? 1.0 / sqrt(1.0 + x * x) : 1.0 / fabs(x);
}
static double second_derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + x * x;
    return fabs(x) < 1e9 ? -x / (d * sqrt(d)) : -1.0 / x / fabs(x);
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }

const struct activation fastsig_activation_asinh = {
    .info = {.name = "asinh", .formula = "asinh(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = -1,
};
