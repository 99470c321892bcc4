/* gelu: x Phi(x), Phi the normal cdf (the erf form).
 *   phi' = Phi(x) + x pdf(x),  phi'' = (2 - x^2) pdf(x).
 * For x < 0 the Gaussian is a common factor and comes last. */
#include "activation.h"
#include "block.h"
#include "normal.h"
#include "slope_zero.h"
#include "trapezoid.h"
#include "vector_functions.h"
#include "arctan_polynomial.h" /* generated */

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

/* With q = sigma^2, d = 1 + 2q, A = asin(q/(1 + q)) = 2 atan(q/(1 + q + sqrt d))
 * (which loses nothing at large q): Gaussian integrals of x Phi(x) by
 * differentiating E Phi(sigma Z) Phi(sigma Z), E phi(sigma Z) in sigma.
 *   m1  = q/sqrt(2 pi (1+q))
 *   g2  = 1/4 + (A + q(3+5q)/((1+q) d^1.5))/(2 pi)
 *   m2  = q (1/4 + (A + 2q/((1+q) sqrt d))/(2 pi))
 *   eta = q d m2/dq = m2 + q^2 (3+5q)/((1+q)^2 d^1.5)/(2 pi)
 * All terms are positive; at most 14 roundings add up. */
static void closed_form_block(double p, struct moments_block *b)
{
    (void)p;
    const double one_over_2pi = 0x1.45f306dc9c883p-3;
    int n = padded(b->points);
    const double *restrict sigma = b->sigma;
    double *restrict m1 = b->value[FASTSIG_M1], *restrict g2 = b->value[FASTSIG_G2], *restrict m2 = b->value[FASTSIG_M2], *restrict eta = b->value[FASTSIG_ETA];
#pragma omp simd
    for (int i = 0; i < n; i++) {
        double q = sigma[i] * sigma[i], r = 1.0 / (1.0 + q), d = 1.0 + 2.0 * q, e = 1.0 / d;
        double root = sqrt(d), v = q / (1.0 + q + root), w = v * v, ratio = arctan_polynomial[0];
#pragma GCC unroll 32
        for (int k = 1; k < ARCTAN_POLYNOMIAL_TERMS; k++) ratio = ratio * w + arctan_polynomial[k];
        double angle = 2.0 * (v * ratio), share = q * r, inverse_root = root * e;
        double last = share * ((3.0 + 5.0 * q) * e) * inverse_root;
        double m2_over_q = 0.25 + (angle + 2.0 * share * inverse_root) * one_over_2pi;
        m1[i] = q * sqrt(r) * ONE_OVER_SQRT_2PI;
        g2[i] = 0.25 + (angle + last) * one_over_2pi;
        m2[i] = q * m2_over_q;
        eta[i] = q * (m2_over_q + last * r * one_over_2pi);
    }
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) block_bound(b, c, 14.0, FASTSIG_METHOD_CLOSED_FORM);
    block_exact(b, FASTSIG_G1, 0.5);
}

/* Times exp(lift) for x < 0; elsewhere as it is without a lift, and 0 with one. */
static inline void sample_times(int n, const double *x, double lift, double *value, double *slope, double *slope_size)
{
    const vec one = vec_all(lift == 0.0 ? 1.0 : 0.0), sign = vec_all(lift == 0.0 ? -1.0 : 0.0);
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), size = vec_abs(at), density = vec_gaussian(at, lift), tail = density * vec_mills_ratio(size);
        vec_bits left = (vec_bits)(at < 0.0);
        vec cdf = vec_select(left, tail, vec_multiply_add(sign, tail, one));
        vec s = vec_select(left, density, one * density) * ONE_OVER_SQRT_2PI;
        vec_store(value + k, at * cdf);
        vec phi_slope = vec_multiply_add(at, s, cdf), size_of_slope = vec_multiply_add(size, s, cdf);
        if (lift == 0.0) slope_near_zero(&gelu_slope_zero, at, &phi_slope, &size_of_slope);
        vec_store(slope + k, phi_slope);
        if (slope_size) vec_store(slope_size + k, size_of_slope);
    }
}
static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    sample_times(n, x, 0.0, value, slope, slope_size);
}
static void sample_lifted(int n, const double *x, double lift, double *value, double *slope, double *slope_size)
{
    sample_times(n, x, lift, value, slope, slope_size);
}

/* Rounding of x^2 in the exponent is at most 1e-16 of what it is for x near 0. */
static void evaluate_many(int n, const double *x, double p, double *value, double *slope)
{
    (void)p;
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), density = vec_exp_not_zero(-0.5 * (at * at)), tail = density * vec_rough_mills_ratio(vec_abs(at));
        vec cdf = vec_select((vec_bits)(at < 0.0), tail, 1.0 - tail);
        vec_store(value + k, at * cdf);
        vec_store(slope + k, vec_multiply_add(at, density * ONE_OVER_SQRT_2PI, cdf));
    }
}

static const struct trapezoid_law law = {.sample = sample, .sample_lifted = sample_lifted, .pole = INFINITY, .gaussian = 2.0};

const struct activation fastsig_activation_gelu = {
    .info = {.name = "gelu", .formula = "x*Phi(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .closed_form_block = closed_form_block,
    .evaluate_many = evaluate_many, .trapezoid = &law,
};
