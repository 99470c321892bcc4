/* tanh. With e = exp(-2 abs(x)): sech^2 = 4 e/(1 + e)^2, which does not cancel
 * as 1 - tanh^2 would. */
#include "exponentials.h"
#include "sinh_trapezoid.h"
#include "tanh_table.h" /* generated */

static double sech_squared(double x)
{
    double e = exp(-2.0 * fabs(x)), d = 1.0 + e;
    return 4.0 * e / (d * d);
}

static double value(double x, double p) { (void)p; return tanh(x); }
static double derivative(double x, double p) { (void)p; return sech_squared(x); }
static double second_derivative(double x, double p) { (void)p; return -2.0 * tanh(x) * sech_squared(x); }

static double log_slope(double x, double p)
{
    (void)p;
    if (fabs(x) < 1.0) return -log1p(sinh(x) * sinh(x)); /* -ln cosh^2 */
    return 2.0 * (0x1.62e42fefa39efp-1 - fabs(x) - log1p(exp(-2.0 * fabs(x)))); /* ln 4 = 2 ln 2 */
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }

/* m1 = 0 as tanh is odd; tanh^2 = 1 - tanh', so m2 = 1 - g1 where that does
 * not cancel. */
static int from_table(double sigma, double p, struct moments *out)
{
    (void)p;
    sinh_trapezoid_moments(&tanh_table, sigma, out);
    moments_set(out, FASTSIG_M1, 0.0, 0.0, FASTSIG_METHOD_EXACT);
    if (sigma >= 1.0) {
        double m2 = 1.0 - out->value[FASTSIG_G1];
        moments_set(out, FASTSIG_M2, m2, out->error[FASTSIG_G1] + UNIT_ROUNDOFF * m2, FASTSIG_METHOD_TABLE);
    }
    return 1;
}

const struct activation fastsig_activation_tanh = {
    .info = {.name = "tanh", .formula = "tanh(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .parity = -1, .from_table = from_table,
};
