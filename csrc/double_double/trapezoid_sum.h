/* The trapezoid rule on all of z, where it needs fewer nodes than panels do: phi
 * is analytic and has no singularity near, as sigma is small.
 *
 * Shifted by i c, the integral of g(z) exp(-z^2/2) is as large as sqrt(e)^(c^2) times
 * the growth of g says, and the rule's error with step h is exp(-2 pi c/h) of
 * that (Trefethen and Weideman, SIAM Review 56 (2014), theorem 5.1). The model of growth is
 * that of panel_plan.h; twice the step, which costs nothing, shows whether it holds.
 *
 * Steps are multiples of 1/16, so that z is exact and the Gaussian is tabulated. */
#ifndef FASTSIG_DD_TRAPEZOID_SUM_H
#define FASTSIG_DD_TRAPEZOID_SUM_H

#include "double_double_gaussian_table.h" /* generated */
#include "legendre_panel.h"

#include <stdlib.h>

#define DD_LARGEST_STEP 8 /* of 1/16 */
#define DD_SMALLEST_STEP 2
#define DD_TRAPEZOID_GOAL 88.0 /* error exp(-74), and what growth takes that the model does not have */

/* The largest exponent e with an error of exp(-e), for a step. */
static double dd_trapezoid_exponent(const struct dd_problem *q, double step)
{
    double farthest = INFINITY, sigma = q->sigma.hi;
    for (int i = 0; i < q->bars; i++) farthest = fmin(farthest, 0.8 * q->bar[i].height);
    /* to the fourth power */
    double linear = 2.0 * DD_PI / step - 4.0 * q->rate * sigma, square = 0.5 + 2.0 * q->curve * sigma * sigma;
    double c = fmax(fmin(farthest, 0.5 * linear / square), 0.0);
    return c * (linear - square * c);
}

/* The step in units of 1/16; 0: panels are better. */
static int dd_trapezoid_step(const struct dd_problem *q, double from, double to)
{
    if (q->unweighted || q->marks || fmax(-from, to) > DD_GAUSSIAN_TABLE_END) return 0;
    for (int t = 0; t < q->terms; t++)
        if (q->term[t].integrand == DD_LOG) return 0;
    for (int step = DD_LARGEST_STEP; step >= DD_SMALLEST_STEP; step--)
        if (dd_trapezoid_exponent(q, step / 16.0) >= DD_TRAPEZOID_GOAL) return step;
    return 0;
}

/* The rule's error, from that of twice the step. What that one has beyond the model comes from powers of z,
 * say; the contour is at most twice as far from the real line now, so it may be its power 3/2. At
 * 4/5 of the distance to a singularity of order 4 the integrand is exp(6.4) times as large as far from it. */
static inline double dd_trapezoid_error(double difference, double size, double exponent_of_twice, double exponent)
{
    double beyond = size > 0.0 ? difference / size * exp(exponent_of_twice) : 0.0;
    return size * pow(fmax(beyond, 1.0), 1.5) * exp(7.0 - exponent);
}

/* What the sum over nodes lacks of abs(g) where g changes its sign between two of them: Euler and Maclaurin's
 * correction at the kink, less what the chord over it has too much. */
static inline double dd_lacks_at_sign(double before, double now)
{
    double step = fabs(before) + fabs(now);
    return before * now < 0.0 ? step / 6.0 - fabs(before) * (fabs(now) / step) : 0.0;
}

/* Integrates the terms from end to end into sums[]. */
static void dd_integrate_by_trapezoid(struct dd_problem *q, int step, double from, double to, struct dd_integral *sums)
{
    double h = step / 16.0;
    int first = (int)ceil(from / h), last = (int)floor(to / h);
    dd values[DD_MAX_TERMS], alternating[DD_MAX_TERMS];
    double before[DD_MAX_TERMS];
    for (int t = 0; t < q->terms; t++) {
        sums[t] = (struct dd_integral){{0.0, 0.0, 0.0}, 0.0, 0.0, 0.0};
        alternating[t] = dd_zero;
        before[t] = 0.0;
    }
    for (int k = first; k <= last; k++) {
        const double *pair = dd_gaussian_table + 2 * step * abs(k);
        dd weight = {pair[0], pair[1]};
        if (q->folded && k == 0) weight = dd_scale(weight, 0.5);
        dd_add_node(q, dd_place_from(dd_from(k * h)), 0, weight, sums, values);
        for (int t = 0; t < q->terms; t++) {
            double now = values[t].hi;
            alternating[t] = dd_add(alternating[t], k & 1 ? dd_neg(values[t]) : values[t]);
            sums[t].size += dd_lacks_at_sign(before[t], now);
            before[t] = now != 0.0 ? now : copysign(1e-150, before[t]); /* a zero at a node: the sign before */
        }
    }
    double exponent = dd_trapezoid_exponent(q, h), of_twice = dd_trapezoid_exponent(q, 2.0 * h);
    for (int t = 0; t < q->terms; t++) {
        struct dd_integral *s = &sums[t];
        dd value = dd_mul_d(dd_long_value(s->value), h);
        s->value = (struct dd_long_sum){value.hi, value.lo, 0.0};
        s->size *= h;
        s->rounding = h * s->rounding + 8.0 * DD_UNIT * fabs(value.hi);
        s->truncation = dd_trapezoid_error(h * fabs(alternating[t].hi), s->size, of_twice, exponent);
    }
    q->evaluations += last - first + 1;
}

#endif
