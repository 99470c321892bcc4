/* Gaussian components of the two-slope family: x for x > 0, slope x otherwise
 * (relu at slope 0, leaky_relu). At mean 0, by symmetry of Z:
 *   m1 = (1 - slope) sigma/sqrt(2 pi),  g1 = (1 + slope)/2,
 *   g2 = (1 + slope^2)/2,               m2 = eta = g2 sigma^2. */
#ifndef FASTSIG_RECTIFIED_H
#define FASTSIG_RECTIFIED_H

#include "closed_form.h"
#include "normal.h"

static inline int rectified_moments(double sigma, double mean, double slope, struct moments *out)
{
    if (mean != 0.0) return 0;
    double g2 = 0.5 * (1.0 + slope * slope), m2 = g2 * sigma * sigma;
    closed_form_set(out, FASTSIG_M1, (1.0 - slope) * ONE_OVER_SQRT_2PI * sigma);
    closed_form_set(out, FASTSIG_G1, 0.5 * (1.0 + slope));
    closed_form_set(out, FASTSIG_G2, g2);
    closed_form_set(out, FASTSIG_M2, m2);
    closed_form_set(out, FASTSIG_ETA, m2);
    return 1;
}

#endif
