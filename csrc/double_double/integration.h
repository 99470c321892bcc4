/* The terms of a problem over all that matters: by the trapezoid rule, or on panels between marks,
 * halved where the rule does not resolve them, and logarithms at zeros of phi'. */
#ifndef FASTSIG_DD_INTEGRATION_H
#define FASTSIG_DD_INTEGRATION_H

#include "legendre_panel.h"
#include "panel_plan.h"
#include "reach.h"
#include "trapezoid_sum.h"

#define DD_GOAL 1e-32   /* error of the rule on a panel, relative to E abs(integrand) */
#define DD_FLOOR 1e-300 /* products underflow below; added to every error */
/* Half width of what is integrated by hand at a zero of phi', of sigma or of the scale of phi. */
#define DD_LOG_CUT 1e-11

static inline void dd_keep(struct dd_problem *q, const struct dd_integral *sums)
{
    for (int t = 0; t < q->terms; t++) {
        dd_long_add(&q->integral[t].value, dd_long_value(sums[t].value));
        q->integral[t].size += sums[t].size;
        q->integral[t].rounding += sums[t].rounding;
        q->integral[t].truncation += sums[t].truncation;
    }
}

static inline int dd_is_resolved(const struct dd_problem *q, const struct dd_integral *sums)
{
    for (int t = 0; t < q->terms; t++)
        if (sums[t].truncation > fmax(DD_GOAL * (sums[t].size + q->integral[t].size), 1e-4 * DD_FLOOR)) return 0;
    return 1;
}

/* Adds a panel, halved as long as the rule does not resolve it. */
static void dd_add_panel(struct dd_problem *q, struct dd_panel panel, int depth)
{
    struct dd_integral sums[DD_MAX_TERMS];
    dd_integrate_panel(q, &panel, sums);
    if (depth == 0 || dd_is_resolved(q, sums)) {
        dd_keep(q, sums);
        return;
    }
    dd_place middle = dd_place_add(panel.a, dd_half_difference(panel.a, panel.b));
    dd_add_panel(q, (struct dd_panel){panel.a, middle, panel.piece}, depth - 1);
    dd_add_panel(q, (struct dd_panel){middle, panel.b, panel.piece}, depth - 1);
}

/* Panels from a to b, between which there is no mark. Those that are not
 * resolved wait until it is known how much they matter. */
static void dd_add_interval(struct dd_problem *q, dd_place a, dd_place b, struct dd_panel *deferred, int *waiting)
{
    struct dd_integral sums[DD_MAX_TERMS];
    struct dd_panel panel = {a, b, dd_piece_at(q, 0.5 * (a.near.hi + b.near.hi))};
    while (panel.a.near.hi < b.near.hi) {
        double end = dd_panel_end(q, panel.a.near.hi, b.near.hi);
        panel.b = end < b.near.hi ? dd_place_from(dd_from(end)) : b;
        dd_integrate_panel(q, &panel, sums);
        if (dd_is_resolved(q, sums)) dd_keep(q, sums);
        else if (*waiting < DD_MAX_DEFERRED) deferred[(*waiting)++] = panel;
        else dd_add_panel(q, panel, 12);
        panel.a = panel.b;
    }
}

/* What lies within `cut` of a zero of phi', or of a double one: ln abs(phi') = l + m ln abs(d)
 * there, and the integral of ln abs(d) from 0 to c is c (ln(c) - 1). */
static void dd_add_logarithm_at_zero(struct dd_problem *q, const struct dd_mark *mark, dd cut, int one_sided)
{
    double size, multiplicity = q->phi->nearest_zero ? 2.0 : 1.0;
    dd sum = dd_zero;
    for (int side = -1; side <= 1; side += 2) {
        dd_place z = dd_place_add(mark->z, dd_scale(cut, side)), x = dd_x_at(q, z);
        dd y = q->phi->log_slope(x, q->p, dd_piece_at(q, mark->z.near.hi), &size);
        sum = dd_add(sum, dd_add_d(y, -multiplicity));
    }
    if (one_sided) sum = dd_scale(sum, 0.5);
    sum = dd_mul(dd_mul(sum, cut), dd_gaussian_at(mark->z));
    for (int t = 0; t < q->terms; t++)
        if (q->term[t].integrand == DD_LOG) {
            dd_long_add(&q->integral[t].value, sum);
            q->integral[t].size += fabs(sum.hi);
            /* the next terms, c^2 times as large */
            q->integral[t].truncation += 1e-20 * fabs(sum.hi);
            double distance = fabs(mark->x.hi) / q->sigma.hi; /* whose rounding moves the zero */
            q->integral[t].rounding += (DD_JET_UNITS * cut.hi * size + 16.0 * distance) * DD_UNIT * dd_gaussian_at(mark->z).hi;
        }
}

static void dd_integrate(struct dd_problem *q, int logarithm)
{
    struct dd_panel deferred[DD_MAX_DEFERRED];
    int waiting = 0;
    double from, to;
    if (!dd_find_reach(q, &from, &to)) return;
    int step = dd_trapezoid_step(q, from, to);
    if (step) {
        struct dd_integral sums[DD_MAX_TERMS];
        dd_integrate_by_trapezoid(q, step, from, to, sums);
        if (dd_is_resolved(q, sums)) {
            dd_keep(q, sums);
            return;
        }
    }
    dd_place a = dd_place_from(dd_from(from)), end = dd_place_from(dd_from(to));
    double scale = (q->phi->scale ? q->phi->scale(q->p.hi) : 1.0) / q->sigma.hi;
    dd cut = dd_from(DD_LOG_CUT * fmin(1.0, scale));
    for (int i = 0; i < q->marks; i++) {
        const struct dd_mark *mark = &q->mark[i];
        int singular = logarithm && !mark->is_break;
        if (!(mark->z.near.hi >= a.near.hi && mark->z.near.hi < to)) continue;
        int one_sided = q->folded && mark->z.near.hi == 0.0;
        dd_place b = singular ? dd_place_add(mark->z, dd_neg(cut)) : mark->z;
        if (b.near.hi > a.near.hi) dd_add_interval(q, a, b, deferred, &waiting);
        if (singular) dd_add_logarithm_at_zero(q, mark, cut, one_sided);
        a = singular ? dd_place_add(mark->z, cut) : mark->z;
    }
    if (a.near.hi < to) dd_add_interval(q, a, end, deferred, &waiting);
    for (int i = 0; i < waiting; i++) dd_add_panel(q, deferred[i], 12);
}

#endif
