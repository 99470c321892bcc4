/* softsign: x/(1 + abs(x)). phi' = 1/(1 + abs(x))^2 is continuous,
 * phi'' = -2 sgn(x)/(1 + abs(x))^3 jumps at 0 (where sgn is 0). Quotients one
 * by one, since the powers overflow. */
#include "activation.h"

#include <math.h>

static double value(double x, double p) { (void)p; return isinf(x) ? copysign(1.0, x) : x / (1.0 + fabs(x)); }
static double derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + fabs(x);
    return 1.0 / d / d;
}
static double second_derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + fabs(x);
    return isnan(x) || x == 0.0 ? x : copysign(2.0, -x) / d / d / d;
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }
static int breaks(double p, double *place) { (void)p; place[0] = 0.0; return 1; }

const struct activation fastsig_activation_softsign = {
    .info = {.name = "softsign", .formula = "x/(1 + abs(x))"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = -1, .breaks = breaks,
};
