/* Gaussian functionals and shapes in double-double: closed forms, identities,
 * errors that cover, refusals; at every CPU level. */
#include "check.h"
#include "double_double.h"

#include <math.h>
#include <string.h>

static fastsig_activation_double_double pair_activation(const char *name)
{
    fastsig_activation phi;
    if (fastsig_activation_make(name, NULL, &phi)) abort();
    return (fastsig_activation_double_double){phi.id, phi.parameter, 0.0};
}

static int code_of(const char *name)
{
    for (int i = 0; i < fastsig_functional_count(); i++)
        if (!strcmp(fastsig_functional_name(i), name)) return i;
    CHECK(0, "no functional %s", name);
    return 0;
}

struct number {
    dd value;
    double error, size;
};

static struct number functional(const char *activation, const char *name, double sigma, double mean)
{
    fastsig_activation_double_double phi = pair_activation(activation);
    double zero = 0.0, hi, lo, error, size;
    int code = code_of(name), status = -1;
    fastsig_double_double_points points = {&sigma, &zero, &mean, &zero};
    fastsig_double_double_output output = {&hi, &lo, &error, &size, NULL, &status};
    CHECK(fastsig_moments_double_double(&phi, 1, &code, 1, &points, &output) == FASTSIG_OK, "%s %s", activation, name);
    CHECK(status == FASTSIG_OK, "%s %s at %g, %g: error %g of %g", activation, name, sigma, mean, error, size);
    return (struct number){{hi, lo}, error, size};
}

/* Accurate to 1e-29 of the size, and honest. What is expected has roundings of its own. */
static void check_is(const char *what, struct number got, dd expected)
{
    double off = fabs(dd_sub(got.value, expected).hi);
    CHECK(off <= 1e-29 * got.size, "%s: off by %g of %g", what, off, got.size);
    CHECK(off <= got.error + 40.0 * 0x1p-106 * fabs(expected.hi), "%s: error %g does not cover %g", what, got.error, off);
    CHECK(got.error <= 1e-28 * got.size, "%s: error %g of %g", what, got.error, got.size);
}

static const double sigmas[] = {1e-3, 0.3, 1.0, 20.0, 1e3};
#define SIGMAS (sizeof sigmas / sizeof *sigmas)

static void check_closed_forms(void)
{
    const dd two_pi = {0x1.921fb54442d18p+2, 0x1.1a62633145c07p-52};
    for (size_t i = 0; i < SIGMAS; i++) {
        double s = sigmas[i];
        dd q = dd_two_prod(s, s), root = dd_sqrt(dd_mul(two_pi, dd_add_d(q, 1.0)));
        check_is("relu m1", functional("relu", "m1", s, 0.0), dd_div(dd_from(s), dd_sqrt(two_pi)));
        check_is("relu m2", functional("relu", "m2", s, 0.0), dd_scale(q, 0.5));
        check_is("relu g1", functional("relu", "g1", s, 0.0), dd_from(0.5));
        check_is("relu g1_mean", functional("relu", "g1_mean", s, 0.0), dd_div_d(dd_div(dd_from(1.0), dd_sqrt(two_pi)), s));
        check_is("identity m4", functional("identity", "m4", s, 0.0), dd_mul_d(dd_mul(q, q), 3.0));
        check_is("gelu m1", functional("gelu", "m1", s, 0.0), dd_div(q, root));
        check_is("gaussian m1", functional("gaussian", "m1", s, 0.0),
                 dd_div(dd_from(1.0), dd_sqrt(dd_add_d(dd_scale(q, 2.0), 1.0))));
        check_is("sigmoid m1", functional("sigmoid", "m1", s, 0.0), dd_from(0.5));
        struct number m1 = functional("tanh", "m1", s, 0.0);
        CHECK(m1.value.hi == 0.0 && m1.error == 0.0, "tanh m1 vanishes by symmetry: %g", m1.value.hi);
    }
}

/* Stein: E Z phi = sigma E phi'; tanh^2 + tanh' = 1; swish and relu: phi(x) - phi(-x) = x. */
static void check_identities(void)
{
    for (int id = 0; id < fastsig_activation_count(); id++) {
        fastsig_activation phi = built_in(id);
        const char *name = name_of(&phi);
        for (size_t i = 0; i < SIGMAS; i++)
            for (double mean = -50.0; mean <= 50.0; mean += 25.5) {
                struct number z = functional(name, "m1z", sigmas[i], mean), g = functional(name, "g1", sigmas[i], mean);
                dd expected = dd_mul_d(g.value, sigmas[i]);
                double off = fabs(dd_sub(z.value, expected).hi), allowed = z.error + sigmas[i] * g.error + 1e-300;
                CHECK(off <= allowed + 16.0 * 0x1p-106 * fabs(expected.hi), "%s: Stein at %g, %g: off by %g, errors %g", name,
                      sigmas[i], mean, off, allowed);
            }
    }
    for (size_t i = 0; i < SIGMAS; i++) {
        struct number m2 = functional("tanh", "m2", sigmas[i], 0.7), g1 = functional("tanh", "g1", sigmas[i], 0.7);
        double off = fabs(dd_sub(dd_add(m2.value, g1.value), dd_from(1.0)).hi);
        CHECK(off <= m2.error + g1.error, "tanh m2 + g1 = 1: off by %g", off);
    }
}

static void check_points(void)
{
    CHECK(functional("relu", "m2", 0.0, 3.0).value.hi == 9.0, "point");
    CHECK(functional("relu", "g1", 0.0, 0.0).value.hi == 0.0, "relu'(0) = 0");
    CHECK(functional("hardtanh", "g1", 0.0, 1.0).value.hi == 0.0 && functional("hardtanh", "g1", 0.0, -1.0).value.hi == 0.0,
          "hardtanh'(+-1) = 0");
    CHECK(functional("softsign", "g1_mean", 0.0, 0.0).value.hi == 0.0, "softsign''(0) = 0");
    CHECK(isinf(functional("relu", "log_slope", 1.0, 3.0).value.hi), "ln of a flat slope");
}

static void check_shapes(void)
{
    fastsig_activation_double_double phi = pair_activation("tanh");
    fastsig_shape_double_double shape;
    CHECK(fastsig_shape_of_double_double(&phi, &shape) == FASTSIG_OK, "tanh");
    dd curvature = {shape.curvature.hi, shape.curvature.lo}, expected = dd_div_d(dd_from(16.0), 15.0);
    double off = fabs(dd_sub(curvature, expected).hi);
    CHECK(shape.tv.hi == 2.0 && shape.tv.lo == 0.0, "tanh tv");
    CHECK(off <= shape.curvature_error && shape.curvature_error < 1e-28, "tanh curvature: off by %g", off);
    CHECK(shape.zeros_of_second_derivative == 1 && shape.zeros_of_derivative == 0 && shape.kinks == 0, "tanh zeros");
    phi = pair_activation("gelu");
    CHECK(fastsig_shape_of_double_double(&phi, &shape) == FASTSIG_OK && shape.zeros_of_second_derivative == 2, "gelu");
    dd zero = {shape.zero_of_second_derivative[1].hi, shape.zero_of_second_derivative[1].lo};
    off = fabs(dd_sub(zero, dd_sqrt(dd_from(2.0))).hi);
    CHECK(off <= shape.zero_of_second_derivative_error[1] && off < 1e-30, "sqrt 2: off by %g", off);
}

static void check_refusals(void)
{
    fastsig_activation_double_double phi = pair_activation("swish"), wrong = {-1, 0.0, 0.0};
    double x = 1.0, zero = 0.0, nan = NAN, minus = -1.0, hi, lo, error;
    int code = 0, no_code = FASTSIG_FUNCTIONALS;
    fastsig_double_double_points points = {&x, &zero, &zero, &zero}, no_mean = {&x, &zero, &nan, &zero};
    fastsig_double_double_points negative = {&minus, &zero, &zero, &zero};
    fastsig_double_double_output output = {&hi, &lo, &error, NULL, NULL, NULL};
    fastsig_shape_double_double shape;
    CHECK(fastsig_functional_count() == FASTSIG_FUNCTIONALS, "%d", fastsig_functional_count());
    CHECK(!fastsig_functional_name(-1) && !fastsig_functional_name(FASTSIG_FUNCTIONALS), "names");
    CHECK(fastsig_moments_double_double(&wrong, 1, &code, 1, &points, &output) == FASTSIG_ERROR_ACTIVATION, "id");
    CHECK(fastsig_moments_double_double(NULL, 1, &code, 1, &points, &output) == FASTSIG_ERROR_NULL, "null");
    CHECK(fastsig_moments_double_double(&phi, 1, &code, 1, NULL, &output) == FASTSIG_ERROR_NULL, "null points");
    CHECK(fastsig_moments_double_double(&phi, 1, &code, 1, &points, NULL) == FASTSIG_ERROR_NULL, "null output");
    CHECK(fastsig_moments_double_double(&phi, 0, &code, 1, &points, &output) == FASTSIG_ERROR_ROWS, "no rows");
    CHECK(fastsig_moments_double_double(&phi, 1, &no_code, 1, &points, &output) == FASTSIG_ERROR_ROWS, "code");
    CHECK(fastsig_moments_double_double(&phi, 1, &code, 1, &no_mean, &output) == FASTSIG_ERROR_MEAN, "mean");
    CHECK(fastsig_moments_double_double(&phi, 1, &code, 1, &negative, &output) == FASTSIG_ERROR_SIGMA, "sigma");
    CHECK(fastsig_moments_double_double(&phi, 1, &code, 0, NULL, &output) == FASTSIG_OK, "no points");
    CHECK(fastsig_shape_of_double_double(&phi, NULL) == FASTSIG_ERROR_NULL, "null shape");
    phi.parameter_hi = 100.0;
    phi.parameter_lo = 1e-15; /* just above the range */
    CHECK(fastsig_shape_of_double_double(&phi, &shape) == FASTSIG_ERROR_PARAMETER, "parameter");
}

int main(void)
{
    check_closed_forms();
    check_identities();
    check_points();
    check_shapes();
    check_refusals();
    return finish();
}
