/* The five Gaussian components of a built-in by integration. */
#ifndef FASTSIG_INTEGRATED_MOMENTS_H
#define FASTSIG_INTEGRATED_MOMENTS_H

#include "moments.h"

/* Values and error estimates at (sigma > 0, mean) by FASTSIG_METHOD_ADAPTIVE,
 * _GAUSS_LEGENDRE (with `nodes` nodes) or _TANH_SINH; adds the number of points
 * at which phi was evaluated to *evaluations. Returns FASTSIG_OK,
 * FASTSIG_ERROR_NOT_CONVERGED with `out` filled, or another status. */
int integrated_moments(const struct activation *phi, double p, int method, int nodes, double sigma, double mean,
                       struct moments *out, int64_t *evaluations);

#endif
