/* crrelu: max(0, x) + eps x exp(-x^2/2) (EAFO, arXiv 2405.12954). */
#include "exponentials.h"
#include "closed_form.h"
#include "normal.h"

static double value(double x, double eps) { return (x > 0.0 ? x : 0.0) + gaussian_times(x, eps * x); }
static double derivative(double x, double eps)
{
    return (x > 0.0 ? 1.0 : 0.0) + gaussian_times(x, eps * (1.0 - x * x));
}
static double second_derivative(double x, double eps)
{
    return gaussian_times(x, eps * x * (x * x - 3.0));
}

static void slopes(double eps, double *plus, double *minus) { (void)eps; *plus = 1.0; *minus = 0.0; }
static int kinks(double eps, double *place) { (void)eps; place[0] = 0.0; return 1; }

/* q = sigma^2, r = 1/(1+q), d = 1 + 2q. exp(-x^2/2) shrinks the Gaussian to
 * variance q r, exp(-x^2) to q/d:
 *   m1  = sigma/sqrt(2 pi)           g1 = 1/2 + eps r^1.5
 *   m2  = q (1/2 + eps r^1.5 + eps^2 d^-1.5)
 *   g2  = 1/2 + eps r^1.5 + eps^2 (1 + 2q + 3q^2)/d^2.5
 *   eta = q d m2/dq = q (1/2 + eps r^2.5 (1 - q/2) + eps^2 d^-2.5 (1 - q)).
 * g1, m2, g2, eta can cancel for eps < 0; the errors are those of the terms. */
static int closed_form(double sigma, double mean, double eps, struct moments *out)
{
    if (mean != 0.0) return 0;
    double q = sigma * sigma, r = 1.0 / (1.0 + q), d = 1.0 / (1.0 + 2.0 * q);
    double a = eps * r * sqrt(r), b = eps * eps * d * sqrt(d);
    closed_form_set(out, FASTSIG_M1, sigma * ONE_OVER_SQRT_2PI);
    closed_form_sum(out, FASTSIG_G1, 1.0, 0.5, a, 0.0);
    closed_form_sum(out, FASTSIG_G2, 1.0, 0.5, a, b * ((1.0 + q * (2.0 + 3.0 * q)) * d));
    closed_form_sum(out, FASTSIG_M2, q, 0.5, a, b);
    closed_form_sum(out, FASTSIG_ETA, q, 0.5, a * (r * (1.0 - 0.5 * q)), b * (d * (1.0 - q)));
    return 1;
}

const struct activation fastsig_activation_crrelu = {
    .info = {.name = "crrelu", .formula = "max(0, x) + eps*x*exp(-x^2/2)",
             .parameter_name = "eps", .parameter_default = 0.01,
             .parameter_low = -10.0, .parameter_high = 10.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .kinks = kinks, .closed_form = closed_form,
};
