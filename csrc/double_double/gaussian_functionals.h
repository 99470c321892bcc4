/* Gaussian functionals at one point in double-double: panels of the
 * Gauss-Legendre rule between marks, jumps at kinks, point masses. */
#ifndef FASTSIG_DD_GAUSSIAN_FUNCTIONALS_H
#define FASTSIG_DD_GAUSSIAN_FUNCTIONALS_H

#include "integration.h"
#include "stationary_points.h"

#define DD_PROMISE 1e-29 /* a larger error of the rule, relative to E abs(integrand), is no success */

static void dd_add_mark(struct dd_problem *q, dd_place x, int is_break)
{
    dd_place distance = dd_place_add(x, dd_neg(q->mean));
    int i = q->marks++;
    for (; i > 0 && dd_less(x.near, q->mark[i - 1].x); i--) q->mark[i] = q->mark[i - 1];
    q->mark[i] = (struct dd_mark){x.near, dd_place_over(distance, q->sigma), is_break};
}

static int dd_term_index(struct dd_problem *q, enum dd_integrand integrand, int z_power)
{
    for (int t = 0; t < q->terms; t++)
        if (q->term[t].integrand == integrand && q->term[t].z_power == z_power) return t;
    int t = q->terms++;
    q->term[t].integrand = integrand;
    q->term[t].z_power = z_power;
    q->integral[t] = (struct dd_integral){{0.0, 0.0, 0.0}, 0.0, 0.0, 0.0};
    if (z_power > q->highest_power) q->highest_power = z_power;
    return t;
}

static struct dd_problem dd_problem_at(const struct dd_curve *c, dd sigma, dd mean)
{
    struct dd_problem q;
    q.phi = c->phi;
    q.plain = c->plain;
    q.p = c->p;
    q.sigma = sigma;
    q.mean = mean;
    q.folded = mean.hi == 0.0 && c->plain->parity != 0;
    q.terms = q.highest_power = q.marks = 0;
    q.evaluations = 0;
    q.unweighted = q.in_a_tail = 0;
    q.bars = c->phi->bars ? c->phi->bars(c->p.hi, q.bar) : 0;
    for (int i = 0; i < q.bars; i++) {
        struct dd_bar *bar = &q.bar[i];
        bar->from = (bar->from - mean.hi) / sigma.hi;
        bar->to = (bar->to - mean.hi) / sigma.hi;
        bar->height /= sigma.hi;
        bar->reach /= sigma.hi;
    }
    q.curve = c->phi->curve ? c->phi->curve(c->p.hi) : 0.0;
    q.rate = c->phi->rate ? c->phi->rate(c->p.hi) : 0.0;
    for (int i = 0; i < c->breaks; i++) dd_add_mark(&q, dd_place_from(c->place[i]), 1);
    return q;
}

static const dd dd_density_at_zero = {0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56}; /* 1/sqrt(2 pi) */

/* Jumps at kinks for a term: z^k pdf(z)/sigma times each. */
static void dd_add_jumps(const struct dd_problem *q, const struct dd_curve *c, enum dd_integrand integrand, int z_power,
                         struct dd_result *result)
{
    for (int i = 0; i < q->marks; i++) {
        if (!q->mark[i].is_break) continue;
        struct dd_jet left, right;
        int piece = 0;
        for (int k = 0; k < i; k++) piece += q->mark[k].is_break;
        q->phi->jet(dd_place_from(q->mark[i].x), c->p, piece, &left);
        q->phi->jet(dd_place_from(q->mark[i].x), c->p, piece + 1, &right);
        struct dd_bounded jump = dd_integrand_jump(integrand, &left, &right);
        if (jump.value.hi == 0.0) continue;
        dd y = dd_div(dd_mul(dd_mul(jump.value, dd_gaussian_at(q->mark[i].z)), dd_density_at_zero), q->sigma);
        for (int k = 0; k < z_power; k++) y = dd_mul(y, q->mark[i].z.near);
        result->value = dd_add(result->value, y);
        result->size += fabs(y.hi);
        result->error += fabs(y.hi) * (fabs(jump.error / jump.value.hi) + 60.0 * DD_UNIT);
    }
}

static struct dd_result dd_functional_from(const struct dd_problem *q, const struct dd_curve *c,
                                           const struct dd_functional *functional)
{
    struct dd_result sum = {dd_zero, 0.0, 0.0, 0.0};
    for (int i = 0; i < functional->terms; i++) {
        const struct dd_term *term = &functional->term[i];
        struct dd_result part = {dd_zero, 0.0, 0.0, 0.0};
        int odd = q->folded && dd_integrand_parity(term->integrand, q->plain->parity) * (term->z_power & 1 ? -1 : 1) < 0;
        for (int t = 0; t < q->terms && !odd; t++) {
            if (q->term[t].integrand != term->integrand || q->term[t].z_power != term->z_power) continue;
            double sides = q->folded ? 2.0 : 1.0;
            const struct dd_integral *integral = &q->integral[t];
            part.value = dd_scale(dd_mul(dd_long_value(integral->value), dd_density_at_zero), sides);
            part.size = sides * dd_density_at_zero.hi * integral->size;
            part.truncation = sides * dd_density_at_zero.hi * integral->truncation;
            part.error = sides * dd_density_at_zero.hi * (integral->rounding + integral->truncation)
                         + 8.0 * DD_UNIT * fabs(part.value.hi) + DD_FLOOR;
        }
        if (!odd) dd_add_jumps(q, c, term->integrand, term->z_power, &part);
        if (term->sigma_power) {
            part.value = dd_mul(part.value, q->sigma);
            part.size *= q->sigma.hi;
            part.truncation *= q->sigma.hi;
            part.error = part.error * q->sigma.hi + 8.0 * DD_UNIT * fabs(part.value.hi);
        }
        sum.value = dd_add(sum.value, part.value);
        sum.size += part.size;
        sum.truncation += part.truncation;
        sum.error += part.error + 4.0 * DD_UNIT * fabs(sum.value.hi);
    }
    return sum;
}

/* E ln abs(phi'). */
static struct dd_result dd_log_slope_at(const struct dd_curve *c, dd sigma, dd mean, int64_t *evaluations)
{
    if (c->phi->flat && c->phi->flat(c->p)) return (struct dd_result){dd_from(-INFINITY), 0.0, INFINITY, 0.0};
    struct dd_problem q = dd_problem_at(c, sigma, mean);
    dd_place zero[DD_MAX_MARKS];
    int zeros = 0;
    if (c->phi->nearest_zero) {
        dd_place nearest = c->phi->nearest_zero(c->p, mean);
        zero[zeros++] = nearest;
        for (int side = -1; side <= 1 && c->phi->rate; side += 2) /* snake's: a period is pi/a */
            zero[zeros++] = c->phi->nearest_zero(c->p, dd_add_d(nearest.near, side * 3.1 / c->p.hi));
    } else {
        dd found[DD_MAX_ZEROS];
        zeros = dd_find_zeros(c, 1, DD_MAX_ZEROS, found);
        for (int i = 0; i < zeros; i++) zero[i] = dd_place_from(found[i]);
    }
    for (int i = 0; i < zeros && q.bars < DD_MAX_BARS; i++) {
        dd_add_mark(&q, zero[i], 0);
        double z = dd_place_over(dd_place_add(zero[i], dd_neg(mean)), sigma).near.hi;
        q.bar[q.bars++] = (struct dd_bar){z, z, 0.0, INFINITY};
    }
    static const struct dd_functional *log_slope = &dd_functionals[DD_FUNCTIONALS - 1];
    dd_term_index(&q, DD_LOG, 0);
    dd_integrate(&q, 1);
    *evaluations += q.evaluations;
    return dd_functional_from(&q, c, log_slope);
}

/* sigma = 0: odd powers of Z drop out. */
static struct dd_result dd_functional_at_point(const struct dd_curve *c, dd mean, const struct dd_functional *functional)
{
    static const double gaussian_moment[5] = {1.0, 0.0, 1.0, 0.0, 3.0};
    struct dd_result sum = {dd_zero, 0.0, 0.0, 0.0};
    struct dd_jet jet = dd_jet_of(c, mean);
    if (c->phi->jet == dd_softsign_jet && mean.hi == 0.0) jet.bend = dd_zero; /* by the formula, with sgn(0) = 0 */
    for (int i = 0; i < functional->terms; i++) {
        const struct dd_term *term = &functional->term[i];
        double moment = gaussian_moment[term->z_power];
        if (term->sigma_power || moment == 0.0) continue;
        struct dd_bounded g;
        if (term->integrand == DD_LOG) {
            g = (struct dd_bounded){dd_from(-INFINITY), 0.0, INFINITY};
            if (jet.slope.hi != 0.0 || fabs(mean.hi) > 20.0) { /* there phi' underflows */
                if (!(c->phi->flat && c->phi->flat(c->p)) || jet.slope.hi != 0.0)
                    g.value = c->phi->log_slope ? c->phi->log_slope(dd_place_from(mean), c->p, dd_piece_of(c, mean), &g.size)
                                                : dd_log_of_slope(jet.slope, jet.slope_size, &g.size);
                g.error = isfinite(g.value.hi) ? DD_JET_UNITS * DD_UNIT * g.size : 0.0;
            }
        } else {
            g = dd_integrand_value(term->integrand, &jet);
        }
        sum.value = dd_add(sum.value, dd_mul_d(g.value, moment));
        if (isinf(g.value.hi)) sum.value = g.value;
        sum.size += moment * g.size;
        sum.error += moment * g.error + 8.0 * DD_UNIT * fabs(sum.value.hi);
    }
    if (sum.value.hi != 0.0 && isfinite(sum.value.hi)) sum.error += DD_FLOOR;
    return sum;
}

/* All functionals that are asked for at one point. */
static void dd_functionals_at(const struct dd_curve *c, dd sigma, dd mean, int rows, const int *row,
                              struct dd_result *result, int64_t *evaluations)
{
    if (sigma.hi == 0.0) {
        for (int r = 0; r < rows; r++) result[r] = dd_functional_at_point(c, mean, &dd_functionals[row[r]]);
        *evaluations += 1;
        return;
    }
    struct dd_problem q = dd_problem_at(c, sigma, mean);
    int absolute = 0;
    int done[DD_FUNCTIONALS];
    for (int r = 0; r < rows; r++) {
        const struct dd_functional *functional = &dd_functionals[row[r]];
        done[r] = c->phi->closed_form && c->phi->closed_form(c->p, sigma, mean, functional, &result[r]);
        for (int i = 0; i < functional->terms && !done[r]; i++) {
            const struct dd_term *term = &functional->term[i];
            if (term->integrand == DD_LOG) continue;
            if (q.folded && dd_integrand_parity(term->integrand, q.plain->parity) * (term->z_power & 1 ? -1 : 1) < 0)
                continue; /* 0 by symmetry */
            absolute |= dd_integrand_is_absolute(term->integrand);
            dd_term_index(&q, term->integrand, term->z_power);
        }
    }
    if (absolute && !c->phi->nearest_zero) {
        dd zero[DD_MAX_MARKS];
        int zeros = dd_find_zeros(c, 1, DD_MAX_MARKS - DD_MAX_BREAKS, zero);
        for (int i = 0; i < zeros; i++) dd_add_mark(&q, dd_place_from(zero[i]), 0);
    }
    if (q.terms) dd_integrate(&q, 0);
    *evaluations += q.evaluations;
    for (int r = 0; r < rows; r++) {
        const struct dd_functional *functional = &dd_functionals[row[r]];
        if (done[r]) continue;
        if (functional->term[0].integrand == DD_LOG) result[r] = dd_log_slope_at(c, sigma, mean, evaluations);
        else result[r] = dd_functional_from(&q, c, functional);
    }
}

#endif
