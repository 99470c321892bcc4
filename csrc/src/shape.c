/* What does not depend on sigma: end slopes, total variation and curvature.
 *
 * phi' is monotone between consecutive sign changes of phi'' and breaks, so
 *   TV = sum of abs differences of phi' along -inf, those places, +inf,
 * with one-sided values at breaks. An error e in a zero costs O(e^2). C is the
 * integral of phi''^2: where phi'' is continuous by the trapezoid rule after
 * x = scale sinh(u), else piece by piece between the breaks. sup abs(phi'') is
 * the largest of its local maxima and one-sided values at breaks. Both are
 * infinite at a kink. Where phi' oscillates for ever, TV and C are infinite, zeros
 * are not listed, and phi'' is largest near 0 as elsewhere. All places are looked for on the same grid, uniform in u:
 * fine where phi bends, and reaching far out.
 */
#include "double_exponential.h"
#include "moments.h"

#include <string.h>

#define GRID_STEP 0.01
#define GRID_HALF 1200 /* x up to scale sinh(12) = 8e4 scale */
#define EVALUATION_ROUNDINGS 8.0 /* 4 ulp of the largest term */

struct curve {
    const struct activation *phi;
    double p, scale;
    int breaks;
    double place[FASTSIG_MAX_KINKS];
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

static int break_between(const struct curve *c, double a, double b)
{
    for (int i = 0; i < c->breaks; i++)
        if (c->place[i] >= a && c->place[i] <= b) return 1;
    return 0;
}

/* Sign changes of phi'' that are not at breaks, ascending. */
static int find_zeros(const struct curve *c, fastsig_shape_result *shape)
{
    double last_x = 0.0, last_f = 0.0;
    shape->zeros = 0;
    for (int i = -GRID_HALF; i <= GRID_HALF; i++) {
        double x = c->scale * sinh(i * GRID_STEP), f = c->phi->second_derivative(x, c->p);
        if (f == 0.0) continue; /* underflow in the tails, or the zero itself */
        if (last_f != 0.0 && (f > 0.0) != (last_f > 0.0) && !break_between(c, last_x, x)) {
            if (shape->zeros == FASTSIG_MAX_ZEROS) return FASTSIG_ERROR_NOT_CONVERGED;
            shape->zero[shape->zeros++] = bisect(c, last_x, x);
        }
        last_x = x;
        last_f = f;
    }
    return FASTSIG_OK;
}

/* Also finds which breaks are kinks: those where phi' jumps by more than it is
 * rounded. */
static void total_variation(const struct curve *c, fastsig_shape_result *shape)
{
    double last = shape->alpha_minus, tv = 0.0, largest = fmax(fabs(shape->alpha_plus), fabs(last));
    int zero = 0, place = 0;
    shape->kinks = 0;
    while (zero < shape->zeros || place < c->breaks) {
        double left, right;
        if (place == c->breaks || (zero < shape->zeros && shape->zero[zero] < c->place[place])) {
            left = right = c->phi->derivative(shape->zero[zero++], c->p);
        } else {
            double x = c->place[place++];
            left = c->phi->derivative(nextafter(x, -INFINITY), c->p);
            right = c->phi->derivative(nextafter(x, INFINITY), c->p);
            if (fabs(right - left) > EVALUATION_ROUNDINGS * UNIT_ROUNDOFF * (fabs(left) + fabs(right)))
                shape->kink[shape->kinks++] = x;
        }
        tv += fabs(left - last) + fabs(right - left);
        largest = fmax(largest, fmax(fabs(left), fabs(right)));
        last = right;
    }
    shape->tv = tv + fabs(shape->alpha_plus - last);
    /* Each value counts twice; the slopes at the ends are exact. */
    shape->tv_error = 2.0 * (shape->zeros + c->breaks) * EVALUATION_ROUNDINGS * UNIT_ROUNDOFF * largest;
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

static void smooth_curvature(const struct curve *c, double *value, double *difference)
{
    double step = 0.25, sum = curvature_sum(c, 0.0, step);
    *difference = INFINITY;
    for (int halvings = 0; halvings < 8 && *difference > 2e-16 * sum; halvings++) {
        double finer = 0.5 * (sum + curvature_sum(c, 0.5 * step, step));
        *difference = fabs(finer - sum);
        sum = finer;
        step *= 0.5;
    }
    *value = sum;
}

static double bend_squared(double end, double offset, void *context)
{
    const struct curve *c = context;
    double f = c->phi->second_derivative(end + offset, c->p);
    return f * f;
}

static double mirrored_bend_squared(double end, double offset, void *context)
{
    return bend_squared(-end, -offset, context);
}

static void piecewise_curvature(struct curve *c, double *value, double *difference)
{
    *value = *difference = 0.0;
    for (int i = 0; i <= c->breaks; i++) {
        struct double_exponential_result piece =
            i == 0 ? double_exponential(mirrored_bend_squared, c, -c->place[0], INFINITY, c->scale)
                   : double_exponential(bend_squared, c, c->place[i - 1], i < c->breaks ? c->place[i] : INFINITY, c->scale);
        *value += piece.value;
        *difference += piece.error;
    }
}

static int curvature(struct curve *c, fastsig_shape_result *shape)
{
    double difference;
    if (c->breaks) piecewise_curvature(c, &shape->curvature, &difference);
    else smooth_curvature(c, &shape->curvature, &difference);
    shape->curvature_error = difference + 2.0 * EVALUATION_ROUNDINGS * UNIT_ROUNDOFF * shape->curvature;
    return difference <= 1e-12 * shape->curvature ? FASTSIG_OK : FASTSIG_ERROR_NOT_CONVERGED;
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
    for (int i = 0; i < c->breaks; i++) {
        best = fmax(best, fabs(c->phi->second_derivative(nextafter(c->place[i], -INFINITY), c->p)));
        best = fmax(best, fabs(c->phi->second_derivative(nextafter(c->place[i], INFINITY), c->p)));
    }
    for (int i = -GRID_HALF + 1; i < GRID_HALF && largest > 0.0; i++) {
        double f = fabs(bend(c, i * GRID_STEP)), left = (i - 1) * GRID_STEP, right = (i + 1) * GRID_STEP;
        if (f > 0.9 * largest && f >= fabs(bend(c, left)) && f >= fabs(bend(c, right)))
            best = fmax(best, maximum(c, left, right));
    }
    shape->curvature_sup = fmax(best, largest);
    shape->curvature_sup_error = 2.0 * EVALUATION_ROUNDINGS * UNIT_ROUNDOFF * shape->curvature_sup;
}

/* No kinks: no built-in has both. */
static void oscillating(const struct curve *c, fastsig_shape_result *shape)
{
    shape->kinks = shape->zeros = 0;
    shape->tv = shape->curvature = INFINITY;
    shape->tv_error = shape->curvature_error = 0.0;
    curvature_sup(c, shape);
}

int fastsig_shape(const fastsig_activation *phi, fastsig_shape_result *shape)
{
    int status;
    const struct activation *definition = fastsig_definition(phi, &status);
    if (!definition) return status;
    if (!shape) return FASTSIG_ERROR_NULL;
    const double p = phi->parameter;
    struct curve c = {definition, p, definition->scale ? definition->scale(p) : 1.0, 0, {0.0}};
    c.breaks = definition->breaks ? definition->breaks(p, c.place) : 0;

    shape->scale = c.scale;
    shape->breaks = c.breaks;
    memcpy(shape->place, c.place, sizeof c.place);
    definition->slopes(p, &shape->alpha_plus, &shape->alpha_minus);
    if (isnan(shape->alpha_plus) || isnan(shape->alpha_minus)) {
        oscillating(&c, shape);
        return FASTSIG_OK;
    }
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
