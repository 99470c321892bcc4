/* Errors of closed forms: a bound on the rounding of the operations written. */
#ifndef FASTSIG_CLOSED_FORM_H
#define FASTSIG_CLOSED_FORM_H

#include "moments.h"

/* A product or a sum of positive terms: each of our closed forms has at most
 * a dozen roundings, of which at most 10 can add up. */
static inline void closed_form_set(struct moments *m, int component, double value)
{
    moments_set(m, component, value, 10.0 * UNIT_ROUNDOFF * fabs(value), FASTSIG_METHOD_CLOSED_FORM);
}

/* factor (a + b + c) with terms that may cancel. */
static inline void closed_form_sum(struct moments *m, int component, double factor, double a, double b, double c)
{
    moments_set(m, component, factor * (a + b + c),
                10.0 * UNIT_ROUNDOFF * factor * (fabs(a) + fabs(b) + fabs(c)), FASTSIG_METHOD_CLOSED_FORM);
}

/* Add the rounding of quantities of this size that a component was made of. */
static inline void closed_form_widen(struct moments *m, int component, double size)
{
    m->error[component] += 10.0 * UNIT_ROUNDOFF * size;
}

#endif
