/* tanh. With e = exp(-2 abs(x)): sech^2 = 4 e/(1 + e)^2, which does not cancel
 * as 1 - tanh^2 would. */
#include "exponentials.h"
#include "sigma_table.h"
#include "trapezoid.h"
#include "vector_functions.h"
#include "tanh_table.h" /* generated */

static double sech_squared(double x)
{
    double e = exp(-2.0 * fabs(x)), d = 1.0 + e;
    return 4.0 * e / (d * d);
}

static double value(double x, double p) { (void)p; return tanh(x); }
static double derivative(double x, double p) { (void)p; return sech_squared(x); }
static double second_derivative(double x, double p) { (void)p; return -2.0 * tanh(x) * sech_squared(x); }

static double log_slope(double x, double p)
{
    (void)p;
    if (fabs(x) < 1.0) return -log1p(sinh(x) * sinh(x)); /* -ln cosh^2 */
    return 2.0 * (0x1.62e42fefa39efp-1 - fabs(x) - log1p(exp(-2.0 * fabs(x)))); /* ln 4 = 2 ln 2 */
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }

/* m1 = 0 as tanh is odd; tanh^2 = 1 - tanh', so m2 = 1 - g1 where that does
 * not cancel (a border of the banks). */
static void finish_table(double p, struct moments_block *b)
{
    (void)p;
    block_exact(b, FASTSIG_M1, 0.0);
    if (b->sigma[0] >= 1.0) block_complement(b, FASTSIG_M2, 1.0, FASTSIG_G1, FASTSIG_METHOD_TABLE);
}

/* tanh = -m/(2 + m) with m = exp(-2 abs(x)) - 1. */
static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), e, m = vec_exp_minus_1(-2.0 * vec_abs(at), &e), inverse = 1.0 / (2.0 + m);
        vec d = 4.0 * e * (inverse * inverse);
        vec_store(value + k, vec_copysign(m * inverse, at));
        vec_store(slope + k, d);
        if (slope_size) vec_store(slope_size + k, d);
    }
}

static const struct trapezoid_law law = {.sample = sample, .pole = 1.57, .span = 4.0, .rate = 4.0};

const struct activation fastsig_activation_tanh = {
    .info = {.name = "tanh", .formula = "tanh(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .parity = -1, .table = &tanh_table, .finish_table = finish_table, .trapezoid = &law,
};
