/* The five Gaussian components of a built-in by adaptive integration. */
#ifndef FASTSIG_ADAPTIVE_H
#define FASTSIG_ADAPTIVE_H

#include "moments.h"

/* Values and error estimates at (sigma > 0, mean); adds the number of points
 * at which phi was evaluated to *evaluations. Returns FASTSIG_OK,
 * FASTSIG_ERROR_NOT_CONVERGED with `out` filled, or another status. */
int adaptive_moments(const struct activation *phi, double p, double sigma, double mean,
                     struct moments *out, int64_t *evaluations);

#endif
