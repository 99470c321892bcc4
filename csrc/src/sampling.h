/* Samples of the standard normal distribution by number, and sums over them. The loops are in
 * sampling_kernels.c, compiled once per CPU level; sampling.c checks what comes from outside. */
#ifndef FASTSIG_SAMPLING_H
#define FASTSIG_SAMPLING_H

#include "activation.h"

/* One point at which Gaussian means are wanted. */
struct sampled_point {
    double sigma, mean;
    const double *pivot;   /* of each component */
    const double *control; /* FASTSIG_CONTROLS of each component; NULL: none */
    const double *scale;   /* of each component; NULL: 1 */
    double *sum, *square;  /* of each component */
};

/* (Through the table of kernels.) z[i], i < samples->count. */
void fastsig_sampling_normals(const fastsig_samples *samples, double *z);

/* z[i] at lower tail probabilities h[i] in [1e-29, 1/2]. */
void fastsig_sampling_quantiles(size_t n, const double *h, double *z);

/* Sums over the samples at each of the points. */
void fastsig_sampling_moments(const struct activation *phi, double parameter, const fastsig_samples *samples,
                              int antithetic, double spread, size_t points, const struct sampled_point *point);

#endif
