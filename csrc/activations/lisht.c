/* lisht: x tanh x (arXiv 1901.05894). phi' = tanh x + x sech^2 x,
 * phi'' = 2 sech^2 x (1 - x tanh x). */
#include "activation.h"
#include "exponentials.h"

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

const struct activation fastsig_activation_lisht = {
    .info = {.name = "lisht", .formula = "x*tanh(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = 1,
};
