/* Where the integrands are not negligible, seen in double: the mean's
 * surroundings, and, where phi dies out on that side, what lies between the
 * mean and the places where phi happens. */
#ifndef FASTSIG_DD_REACH_H
#define FASTSIG_DD_REACH_H

#include "problem.h"

#define DD_FARTHEST 38.6    /* exp(-z^2/2) underflows */
#define DD_NEGLIGIBLE 1e-37 /* of the largest value */

static int dd_matters_at(const struct dd_problem *q, double z)
{
    double size[DD_MAX_TERMS];
    dd_sizes_at(q, z, size);
    for (int t = 0; t < q->terms; t++)
        if (size[t] > DD_NEGLIGIBLE * q->peak[t]) return 1;
    return 0;
}

static int dd_add_sample(double *samples, int n, double z, double low)
{
    if (z >= low && z <= DD_FARTHEST && z >= -DD_FARTHEST) samples[n++] = z;
    return n;
}

/* Also what was left out, in truncation. Returns 0 if everything underflows. */
static int dd_find_reach(struct dd_problem *q, double *from, double *to)
{
    double samples[48 + 16 * DD_MAX_MARKS + 6 * DD_MAX_BARS], size[DD_MAX_TERMS], low = q->folded ? 0.0 : -DD_FARTHEST;
    int n = 0;
    for (double z = -12.0; z <= 12.0; z += 2.0) n = dd_add_sample(samples, n, z, low);
    for (double z = 15.0; z <= DD_FARTHEST; z += 3.0) {
        n = dd_add_sample(samples, n, z, low);
        n = dd_add_sample(samples, n, -z, low);
    }
    for (int i = 0; i < q->marks; i++) {
        double z = q->mark[i].z.near.hi, step = 1.0 / (1.0 + fabs(z));
        for (int k = -1; k <= 1; k++) n = dd_add_sample(samples, n, z + k * step, low);
        double scale = (q->plain->scale ? q->plain->scale(q->p.hi) : 1.0) / q->sigma.hi;
        /* At several distances, and between neighbours: a narrow piece may have an integrand that is 0 at its ends and middle. */
        for (double part = fmin(scale, step); part > 0.01 * fmin(scale, step); part *= 0.37)
            for (int k = -1; k <= 1; k += 2) n = dd_add_sample(samples, n, z + k * part, low);
        if (i > 0) n = dd_add_sample(samples, n, z + 0.3 * (q->mark[i - 1].z.near.hi - z), low);
    }
    for (int i = 0; i < q->bars; i++)
        for (int k = -1; k <= 1; k++) {
            n = dd_add_sample(samples, n, q->bar[i].from + k * q->bar[i].height, low);
            n = dd_add_sample(samples, n, q->bar[i].to + k * q->bar[i].height, low);
        }
    double origin = -q->mean.hi / q->sigma.hi;
    for (int k = -1; k <= 1; k++) n = dd_add_sample(samples, n, origin + k / q->sigma.hi, low);
    for (int t = 0; t < q->terms; t++) q->peak[t] = 0.0;
    for (int i = 0; i < n; i++) {
        dd_sizes_at(q, samples[i], size);
        for (int t = 0; t < q->terms; t++) q->peak[t] = fmax(q->peak[t], size[t]);
    }
    *from = INFINITY;
    *to = -INFINITY;
    for (int i = 0; i < n; i++)
        if ((samples[i] < *from || samples[i] > *to) && dd_matters_at(q, samples[i])) {
            *from = fmin(*from, samples[i]);
            *to = fmax(*to, samples[i]);
        }
    if (*from > *to) return 0;
    /* Two places, as an integrand may have a zero at one. */
    do *from -= 0.4;
    while (*from > low && (dd_matters_at(q, *from) || dd_matters_at(q, *from - 0.17)));
    do *to += 0.4;
    while (*to < DD_FARTHEST && (dd_matters_at(q, *to) || dd_matters_at(q, *to + 0.17)));
    *from = fmax(*from, low);
    q->in_a_tail = *from > 1.0 || *to < -1.0;
    for (int end = 0; end < 2; end++) {
        if (end == 0 && q->folded) continue;
        for (int k = 0; k < 2; k++) {
            dd_sizes_at(q, end ? *to + 0.17 * k : *from - 0.17 * k, size);
            for (int t = 0; t < q->terms; t++) q->integral[t].truncation += 2.0 * size[t];
        }
    }
    return 1;
}

#endif
