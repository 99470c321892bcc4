/* Moments of a normal variable on either side of 0: the closed forms of
 * rectified activations. */
#ifndef FASTSIG_HALF_MOMENTS_H
#define FASTSIG_HALF_MOMENTS_H

#include "normal.h"

/* right[k] = w E[y^k; y > 0], left[k] = w E[abs(y)^k; y < 0], k < count. */
struct half_moments {
    double right[NORMAL_TAIL_POWERS], left[NORMAL_TAIL_POWERS];
};

/* For y ~ N(mean, sd^2) and weight w, where w exp(-(mean/sd)^2/2) is also
 * tail_factor exp(-t^2/2): t = mean/sd of the variable from which y descends
 * (crrelu shrinks it) comes as a pair, since the exponent amplifies its
 * rounding. The side of 0 that the mean is not on is a tail, and has no
 * cancellation; the other one is what is left of the full moment. */
static inline struct half_moments half_moments(double mean, double sd, double weight, dd t, double tail_factor,
                                               int count)
{
    struct half_moments m;
    double a = fabs(mean), s2 = sd * sd, a2 = a * a, power = 1.0, sign = 1.0;
    double *near = mean < 0.0 ? m.left : m.right, *far = mean < 0.0 ? m.right : m.left;
    const double full[NORMAL_TAIL_POWERS] = {1.0, a, a2 + s2, a * (a2 + 3.0 * s2)};
    for (int k = 0; k < count; k++) {
        far[k] = gaussian_times_pair(t.hi, t.lo, tail_factor * (power * tail_moment(k, a / sd)));
        near[k] = weight * full[k] - sign * far[k];
        power *= sd;
        sign = -sign;
    }
    return m;
}

/* mean/sigma as a pair; only its size matters where the Gaussian is 0. */
static inline dd standard_mean(double mean, double sigma)
{
    double t = mean / sigma;
    return fabs(t) < 1e3 ? dd_div_d(dd_from(mean), sigma) : dd_from(copysign(1e3, t));
}

#endif
