/* mish: x tanh(ln(1 + e^x)) = x T, a rational function of e^x. With
 * a = exp(-abs(x)) everything is a sum of positive terms:
 *   x >= 0: T = (1 + 2a)/E,    S = 4 a^2 (1 + a)/E^2,  E = 1 + 2a + 2a^2
 *   x <  0: T = a (a + 2)/D,   S = 4 a (1 + a)/D^2,    D = 2 + 2a + a^2
 * where S = T'. phi' = T + x S, phi'' = 2 S + x S'. */
#include "exponentials.h"
#include "sigma_table.h"
#include "slope_zero.h"
#include "trapezoid.h"
#include "vector_functions.h"
#include "mish_table.h" /* generated */

static double value(double x, double p)
{
    (void)p;
    double a = exp(-fabs(x));
    if (x < 0.0) return exp_times(x, x * (a + 2.0) / (2.0 + a * (2.0 + a)));
    return x * ((1.0 + 2.0 * a) / (1.0 + 2.0 * a * (1.0 + a)));
}
static double derivative(double x, double p)
{
    (void)p;
    double a = exp(-fabs(x));
    if (x < 0.0) {
        double d = 2.0 + a * (2.0 + a);
        return exp_times(x, ((a + 2.0) * d + x * 4.0 * (1.0 + a)) / (d * d));
    }
    double e = 1.0 + 2.0 * a * (1.0 + a);
    return (1.0 + 2.0 * a) / e + exp_times(-2.0 * x, x * 4.0 * (1.0 + a) / (e * e));
}
/* 2 S + x S' over a common denominator, expanded so that roundings are few:
 * x < 0: S' = 4 a (2 + 2a - 3a^2 - 2a^3)/D^3,
 * x >= 0: S' = -4 a^2 (2 + 3a - 2a^2 - 2a^3)/E^3. */
static double second_derivative(double x, double p)
{
    (void)p;
    double a = exp(-fabs(x));
    if (x < 0.0) {
        double cube = 8.0 + a * (24.0 + a * (36.0 + a * (32.0 + a * (18.0 + a * (6.0 + a)))));
        double top = (4.0 + 2.0 * x) + a * ((8.0 + 2.0 * x) + a * ((6.0 - 3.0 * x) + a * (2.0 - 2.0 * x)));
        return exp_times(x, 4.0 * top / cube);
    }
    double cube = 1.0 + a * (6.0 + a * (18.0 + a * (32.0 + a * (36.0 + a * (24.0 + a * 8.0)))));
    double top = (2.0 - 2.0 * x) + a * ((6.0 - 3.0 * x) + a * ((8.0 + 2.0 * x) + a * (4.0 + 2.0 * x)));
    return exp_times(-2.0 * x, 4.0 * top / cube);
}

static double log_slope(double x, double p)
{
    if (x >= 0.0) return log(derivative(x, p));
    double a = exp(x), d = 2.0 + a * (2.0 + a);
    return x + log(fabs((a + 2.0) * d + x * 4.0 * (1.0 + a))) - 2.0 * log(d);
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = 1.0; *minus = 0.0; }

static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), a = vec_exp(-vec_abs(at)), square = a * a;
        vec_bits left = (vec_bits)(at < 0.0);
        vec inverse = 1.0 / vec_select(left, 2.0 + (2.0 * a + square), 1.0 + 2.0 * (a + square));
        vec t = vec_select(left, a * (2.0 + a), 1.0 + 2.0 * a) * inverse;
        vec s = 4.0 * vec_select(left, a, square) * (1.0 + a) * (inverse * inverse);
        vec_store(value + k, at * t);
        vec phi_slope = vec_multiply_add(at, s, t), size = vec_multiply_add(vec_abs(at), s, t);
        slope_near_zero(&mish_slope_zero, at, &phi_slope, &size);
        vec_store(slope + k, phi_slope);
        if (slope_size) vec_store(slope_size + k, size);
    }
}

static const struct trapezoid_law law = {.sample = sample, .pole = 2.35, .rate = 2.0};

const struct activation fastsig_activation_mish = {
    .info = {.name = "mish", .formula = "x*tanh(ln(1 + exp(x)))"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .table = &mish_table, .trapezoid = &law,
};
