/* tanhshrink: x - tanh x. phi' = tanh^2 x, phi'' = 2 tanh x sech^2 x. For
 * abs(x) < 1 from (x cosh x - sinh x)/cosh x, whose numerator is the sum of
 * 2k/(2k+1)! x^(2k+1), k = 1, 2, ...: all terms of one sign. */
#include "activation.h"
#include "exponentials.h"
#include "trapezoid.h"
#include "vector_functions.h"

#define SERIES_TERMS 9 /* k = 9, 8, ..., 1; k = 10 is below 1e-18 */
static const double series[SERIES_TERMS] = {
    1.0 / 6758061133824000.0, 1.0 / 22230464256000.0, 1.0 / 93405312000.0, 1.0 / 518918400.0, 1.0 / 3991680.0,
    1.0 / 45360.0, 1.0 / 840.0, 1.0 / 30.0, 1.0 / 3.0,
};

static double value(double x, double p)
{
    (void)p;
    if (!(fabs(x) < 1.0)) return x - tanh(x);
    double y = x * x, sum = series[0];
    for (int i = 1; i < SERIES_TERMS; i++) sum = sum * y + series[i];
    return x * (y * sum / cosh(x));
}
static double derivative(double x, double p)
{
    (void)p;
    double t = tanh(x);
    return t * t;
}
static double second_derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + exp(-2.0 * fabs(x));
    return exp_times(-2.0 * fabs(x), 8.0 * tanh(x) / (d * d));
}

static double log_slope(double x, double p) { (void)p; return 2.0 * log(fabs(tanh(x))); }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 1.0; }

/* 1/cosh = 2 e/(1 + e^2) with e = exp(-abs(x)). */
static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), size = vec_abs(at), square, m = vec_exp_minus_1(-2.0 * size, &square);
        vec inverse = 1.0 / (2.0 + m), tanh = vec_copysign(m * inverse, at), y = at * at, sum = vec_all(series[0]);
        vec_bits near = (vec_bits)(size < 1.0);
        for (int i = 1; i < SERIES_TERMS; i++) sum = vec_multiply_add(sum, y, vec_all(series[i]));
        vec f = 2.0 * vec_exp(-size) * inverse * (at * y * sum), d = tanh * tanh;
        vec_store(value + k, vec_select(near, f, at - tanh));
        vec_store(slope + k, d);
        if (slope_size) vec_store(slope_size + k, d);
    }
}

static const struct trapezoid_law law = {.sample = sample, .pole = 1.57, .span = 4.0, .rate = 4.0};

const struct activation fastsig_activation_tanhshrink = {
    .info = {.name = "tanhshrink", .formula = "x - tanh(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .parity = -1, .trapezoid = &law,
};
