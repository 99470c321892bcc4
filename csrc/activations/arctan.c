/* arctan: phi' = 1/(1 + x^2), phi'' = -2x/(1 + x^2)^2. From 1e9 on 1 + x^2 = x^2
 * in double precision, and quotients do not overflow as powers do. */
#include "activation.h"
#include "trapezoid.h"
#include "vector_functions.h"
#include "arctan_polynomial.h" /* generated */

#include <math.h>

static double value(double x, double p) { (void)p; return atan(x); }
static double derivative(double x, double p)
{
    (void)p;
    return fabs(x) < 1e9 ? 1.0 / (1.0 + x * x) : 1.0 / x / x;
}
static double second_derivative(double x, double p)
{
    (void)p;
    double d = 1.0 + x * x;
    return fabs(x) < 1e9 ? -2.0 * x / (d * d) : -2.0 / x / x / x;
}

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 0.0; }

/* atan(1/v) = pi/2 - atan(v) for v <= 1. */
static void sample(int n, const double *x, double *value, double *slope, double *slope_size)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), size = vec_abs(at), d = 1.0 / vec_multiply_add(at, at, vec_all(1.0));
        vec_bits far = (vec_bits)(size > 1.0);
        vec v = vec_select(far, 1.0 / size, size), w = v * v, ratio = vec_all(arctan_polynomial[0]);
        for (int i = 1; i < ARCTAN_POLYNOMIAL_TERMS; i++) ratio = vec_multiply_add(ratio, w, vec_all(arctan_polynomial[i]));
        vec angle = v * ratio, rest = 0x1.921fb54442d18p+0 - (angle - 0x1.1a62633145c07p-54);
        vec_store(value + k, vec_copysign(vec_select(far, rest, angle), at));
        vec_store(slope + k, d);
        if (slope_size) vec_store(slope_size + k, d);
    }
}

static const struct trapezoid_law law = {.sample = sample, .pole = 1.0, .rate = 2.0};

const struct activation fastsig_activation_arctan = {
    .info = {.name = "arctan", .formula = "arctan(x)"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = -1, .trapezoid = &law,
};
