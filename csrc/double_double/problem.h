/* What is integrated: terms of functionals of one activation at one point, each
 * E[Z^k G] over z, of which sigma^j is no part yet. */
#ifndef FASTSIG_DD_PROBLEM_H
#define FASTSIG_DD_PROBLEM_H

#include "activation.h"
#include "functionals.h"

#define DD_MAX_TERMS 40
#define DD_MAX_MARKS 40
#define DD_MAX_DEFERRED 64

/* A sum of pairs that loses nothing: a third number takes the roundings. */
struct dd_long_sum {
    double high, low, rest;
};

static inline void dd_long_add(struct dd_long_sum *sum, dd y)
{
    dd a = dd_two_sum(sum->high, y.hi), b = dd_two_sum(sum->low, y.lo), c = dd_two_sum(b.hi, a.lo);
    sum->high = a.hi;
    sum->low = c.hi;
    sum->rest += b.lo + c.lo;
}

static inline dd dd_long_value(struct dd_long_sum s) { return dd_place_of_three(s.high, s.low, s.rest).near; }

/* A term's integral so far: value, E abs, and bounds of rounding and of the rule's error. */
struct dd_integral {
    struct dd_long_sum value;
    double size, rounding, truncation;
};

/* Where the rule may not step across: a break of phi, or a zero of phi' if abs(phi')
 * or its logarithm is integrated. */
struct dd_mark {
    dd x;
    dd_place z;
    int is_break;
};

struct dd_problem {
    const struct dd_definition *phi;
    const struct activation *plain; /* the same in double */
    dd p, sigma, mean;
    int folded; /* 1: phi is odd or even and mean = 0, so z > 0 will do */

    int terms;
    struct {
        enum dd_integrand integrand;
        int z_power;
    } term[DD_MAX_TERMS];
    int highest_power;
    struct dd_integral integral[DD_MAX_TERMS];
    double peak[DD_MAX_TERMS]; /* largest abs of Z^k G exp(-z^2/2) that was seen */

    int bars;
    struct dd_bar bar[DD_MAX_BARS]; /* in units of z */
    double curve, rate;             /* of phi, in units of x */
    int marks;
    struct dd_mark mark[DD_MAX_MARKS]; /* ascending */
    int unweighted; /* 1: no Gaussian, sigma = 1 and mean = 0 */
    int in_a_tail;  /* all that matters lies on one side of the mean */
    int64_t evaluations;
};

/* Number of breaks to the left of z. */
static inline int dd_piece_at(const struct dd_problem *q, double z)
{
    int piece = 0;
    for (int i = 0; i < q->marks; i++) piece += q->mark[i].is_break && q->mark[i].z.near.hi < z;
    return piece;
}

static inline dd_place dd_x_at(const struct dd_problem *q, dd_place z)
{
    return dd_place_add(dd_place_times(z, q->sigma), q->mean);
}

/* Sizes of all terms at z in double, the Gaussian included. */
static void dd_sizes_at(const struct dd_problem *q, double z, double *size)
{
    double x = q->mean.hi + q->sigma.hi * z, p = q->p.hi, density = exp(-0.5 * z * z);
    double f = q->plain->value(x, p), d = q->plain->derivative(x, p), s = q->plain->second_derivative(x, p);
    for (int t = 0; t < q->terms; t++) {
        double y = dd_integrand_size(q->term[t].integrand, f, d, s) * density;
        for (int k = 0; k < q->term[t].z_power; k++) y *= fabs(z);
        size[t] = y;
    }
}

#endif
