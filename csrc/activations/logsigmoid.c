/* logsigmoid: -ln(1 + exp(-x)), which is -softplus(-x). With e = exp(-abs(x)):
 * phi' = 1/(1 + exp(x)), phi'' = -e/(1 + e)^2. */
#include "activation.h"
#include "exponentials.h"
#include "trapezoid.h"
#include "vector_functions.h"

static double value(double x, double p)
{
    (void)p;
    if (x < 0.0) return x - log1p(exp(x));
    return x > 40.0 ? exp_times(-x, -1.0) : -log1p(exp(-x));
}
static double derivative(double x, double p)
{
    (void)p;
    double e = exp(-fabs(x));
    return x > 0.0 ? exp_times(-x, 1.0 / (1.0 + e)) : 1.0 / (1.0 + e);
}
static double second_derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + exp(-fabs(x));
    return exp_times(-fabs(x), -1.0 / (d * d));
}

static double log_slope(double x, double p)
{
    (void)p;
    double rest = -log1p(exp(-fabs(x)));
    return x > 0.0 ? rest - x : rest;
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = 0.0; *minus = 1.0; }

/* -softplus(-x). */
static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), e = vec_exp(-vec_abs(at)), inverse = 1.0 / (1.0 + e), bend = vec_log_1_plus(e);
        vec_bits left = (vec_bits)(at < 0.0);
        vec d = vec_select(left, inverse, e * inverse);
        vec_store(value + k, vec_select(left, at - bend, -bend));
        vec_store(slope + k, d);
        if (slope_size) vec_store(slope_size + k, d);
    }
}

static const struct trapezoid_law law = {.sample = sample, .pole = 2.35, .rate = 2.0};

const struct activation fastsig_activation_logsigmoid = {
    .info = {.name = "logsigmoid", .formula = "-ln(1 + exp(-x))"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .trapezoid = &law,
};
