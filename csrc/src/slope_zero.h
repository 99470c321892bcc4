/* phi' next to its zero. There it is a difference of terms whose rounding is all that a
 * narrow Gaussian would see; as t P(t), t the distance from the zero, it is right relative
 * to itself. For the samples of the trapezoid rule, whose nodes are exact, and for phi' where
 * there is no such rule. */
#ifndef FASTSIG_SLOPE_ZERO_H
#define FASTSIG_SLOPE_ZERO_H

#include "slope_zeros.h" /* generated */
#include "vector_functions.h"

/* Puts that in place of *slope where x is near enough, and its size in place of *size. */
static inline void slope_near_zero(const struct slope_zero *zero, vec x, vec *slope, vec *size)
{
    vec t = (x - zero->high) - zero->low, p = vec_all(zero->ratio[0]);
    vec_bits mask = (vec_bits)(vec_abs(t) < SLOPE_ZERO_RADIUS);
    if (!vec_any(mask)) return;
    for (int k = 1; k < SLOPE_ZERO_TERMS; k++) p = vec_multiply_add(p, t, vec_all(zero->ratio[k]));
    vec near = t * p;
    *slope = vec_select(mask, near, *slope);
    *size = vec_select(mask, vec_abs(near), *size);
}

static inline int is_near_slope_zero(const struct slope_zero *zero, double x) { return fabs(x - zero->high) < SLOPE_ZERO_RADIUS; }

static inline double slope_next_to_zero(const struct slope_zero *zero, double x)
{
    double t = (x - zero->high) - zero->low, p = zero->ratio[0];
    for (int k = 1; k < SLOPE_ZERO_TERMS; k++) p = p * t + zero->ratio[k];
    return t * p;
}

#endif
