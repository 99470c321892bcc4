/* hardswish: x relu6(x + 3)/6 (Howard et al., arXiv 1905.02244): 0 up to -3,
 * x from 3 on, which is also what phi' and phi'' say at the kinks. */
#include "piecewise_polynomial.h"

static double value(double x, double p)
{
    (void)p;
    return x >= 3.0 ? x : x <= -3.0 ? 0.0 : x * ((x + 3.0) / 6.0);
}
static double derivative(double x, double p)
{
    (void)p;
    return x >= 3.0 ? 1.0 : x <= -3.0 ? 0.0 : (x + 1.5) / 3.0; /* its zero is exact */
}
static double second_derivative(double x, double p) { (void)p; return isnan(x) ? x : fabs(x) < 3.0 ? 1.0 / 3.0 : 0.0; }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = 1.0; *minus = 0.0; }
static int breaks(double p, double *place) { (void)p; place[0] = -3.0; place[1] = 3.0; return 2; }

/* phi(x) - phi(-x) = x, so g1 = 1/2 at mean 0. */
static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    static const struct piecewise_polynomial f = {.low = -3.0, .high = 3.0, .at_high = 3.0, .right_slope = 1.0,
                                                  .slope_low = -0.5, .slope_high = 1.5, .bend = 1.0 / 3.0};
    piecewise_polynomial_moments(&f, sigma, mean, value(mean, p), derivative(mean, p), out);
    if (mean == 0.0) piecewise_polynomial_exact(out, FASTSIG_G1, 0.5);
    return 1;
}

const struct activation fastsig_activation_hardswish = {
    .info = {.name = "hardswish", .formula = "x*min(6, max(0, x + 3))/6"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .breaks = breaks, .closed_form = closed_form,
};
