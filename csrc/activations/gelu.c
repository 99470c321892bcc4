/* gelu: x Phi(x), Phi the normal cdf (the erf form).
 *   phi' = Phi(x) + x pdf(x),  phi'' = (2 - x^2) pdf(x).
 * For x < 0 the Gaussian is a common factor and comes last. */
#include "normal.h"
#include "closed_form.h"

static double value(double x, double p)
{
    (void)p;
    if (x < 0.0) return gaussian_times(x, isinf(x) ? -0.0 : x * mills_ratio(-x));
    return x * normal_cdf(x);
}
static double derivative(double x, double p)
{
    (void)p;
    if (x < 0.0) return gaussian_times(x, mills_ratio(-x) + x * ONE_OVER_SQRT_2PI);
    return 1.0 + gaussian_times(x, x * ONE_OVER_SQRT_2PI - mills_ratio(x));
}
static double second_derivative(double x, double p)
{
    (void)p;
    return gaussian_times(x, (2.0 - x * x) * ONE_OVER_SQRT_2PI);
}

static double log_slope(double x, double p)
{
    if (x < 0.0) return -0.5 * x * x + log(fabs(mills_ratio(-x) + x * ONE_OVER_SQRT_2PI));
    return log(derivative(x, p));
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = 1.0; *minus = 0.0; }

/* With q = sigma^2, d = 1 + 2q, A = asin(q/(1+q)) = atan(q/sqrt d) (the atan
 * loses nothing at large q): Gaussian integrals of x Phi(x) by
 * differentiating E Phi(sigma Z) Phi(sigma Z), E phi(sigma Z) in sigma.
 *   m1  = q/sqrt(2 pi (1+q))
 *   g2  = 1/4 + (A + q(3+5q)/((1+q) d^1.5))/(2 pi)
 *   m2  = q (1/4 + (A + 2q/((1+q) sqrt d))/(2 pi))
 *   eta = q d m2/dq = m2 + q^2 (3+5q)/((1+q)^2 d^1.5)/(2 pi)
 * All terms are positive. */
static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    (void)p;
    if (mean != 0.0) return 0;
    const double one_over_2pi = 0x1.45f306dc9c883p-3;
    double q = sigma * sigma, r = 1.0 / (1.0 + q), d = 1.0 + 2.0 * q, root = sqrt(d);
    double angle = atan(q / root), last = q * r * ((3.0 + 5.0 * q) / d) / root;
    double m2_over_q = 0.25 + (angle + 2.0 * q * r / root) * one_over_2pi;
    closed_form_set(out, FASTSIG_M1, sigma * sqrt(q * r) * ONE_OVER_SQRT_2PI);
    moments_set(out, FASTSIG_G1, 0.5, 0.0, FASTSIG_METHOD_EXACT);
    closed_form_set(out, FASTSIG_G2, 0.25 + (angle + last) * one_over_2pi);
    closed_form_set(out, FASTSIG_M2, q * m2_over_q);
    closed_form_set(out, FASTSIG_ETA, q * (m2_over_q + last * r * one_over_2pi));
    return 1;
}

const struct activation fastsig_activation_gelu = {
    .info = {.name = "gelu", .formula = "x*Phi(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .closed_form = closed_form,
};
