/* gelu_tanh: the tanh form of gelu (Hendrycks, Gimpel, arXiv 1606.08415),
 *   x (1 + tanh(u/2))/2 = x/(1 + exp(-u)),  u = k (x + a x^3),
 * k = 2 sqrt(2/pi), a = 0.044715: without cancellation for x < 0. With
 * e = exp(-abs(u)) and s' = e/(1 + e)^2:
 *   phi'  = s + x u' s',   phi'' = s' (2u' + x u'' - x u'^2 tanh(u/2)).
 * exp amplifies the rounding of u up to 745 times: u comes as a pair. Beyond
 * 30 everything exponential is 0 in double precision. */
#include "activation.h"
#include "slope_zero.h"
#include "exponentials.h"

static const dd k = {0x1.9884533d43651p+0, -0x1.cbc0d30ebfd15p-54};
static const dd a = {0x1.6e4e26d4801f7p-5, 0x1.441355475a31ap-59};

static dd cubic_part(double x) { return dd_mul(dd_two_square(x), a); } /* a x^2 */
static dd argument(double x) { return dd_mul(dd_mul_d(dd_add_d(cubic_part(x), 1.0), x), k); }
static dd argument_slope(double x) { return dd_mul(dd_add_d(dd_mul_d(cubic_part(x), 3.0), 1.0), k); }

static double value(double x, double p)
{
    (void)p;
    if (!(fabs(x) < 30.0)) return x < 0.0 ? -0.0 : x;
    dd u = argument(x);
    double d = 1.0 + exp(-fabs(u.hi));
    return x < 0.0 ? exp_times(u.hi, x * (1.0 + u.lo) / d) : x / d;
}
static double derivative(double x, double p)
{
    (void)p;
    if (!(fabs(x) < 30.0)) return isnan(x) ? x : x < 0.0 ? -0.0 : 1.0;
    if (is_near_slope_zero(&gelu_tanh_slope_zero, x)) return slope_next_to_zero(&gelu_tanh_slope_zero, x);
    dd u = argument(x), rise = dd_mul_d(argument_slope(x), x);
    double d = 1.0 + exp(-fabs(u.hi));
    if (x > 0.0) return (d + exp_times(-u.hi, rise.hi)) / (d * d);
    double factor = dd_add_d(rise, d).hi / (d * d);
    return exp_times(u.hi, factor + factor * u.lo);
}
static double second_derivative(double x, double p)
{
    (void)p;
    if (!(fabs(x) < 30.0)) return isnan(x) ? x : -0.0;
    double r = fabs(x); /* phi'' is even */
    dd u = argument(r), slope = argument_slope(r);
    double d = 1.0 + exp(-u.hi), steepest = dd_mul_d(dd_square(slope), r).hi; /* many roundings otherwise */
    double factor = (2.0 * slope.hi + 6.0 * k.hi * cubic_part(r).hi - steepest * tanh(0.5 * u.hi)) / (d * d);
    return exp_times(-u.hi, factor - factor * u.lo);
}

static double log_slope(double x, double p)
{
    if (x >= 0.0) return log(derivative(x, p));
    double u = k.hi * x * (1.0 + a.hi * x * x), d = 1.0 + exp(u);
    return u + log(fabs(d + k.hi * x * (1.0 + 3.0 * a.hi * x * x))) - 2.0 * log(d);
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = 1.0; *minus = 0.0; }

const struct activation fastsig_activation_gelu_tanh = {
    .info = {.name = "gelu_tanh", .formula = "x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes,
};
