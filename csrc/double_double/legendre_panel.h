/* The Gauss-Legendre rule of 40 nodes on one panel of z.
 *
 * On a panel that keeps its distance from singularities (panel_plan.h) the
 * Legendre coefficients a_k of the integrand fall like 3^-k, and the error of the
 * rule is of the size of a_80. The nodes tell those below 40, from which that one
 * is estimated. They are summed in pairs, as they are some 1e-18 of what is
 * added up. */
#ifndef FASTSIG_DD_LEGENDRE_PANEL_H
#define FASTSIG_DD_LEGENDRE_PANEL_H

#include "double_double_legendre_rule.h" /* generated */
#include "problem.h"

struct dd_panel {
    dd_place a, b; /* ends in z */
    int piece;
};

/* The rule's error from a_28, a_29 and a_38, a_39, for a half width of 1. Four times
 * ten more orders fall as these ten do, or, if that is an accident, as all have on
 * the average; entire functions' fall e^-1 times as fast again for every two. Below
 * 1e-28 they are roundings, and what is behind them is far smaller. */
static inline double dd_legendre_error(const dd *a, double largest)
{
    double first = fabs(a[0].hi + a[0].lo) + fabs(a[1].hi + a[1].lo);
    double last = fabs(a[2].hi + a[2].lo) + fabs(a[3].hi + a[3].lo);
    if (last < 1e-28 * largest) return 1e-4 * last;
    double fall = fmin(last / first, 1.0), fourth = fall * fall * fall * fall;
    return 10.0 * last * fmax(1e-22, fmax(fourth, 2e-9 * last / largest));
}

static inline dd dd_half_difference(dd_place a, dd_place b)
{
    return dd_scale(dd_add_d(dd_place_add(dd_place_neg(a), b.near).near, b.rest), 0.5);
}

/* sum += a b, for sums of which few bits matter beyond those of doubles. */
static inline void dd_add_product(dd *sum, dd a, dd b)
{
    dd p = dd_two_prod(a.hi, b.hi), s = dd_two_sum(sum->hi, p.hi);
    *sum = (dd){s.hi, sum->lo + (s.lo + (p.lo + (a.hi * b.lo + a.lo * b.hi)))};
}

/* Adds a weight, the Gaussian included, times the terms at a node to sums. */
static void dd_add_node(const struct dd_problem *q, dd_place z, int piece, dd weight, struct dd_integral *sums,
                        dd *values)
{
    struct dd_jet jet;
    struct dd_bounded log = {dd_zero, 0.0, 0.0};
    dd_place x = dd_x_at(q, z);
    q->phi->jet(x, q->p, piece, &jet);
    dd power[6];
    power[0] = weight;
    for (int k = 1; k <= q->highest_power; k++) power[k] = dd_mul(power[k - 1], z.near);
    for (int t = 0; t < q->terms; t++) {
        struct dd_bounded g;
        if (q->term[t].integrand == DD_LOG) {
            log.value = q->phi->log_slope(x, q->p, piece, &log.size);
            log.error = DD_JET_UNITS * DD_UNIT * log.size;
            g = log;
        } else {
            g = dd_integrand_value(q->term[t].integrand, &jet);
        }
        dd w = power[q->term[t].z_power], y = dd_mul(w, g.value);
        dd_long_add(&sums[t].value, y);
        sums[t].size += fabs(y.hi);
        /* the weight's own roundings: rule, Gaussian, powers of z */
        sums[t].rounding += fabs(w.hi) * g.error + 32.0 * DD_UNIT * fabs(y.hi);
        values[t] = y;
    }
}

static inline dd dd_weight_at(const struct dd_problem *q, dd weight, dd_place z)
{
    return q->unweighted ? weight : dd_mul(weight, dd_gaussian_at(z));
}

/* Integrates the terms over a panel into sums[]. */
static void dd_integrate_panel(struct dd_problem *q, const struct dd_panel *panel, struct dd_integral *sums)
{
    dd half = dd_half_difference(panel->a, panel->b);
    dd_place centre = dd_place_add(panel->a, half);
    dd last[DD_MAX_TERMS][4];
    double largest[DD_MAX_TERMS];
    for (int t = 0; t < q->terms; t++) {
        sums[t] = (struct dd_integral){{0.0, 0.0, 0.0}, 0.0, 0.0, 0.0};
        last[t][0] = last[t][1] = last[t][2] = last[t][3] = dd_zero;
        largest[t] = 0.0;
    }
    for (int j = 0; j < DD_LEGENDRE_NODES / 2; j++) {
        const double *rule = dd_legendre_rule + 4 * j, *test = dd_legendre_tests + 8 * j;
        dd distance = dd_mul(half, (dd){rule[0], rule[1]}), weight = {rule[2], rule[3]};
        dd right[DD_MAX_TERMS], left[DD_MAX_TERMS];
        dd_place a = dd_place_add(centre, distance), b = dd_place_add(centre, dd_neg(distance));
        dd_add_node(q, a, panel->piece, dd_weight_at(q, weight, a), sums, right);
        dd_add_node(q, b, panel->piece, dd_weight_at(q, weight, b), sums, left);
        for (int t = 0; t < q->terms; t++) {
            dd sides[2] = {dd_two_sum(right[t].hi, left[t].hi), dd_two_sum(right[t].hi, -left[t].hi)};
            sides[0].lo += right[t].lo + left[t].lo;
            sides[1].lo += right[t].lo - left[t].lo;
            for (int k = 0; k < 4; k++) dd_add_product(&last[t][k], (dd){test[2 * k], test[2 * k + 1]}, sides[k & 1]);
            largest[t] = fmax(largest[t], fmax(fabs(right[t].hi), fabs(left[t].hi)) / weight.hi);
        }
    }
    for (int t = 0; t < q->terms; t++) {
        struct dd_integral *s = &sums[t];
        s->truncation = half.hi * dd_legendre_error(last[t], largest[t]);
        dd value = dd_mul(dd_long_value(s->value), half);
        s->value = (struct dd_long_sum){value.hi, value.lo, 0.0};
        s->size *= half.hi;
        s->rounding = half.hi * s->rounding + 8.0 * DD_UNIT * fabs(value.hi);
    }
    q->evaluations += DD_LEGENDRE_NODES;
}

#endif
