/* hardtanh: x clipped to [-1, 1]. At the kinks phi' is 0, as in PyTorch. */
#include "piecewise_polynomial.h"

static double value(double x, double p) { (void)p; return x > 1.0 ? 1.0 : x < -1.0 ? -1.0 : x; }
static double derivative(double x, double p) { (void)p; return isnan(x) ? x : fabs(x) < 1.0 ? 1.0 : 0.0; }
static double second_derivative(double x, double p) { (void)p; return isnan(x) ? x : 0.0; }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }
static int breaks(double p, double *place) { (void)p; place[0] = -1.0; place[1] = 1.0; return 2; }

static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    static const struct piecewise_polynomial f = {.low = -1.0, .high = 1.0, .at_low = -1.0, .at_high = 1.0,
                                                  .slope_low = 1.0, .slope_high = 1.0};
    piecewise_polynomial_moments(&f, sigma, mean, value(mean, p), 1.0, out);
    if (mean == 0.0) piecewise_polynomial_exact(out, FASTSIG_M1, 0.0);
    return 1;
}

const struct activation fastsig_activation_hardtanh = {
    .info = {.name = "hardtanh", .formula = "min(1, max(-1, x))"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = -1, .breaks = breaks, .closed_form = closed_form,
};
