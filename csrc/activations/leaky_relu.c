/* leaky_relu: x for x > 0, slope x otherwise. slope = 1 is the identity. */
#include "rectified.h"

static double value(double x, double slope)
{
    if (x > 0.0 || isnan(x)) return x;
    return slope == 0.0 ? 0.0 : slope * x; /* 0 * -inf is not a number */
}
static double derivative(double x, double slope) { return x > 0.0 ? 1.0 : isnan(x) ? x : slope; }
static double second_derivative(double x, double slope) { (void)slope; return isnan(x) ? x : 0.0; }

static void slopes(double slope, double *plus, double *minus) { *plus = 1.0; *minus = slope; }
static int breaks(double slope, double *place) { place[0] = 0.0; return slope != 1.0; }

static int closed_form(double sigma, double mean, double slope, struct moments *out)
{
    rectified_moments(sigma, mean, slope, out);
    return 1;
}

static void closed_form_block(double slope, struct moments_block *b) { rectified_block(slope, b); }

static void evaluate_many(int n, const double *x, double p, double *values, double *slopes_there)
{
    rectified_many(n, x, p, values, slopes_there);
}

const struct activation fastsig_activation_leaky_relu = {
    .info = {.name = "leaky_relu", .formula = "x if x > 0 else slope*x",
             .parameter_name = "slope", .parameter_default = 0.01,
             .parameter_low = -10.0, .parameter_high = 10.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .breaks = breaks, .closed_form = closed_form,
    .closed_form_block = closed_form_block, .evaluate_many = evaluate_many,
};
