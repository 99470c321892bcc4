/* lisht: x tanh x (arXiv 1901.05894). phi' = tanh x + x sech^2 x,
 * phi'' = 2 sech^2 x (1 - x tanh x). */
#include "activation.h"
#include "exponentials.h"
#include "trapezoid.h"
#include "vector_functions.h"

static double value(double x, double p) { (void)p; return x * tanh(x); }
static double derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + exp(-2.0 * fabs(x));
    return tanh(x) + exp_times(-2.0 * fabs(x), 4.0 * x / (d * d));
}
static double second_derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + exp(-2.0 * fabs(x));
    return exp_times(-2.0 * fabs(x), 8.0 * (1.0 - x * tanh(x)) / (d * d));
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = 1.0; *minus = -1.0; }

static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), e, m = vec_exp_minus_1(-2.0 * vec_abs(at), &e), inverse = 1.0 / (2.0 + m);
        vec tanh = vec_copysign(m * inverse, at), d = tanh + 4.0 * at * e * (inverse * inverse);
        vec_store(value + k, at * tanh);
        vec_store(slope + k, d);
        if (slope_size) vec_store(slope_size + k, vec_abs(d)); /* both terms have the sign of x */
    }
}

static const struct trapezoid_law law = {.sample = sample, .pole = 1.57, .span = 4.0, .rate = 4.0};

const struct activation fastsig_activation_lisht = {
    .info = {.name = "lisht", .formula = "x*tanh(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = 1, .trapezoid = &law,
};
