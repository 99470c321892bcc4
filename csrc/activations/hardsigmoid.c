/* hardsigmoid: relu6(x + 3)/6. At the kinks phi' is 0, as in PyTorch. */
#include "piecewise_polynomial.h"

static double value(double x, double p)
{
    (void)p;
    return x >= 3.0 ? 1.0 : x <= -3.0 ? 0.0 : (x + 3.0) / 6.0;
}
static double derivative(double x, double p) { (void)p; return isnan(x) ? x : fabs(x) < 3.0 ? 1.0 / 6.0 : 0.0; }
static double second_derivative(double x, double p) { (void)p; return isnan(x) ? x : 0.0; }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }
static int breaks(double p, double *place) { (void)p; place[0] = -3.0; place[1] = 3.0; return 2; }

/* phi(x) + phi(-x) = 1, so m1 = 1/2 at mean 0. */
static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    static const struct piecewise_polynomial f = {.low = -3.0, .high = 3.0, .at_high = 1.0,
                                                  .slope_low = 1.0 / 6.0, .slope_high = 1.0 / 6.0};
    piecewise_polynomial_moments(&f, sigma, mean, value(mean, p), 1.0 / 6.0, out);
    if (mean == 0.0) piecewise_polynomial_exact(out, FASTSIG_M1, 0.5);
    return 1;
}

const struct activation fastsig_activation_hardsigmoid = {
    .info = {.name = "hardsigmoid", .formula = "min(6, max(0, x + 3))/6"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .breaks = breaks, .closed_form = closed_form,
};
