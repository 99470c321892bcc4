/* What does not depend on sigma: end slopes, total variation and curvature.
 *
 * phi' is monotone between consecutive sign changes of phi'' and kinks, so
 *   TV = sum of abs differences of phi' along -inf, those places, +inf,
 * with one-sided values at kinks. An error e in a zero costs O(e^2). C is the
 * integral of phi''^2, by the trapezoid rule after x = scale sinh(u), and
 * sup abs(phi'') the largest of its local maxima; both are infinite at a kink.
 * All places are looked for on the same grid, uniform in u: fine where phi
 * bends, and reaching far out.
 */
#include "moments.h"

#include <stdlib.h>

#define GRID_STEP 0.01
#define GRID_HALF 1200 /* x up to scale sinh(12) = 8e4 scale */
#define EVALUATION_ROUNDINGS 8.0 /* 4 ulp of the largest term */

struct curve {
    const struct activation *phi;
    double p, scale;
};

static double bend(const struct curve *c, double u)
{
    return c->phi->second_derivative(c->scale * sinh(u), c->p);
}

/* The zero of phi'' between x = a and b, where its signs differ: bisection in
 * x down to neighbouring doubles (sure, and fast enough here). */
static double bisect(const struct curve *c, double a, double b)
{
    int sign_a = c->phi->second_derivative(a, c->p) > 0.0;
    for (;;) {
        double middle = a + 0.5 * (b - a);
        if (!(middle > a && middle < b))
            return fabs(c->phi->second_derivative(a, c->p)) < fabs(c->phi->second_derivative(b, c->p)) ? a : b;
        double f = c->phi->second_derivative(middle, c->p);
        if (f == 0.0) return middle;
        if ((f > 0.0) == sign_a) a = middle;
        else b = middle;
    }
}

static int kink_between(const fastsig_shape_result *shape, double a, double b)
{
    for (int i = 0; i < shape->kinks; i++)
        if (shape->kink[i] >= a && shape->kink[i] <= b) return 1;
    return 0;
}

/* Sign changes of phi'' that are not at kinks, ascending. */
static int find_zeros(const struct curve *c, fastsig_shape_result *shape)
{
    double last_x = 0.0, last_f = 0.0;
    shape->zeros = 0;
    for (int i = -GRID_HALF; i <= GRID_HALF; i++) {
        double x = c->scale * sinh(i * GRID_STEP), f = c->phi->second_derivative(x, c->p);
        if (f == 0.0) continue; /* underflow in the tails, or the zero itself */
        if (last_f != 0.0 && (f > 0.0) != (last_f > 0.0) && !kink_between(shape, last_x, x)) {
            if (shape->zeros == FASTSIG_MAX_ZEROS) return FASTSIG_ERROR_NOT_CONVERGED;
            shape->zero[shape->zeros++] = bisect(c, last_x, x);
        }
        last_x = x;
        last_f = f;
    }
    return FASTSIG_OK;
}

static void total_variation(const struct curve *c, fastsig_shape_result *shape)
{
    double last = shape->alpha_minus, tv = 0.0, largest = fmax(fabs(shape->alpha_plus), fabs(last));
    int zero = 0, kink = 0;
    while (zero < shape->zeros || kink < shape->kinks) {
        double x, left, right;
        if (kink == shape->kinks || (zero < shape->zeros && shape->zero[zero] < shape->kink[kink])) {
            x = shape->zero[zero++];
            left = right = c->phi->derivative(x, c->p);
        } else {
            x = shape->kink[kink++];
            left = c->phi->derivative(nextafter(x, -INFINITY), c->p);
            right = c->phi->derivative(nextafter(x, INFINITY), c->p);
        }
        tv += fabs(left - last) + fabs(right - left);
        largest = fmax(largest, fmax(fabs(left), fabs(right)));
        last = right;
    }
    shape->tv = tv + fabs(shape->alpha_plus - last);
    /* Each value counts twice; the slopes at the ends are exact. */
    shape->tv_error = 2.0 * (shape->zeros + shape->kinks) * EVALUATION_ROUNDINGS * UNIT_ROUNDOFF * largest;
}

/* Trapezoid sum of phi''^2 over u = offset + k step, outwards until the terms
 * no longer count. */
static double curvature_sum(const struct curve *c, double offset, double step)
{
    double sum = 0.0;
    for (int side = -1; side <= 1; side += 2) {
        int small = 0;
        for (int k = side < 0; small < 20 && k * step < 40.0; k++) {
            double u = offset + side * k * step, f = bend(c, u), term = f * f * cosh(u);
            if (side < 0 && k == 0) continue;
            sum += term;
            small = k * step > 2.0 && !(term > 1e-21 * sum) ? small + 1 : 0;
        }
    }
    return sum * step * c->scale;
}

static int curvature(const struct curve *c, fastsig_shape_result *shape)
{
    double step = 0.25, sum = curvature_sum(c, 0.0, step), difference = INFINITY;
    for (int halvings = 0; halvings < 8 && difference > 2e-16 * sum; halvings++) {
        double finer = 0.5 * (sum + curvature_sum(c, 0.5 * step, step));
        difference = fabs(finer - sum);
        sum = finer;
        step *= 0.5;
    }
    shape->curvature = sum;
    shape->curvature_error = difference + 2.0 * EVALUATION_ROUNDINGS * UNIT_ROUNDOFF * sum;
    return difference <= 1e-12 * sum ? FASTSIG_OK : FASTSIG_ERROR_NOT_CONVERGED;
}

/* Largest abs(phi'') for u in [a, b], golden section. */
static double maximum(const struct curve *c, double a, double b)
{
    const double ratio = 0.5 * (sqrt(5.0) - 1.0);
    double u = b - ratio * (b - a), v = a + ratio * (b - a), fu = fabs(bend(c, u)), fv = fabs(bend(c, v));
    double largest = fmax(fu, fv);
    for (int i = 0; i < 45; i++) {
        if (fu > fv) {
            b = v; v = u; fv = fu;
            u = b - ratio * (b - a);
            fu = fabs(bend(c, u));
        } else {
            a = u; u = v; fu = fv;
            v = a + ratio * (b - a);
            fv = fabs(bend(c, v));
        }
        largest = fmax(largest, fmax(fu, fv));
    }
    return largest;
}

static void curvature_sup(const struct curve *c, fastsig_shape_result *shape)
{
    double largest = 0.0, best = 0.0;
    for (int i = -GRID_HALF; i <= GRID_HALF; i++) largest = fmax(largest, fabs(bend(c, i * GRID_STEP)));
    for (int i = -GRID_HALF + 1; i < GRID_HALF && largest > 0.0; i++) {
        double f = fabs(bend(c, i * GRID_STEP)), left = (i - 1) * GRID_STEP, right = (i + 1) * GRID_STEP;
        if (f > 0.9 * largest && f >= fabs(bend(c, left)) && f >= fabs(bend(c, right)))
            best = fmax(best, maximum(c, left, right));
    }
    shape->curvature_sup = fmax(best, largest);
    shape->curvature_sup_error = 2.0 * EVALUATION_ROUNDINGS * UNIT_ROUNDOFF * shape->curvature_sup;
}

int fastsig_shape(const fastsig_activation *phi, fastsig_shape_result *shape)
{
    int status;
    const struct activation *definition = fastsig_definition(phi, &status);
    if (!definition) return status;
    if (!shape) return FASTSIG_ERROR_NULL;
    const double p = phi->parameter;
    const struct curve c = {definition, p, definition->scale ? definition->scale(p) : 1.0};

    definition->slopes(p, &shape->alpha_plus, &shape->alpha_minus);
    shape->kinks = definition->kinks ? definition->kinks(p, shape->kink) : 0;
    if ((status = find_zeros(&c, shape)) != FASTSIG_OK) return status;
    total_variation(&c, shape);
    if (shape->kinks) {
        shape->curvature = shape->curvature_sup = INFINITY;
        shape->curvature_error = shape->curvature_sup_error = 0.0;
        return FASTSIG_OK;
    }
    curvature_sup(&c, shape);
    return curvature(&c, shape);
}
