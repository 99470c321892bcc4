/* telu: x tanh(w), w = e^x. With s = sech^2(w) = 4e/(1 + e)^2, e = exp(-2w):
 *   phi' = tanh w + x w s,  phi'' = w s (2 + x (1 - 2 w tanh w)).
 * exp(-2w) amplifies the rounding of w by 2w, up to 740 times: w comes as a
 * pair there. s is 0 in double precision from x = 6 on. */
#include "exponentials.h"
#include "sigma_table.h"
#include "slope_zero.h"
#include "trapezoid.h"
#include "vector_functions.h"
#include "telu_table.h" /* generated */

/* w sech^2(w) at w = e^x, times factor. */
static double slope_of_tanh_exp(double x, double factor)
{
    if (!(x <= 7.0)) return isnan(x) ? x : copysign(0.0, factor);
    if (x < -40.0) return exp_times(x, factor); /* sech^2 = 1 */
    dd w = exp_pair(x);
    double e = exp(-2.0 * w.hi), d = 1.0 + e;
    return exp_times(-2.0 * w.hi, factor * w.hi * 4.0 * (1.0 - 2.0 * w.lo) / (d * d));
}

static double value(double x, double p)
{
    (void)p;
    if (x < -40.0) return exp_times(x, x); /* tanh w = w */
    return x * tanh(exp(x));
}
static double derivative(double x, double p)
{
    (void)p;
    if (x < -40.0) return exp_times(x, 1.0 + x);
    return tanh(exp(x)) + slope_of_tanh_exp(x, x);
}
static double second_derivative(double x, double p)
{
    (void)p;
    double w = exp(fmin(x, 7.0)); /* beyond, the factor w s is 0 */
    return slope_of_tanh_exp(x, 2.0 + x * (1.0 - 2.0 * w * tanh(w)));
}

static double log_slope(double x, double p)
{
    return x < -40.0 ? x + log(fabs(1.0 + x)) : log(fabs(derivative(x, p)));
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = 1.0; *minus = 0.0; }

/* The rounding of w, amplified in exp(-2w), stays below that of tanh w = 1 in phi'. */
static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), w = vec_exp(vec_smaller(at, vec_all(7.0))), e, m = vec_exp_minus_1(-2.0 * w, &e);
        vec inverse = 1.0 / (2.0 + m), tanh = -m * inverse, s = w * (4.0 * e * (inverse * inverse));
        vec_store(value + k, at * tanh);
        vec phi_slope = vec_multiply_add(at, s, tanh), size = vec_multiply_add(vec_abs(at), s, tanh);
        slope_near_zero(&telu_slope_zero, at, &phi_slope, &size);
        vec_store(slope + k, phi_slope);
        if (slope_size) vec_store(slope_size + k, size);
    }
}

static const struct trapezoid_law law = {.sample = sample, .pole = 1.57, .span = 4.0, .rate = 4.0};

const struct activation fastsig_activation_telu = {
    .info = {.name = "telu", .formula = "x*tanh(exp(x))"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .table = &telu_table, .trapezoid = &law,
};
