/* The five Gaussian components at mean 0, for up to BLOCK points at once: one
 * operation on all points after the other, in loops that compilers vectorise.
 * A single point is a block of one, so that a batch equals single calls to the
 * bit. */
#ifndef FASTSIG_BLOCK_H
#define FASTSIG_BLOCK_H

#include "kernels.h"
#include "moments.h"

struct moments_block {
    int points; /* in use; arrays are filled up to padded(points) */
    int errors; /* whether errors are wanted */
    _Alignas(64) double sigma[BLOCK]; /* > 0 */
    double *value[FASTSIG_COMPONENTS]; /* below, or where the caller wants them */
    double error[FASTSIG_COMPONENTS][BLOCK];
    int method[FASTSIG_COMPONENTS];
    double values[FASTSIG_COMPONENTS][BLOCK];
};

static inline void block_keep_values(struct moments_block *b)
{
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) b->value[c] = b->values[c];
}

/* The same value everywhere, exact. */
static inline void block_exact(struct moments_block *b, int component, double value)
{
    int n = padded(b->points);
    b->method[component] = FASTSIG_METHOD_EXACT;
    for (int i = 0; i < n; i++) b->value[component][i] = value;
    if (b->errors)
        for (int i = 0; i < n; i++) b->error[component][i] = 0.0;
}

/* Set the errors to so many units of rounding of the values. */
static inline void block_bound(struct moments_block *b, int component, double roundings, int method)
{
    int n = padded(b->points);
    b->method[component] = method;
    if (b->errors)
        for (int i = 0; i < n; i++) b->error[component][i] = roundings * UNIT_ROUNDOFF * fabs(b->value[component][i]);
}

/* Multiply by an exact law's factor; factor and product are rounded a few times. */
static inline void block_scale(struct moments_block *b, int component, const double *factor)
{
    int n = padded(b->points);
    double *value = b->value[component], *error = b->error[component];
    for (int i = 0; i < n; i++) value[i] *= factor[i];
    if (b->errors)
        for (int i = 0; i < n; i++) error[i] = error[i] * fabs(factor[i]) + 4.0 * UNIT_ROUNDOFF * fabs(value[i]);
}

static inline void block_scale_all(struct moments_block *b, int component, double factor)
{
    double factors[BLOCK];
    for (int i = 0; i < padded(b->points); i++) factors[i] = factor;
    block_scale(b, component, factors);
}

/* value = total - other component, which has that error; the difference is
 * rounded once more. */
static inline void block_complement(struct moments_block *b, int component, double total, int other, int method)
{
    int n = padded(b->points);
    b->method[component] = method;
    for (int i = 0; i < n; i++) b->value[component][i] = total - b->value[other][i];
    if (b->errors)
        for (int i = 0; i < n; i++)
            b->error[component][i] = b->error[other][i] + UNIT_ROUNDOFF * b->value[component][i];
}

#endif
