/* elu: x for x > 0, alpha (exp(x) - 1) otherwise. phi' jumps at 0 unless
 * alpha = 1, and phi'' always does. */
#include "activation.h"
#include "exponentials.h"

static double value(double x, double alpha) { return x > 0.0 ? x : alpha * expm1(x); }
static double derivative(double x, double alpha) { return x > 0.0 ? 1.0 : exp_times(x, alpha); }
static double second_derivative(double x, double alpha) { return x > 0.0 ? 0.0 : exp_times(x, alpha); }

static double log_slope(double x, double alpha) { return x > 0.0 ? 0.0 : x + log(alpha); }

static void slopes(double alpha, double *plus, double *minus) { (void)alpha; *plus = 1.0; *minus = 0.0; }
static int breaks(double alpha, double *place) { (void)alpha; place[0] = 0.0; return 1; }

const struct activation fastsig_activation_elu = {
    .info = {.name = "elu", .formula = "x if x > 0 else alpha*(exp(x) - 1)",
             .parameter_name = "alpha", .parameter_default = 1.0,
             .parameter_low = 0.0, .parameter_high = 10.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .breaks = breaks,
};
