/* The standard normal distribution: density and upper tail.
 * Mirrored by fastsig/activations/normal.py. */
#ifndef FASTSIG_NORMAL_H
#define FASTSIG_NORMAL_H

#include "exponentials.h"
#include "normal_tail_polynomial.h" /* generated */

#define ONE_OVER_SQRT_2PI 0x1.9884533d43651p-2

/* E[(Z - a)_+^k] exp(a^2/2) for a >= 0, k = 0 .. 3. It falls like
 * k!/(a^(k+1) sqrt(2 pi)), so (1 + a)^(k+1) times it is smooth up to infinity
 * in t = (a - 4)/(a + 4), the variable of Shepherd and Laframboise, Math. Comp.
 * 36 (1981) 249-253, and a polynomial in t gives it to 3e-18. No cancellation
 * at any a, unlike the recurrences between these functions. */
static inline double tail_moment(int k, double a)
{
    if (a > 1e17) a = 1e17; /* times a Gaussian that is 0 */
    const double *c = normal_tail_polynomial[k];
    double t = (a - 4.0) / (a + 4.0), sum = c[0];
    for (int i = 1; i < NORMAL_TAIL_TERMS; i++) sum = sum * t + c[i];
    for (int i = 0; i <= k; i++) sum /= 1.0 + a;
    return sum;
}

/* Mills' ratio over sqrt(2 pi): the upper tail probability times exp(a^2/2). */
static inline double mills_ratio(double a) { return tail_moment(0, a); }

/* P(Z <= x). */
static inline double normal_cdf(double x)
{
    double tail = gaussian_times(x, mills_ratio(fabs(x)));
    return x < 0.0 ? tail : 1.0 - tail;
}

#endif
