/* relu: max(0, x). Homogeneous, so everything at mean 0 is a power of sigma. */
#include "rectified.h"

static double value(double x, double p) { (void)p; return x > 0.0 ? x : isnan(x) ? x : 0.0; }
static double derivative(double x, double p) { (void)p; return x > 0.0 ? 1.0 : isnan(x) ? x : 0.0; }
static double second_derivative(double x, double p) { (void)p; return isnan(x) ? x : 0.0; }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = 1.0; *minus = 0.0; }
static int breaks(double p, double *place) { (void)p; place[0] = 0.0; return 1; }

static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    (void)p;
    rectified_moments(sigma, mean, 0.0, out);
    return 1;
}

static void closed_form_block(double p, struct moments_block *b)
{
    (void)p;
    rectified_block(0.0, b);
}

static void evaluate_many(int n, const double *x, double p, double *values, double *slopes_there)
{
    (void)p;
    rectified_many(n, x, 0.0, values, slopes_there);
}

const struct activation fastsig_activation_relu = {
    .info = {.name = "relu", .formula = "max(0, x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .breaks = breaks, .closed_form = closed_form,
    .closed_form_block = closed_form_block, .evaluate_many = evaluate_many,
};
