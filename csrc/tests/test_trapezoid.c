/* The trapezoid rule: samples of phi against its scalar functions, and agreement of the
 * rule with the adaptive one within the errors of both. */
#include "check.h"
#include "trapezoid.h"

#include <math.h>

/* 4 ulp each of vector and scalar function, of the terms of phi'. */
#define TOLERANCE (16.0 * UNIT_ROUNDOFF)

static void check_samples(const struct activation *phi, double p)
{
    enum { N = 64 };
    double x[N], value[N], slope[N], size[N], again[N], slope_again[N];
    double stretch = phi->trapezoid->stretch ? phi->trapezoid->stretch(p) : 1.0;
    for (double at = -680.0; at < 2e4; at += fabs(at) < 40.0 ? 0.61803 : 61.803) {
        for (int k = 0; k < N; k++) x[k] = at + 0.61803 * k / N * (k % 7 ? 1.0 : 1e-9);
        phi->trapezoid->sample(N, x, value, slope, size);
        phi->trapezoid->sample(N, x, again, slope_again, NULL);
        for (int k = 0; k < N; k++) {
            double f = stretch * phi->value(x[k] / stretch, p), d = phi->derivative(x[k] / stretch, p);
            if (stretch != 1.0 && fabs(x[k]) > 8.0) continue; /* the rounded quotient would be amplified */
            double tiny = 1e-306; /* samples may end where exp underflows */
            CHECK(fabs(value[k] - f) <= TOLERANCE * fabs(f) + tiny, "%s(%.17g) = %.17g, not %.17g", phi->info.name, x[k], value[k], f);
            CHECK(fabs(slope[k] - d) <= TOLERANCE * size[k] + tiny, "%s'(%.17g) = %.17g, not %.17g", phi->info.name, x[k], slope[k], d);
            CHECK(size[k] >= fabs(slope[k]), "%s'(%.17g): size %g", phi->info.name, x[k], size[k]);
            CHECK(value[k] == again[k] && slope[k] == slope_again[k], "%s with and without sizes", phi->info.name);
        }
    }
}

static void check_agreement(const fastsig_activation *phi, double sigma, double mean, int *used)
{
    fastsig_point rule, adaptive;
    CHECK(fastsig_moments_at(phi, FASTSIG_METHOD_AUTO, 0, sigma, mean, &rule) == FASTSIG_OK, "%s", name_of(phi));
    CHECK(fastsig_moments_at(phi, FASTSIG_METHOD_ADAPTIVE, 0, sigma, mean, &adaptive) == FASTSIG_OK, "%s", name_of(phi));
    *used += rule.method[FASTSIG_G2] == FASTSIG_METHOD_GAUSS_TRAPEZOID;
    for (int c = 0; c < FASTSIG_COMPONENTS; c++)
        CHECK(fabs(rule.value[c] - adaptive.value[c]) <= rule.error[c] + adaptive.error[c], "%s[%d] at %.17g, %.17g: %.17g +- %g against %.17g +- %g",
              name_of(phi), c, sigma, mean, rule.value[c], rule.error[c], adaptive.value[c], adaptive.error[c]);
}

int main(void)
{
    int laws = 0;
    for (int id = 0; id < fastsig_activation_count(); id++) {
        const struct activation *definition = fastsig_built_in(id);
        if (!definition->trapezoid) continue;
        fastsig_activation phi = built_in(id);
        /* The adaptive rule rounds x, which exp(-x^2/2) amplifies beyond its estimate. */
        int used = 0, points = 0, steep = definition->trapezoid->gaussian > 0.0;
        laws++;
        check_samples(definition, phi.parameter);
        if (definition->trapezoid->stretch) check_samples(definition, 3.7);
        CHECK(fastsig_moments_quick(&phi), "%s is quick", name_of(&phi));
        for (double sigma = 1e-3; sigma < 2e3; sigma *= 1.31)
            for (double mean = steep ? -11.3 : -51.3; mean < 52.0; mean += 4.1, points++) check_agreement(&phi, sigma, mean, &used);
        CHECK(used > 0.9 * points, "%s: %d of %d by the trapezoid rule", name_of(&phi), used, points);
    }
    CHECK(laws >= 6, "%d activations have a law", laws);
    return finish();
}
