/* Built-in activations: lookup, refusals, limits, special values, and phi' and
 * phi'' against the integrals that define them. Digits are compared with
 * 40-digit values in the Python tests. */
#include "check.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void check_lookup(void)
{
    fastsig_activation phi;
    fastsig_activation_info info;
    double bad[] = {NAN, INFINITY, -INFINITY, 1e9, -1e9};
    CHECK(fastsig_activation_make("silu", NULL, &phi) == FASTSIG_OK && !strcmp(name_of(&phi), "swish"), "alias");
    CHECK(fastsig_activation_make("nothing", NULL, &phi) == FASTSIG_ERROR_ACTIVATION, "unknown name");
    CHECK(fastsig_activation_make(NULL, NULL, &phi) == FASTSIG_ERROR_NULL, "null name");
    CHECK(fastsig_activation_make("relu", NULL, NULL) == FASTSIG_ERROR_NULL, "null result");
    CHECK(fastsig_activation_describe(-1, &info) == FASTSIG_ERROR_ACTIVATION, "negative id");
    CHECK(fastsig_activation_describe(fastsig_activation_count(), &info) == FASTSIG_ERROR_ACTIVATION, "large id");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(fastsig_activation_make("swish", &bad[i], &phi) == FASTSIG_ERROR_PARAMETER, "beta %g", bad[i]);
    phi = (fastsig_activation){99999, 0.0};
    CHECK(isnan(fastsig_value(&phi, 1.0)) && isnan(fastsig_value(NULL, 1.0)), "invalid activation");
    CHECK(fastsig_evaluate(&phi, 0, 0, NULL, NULL) == FASTSIG_ERROR_ACTIVATION, "invalid id");
    for (int status = -1; status < 20; status++)
        CHECK(strlen(fastsig_status_message(status)) > 1, "message of %d", status);
}

static void check_special_values(const fastsig_activation *phi)
{
    const double x[] = {0.0, -0.0, 1e-300, -1e-300, 5e-324, -5e-324, 700.0, -700.0, 1e300, -1e300, INFINITY, -INFINITY};
    const char *name = name_of(phi);
    fastsig_shape_result shape;
    CHECK(fastsig_shape(phi, &shape) == FASTSIG_OK, "%s", name);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        double f = fastsig_value(phi, x[i]), d = fastsig_derivative(phi, x[i]), c = fastsig_second_derivative(phi, x[i]);
        int oscillates = isnan(shape.alpha_plus); /* then phi' and phi'' have no limits */
        int none = oscillates && isinf(x[i]);
        CHECK(!isnan(f) && isfinite(d) == !none && isfinite(c) == !none, "%s at %g: %g %g %g", name, x[i], f, d, c);
        if (none) CHECK(isnan(d) && isnan(c), "%s at %g: %g %g", name, x[i], d, c);
        if (none) continue;
        if (fabs(x[i]) >= 700.0 && !oscillates) {
            double slope = x[i] > 0.0 ? shape.alpha_plus : shape.alpha_minus;
            /* Algebraic tails (arctan, softsign, asinh) go at least like 1/x. */
            CHECK(fabs(d - slope) <= 2.0 / fabs(x[i]), "%s slope at %g: %g", name, x[i], d);
            CHECK(fabs(c) <= 2.0 / fabs(x[i]) / fabs(x[i]), "%s curvature at %g: %g", name, x[i], c);
        }
        double y[2] = {x[i], x[i]};
        CHECK(fastsig_evaluate(phi, 1, 2, y, y) == FASTSIG_OK && y[0] == d && y[1] == d, "%s in place", name);
    }
    CHECK(isnan(fastsig_value(phi, NAN)) && isnan(fastsig_derivative(phi, NAN)) &&
              isnan(fastsig_second_derivative(phi, NAN)), "%s of NaN", name);
    CHECK(fastsig_evaluate(phi, 3, 0, NULL, NULL) == FASTSIG_ERROR_ORDER, "%s order 3", name);
    CHECK(fastsig_evaluate(phi, 0, 1, NULL, NULL) == FASTSIG_ERROR_NULL, "%s null", name);
}

/* int_a^b of f by 8-point Gauss-Legendre (nodes to 16 digits), b - a = 1/4:
 * exact to 1e-15 for functions that are smooth on the scale 1. */
static double integral(double (*f)(const fastsig_activation *, double), const fastsig_activation *phi, double a)
{
    const double x[] = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363};
    const double w[] = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};
    double sum = 0.0;
    for (int i = 0; i < 4; i++)
        sum += w[i] * (f(phi, a + 0.125 * (1.0 + x[i])) + f(phi, a + 0.125 * (1.0 - x[i])));
    return 0.125 * sum;
}

static void check_derivatives(const fastsig_activation *phi)
{
    for (double a = -12.0; a < 12.0; a += 0.25) { /* kinks of built-ins are at multiples of 1/4 */
        double f = fastsig_value(phi, a + 0.25) - fastsig_value(phi, a);
        CHECK(fabs(integral(fastsig_derivative, phi, a) - f) < 2e-13, "%s' on %g: %g", name_of(phi), a, f);
        double d = fastsig_derivative(phi, nextafter(a + 0.25, -100.0)) - fastsig_derivative(phi, nextafter(a, 100.0));
        CHECK(fabs(integral(fastsig_second_derivative, phi, a) - d) < 1e-11, "%s'' on %g: %g", name_of(phi), a, d);
    }
}

int main(void)
{
    check_lookup();
    for (int id = 0; id < fastsig_activation_count(); id++) {
        fastsig_activation phi = built_in(id);
        check_special_values(&phi);
        check_derivatives(&phi);
    }
    return finish();
}
