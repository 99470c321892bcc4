/* The double-double part as each CPU level compiles it. */
#ifndef FASTSIG_DOUBLE_DOUBLE_KERNELS_H
#define FASTSIG_DOUBLE_DOUBLE_KERNELS_H

#include "activation.h"
#include "double_double.h"

struct double_double_kernels {
    int functionals; /* how many there are */
    int (*has)(const struct activation *phi);
    const char *(*functional_name)(int functional);
    /* Functionals row[0], ..., row[rows - 1] at one point; a status. */
    int (*functionals_at)(const struct activation *phi, dd p, dd sigma, dd mean, int rows, const int *row, dd *value,
                          double *error, double *size, int64_t *evaluations);
    int (*shape)(const struct activation *phi, dd p, fastsig_shape_double_double *shape);
};

#endif
