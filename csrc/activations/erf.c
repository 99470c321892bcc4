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

/* Williams, Neural Comput. 10 (1998) 1203-1216: with q = sigma^2,
 *   m2 = (2/pi) asin(2q/(1+2q)) = (2/pi) atan(2q/sqrt(1+4q)),
 * g1 and g2 are Gaussian integrals, eta = q d m2/dq. At other means m1, g1 and
 * g2 have closed forms too, but m2 has not. */
static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    (void)p;
    if (mean != 0.0) return 0;
    double q = sigma * sigma, d = 1.0 + 2.0 * q, root = sqrt(1.0 + 4.0 * q);
    moments_set(out, FASTSIG_M1, 0.0, 0.0, FASTSIG_METHOD_EXACT);
    closed_form_set(out, FASTSIG_G1, TWO_OVER_SQRT_PI / sqrt(d));
    closed_form_set(out, FASTSIG_G2, 2.0 * TWO_OVER_PI / root);
    closed_form_set(out, FASTSIG_M2, TWO_OVER_PI * atan(2.0 * q / root));
    closed_form_set(out, FASTSIG_ETA, 2.0 * TWO_OVER_PI * (q / d / root));
    return 1;
}

const struct activation fastsig_activation_erf = {
    .info = {.name = "erf", .formula = "erf(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .parity = -1, .closed_form = closed_form,
};
