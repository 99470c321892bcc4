/* The vectorised loops. kernels.c is compiled once per CPU level; cpu_level.c
 * chooses one of the resulting tables when the library is loaded. */
#ifndef FASTSIG_KERNELS_H
#define FASTSIG_KERNELS_H

#include "fastsig.h"

struct kernels {
    const char *level;
    /* y[i] = exp(x[i]), x[i] <= 0, within 1 ulp; 0 below -708. */
    void (*exp_nonpositive)(size_t n, const double *x, double *y);
    /* sum[c] = sum_k column[c][k] exp(-half_square[k] t) for each column that
     * is not NULL; n a multiple of 8, at most 64; arrays aligned to 64 bytes. */
    void (*sinh_trapezoid_sums)(int n, const double *half_square, double t,
                                const double *const column[FASTSIG_COMPONENTS],
                                double sum[FASTSIG_COMPONENTS]);
};

/* The table in use: set once, before main, and never changed. */
const struct kernels *fastsig_kernels(void);

#endif
