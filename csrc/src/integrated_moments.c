/* The five Gaussian components of a built-in by integration. */
#include "integrated_moments.h"

#include "double_double.h"

#define GOAL 2e-14 /* of the pessimistic error estimate, relative to E abs(integrand) */

struct built_in {
    const struct activation *phi;
    double p, sigma, mean;
};

static int integrand(size_t n, const double *z, const double *x, double *values, void *context)
{
    const struct built_in *c = context;
    for (size_t i = 0; i < n; i++) {
        double f = c->phi->value(x[i], c->p), d = c->phi->derivative(x[i], c->p);
        /* x is mean + sigma z rounded; steep tails (gelu at -20) see it. */
        dd product = dd_two_prod(c->sigma, z[i]);
        double rest = ((c->mean - x[i]) + product.hi) + product.lo, bend = rest * c->phi->second_derivative(x[i], c->p);
        if (isfinite(bend)) {
            f += rest * d;
            d += bend;
        }
        values[FASTSIG_M1 * n + i] = f;
        values[FASTSIG_G1 * n + i] = d;
        values[FASTSIG_G2 * n + i] = d * d;
        values[FASTSIG_M2 * n + i] = f * f;
        values[FASTSIG_ETA * n + i] = c->sigma * z[i] * f * d;
    }
    return 0;
}

int integrated_moments(const struct activation *phi, double p, int method, int nodes, double sigma, double mean,
                       struct moments *out, int64_t *evaluations)
{
    static const double bends[] = {0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0};
    enum { BENDS = sizeof bends / sizeof *bends };
    struct built_in context = {phi, p, sigma, mean};
    double landmark[2 * BENDS + 1], place[FASTSIG_MAX_KINKS], value[FASTSIG_COMPONENTS], error[FASTSIG_COMPONENTS];
    double scale = phi->scale ? phi->scale(p) : 1.0;
    for (int i = 0; i < BENDS; i++) {
        landmark[2 * i] = scale * bends[i];
        landmark[2 * i + 1] = -scale * bends[i];
    }
    landmark[2 * BENDS] = 0.0;
    const fastsig_expectation_problem problem = {
        .integrand = integrand, .context = &context, .rows = FASTSIG_COMPONENTS, .sigma = sigma, .mean = mean,
        .breaks = phi->breaks ? (size_t)phi->breaks(p, place) : 0, .place = place,
        .landmarks = 2 * BENDS + 1, .landmark = landmark, .goal = GOAL,
        .rule = method == FASTSIG_METHOD_GAUSS_LEGENDRE ? FASTSIG_RULE_GAUSS_LEGENDRE
              : method == FASTSIG_METHOD_TANH_SINH      ? FASTSIG_RULE_TANH_SINH
                                                        : FASTSIG_RULE_ADAPTIVE,
        .nodes = nodes,
    };
    int64_t used = 0;
    int status = fastsig_expectation(&problem, value, error, NULL, &used);
    *evaluations += used;
    if (status != FASTSIG_OK && status != FASTSIG_ERROR_NOT_CONVERGED) return status;
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) moments_set(out, i, value[i], error[i], method);
    return status;
}
