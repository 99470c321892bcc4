/* arctan: phi' = 1/(1 + x^2), phi'' = -2x/(1 + x^2)^2. From 1e9 on 1 + x^2 = x^2
 * in double precision, and quotients do not overflow as powers do. */
#include "activation.h"

#include <math.h>

static double value(double x, double p) { (void)p; return atan(x); }
static double derivative(double x, double p)
{
    (void)p;
    return fabs(x) < 1e9 ? 1.0 / (1.0 + x * x) : 1.0 / x / x;
}
static double second_derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + x * x;
    return fabs(x) < 1e9 ? -2.0 * x / (d * d) : -2.0 / x / x / x;
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }

const struct activation fastsig_activation_arctan = {
    .info = {.name = "arctan", .formula = "arctan(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = -1,
};
