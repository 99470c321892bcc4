/* The trapezoid rule for Gaussian means of smooth functions, at any mean.
 *
 *     E f(x) = int f(x) exp(-(x - mean)^2/(2 sigma^2)) dx/(sigma sqrt(2 pi)),
 *
 * summed over nodes that are fixed in one of two ways; phi and phi' are
 * evaluated at them as they are, in vectors.
 *
 * Equal steps H around the mean. If f has its poles at a distance d from the
 * real axis, the error is of the order exp(-2 pi d/H) times the Gaussian at
 * the pole, exp(d^2/(2 sigma^2)) at most, and never less than what the Gaussian itself
 * asks for, exp(-2 pi^2 sigma^2/H^2) (Trefethen and Weideman, SIAM Review 56 (2014)
 * 385-458). H has few bits and the nodes are whole multiples of it plus a
 * short number, so they are exact: f sees no rounded argument, and
 * the rounding of the mean goes into the weights, where it is put back.
 *
 * Steps that grow, x = c sinh(k h), from sigma = 0.8 on where the mean is within
 * 6 sigma: the nodes do not depend on sigma and mean, so a batch evaluates phi there
 * once, and their number grows like ln sigma.
 *
 * Errors are relative to E abs(f), which can be far smaller than f is
 * where it bends: if f decays like exp(-r x), its mean lives around
 * mean - r sigma^2. So the nodes reach out to there, and a Gaussian
 * that hardly sees the poles is allowed longer steps by what it does not see.
 *
 * csrc/generate/trapezoid.py has the nodes and checks the rule (below 1e-16 of E abs(f)).
 */
#ifndef FASTSIG_TRAPEZOID_H
#define FASTSIG_TRAPEZOID_H

#include "moments.h"
#include "trapezoid_nodes.h" /* generated */

#define TRAPEZOID_MOST_NODES 1024

/* What the rule needs to know of phi. Lengths are in units of x times `stretch`. */
struct trapezoid_law {
    /* phi, phi' and the size of the terms that phi' is the sum of (NULL: not
     * needed), to 4 ulp of those, for n nodes, a multiple of 8. */
    void (*sample)(int n, const double *x, double *value, double *slope, double *slope_size);
    /* The same times exp(lift) where x < 0, and 0 elsewhere; for a phi whose squares there
     * underflow at means in use. NULL: none. */
    void (*sample_lifted)(int n, const double *x, double lift, double *value, double *slope, double *slope_size);
    /* phi_p(x) = phi(stretch x)/stretch; NULL: 1. */
    double (*stretch)(double p);
    double pole;     /* of phi: smallest distance from the real axis; INFINITY: none */
    double span;     /* poles that count have a real part of at most this size */
    double rate;     /* the integrands decay at most like exp(-rate abs(x)), */
    double gaussian; /* or exp(-gaussian x^2/2) */
};

/* Nodes and weights for one point; what phi is does not enter but by its law. */
struct trapezoid_grid {
    double sigma, mean, stretch, pole, span, rate, gaussian; /* for which it was made */
    int growing;     /* nodes of trapezoid_node from `first` on; else equal steps */
    int first, nodes;
    double factor;   /* of all weights */
    const double *node;
    _Alignas(64) double equal[TRAPEZOID_MOST_NODES];
    double weight[TRAPEZOID_MOST_NODES], offset[TRAPEZOID_MOST_NODES]; /* offset: x - mean */
};

/* A phi at all of the nodes with growing steps, once it is ready. */
struct trapezoid_samples {
    int ready;
    _Alignas(64) double value[TRAPEZOID_NODES], slope[TRAPEZOID_NODES], slope_size[TRAPEZOID_NODES];
};

static inline void trapezoid_forget(struct trapezoid_grid *grid) { grid->sigma = 0.0; }

/* (The next two are called through the table of kernels.)
 * Makes the grid for phi at sigma > 0, unless it is there already. Returns 0
 * where the rule does not apply: sigma or mean out of its range. */
int fastsig_trapezoid_prepare(const struct trapezoid_law *law, double p, double sigma, double mean, struct trapezoid_grid *grid);

/* The five components on a grid made for this phi; `known` is made ready and used if it
 * is not NULL. Returns 0 where they are too close to underflow. */
int fastsig_trapezoid_moments(const struct trapezoid_law *law, const struct trapezoid_grid *grid,
                      struct trapezoid_samples *known, int errors, struct moments *out);

#endif
