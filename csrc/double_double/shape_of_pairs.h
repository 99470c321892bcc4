/* What does not depend on sigma, in double-double: end slopes, zeros of phi' and
 * phi'', total variation, curvature and the largest abs(phi''); csrc/src/shape.c
 * says what they are. */
#ifndef FASTSIG_DD_SHAPE_H
#define FASTSIG_DD_SHAPE_H

#include "gaussian_functionals.h"

#define DD_ENDS 1e12 /* in units of the scale; beyond, phi'' of asinh adds 1e-36 to the curvature */

static inline fastsig_double_double dd_out(dd a) { return (fastsig_double_double){a.hi, a.lo}; }

/* Jets on both sides of break number k. */
static void dd_sides(const struct dd_curve *c, int k, struct dd_jet *left, struct dd_jet *right)
{
    c->phi->jet(dd_place_from(c->place[k]), c->p, k, left);
    c->phi->jet(dd_place_from(c->place[k]), c->p, k + 1, right);
}

static int dd_is_zero(dd a) { return a.hi == 0.0; }

static int dd_shape_zeros(const struct dd_curve *c, int order, fastsig_double_double *zero, double *error)
{
    dd found[DD_MAX_ZEROS];
    int n = order == 1 && c->phi->nearest_zero ? 1 : dd_find_zeros(c, order, DD_MAX_ZEROS, found);
    if (order == 1 && c->phi->nearest_zero) found[0] = c->phi->nearest_zero(c->p, dd_zero).near;
    for (int i = 0; i < n; i++) {
        struct dd_jet jet = dd_jet_of(c, found[i]);
        double slope = order == 1 ? jet.bend.hi : dd_third_derivative(c, found[i]).hi;
        double size = order == 1 ? jet.slope_size : jet.bend_size;
        zero[i] = dd_out(found[i]);
        error[i] = 2.0 * DD_UNIT * fabs(found[i].hi);
        if (size > 0.0 && slope != 0.0) error[i] += DD_JET_UNITS * DD_UNIT * size / fabs(slope);
    }
    return n;
}

/* Sum of the steps of phi' between zeros of phi'' and breaks. */
static void dd_total_variation(const struct dd_curve *c, fastsig_shape_double_double *shape)
{
    dd plus, minus, last, sum = dd_zero;
    double error = 0.0;
    c->phi->slopes(c->p, &plus, &minus);
    last = minus;
    int zero = 0, place = 0, zeros = shape->zeros_of_second_derivative;
    shape->kinks = 0;
    while (zero < zeros || place < c->breaks) {
        fastsig_double_double next = shape->zero_of_second_derivative[zero < zeros ? zero : 0];
        dd x = {next.hi, next.lo};
        struct dd_jet left, right;
        if (place == c->breaks || (zero < zeros && dd_less(x, c->place[place]))) {
            left = right = dd_jet_of(c, x);
            zero++;
        } else {
            dd_sides(c, place, &left, &right);
            if (!dd_is_zero(dd_sub(right.slope, left.slope))) shape->kink[shape->kinks++] = dd_out(c->place[place]);
            place++;
        }
        sum = dd_add(sum, dd_add(dd_abs(dd_sub(left.slope, last)), dd_abs(dd_sub(right.slope, left.slope))));
        error += 2.0 * DD_JET_UNITS * DD_UNIT * (left.slope_size + right.slope_size);
        last = right.slope;
    }
    sum = dd_add(sum, dd_abs(dd_sub(plus, last)));
    shape->alpha_plus = dd_out(plus);
    shape->alpha_minus = dd_out(minus);
    shape->tv = dd_out(sum);
    shape->tv_error = dd_is_zero(sum) ? 0.0 : error + 8.0 * DD_UNIT * sum.hi;
}

static void dd_curvature(const struct dd_curve *c, fastsig_shape_double_double *shape)
{
    struct dd_panel deferred[DD_MAX_DEFERRED];
    struct dd_problem q = dd_problem_at(c, dd_one, dd_zero);
    int waiting = 0, t = dd_term_index(&q, DD_S2, 0);
    q.unweighted = 1;
    double ends = DD_ENDS * dd_scale_of(c);
    dd_place a = dd_place_from(dd_from(-ends));
    for (int i = 0; i <= q.marks; i++) {
        dd_place b = i < q.marks ? q.mark[i].z : dd_place_from(dd_from(ends));
        dd_add_interval(&q, a, b, deferred, &waiting);
        a = b;
    }
    for (int i = 0; i < waiting; i++) dd_add_panel(&q, deferred[i], 20);
    dd value = dd_long_value(q.integral[t].value);
    shape->curvature = dd_out(value);
    shape->curvature_error = q.integral[t].rounding + q.integral[t].truncation + 1e-34 * value.hi;
}

/* The local maximum of abs(phi'') next to x: Newton's method on phi'''. */
static struct dd_jet dd_maximum_near(const struct dd_curve *c, double start)
{
    dd x = dd_from(start);
    double h = ldexp(1.0, ilogb(dd_scale_of(c)) - 10);
    for (int i = 0; i < 6; i++) {
        dd third = dd_third_derivative(c, x);
        double fourth = (dd_third_derivative(c, dd_add_d(x, h)).hi - dd_third_derivative(c, dd_add_d(x, -h)).hi) / (2.0 * h);
        if (third.hi == 0.0 || fourth == 0.0) break;
        x = dd_sub(x, dd_div_d(third, fourth));
    }
    return dd_jet_of(c, x);
}

static void dd_curvature_sup(const struct dd_curve *c, fastsig_shape_double_double *shape)
{
    double scale = dd_scale_of(c), largest = 0.0, error = 0.0;
    dd best = dd_zero;
    for (int i = 0; i < c->breaks; i++) {
        struct dd_jet side[2];
        dd_sides(c, i, &side[0], &side[1]);
        for (int k = 0; k < 2; k++)
            if (dd_less(best, dd_abs(side[k].bend))) {
                best = dd_abs(side[k].bend);
                error = side[k].bend_size;
            }
    }
    for (int i = -DD_GRID_HALF; i <= DD_GRID_HALF; i++) largest = fmax(largest, fabs(dd_plain(c, 2, scale * sinh(i * DD_GRID_STEP))));
    for (int i = -DD_GRID_HALF + 1; i < DD_GRID_HALF && largest > 0.0; i++) {
        double x[3], f[3];
        for (int k = 0; k < 3; k++) {
            x[k] = scale * sinh((i + k - 1) * DD_GRID_STEP);
            f[k] = fabs(dd_plain(c, 2, x[k]));
        }
        if (!(f[1] > 0.99 * largest && f[1] >= f[0] && f[1] >= f[2]) || dd_break_between(c, x[0], x[2])) continue;
        if (f[1] == f[0] && f[1] == f[2]) continue;
        struct dd_jet jet = dd_maximum_near(c, x[1]);
        if (dd_less(best, dd_abs(jet.bend))) {
            best = dd_abs(jet.bend);
            error = jet.bend_size;
        }
    }
    shape->curvature_sup = dd_out(best);
    shape->curvature_sup_error = DD_JET_UNITS * DD_UNIT * error;
}

static int dd_shape(const struct dd_curve *c, fastsig_shape_double_double *shape)
{
    const fastsig_double_double endless = {INFINITY, 0.0};
    *shape = (fastsig_shape_double_double){0};
    dd plus, minus;
    c->phi->slopes(c->p, &plus, &minus);
    if (isnan(plus.hi)) { /* phi' oscillates for ever */
        shape->alpha_plus = shape->alpha_minus = dd_out(plus);
        shape->tv = shape->curvature = endless;
        struct dd_jet jet = dd_jet_of(c, dd_zero); /* abs(phi'') is largest at 0 as elsewhere */
        shape->curvature_sup = dd_out(dd_abs(jet.bend));
        shape->curvature_sup_error = DD_JET_UNITS * DD_UNIT * jet.bend_size;
        return FASTSIG_OK;
    }
    shape->zeros_of_derivative = dd_shape_zeros(c, 1, shape->zero_of_derivative, shape->zero_of_derivative_error);
    shape->zeros_of_second_derivative =
        dd_shape_zeros(c, 2, shape->zero_of_second_derivative, shape->zero_of_second_derivative_error);
    if (shape->zeros_of_derivative < 0 || shape->zeros_of_second_derivative < 0) return FASTSIG_ERROR_NOT_CONVERGED;
    dd_total_variation(c, shape);
    if (shape->kinks) {
        shape->curvature = shape->curvature_sup = endless;
        return FASTSIG_OK;
    }
    dd_curvature_sup(c, shape);
    dd_curvature(c, shape);
    double value = shape->curvature.hi;
    return shape->curvature_error <= DD_PROMISE * value || value == 0.0 ? FASTSIG_OK : FASTSIG_ERROR_NOT_CONVERGED;
}

#endif
