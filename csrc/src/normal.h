/* The standard normal distribution: density and upper tail.
 * Mirrored by fastsig/activations/normal.py. */
#ifndef FASTSIG_NORMAL_H
#define FASTSIG_NORMAL_H

#include "exponentials.h"
#include "normal_tail_polynomial.h" /* generated */

#define ONE_OVER_SQRT_2PI 0x1.9884533d43651p-2
#define SQRT_2_OVER_PI 0x1.9884533d43651p-1

/* Q(a) exp(a^2/2), a >= 0, where Q is the upper tail probability: it falls
 * like 1/(a sqrt(2 pi)), so (1 + a) times it is smooth up to infinity in
 * t = (a - 4)/(a + 4), the variable of Shepherd and Laframboise, Math. Comp.
 * 36 (1981) 249-253, and a polynomial in t gives it to 2e-18. */
static inline double mills_ratio(double a)
{
    if (a > 1e17) return ONE_OVER_SQRT_2PI / a;
    double t = (a - 4.0) / (a + 4.0), sum = normal_tail_polynomial[0];
    for (int i = 1; i < NORMAL_TAIL_TERMS; i++) sum = sum * t + normal_tail_polynomial[i];
    return sum / (1.0 + a);
}

/* P(Z <= x). */
static inline double normal_cdf(double x)
{
    double tail = gaussian_times(x, mills_ratio(fabs(x)));
    return x < 0.0 ? tail : 1.0 - tail;
}

#endif
