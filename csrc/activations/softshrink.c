/* softshrink: x moved towards 0 by threshold, or 0 where that would pass it.
 * At the kinks phi' is 0, as in PyTorch. threshold = 0 is the identity (but for
 * phi'(0), by the formula). */
#include "piecewise_polynomial.h"

static double value(double x, double threshold)
{
    return x > threshold ? x - threshold : x < -threshold ? x + threshold : isnan(x) ? x : 0.0;
}
static double derivative(double x, double threshold) { return isnan(x) ? x : fabs(x) > threshold ? 1.0 : 0.0; }
static double second_derivative(double x, double threshold) { (void)threshold; return isnan(x) ? x : 0.0; }

static void slopes(double threshold, double *plus, double *minus) { (void)threshold; *plus = *minus = 1.0; }
static int breaks(double threshold, double *place)
{
    place[0] = -threshold;
    place[1] = threshold;
    return threshold > 0.0 ? 2 : 0;
}

static int closed_form(double sigma, double mean, double threshold, struct moments *out)
{
    const struct piecewise_polynomial f = {.low = -threshold, .high = threshold, .left_slope = 1.0, .right_slope = 1.0};
    piecewise_polynomial_moments(&f, sigma, mean, 0.0, 0.0, out);
    if (mean == 0.0) piecewise_polynomial_exact(out, FASTSIG_M1, 0.0);
    return 1;
}

const struct activation fastsig_activation_softshrink = {
    .info = {.name = "softshrink", .formula = "x - min(threshold, max(-threshold, x))",
             .parameter_name = "threshold", .parameter_default = 0.5,
             .parameter_low = 0.0, .parameter_high = 100.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = -1, .breaks = breaks, .closed_form = closed_form,
};
