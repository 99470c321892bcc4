/* The five Gaussian components: agreement of independent methods within their
 * own errors, exact identities, refusals, and no crash or silent NaN on random
 * input. Digits are compared with 40-digit values in the Python tests. */
#include "check.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct point {
    double value[FASTSIG_COMPONENTS], error[FASTSIG_COMPONENTS];
    int method[FASTSIG_COMPONENTS], status;
    int64_t evaluations;
};

static int at(const fastsig_activation *phi, int method, int nodes, double sigma, double mean, struct point *p)
{
    const fastsig_moments_output out = {p->value, p->error, p->method, &p->evaluations, &p->status};
    return fastsig_moments(phi, method, nodes, 1, &sigma, &mean, &out);
}

/* Two methods that share no code but phi must agree within the sum of their
 * errors, and the better one must keep its promise. */
static void check_agreement(const fastsig_activation *phi, double sigma, double mean)
{
    struct point best, adaptive, hermite, legendre, tanh_sinh;
    const char *name = name_of(phi);
    CHECK(at(phi, FASTSIG_METHOD_AUTO, 0, sigma, mean, &best) == FASTSIG_OK && best.status == FASTSIG_OK, "%s", name);
    CHECK(at(phi, FASTSIG_METHOD_ADAPTIVE, 0, sigma, mean, &adaptive) == FASTSIG_OK, "%s", name);
    CHECK(at(phi, FASTSIG_METHOD_GAUSS_HERMITE, 64, sigma, mean, &hermite) == FASTSIG_OK, "%s", name);
    CHECK(at(phi, FASTSIG_METHOD_GAUSS_LEGENDRE, 40, sigma, mean, &legendre) == FASTSIG_OK, "%s", name);
    CHECK(at(phi, FASTSIG_METHOD_TANH_SINH, 0, sigma, mean, &tanh_sinh) == FASTSIG_OK, "%s", name);
    /* Thousands of waves are not resolved. */
    int waves = !strcmp(name, "snake") && sigma > 500.0;
    CHECK(tanh_sinh.status == FASTSIG_OK || waves, "%s at %g, %g: %d", name, sigma, mean, tanh_sinh.status);
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) {
        double difference = fabs(best.value[i] - adaptive.value[i]);
        CHECK(difference <= best.error[i] + adaptive.error[i], "%s[%d] at %g, %g: %g against %g", name, i, sigma, mean,
              best.value[i], adaptive.value[i]);
        CHECK(fabs(best.value[i] - legendre.value[i]) <= best.error[i] + legendre.error[i], "%s[%d] at %g, %g: %g +- %g, Gauss-Legendre",
              name, i, sigma, mean, legendre.value[i], legendre.error[i]);
        CHECK(fabs(best.value[i] - tanh_sinh.value[i]) <= best.error[i] + tanh_sinh.error[i], "%s[%d] at %g, %g: %g off by %g +- %g, tanh-sinh",
              name, i, sigma, mean, best.value[i], tanh_sinh.value[i] - best.value[i], tanh_sinh.error[i]);
        int of_value = best.method[i] != FASTSIG_METHOD_GAUSS_TRAPEZOID; /* its bounds are relative to E abs(integrand) */
        if (mean == 0.0 && of_value && fastsig_method_has_bound(best.method[i]))
            CHECK(best.error[i] <= 1e-14 * fabs(best.value[i]) + 1e-307, "%s[%d] at %g: bound %g", name, i, sigma, best.error[i]);
        CHECK(fabs(hermite.value[i] - best.value[i]) <= hermite.error[i] * 1.0000001, "%s[%d]: Gauss-Hermite", name, i);
    }
}

static void check_identities(void)
{
    fastsig_activation phi;
    struct point p;
    for (double sigma = 1e-6; sigma < 2e6; sigma *= 1.7) {
        fastsig_activation_make("tanh", NULL, &phi);
        at(&phi, FASTSIG_METHOD_AUTO, 0, sigma, 0.0, &p);
        CHECK(p.value[FASTSIG_M1] == 0.0 && p.error[FASTSIG_M1] == 0.0, "tanh m1");
        CHECK(fabs(p.value[FASTSIG_M2] + p.value[FASTSIG_G1] - 1.0) < 1e-15, "tanh m2 + g1 at %g", sigma);
        fastsig_activation_make("sigmoid", NULL, &phi);
        at(&phi, FASTSIG_METHOD_AUTO, 0, sigma, 0.0, &p);
        CHECK(p.value[FASTSIG_M1] == 0.5, "sigmoid m1");
        fastsig_activation_make("swish", NULL, &phi);
        at(&phi, FASTSIG_METHOD_AUTO, 0, sigma, 0.0, &p);
        CHECK(p.value[FASTSIG_G1] == 0.5, "swish g1");
        fastsig_activation_make("gelu", NULL, &phi);
        at(&phi, FASTSIG_METHOD_AUTO, 0, sigma, 0.0, &p);
        CHECK(p.value[FASTSIG_G1] == 0.5, "gelu g1");
        fastsig_activation_make("relu", NULL, &phi);
        at(&phi, FASTSIG_METHOD_AUTO, 0, sigma, 0.0, &p);
        CHECK(p.value[FASTSIG_G1] == 0.5 && p.value[FASTSIG_G2] == 0.5, "relu g1, g2");
        CHECK(fabs(p.value[FASTSIG_M2] / (0.5 * sigma * sigma) - 1.0) < 5e-16, "relu m2 at %g", sigma);
    }
}

static void check_refusals(void)
{
    fastsig_activation phi = built_in(0), tanh_;
    struct point p;
    fastsig_moments_output none = {0};
    double sigma = 1.0;
    fastsig_activation_make("tanh", NULL, &tanh_);
    const double bad[] = {-1.0, NAN, INFINITY, -INFINITY, 1e151, -5e-324};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(at(&phi, FASTSIG_METHOD_AUTO, 0, bad[i], 0.0, &p) == FASTSIG_ERROR_SIGMA, "sigma %g", bad[i]);
    CHECK(at(&phi, FASTSIG_METHOD_AUTO, 0, 1.0, NAN, &p) == FASTSIG_ERROR_MEAN, "mean NaN");
    CHECK(at(&phi, FASTSIG_METHOD_AUTO, 0, 1.0, -1e151, &p) == FASTSIG_ERROR_MEAN, "mean large");
    CHECK(at(&phi, 77, 0, 1.0, 0.0, &p) == FASTSIG_ERROR_METHOD, "method 77");
    CHECK(at(&tanh_, FASTSIG_METHOD_CLOSED_FORM, 0, 1.0, 0.0, &p) == FASTSIG_ERROR_METHOD, "no closed form");
    CHECK(at(&tanh_, FASTSIG_METHOD_TABLE, 0, 1.0, 1.0, &p) == FASTSIG_ERROR_METHOD, "table off mean 0");
    CHECK(at(&phi, FASTSIG_METHOD_GAUSS_HERMITE, 0, 1.0, 0.0, &p) == FASTSIG_ERROR_NODES, "0 nodes");
    CHECK(at(&phi, FASTSIG_METHOD_GAUSS_HERMITE, 10001, 1.0, 0.0, &p) == FASTSIG_ERROR_NODES, "10001 nodes");
    CHECK(at(&phi, FASTSIG_METHOD_GAUSS_LEGENDRE, 0, 1.0, 0.0, &p) == FASTSIG_ERROR_NODES, "0 nodes a piece");
    CHECK(fastsig_moments(&phi, 0, 0, 1, &sigma, NULL, &none) == FASTSIG_ERROR_NULL, "null value");
    CHECK(fastsig_moments(&phi, 0, 0, 1, NULL, NULL, &none) == FASTSIG_ERROR_NULL, "null sigma");
    CHECK(fastsig_moments(&phi, 0, 0, 0, NULL, NULL, NULL) == FASTSIG_OK, "no points");
    CHECK(fastsig_moments(NULL, 0, 0, 1, &sigma, NULL, &none) == FASTSIG_ERROR_NULL, "null activation");
}

static uint64_t state = 20260101;

static double uniform(void) /* splitmix64 */
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Any bit pattern for the numbers: refused, or finite with a finite error. */
static void check_random_input(int calls)
{
    for (int i = 0; i < calls; i++) {
        fastsig_activation phi = {(int)(uniform() * 12.0) - 1, 0.0};
        double sigma, mean;
        uint64_t bits = (uint64_t)(uniform() * 0x1p63) * 2u;
        struct point p;
        memcpy(&sigma, &bits, sizeof sigma);
        if (i % 2) sigma = pow(10.0, 300.0 * uniform() - 150.0);
        mean = i % 3 ? (uniform() - 0.5) * pow(10.0, 200.0 * uniform() - 100.0) : 0.0;
        phi.parameter = 20.0 * uniform() - 10.0;
        int method = (int)(uniform() * 10.0);
        p.status = FASTSIG_OK;
        if (at(&phi, method, 1 + (int)(uniform() * 40.0), sigma, mean, &p) != FASTSIG_OK) continue;
        for (int c = 0; c < FASTSIG_COMPONENTS; c++)
            CHECK(isfinite(p.value[c]) && p.error[c] >= 0.0, "%s[%d], parameter %.17g, at %.17g, %.17g by %s: %g +- %g", name_of(&phi), c,
                  phi.parameter, sigma, mean, fastsig_method_name(method), p.value[c], p.error[c]);
    }
}

int main(void)
{
    const double means[] = {0.0, 0.5, -2.0, 7.0};
    for (int id = 0; id < fastsig_activation_count(); id++) {
        fastsig_activation phi = built_in(id);
        for (double sigma = 1e-4; sigma < 1e5; sigma *= 3.7)
            for (size_t i = 0; i < sizeof means / sizeof *means; i++) check_agreement(&phi, sigma, means[i]);
        check_agreement(&phi, 0.0, 0.3);
    }
    check_identities();
    check_refusals();
    check_random_input(3000);
    return finish();
}
