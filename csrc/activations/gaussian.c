/* gaussian: exp(-x^2), phi' = -2 x phi, phi'' = (4 x^2 - 2) phi. */
#include "closed_form.h"
#include "exponentials.h"

/* exp(-x^2) times factor, with the rounding of x^2 put back. */
static double exp_of_square(double x, double factor)
{
    if (!(fabs(x) < 40.0)) return isnan(x) ? x : copysign(0.0, factor);
    dd square = dd_two_square(x);
    return exp_times(-square.hi, factor * (1.0 - square.lo));
}

static double value(double x, double p) { (void)p; return exp_of_square(x, 1.0); }
static double derivative(double x, double p) { (void)p; return exp_of_square(x, -2.0 * x); }
static double second_derivative(double x, double p) { (void)p; return exp_of_square(x, 4.0 * x * x - 2.0); }

static double log_slope(double x, double p) { (void)p; return log(fabs(2.0 * x)) - x * x; }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }

/* q = sigma^2, d = 1 + 2q, D = 1 + 4q: phi is sqrt(2 pi) times a normal density
 * of variance 1/2, so m1 = exp(-mean^2/d)/sqrt d and g1 = d m1/d mean. Weighted
 * with phi^2, x is normal with mean m = mean/D and variance s^2 = q/D:
 *   m2 = exp(-2 mean^2/D)/sqrt D,  g2 = 4 m2 (m^2 + s^2),
 *   eta = -2 m2 E[(x - mean) x] = -2 m2 s^2 (1 - 4 mean^2/D). */
static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    (void)p;
    double q = sigma * sigma, d = 1.0 + 2.0 * q, D = 1.0 + 4.0 * q, m = mean / D, s2 = q / D;
    double slope = mean == 0.0 ? 0.0 : shrunk_gaussian(mean, sigma, 0.5, -2.0 * mean / d / sqrt(d));
    closed_form_set(out, FASTSIG_M1, shrunk_gaussian(mean, sigma, 0.5, 1.0 / sqrt(d)));
    closed_form_set(out, FASTSIG_G1, slope);
    if (mean == 0.0) moments_set(out, FASTSIG_G1, 0.0, 0.0, FASTSIG_METHOD_EXACT);
    closed_form_set(out, FASTSIG_M2, shrunk_gaussian(mean, sigma, 0.25, 1.0 / sqrt(D)));
    closed_form_set(out, FASTSIG_G2, shrunk_gaussian(mean, sigma, 0.25, 4.0 * (m * m + s2) / sqrt(D)));
    double factor = shrunk_gaussian(mean, sigma, 0.25, s2 / sqrt(D));
    closed_form_sum(out, FASTSIG_ETA, factor, -2.0, 8.0 * mean * m, 0.0);
    return 1;
}

const struct activation fastsig_activation_gaussian = {
    .info = {.name = "gaussian", .formula = "exp(-x**2)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .parity = 1, .closed_form = closed_form,
};
