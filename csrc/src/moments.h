/* The five Gaussian components under construction: values with errors. */
#ifndef FASTSIG_MOMENTS_H
#define FASTSIG_MOMENTS_H

#include "activation.h"

#include <math.h>

#define UNIT_ROUNDOFF 0x1p-53
#define FASTSIG_LARGEST_INPUT 1e150 /* of sigma and abs(mean): its square is finite */

/* How the components are wanted: one of the methods of fastsig_moments, with
 * the rule of GAUSS_HERMITE. */
struct moments_request {
    int method, nodes;
    const double *node, *weight;
};

/* The components at one point; adds to *evaluations. FASTSIG_OK,
 * FASTSIG_ERROR_NOT_CONVERGED with `out` filled, or another status. */
int moments_at(const struct activation *phi, double p, const struct moments_request *request, double sigma, double mean,
               struct moments *out, int64_t *evaluations);

struct trapezoid_grid;
struct trapezoid_samples;

/* The same by the trapezoid rule, for a phi that has a law of it, at sigma > 0. The grid
 * and the samples of phi (or NULL) may come from points before. 0 where it does not apply. */
int moments_by_trapezoid(const struct activation *phi, double p, double sigma, double mean, int errors,
                         struct trapezoid_grid *grid, struct trapezoid_samples *known, struct moments *out);

/* Whether points of mean 0 and sigma > 0 go through blocks by this method. */
static inline int moments_closed_form_block(const struct activation *phi, int method)
{
    return phi->closed_form_block && (method == FASTSIG_METHOD_AUTO || method == FASTSIG_METHOD_CLOSED_FORM);
}

static inline int moments_table_block(const struct activation *phi, int method)
{
    return phi->table && (method == FASTSIG_METHOD_TABLE || (method == FASTSIG_METHOD_AUTO && !phi->closed_form));
}

static inline void moments_set(struct moments *m, int component, double value, double error, int method)
{
    m->value[component] = value;
    m->error[component] = error;
    m->method[component] = method;
}

/* Multiply one component by an exact law's factor; factor and product are
 * rounded a few times. */
static inline void moments_scale(struct moments *m, int component, double factor)
{
    m->value[component] *= factor;
    m->error[component] = m->error[component] * fabs(factor) + 4.0 * UNIT_ROUNDOFF * fabs(m->value[component]);
}

#endif
