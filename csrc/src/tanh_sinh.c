/* Tanh-sinh on panels (Takahasi and Mori, Publ. RIMS 9 (1974) 721-741,
 * doi:10.2977/prims/1195192451): the trapezoid rule in t after
 *
 *     x = low + width/(1 + exp(-pi sinh t)),
 *
 * which makes any integrand that is analytic inside a panel decay doubly exponentially
 * at both ends, also where it is singular but integrable there (a logarithm, a power).
 * Round by round the step is halved in the panels that hold more than their share of
 * the error, all new points in one call of the integrand. A halving doubles the digits,
 * so the last difference is far above the error that is left. Where it does not, as
 * across a kink that nobody declared, the last difference can be small by chance, and
 * the one before it counts too.
 *
 * Places are rounded. A node is laid from the nearer end in the coordinate in which
 * that end is given, and never on it, so a singularity at 0 is resolved down to the
 * smallest double, one at p down to the spacing of doubles there. What the rounding of
 * a node does is seen from the values at its neighbours; it is all of f where the
 * offset from the end is no more than the rounding. This is added to the error.
 */
#include "normal.h"
#include "rules.h"

#include <stdlib.h>

#define PI 0x1.921fb54442d18p+1
#define REACH 6.5     /* in t: exp(-pi sinh 6.5) underflows */
#define FIRST_STEP 0.5
#define LEVELS 9
#define COLUMNS 5     /* beside the values */

/* What is known of the points of one round, column by column; within a panel those
 * of the left half from its end inwards, then those of the right half. */
struct points {
    double *z, *x;
    double *weight;   /* dz/dt step pdf(z) */
    double *offset;   /* from the nearer end, in its coordinate; negative: from the right one */
    double *rounding; /* of the node, in the same coordinate */
};

static size_t most_points(int level)
{
    return 2 * (size_t)(REACH / FIRST_STEP * (level > 0 ? (double)(1 << (level - 1)) : 1.0) + 2.0);
}

/* The new points of one half of a panel; returns their number. */
static size_t lay_half(const fastsig_expectation_problem *problem, const struct panel *panel, double width, int right,
                       struct points at)
{
    const struct place *end = right ? &panel->high : &panel->low;
    double step = ldexp(FIRST_STEP, -panel->level), stride = panel->level ? 2.0 * step : step;
    double centre = end->from_x ? end->x : end->z, length = end->from_x ? width * problem->sigma : width;
    /* Points nearer than that add nothing: there are no doubles between, or too small a part of the panel. */
    double smallest = fmin(0.25 * (nextafter(fabs(centre), INFINITY) - fabs(centre)), 1e-20 * length);
    double nearest = panel->level ? step : right ? step : 0.0; /* t = 0 is one of the left half */
    size_t n = 0;
    for (double t = nearest + stride * floor((REACH - nearest) / stride); t >= nearest; t -= stride) {
        double e = exp(-PI * sinh(t)), offset = length * (e / (1.0 + e));
        if (!(offset > smallest)) continue;
        double signed_offset = right ? -offset : offset;
        struct place p = end->from_x ? place_at_x(problem, centre + signed_offset) : place_at_z(problem, centre + signed_offset);
        at.z[n] = p.z;
        at.x[n] = panel_inside(p.x, panel);
        at.weight[n] = gaussian_times(p.z, width * (step * PI * cosh(t) * e / ((1.0 + e) * (1.0 + e))) * ONE_OVER_SQRT_2PI);
        at.offset[n] = signed_offset;
        at.rounding[n] = UNIT_ROUNDOFF * (end->from_x ? fabs(p.x) : fabs(p.z) + fabs(p.x) / problem->sigma);
        n++;
    }
    return n;
}

static struct points from(struct points p, size_t k)
{
    return (struct points){p.z + k, p.x + k, p.weight + k, p.offset + k, p.rounding + k};
}

static int same_half(const struct points *p, size_t j, size_t k)
{
    return (p->offset[j] < 0.0) == (p->offset[k] < 0.0);
}

/* How much of the integral rounding of node k can be: f varies as between it and the
 * next one towards the end. If there is none, or rounding is all of its offset: as between
 * it and the first one inwards of which that is not so. */
static double lost_at(const struct points *p, const double *f, size_t k, size_t count)
{
    double offset = fabs(p->offset[k]), rounding = p->rounding[k];
    if (k > 0 && same_half(p, k - 1, k) && 4.0 * rounding < offset)
        return p->weight[k] * fabs(f[k] - f[k - 1]) * fmin(1.0, rounding / (offset - fabs(p->offset[k - 1])));
    size_t j = k + 1;
    while (j < count && same_half(p, j, k) && fabs(p->offset[j]) < 8.0 * rounding) j++;
    double change = j < count && same_half(p, j, k) ? 2.0 * fabs(f[k] - f[j]) : fabs(f[k]);
    return p->weight[k] * change * fmin(1.0, 4.0 * rounding / offset);
}

/* Add the new points of the panels listed in `fresh` to their sums. */
static int integrate(struct mesh *mesh, size_t count, const size_t *fresh)
{
    const fastsig_expectation_problem *problem = mesh->problem;
    size_t most = 0, n = 0;
    for (size_t i = 0; i < count; i++) most += most_points(mesh->panel[fresh[i]].level);
    int status = mesh_reserve(mesh, mesh->panels, most * (COLUMNS + (size_t)problem->rows));
    if (status != FASTSIG_OK) return status;
    double *c = mesh->points, *values = c + COLUMNS * most;
    struct points all = {c, c + most, c + 2 * most, c + 3 * most, c + 4 * most};
    for (size_t i = 0; i < count; i++) {
        struct panel *panel = &mesh->panel[fresh[i]];
        double width = panel_width(problem, panel);
        panel->first = n;
        n += lay_half(problem, panel, width, 0, from(all, n));
        n += lay_half(problem, panel, width, 1, from(all, n));
        panel->count = n - panel->first;
    }
    if ((status = mesh_evaluate(mesh, n, all.z, all.x, values)) != FASTSIG_OK) return status;
    for (size_t i = 0; i < count; i++) {
        struct panel *panel = &mesh->panel[fresh[i]];
        struct points p = from(all, panel->first);
        double before = panel->level ? 0.5 : 0.0; /* of the sums that there are: the step is halved */
        for (int row = 0; row < problem->rows; row++) {
            const double *f = values + (size_t)row * n + panel->first;
            double value = 0.0, size = 0.0, lost = 0.0;
            for (size_t k = 0; k < panel->count; k++) {
                value += p.weight[k] * f[k];
                size += p.weight[k] * fabs(f[k]);
                lost += lost_at(&p, f, k, panel->count);
            }
            value += before * panel->value[row];
            if (!isfinite(value)) return FASTSIG_ERROR_NOT_FINITE;
            panel->size[row] = size + before * panel->size[row];
            panel->lost[row] = lost + before * panel->lost[row];
            double step = panel->level ? fabs(value - panel->value[row]) : panel->size[row], previous = panel->step[row];
            int slow = panel->level > 1 && step * sqrt(panel->size[row]) > previous * sqrt(previous);
            panel->error[row] = slow ? fmax(step, previous) : step;
            panel->step[row] = step;
            panel->value[row] = value;
        }
        panel->level++;
    }
    return FASTSIG_OK;
}

int tanh_sinh_rule(struct mesh *mesh, int64_t limit, double *value, double *error, double *size)
{
    size_t count = mesh->panels, *fresh = malloc(count * sizeof *fresh);
    int status = fresh ? FASTSIG_OK : FASTSIG_ERROR_MEMORY;
    for (size_t k = 0; k < count && fresh; k++) fresh[k] = k;
    while (status == FASTSIG_OK) {
        if ((status = integrate(mesh, count, fresh)) != FASTSIG_OK) break;
        if (mesh_totals(mesh, value, error, size)) break;
        count = 0;
        for (size_t k = 0; k < mesh->panels; k++)
            if (mesh->panel[k].rank * (double)mesh->panels > 0.5 && mesh->panel[k].level < LEVELS) fresh[count++] = k;
        if (!count || mesh->evaluations >= limit) status = FASTSIG_ERROR_NOT_CONVERGED;
    }
    /* Where it gives up, differences may be those of two rules that both see nothing of the waves. */
    for (int row = 0; row < mesh->problem->rows && status == FASTSIG_ERROR_NOT_CONVERGED; row++) error[row] *= 4.0;
    free(fresh);
    return status;
}
