/* The five Gaussian components under construction: values with errors. */
#ifndef FASTSIG_MOMENTS_H
#define FASTSIG_MOMENTS_H

#include "activation.h"

#include <math.h>

#define UNIT_ROUNDOFF 0x1p-53
#define FASTSIG_LARGEST_INPUT 1e150 /* of sigma and abs(mean): its square is finite */

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
