/* erf: phi' = 2/sqrt(pi) exp(-x^2), phi'' = -2 x phi'. */
#include "closed_form.h"
#include "exponentials.h"

#define TWO_OVER_SQRT_PI 0x1.20dd750429b6dp+0
#define TWO_OVER_PI 0x1.45f306dc9c883p-1

/* exp(-x^2) times factor, with the rounding of x^2 put back. */
static double exp_of_square(double x, double factor)
{
    if (!(fabs(x) < 40.0)) return isnan(x) ? x : copysign(0.0, factor);
    dd square = dd_two_square(x);
    return exp_times(-square.hi, factor * (1.0 - square.lo));
}

static double value(double x, double p) { (void)p; return erf(x); }
static double derivative(double x, double p) { (void)p; return exp_of_square(x, TWO_OVER_SQRT_PI); }
static double second_derivative(double x, double p)
{
    (void)p;
    return exp_of_square(x, -2.0 * TWO_OVER_SQRT_PI * x);
}

static double log_slope(double x, double p) { (void)p; return log(TWO_OVER_SQRT_PI) - x * x; }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }

/* At any mean, with d = 1 + 2 sigma^2 and D = 1 + 4 sigma^2: E erf is erf(mean/sqrt d), and
 *   g1 = 2/sqrt(pi d) exp(-mean^2/d),  g2 = 4/(pi sqrt D) exp(-2 mean^2/D);
 * weighted with phi', x is normal again, so by Stein's identity
 *   eta = sigma^2/d (g2 - 2 mean g1 erf(mean/sqrt(d D))).
 * These live far from m2, which has no closed form, where mean is large. */
static void closed_form_of_some(double sigma, double mean, double p, struct moments *out)
{
    (void)p;
    double q = sigma * sigma, root_d = sqrt(1.0 + 2.0 * q), root_D = sqrt(1.0 + 4.0 * q);
    double g1 = shrunk_gaussian(mean, sigma, 0.5, TWO_OVER_SQRT_PI / root_d);
    double g2 = shrunk_gaussian(mean, sigma, 0.25, 2.0 * TWO_OVER_PI / root_D);
    double drawn_back = -2.0 * mean * g1 * erf(mean / root_d / root_D), share = q / (1.0 + 2.0 * q);
    closed_form_set(out, FASTSIG_M1, erf(mean / root_d));
    closed_form_set(out, FASTSIG_G1, g1);
    closed_form_set(out, FASTSIG_G2, g2);
    closed_form_sum(out, FASTSIG_ETA, share, g2, drawn_back, 0.0);
    closed_form_widen(out, FASTSIG_ETA, share * (g2 + fabs(drawn_back)));
}

/* At mean 0 the rest, too (Williams, Neural Comput. 10 (1998) 1203-1216): with q = sigma^2,
 *   m2 = (2/pi) asin(2q/(1+2q)) = (2/pi) atan(2q/sqrt(1+4q)). */
static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    if (mean != 0.0) return 0;
    double q = sigma * sigma;
    closed_form_of_some(sigma, 0.0, p, out);
    moments_set(out, FASTSIG_M1, 0.0, 0.0, FASTSIG_METHOD_EXACT);
    closed_form_set(out, FASTSIG_M2, TWO_OVER_PI * atan(2.0 * q / sqrt(1.0 + 4.0 * q)));
    return 1;
}

const struct activation fastsig_activation_erf = {
    .info = {.name = "erf", .formula = "erf(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .parity = -1,
    .closed_form = closed_form, .closed_form_of_some = closed_form_of_some,
};
