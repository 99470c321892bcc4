/* The vectorised loops. kernels.c and the activations are compiled once per CPU
 * level; cpu_level.c chooses one of the resulting tables when the library is
 * loaded. */
#ifndef FASTSIG_KERNELS_H
#define FASTSIG_KERNELS_H

#include "fastsig.h"

#define BLOCK 64     /* points that go through the kernels together */
#define MAX_NODES 64 /* of a bank of the sinh-trapezoid rule */

/* Elements of a block, so many that the kernels have no remainder; a single
 * point has kernels of its own. */
static inline int padded(int points) { return points == 1 ? 1 : (points + 15) & ~15; }

struct activation;
struct moments;
struct trapezoid_law;
struct trapezoid_grid;
struct trapezoid_samples;
struct double_double_kernels;
struct sampled_point;

struct kernels {
    const char *level;
    const struct activation *const *activations; /* compiled for this level, by id */
    const struct double_double_kernels *double_double;
    /* y[i] = exp(x[i]), x[i] <= 0, within 1 ulp; 0 below -708. */
    void (*exp_nonpositive)(size_t n, const double *x, double *y);
    /* 1/sigma, and 1/sigma^2 correctly rounded but for 1e-3 ulp (0 far out). */
    void (*inverses)(int points, const double *sigma, double *inverse, double *inverse_square);
    /* Gaussian means of 1/2, x^2/2 and x Phi(x). */
    void (*asymptotes)(int points, const double *sigma, double *half, double *half_square, double *first_moment);
    /* weight[k n + i] = exp(-half_square[k] t[i]) for nodes k, a multiple of 8,
     * and n = padded(points) elements i. */
    void (*weights)(int nodes, const double *half_square, int points, const double *t, double *weight);
    /* sum[i] = factor[i] sum_k column[k] weight[k n + i] (+ addend[i], if that
     * is not NULL) for each of the columns; at most FASTSIG_COMPONENTS. Every
     * number of points gives the same bits. */
    void (*sums)(int nodes, int points, const double *weight, int columns, const double *const *column,
                 const double *factor, const double *const *addend, double *const *sum);
    /* y[i] = factor[i] (a[0] + a[1] q[i] + ... + a[terms - 1] q[i]^(terms - 1))
     * (+ addend[i]). */
    void (*series)(int terms, int points, const double *q, int columns, const double *const *a, const double *const *factor,
                   const double *const *addend, double *const *y);
    /* Of trapezoid.h. */
    int (*trapezoid_prepare)(const struct trapezoid_law *, double, double, double, struct trapezoid_grid *);
    int (*trapezoid_moments)(const struct trapezoid_law *, const struct trapezoid_grid *, struct trapezoid_samples *, int,
                             struct moments *);
    /* Of sampling.h. */
    void (*normals)(const fastsig_samples *, double *);
    void (*quantiles)(size_t, const double *, double *);
    void (*sampled_moments)(const struct activation *, double, const fastsig_samples *, int, double, size_t,
                            const struct sampled_point *);
};

/* The table in use: set once, before main, and never changed. */
const struct kernels *fastsig_kernels(void);

#endif
