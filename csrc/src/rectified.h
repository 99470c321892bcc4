/* Gaussian components of the two-slope family: x for x > 0, slope x otherwise
 * (relu at slope 0, leaky_relu). With the half moments r_k, l_k of x:
 *   m1 = r_1 - slope l_1,  g1 = r_0 + slope l_0,  g2 = r_0 + slope^2 l_0,
 *   m2 = r_2 + slope^2 l_2,  eta = sigma^2 g2 (Stein's identity). */
#ifndef FASTSIG_RECTIFIED_H
#define FASTSIG_RECTIFIED_H

#include "closed_form.h"
#include "half_moments.h"

static inline void rectified_moments(double sigma, double mean, double slope, struct moments *out)
{
    struct half_moments h = half_moments(mean, sigma, 1.0, standard_mean(mean, sigma), 1.0, 3);
    double square = slope * slope, q = sigma * sigma;
    closed_form_sum(out, FASTSIG_M1, 1.0, h.right[1], -slope * h.left[1], 0.0);
    closed_form_sum(out, FASTSIG_G1, 1.0, h.right[0], slope * h.left[0], 0.0);
    closed_form_sum(out, FASTSIG_G2, 1.0, h.right[0], square * h.left[0], 0.0);
    closed_form_sum(out, FASTSIG_M2, 1.0, h.right[2], square * h.left[2], 0.0);
    closed_form_sum(out, FASTSIG_ETA, q, h.right[0], square * h.left[0], 0.0);
}

#endif
