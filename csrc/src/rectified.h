/* Gaussian components of the two-slope family: x for x > 0, slope x otherwise
 * (relu at slope 0, leaky_relu). With the half moments r_k, l_k of x:
 *   m1 = r_1 - slope l_1,  g1 = r_0 + slope l_0,  g2 = r_0 + slope^2 l_0,
 *   m2 = r_2 + slope^2 l_2,  eta = sigma^2 g2 (Stein's identity). */
#ifndef FASTSIG_RECTIFIED_H
#define FASTSIG_RECTIFIED_H

#include "block.h"
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
    closed_form_widen(out, FASTSIG_M2, 0.5 * out->value[FASTSIG_M2]); /* two roundings of sd, and more of a/sd */
    closed_form_sum(out, FASTSIG_ETA, q, h.right[0], square * h.left[0], 0.0);
}

/* The same at mean 0, where r_0 = l_0 = 1/2, r_1 = l_1 = sigma/sqrt(2 pi) and
 * r_2 = l_2 = sigma^2/2. */
static inline void rectified_block(double slope, struct moments_block *b)
{
    int n = padded(b->points);
    const double *restrict sigma = b->sigma;
    double *restrict m1 = b->value[FASTSIG_M1], *restrict g1 = b->value[FASTSIG_G1], *restrict g2 = b->value[FASTSIG_G2], *restrict m2 = b->value[FASTSIG_M2], *restrict eta = b->value[FASTSIG_ETA];
    double first = (1.0 - slope) * ONE_OVER_SQRT_2PI, mean_slope = 0.5 * (1.0 + slope), square = 0.5 * (1.0 + slope * slope);
    for (int i = 0; i < n; i++) m1[i] = first * sigma[i];
    for (int i = 0; i < n; i++) g1[i] = mean_slope;
    for (int i = 0; i < n; i++) g2[i] = square;
    for (int i = 0; i < n; i++) m2[i] = eta[i] = square * (sigma[i] * sigma[i]);
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) block_bound(b, c, 10.0, FASTSIG_METHOD_CLOSED_FORM);
}

/* x for x > 0, else slope x; and its derivative. */
static inline void rectified_many(int n, const double *x, double slope_below, double *value, double *slope)
{
#pragma omp simd
    for (int k = 0; k < n; k++) {
        double factor = x[k] > 0.0 ? 1.0 : slope_below;
        value[k] = factor * x[k];
        slope[k] = factor;
    }
}

#endif
