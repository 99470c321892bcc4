/* celu: x for x > 0, alpha (exp(x/alpha) - 1) otherwise (Barron, arXiv
 * 1704.07483): phi' is continuous, phi'' jumps at 0. The rounding of
 * t = x/alpha, which exp amplifies, is put back. */
#include "activation.h"
#include "exponentials.h"

/* exp(x/alpha) times factor, x <= 0. */
static double exp_of_quotient(double x, double alpha, double factor)
{
    double t = x / alpha, back = 1.0;
    if (t > -1600.0 && fabs(x) > 1e-290) back += dd_div_d(dd_from(x), alpha).lo;
    return exp_times(t, back * factor);
}

static double value(double x, double alpha)
{
    double t = x / alpha;
    if (x > 0.0 || fabs(t) < 0x1p-54) return x; /* alpha t would underflow twice */
    return alpha * expm1(t);
}
static double derivative(double x, double alpha) { return x > 0.0 ? 1.0 : exp_of_quotient(x, alpha, 1.0); }
static double second_derivative(double x, double alpha)
{
    return x > 0.0 ? 0.0 : exp_of_quotient(x, alpha, 1.0 / alpha);
}

static double log_slope(double x, double alpha) { return x > 0.0 ? 0.0 : x / alpha; }

static void slopes(double alpha, double *plus, double *minus) { (void)alpha; *plus = 1.0; *minus = 0.0; }
static int breaks(double alpha, double *place) { (void)alpha; place[0] = 0.0; return 1; }
static double scale(double alpha) { return alpha; }

const struct activation fastsig_activation_celu = {
    .info = {.name = "celu", .formula = "max(0, x) + min(0, alpha*(exp(x/alpha) - 1))",
             .parameter_name = "alpha", .parameter_default = 1.0,
             .parameter_low = 0.0, .parameter_low_open = 1, .parameter_high = 100.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .breaks = breaks, .scale = scale,
};
