/* Where panels end, so that the rule converges like 3^-80 on each.
 *
 * On a panel of half width h the rule's error is about 3^-80 times the largest
 * value of the integrand in the ellipse with foci at the panel's ends and half axes
 * 5/3 h and 4/3 h (Trefethen, SIAM Review 50 (2008), theorem 4.5). So no
 * singularity may lie within it: for one at s, abs(s - a) + abs(s - b) >= 10/3 h.
 * Nor may the Gaussian, or phi where it is entire, grow by more than some e^20. */
#ifndef FASTSIG_DD_PANEL_PLAN_H
#define FASTSIG_DD_PANEL_PLAN_H

#include "problem.h"

static inline double dd_clamped(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

/* Whether the panel [a, b] will do. */
static int dd_panel_is_short(const struct dd_problem *q, double a, double b)
{
    double h = 0.5 * (b - a), sigma = q->sigma.hi;
    double nearest = a > 0.0 ? a : b < 0.0 ? -b : 0.0;
    if (!q->unweighted && (h > 3.4 || (q->in_a_tail && h * nearest > 14.0))) return 0;
    for (int i = 0; i < q->bars; i++) {
        const struct dd_bar *bar = &q->bar[i];
        double gap = a > bar->to ? a - bar->to : b < bar->from ? bar->from - b : 0.0;
        if (gap > bar->reach) continue;
        double s = dd_clamped(0.5 * (a + b), bar->from, bar->to);
        if (hypot(s - a, bar->height) + hypot(s - b, bar->height) < 3.6 * h) return 0; /* 10/3, and a little more for poles of higher order */
    }
    if (q->rate * sigma * h > 4.7) return 0;
    if (q->curve > 0.0) { /* and to the fourth power */
        double x = q->mean.hi + sigma * a, y = q->mean.hi + sigma * b, root = sqrt(q->curve);
        double closest = (x > 0.0 ? x : y < 0.0 ? -y : 0.0) * root, width = 2.0 * sigma * h * root;
        if (closest < 13.0 && width > fmax(2.5, 1.2 * closest)) return 0;
    }
    return 1;
}

/* The end of a panel that starts at a, at most `limit`. What remains is halved
 * where that lets two panels be of one size. */
static double dd_panel_end(const struct dd_problem *q, double a, double limit)
{
    double width = limit - a;
    if (dd_panel_is_short(q, a, limit)) return limit;
    width = q->unweighted ? 0.5 * width : fmin(0.5 * width, 6.8);
    for (int i = 0; i < 2000 && !dd_panel_is_short(q, a, a + width); i++) width *= 0.85;
    return a + width;
}

#endif
