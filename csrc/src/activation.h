/* What a built-in activation is: the one structure that each file under
 * csrc/activations/ fills in. The build finds those files by itself
 * (csrc/CMakeLists.txt), so a new activation is one new file. */
#ifndef FASTSIG_ACTIVATION_H
#define FASTSIG_ACTIVATION_H

#include "fastsig.h"

struct sigma_table;
struct trapezoid_law;
struct moments_block;

/* The five Gaussian components at one (sigma, mean) with absolute errors. */
struct moments {
    double value[FASTSIG_COMPONENTS];
    double error[FASTSIG_COMPONENTS];
    int method[FASTSIG_COMPONENTS];
};

struct activation {
    fastsig_activation_info info;

    /* phi, phi', phi'' at x for parameter p. Neither overflow nor cancel;
     * right at +-inf as limits, NaN where there is none; NaN gives NaN. */
    double (*value)(double x, double p);
    double (*derivative)(double x, double p);
    double (*second_derivative)(double x, double p);

    /* ln abs(phi'(x)), where phi' itself underflows too. NULL: from phi'. */
    double (*log_slope)(double x, double p);

    /* phi'(+inf) and phi'(-inf), exact. NaN where phi' has no limit: it is then
     * taken to oscillate for ever, with phi'' not dying out. */
    void (*slopes)(double p, double *plus, double *minus);

    /* 1 if phi is even, -1 if it is odd, 0 if neither: then E phi' or E phi is
     * exactly 0 at mean 0. */
    int parity;

    /* Where phi' or phi'' jumps: writes up to FASTSIG_MAX_KINKS places in
     * ascending order and returns how many. A break at which phi' jumps is a
     * kink; the one-sided values tell. NULL: phi'' is continuous. */
    int (*breaks)(double p, double *place);

    /* Width of the region in which phi bends: phi'' is negligible where
     * abs(x) > 60 scale(p). NULL means 1. */
    double (*scale)(double p);

    /* Closed form at (sigma > 0, mean). Returns 1, or 0 where there is none
     * for this mean. NULL: none. Writes all of `out`. */
    int (*closed_form)(double sigma, double mean, double p, struct moments *out);

    /* Puts closed forms in place of those components that have one at any mean,
     * after the others were integrated. NULL: none. */
    void (*closed_form_of_some)(double sigma, double mean, double p, struct moments *out);

    /* All five at mean 0, sigma > 0 for many points. NULL: point by point. */
    void (*closed_form_block)(double p, struct moments_block *b);

    /* Table for mean 0 (sigma_table.h); NULL: none. It is asked at sigma times
     * table_scale(p) (NULL: 1), in blocks that lie within one of its ranges;
     * finish_table (may be NULL) then makes the components of phi from it. */
    const struct sigma_table *table;
    double (*table_scale)(double p);
    void (*finish_table)(double p, struct moments_block *b);

    /* phi and phi' at n points, a multiple of 8, abs(x) <= 1e6, for sums over samples (sampling_kernels.c), to which
     * tails and zeros are nothing: to a few ulp of the largest of 1 and abs(x). NULL: by the trapezoid
     * rule's samples, or one by one. */
    void (*evaluate_many)(int n, const double *x, double p, double *value, double *slope);

    /* For the trapezoid rule at any mean (trapezoid.h), where there is no
     * closed form; NULL: adaptive. */
    const struct trapezoid_law *trapezoid;
};

/* A built-in by its id in [0, FASTSIG_ACTIVATIONS), as compiled for the CPU level
 * in use. */
const struct activation *fastsig_built_in(int id);

/* The definition behind phi, or NULL with *status set. */
const struct activation *fastsig_definition(const fastsig_activation *phi, int *status);

#endif
