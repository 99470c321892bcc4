/* Sums of a Taylor series whose terms at distance h are known: t[k] is the
 * k-th derivative times h^k/k!. For the walks from node to node of the Gauss rules. */
#ifndef FASTSIG_TAYLOR_SUMS_H
#define FASTSIG_TAYLOR_SUMS_H

#include "double_double.h"

/* The function at distance s h, and its derivative in s. */
static inline void taylor_at(int terms, const double *t, double s, double *value, double *slope)
{
    *value = *slope = 0.0;
    for (int k = terms - 1; k >= 0; k--) {
        *slope = *slope * s + *value;
        *value = *value * s + t[k];
    }
}

/* The same at s = 1, small terms first. */
static inline void taylor_at_one(int terms, const dd *t, dd *value, dd *slope)
{
    *value = *slope = dd_from(0.0);
    for (int k = terms - 1; k >= 0; k--) {
        *value = dd_add(*value, t[k]);
        *slope = dd_add(*slope, dd_mul_d(t[k], k));
    }
}

#endif
