/* Weights and sums of the trapezoid rule, for n nodes, a multiple of 8. Sums run in
 * eight fixed lanes, nodes k of equal k mod 8, which are added as a tree. */
#ifndef FASTSIG_GAUSSIAN_SUMS_H
#define FASTSIG_GAUSSIAN_SUMS_H

#include "vector_functions.h"

#define VECTORS (8 / VECTOR)

/* weight = exp(-(x - mean)^2 rate), times spacing (if that is not NULL), and offset = x - mean.
 * Mean, rate and exponent are pairs: their rounding would be amplified far from the mean. */
static inline void gaussian_weights(int n, const double *x, const double *spacing, dd mean, dd rate, double *weight, double *offset)
{
    const vec high = vec_all(-mean.hi), low = vec_all(-mean.lo), rate_high = vec_all(rate.hi), rate_low = vec_all(rate.lo);
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), rounded = at + high, part = rounded - at;
        vec lost = ((at - (rounded - part)) + (high - part)) + low; /* 2Sum */
        vec square = rounded * rounded, rest = vec_product_error(rounded, rounded, square) + 2.0 * rounded * lost;
        vec t = square * rate_high, t_lost = vec_product_error(square, rate_high, t) + (square * rate_low + rest * rate_high);
        vec w = vec_exp(-t) * (1.0 - t_lost);
        vec_store(weight + k, spacing ? w * vec_load(spacing + k) : w);
        vec_store(offset + k, rounded + lost);
    }
}

static inline double sum_of_lanes(const vec *lanes)
{
    double a[8];
    for (int v = 0; v < VECTORS; v++) vec_store(a + v * VECTOR, lanes[v]);
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

struct lanes {
    vec v[FASTSIG_COMPONENTS][VECTORS];
};

static inline void clear(struct lanes *sum)
{
    for (int c = 0; c < FASTSIG_COMPONENTS; c++)
        for (int v = 0; v < VECTORS; v++) sum->v[c][v] = vec_all(0.0);
}

static inline void finish(const struct lanes *sum, double *result)
{
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) result[c] = sum_of_lanes(sum->v[c]);
}

/* Sums of the five integrands times the weights. */
static inline void gaussian_sums(int n, const double *weight, const double *offset, const double *value, const double *slope,
                           double *result)
{
    struct lanes sum;
    clear(&sum);
    for (int k = 0; k < n; k += 8)
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            int at = k + v * VECTOR;
            vec w = vec_load(weight + at), f = vec_load(value + at), d = vec_load(slope + at), wf = w * f, wd = w * d;
            sum.v[FASTSIG_M1][v] += wf;
            sum.v[FASTSIG_G1][v] += wd;
            sum.v[FASTSIG_G2][v] = vec_multiply_add(wd, d, sum.v[FASTSIG_G2][v]);
            sum.v[FASTSIG_M2][v] = vec_multiply_add(wf, f, sum.v[FASTSIG_M2][v]);
            sum.v[FASTSIG_ETA][v] = vec_multiply_add(wf * vec_load(offset + at), d, sum.v[FASTSIG_ETA][v]);
        }
    finish(&sum, result);
}

/* The same of their sizes. */
static inline void gaussian_sizes(int n, const double *weight, const double *offset, const double *value, const double *slope,
                            const double *slope_size, double *result)
{
    struct lanes sum;
    clear(&sum);
    for (int k = 0; k < n; k += 8)
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            int at = k + v * VECTOR;
            vec w = vec_load(weight + at), f = vec_abs(vec_load(value + at)), d = vec_load(slope_size + at), wf = w * f;
            sum.v[FASTSIG_M1][v] += wf;
            sum.v[FASTSIG_G1][v] += w * d;
            sum.v[FASTSIG_G2][v] += w * vec_abs(vec_load(slope + at)) * d;
            sum.v[FASTSIG_M2][v] += wf * f;
            sum.v[FASTSIG_ETA][v] += wf * vec_abs(vec_load(offset + at)) * d;
        }
    finish(&sum, result);
}

#endif
