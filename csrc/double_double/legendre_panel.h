/* The Gauss-Legendre rule of 40 nodes on one panel of z.
 *
 * On a panel that keeps its distance from singularities (panel_plan.h) the
 * Legendre coefficients a_k of the integrand fall like 3^-k, and the error of the
 * rule is of the size of a_80. The last four that the nodes tell, a_36 ... a_39,
 * bound it: 3^-40 < 1e-15 times them, or, if they have not fallen that far, their
 * square over the largest. */
#ifndef FASTSIG_DD_LEGENDRE_PANEL_H
#define FASTSIG_DD_LEGENDRE_PANEL_H

#include "double_double_legendre_rule.h" /* generated */
#include "problem.h"

struct dd_panel {
    dd_place a, b; /* ends in z */
    int piece;
};

/* Bound of the rule's error from the four last coefficients, for a half width of 1. */
static inline double dd_legendre_error(const double *last, double largest)
{
    double sum = fabs(last[0]) + fabs(last[1]) + fabs(last[2]) + fabs(last[3]);
    if (largest == 0.0) return 0.0;
    return 10.0 * sum * fmax(1e-15, sum / largest);
}

static inline dd dd_half_difference(dd_place a, dd_place b)
{
    return dd_scale(dd_place_add(dd_place_neg(a), b.near).near, 0.5);
}

/* Adds weights times the terms at a node to the panel's sums. */
static void dd_add_node(const struct dd_problem *q, dd_place z, int piece, dd weight, struct dd_integral *sums,
                        double *values)
{
    struct dd_jet jet;
    struct dd_bounded log = {dd_zero, 0.0, 0.0};
    dd_place x = dd_x_at(q, z);
    q->phi->jet(x, q->p, piece, &jet);
    dd power[6];
    power[0] = dd_mul(weight, dd_gaussian_at(z));
    for (int k = 1; k <= q->highest_power; k++) power[k] = dd_mul(power[k - 1], z.near);
    for (int t = 0; t < q->terms; t++) {
        struct dd_bounded g;
        if (q->term[t].integrand == DD_LOG) {
            if (q->phi->log_slope) {
                log.value = q->phi->log_slope(x, q->p, piece, &log.size);
            } else {
                log.value = dd_log(dd_abs(jet.slope));
                log.size = fabs(log.value.hi) + jet.slope_size / fabs(jet.slope.hi);
            }
            log.error = DD_JET_UNITS * DD_UNIT * (log.size + 1.0);
            g = log;
        } else {
            g = dd_integrand_value(q->term[t].integrand, &jet);
        }
        dd w = power[q->term[t].z_power], y = dd_mul(w, g.value);
        dd_long_add(&sums[t].value, y);
        sums[t].size += fabs(y.hi);
        /* the weight's own roundings: rule, Gaussian, powers of z */
        sums[t].rounding += fabs(w.hi) * g.error + 32.0 * DD_UNIT * fabs(y.hi);
        values[t] = y.hi;
    }
}

/* Integrates the terms over a panel into sums[]. */
static void dd_integrate_panel(struct dd_problem *q, const struct dd_panel *panel, struct dd_integral *sums)
{
    dd half = dd_half_difference(panel->a, panel->b);
    dd_place centre = dd_place_add(panel->a, half);
    double last[DD_MAX_TERMS][4], largest[DD_MAX_TERMS];
    for (int t = 0; t < q->terms; t++) {
        sums[t] = (struct dd_integral){{0.0, 0.0, 0.0}, 0.0, 0.0, 0.0};
        last[t][0] = last[t][1] = last[t][2] = last[t][3] = largest[t] = 0.0;
    }
    for (int j = 0; j < DD_LEGENDRE_NODES / 2; j++) {
        const double *rule = dd_legendre_rule + 4 * j, *test = dd_legendre_tests + 4 * j;
        dd distance = dd_mul(half, (dd){rule[0], rule[1]}), weight = {rule[2], rule[3]};
        double right[DD_MAX_TERMS], left[DD_MAX_TERMS];
        dd_add_node(q, dd_place_add(centre, distance), panel->piece, weight, sums, right);
        dd_add_node(q, dd_place_add(centre, dd_neg(distance)), panel->piece, weight, sums, left);
        for (int t = 0; t < q->terms; t++) {
            double even = right[t] + left[t], odd = right[t] - left[t];
            last[t][0] += test[0] * even;
            last[t][1] += test[1] * odd;
            last[t][2] += test[2] * even;
            last[t][3] += test[3] * odd;
            largest[t] = fmax(largest[t], fmax(fabs(right[t]), fabs(left[t])) / weight.hi);
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
