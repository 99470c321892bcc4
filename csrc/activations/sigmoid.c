/* sigmoid: 1/(1 + exp(-x)). With e = exp(-abs(x)) nothing overflows:
 * s = 1/(1 + e) or e/(1 + e), s' = e/(1 + e)^2, s'' = -s' tanh(x/2). */
#include "exponentials.h"
#include "sigma_table.h"
#include "trapezoid.h"
#include "vector_functions.h"
#include "sigmoid_table.h" /* generated */

static double value(double x, double p)
{
    (void)p;
    double e = exp(-fabs(x));
    return (x < 0.0 ? e : 1.0) / (1.0 + e);
}
static double derivative(double x, double p)
{
    (void)p;
    double e = exp(-fabs(x)), d = 1.0 + e;
    return e / (d * d);
}
static double second_derivative(double x, double p) { return -derivative(x, p) * tanh(0.5 * x); }

static double log_slope(double x, double p)
{
    (void)p;
    return -fabs(x) - 2.0 * log1p(exp(-fabs(x)));
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }

/* m1 = 1/2 as s - 1/2 is odd; s^2 = s - s', so m2 = 1/2 - g1. */
static void finish_table(double p, struct moments_block *b)
{
    (void)p;
    block_exact(b, FASTSIG_M1, 0.5);
    block_complement(b, FASTSIG_M2, 0.5, FASTSIG_G1, b->method[FASTSIG_G1]);
}

static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), e = vec_exp(-vec_abs(at)), inverse = 1.0 / (1.0 + e), d = e * (inverse * inverse);
        vec_store(value + k, vec_select((vec_bits)(at < 0.0), e * inverse, inverse));
        vec_store(slope + k, d);
        if (slope_size) vec_store(slope_size + k, d);
    }
}

static const struct trapezoid_law law = {.sample = sample, .pole = 2.35, .rate = 2.0};

const struct activation fastsig_activation_sigmoid = {
    .info = {.name = "sigmoid", .formula = "1/(1 + exp(-x))"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .table = &sigmoid_table, .finish_table = finish_table, .trapezoid = &law,
};
