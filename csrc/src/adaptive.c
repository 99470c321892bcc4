/* Adaptive Gauss-Kronrod integration on panels (panels.c).
 *
 * Round by round, the panels that hold more than their share of the error, relative to
 * the goal, are halved, until the sum of errors meets the goal in every row. The
 * integrand is asked once a round, for all new panels together.
 *
 * The error of a panel is the plain difference of the Kronrod-21 and Gauss-10
 * sums: the error of the lower rule, so a pessimistic estimate for the higher
 * one (QUADPACK's power 1.5 of it is sharper, but can undercut the true error).
 */
#include "gauss_kronrod_pair.h" /* generated */
#include "normal.h"
#include "rules.h"

#include <stdlib.h>

#define NODES (2 * GAUSS_KRONROD_HALF - 1)

/* Evaluate the panels listed in `fresh` and fill in their sums. */
static int integrate(struct mesh *mesh, size_t count, const size_t *fresh)
{
    const fastsig_expectation_problem *problem = mesh->problem;
    size_t n = count * NODES, rows = (size_t)problem->rows;
    int status = mesh_reserve(mesh, mesh->panels, n * (2 + rows));
    if (status != FASTSIG_OK) return status;
    double *z = mesh->points, *x = z + n, *values = x + n, node[NODES];
    for (int k = 0; k < NODES; k++) node[k] = k < GAUSS_KRONROD_HALF ? -gauss_kronrod_node[k] : gauss_kronrod_node[NODES - 1 - k];
    for (size_t i = 0; i < count; i++) panel_lay(problem, &mesh->panel[fresh[i]], NODES, node, z + i * NODES, x + i * NODES);
    if ((status = mesh_evaluate(mesh, n, z, x, values)) != FASTSIG_OK) return status;

    for (size_t i = 0; i < count; i++) {
        struct panel *panel = &mesh->panel[fresh[i]];
        double half = 0.5 * panel_width(problem, panel), kronrod[NODES], gauss[NODES];
        for (int k = 0; k < NODES; k++) {
            int from_end = k < GAUSS_KRONROD_HALF ? k : NODES - 1 - k;
            double density = gaussian_times(z[i * NODES + (size_t)k], half * ONE_OVER_SQRT_2PI);
            kronrod[k] = density * gauss_kronrod_weight[from_end];
            gauss[k] = density * gauss_kronrod_gauss_weight[from_end];
        }
        for (size_t row = 0; row < rows; row++) {
            const double *f = values + row * n + i * NODES;
            double value = 0.0, size = 0.0, difference = 0.0;
            for (int k = 0; k < NODES; k++) {
                value += kronrod[k] * f[k];
                size += kronrod[k] * fabs(f[k]);
                difference += (kronrod[k] - gauss[k]) * f[k];
            }
            /* Infinite f times density 0 shows here too. */
            if (!isfinite(value) || !isfinite(difference)) return FASTSIG_ERROR_NOT_FINITE;
            panel->value[row] = value;
            panel->size[row] = size;
            panel->error[row] = fabs(difference);
            panel->lost[row] = 0.0;
        }
    }
    return FASTSIG_OK;
}

/* Halve all panels that hold more than half of their share; lists them and
 * their other halves in `fresh`. */
static size_t refine(struct mesh *mesh, size_t *fresh)
{
    size_t before = mesh->panels, count = 0;
    for (size_t k = 0; k < before; k++) {
        struct panel *panel = &mesh->panel[k];
        const struct place *low = &panel->low, *high = &panel->high;
        struct place middle = panel_in_x(mesh->problem, panel) ? place_at_x(mesh->problem, low->x + 0.5 * (high->x - low->x))
                                                                : place_at_z(mesh->problem, low->z + 0.5 * (high->z - low->z));
        if (!(panel->rank * (double)before > 0.5)) continue;
        if (!(middle.z > low->z && middle.z < high->z && middle.x >= low->x && middle.x <= high->x)) continue;
        struct panel *other = &mesh->panel[mesh->panels];
        other->low = middle;
        other->high = panel->high;
        panel->high = middle;
        fresh[count++] = k;
        fresh[count++] = mesh->panels++;
    }
    return count;
}

int adaptive_rule(struct mesh *mesh, int64_t limit, double *value, double *error, double *size)
{
    size_t count = mesh->panels, *fresh = malloc(count * sizeof *fresh);
    int status = fresh ? FASTSIG_OK : FASTSIG_ERROR_MEMORY;
    for (size_t k = 0; k < count && fresh; k++) fresh[k] = k;
    while (status == FASTSIG_OK) {
        if ((status = integrate(mesh, count, fresh)) != FASTSIG_OK) break;
        if (mesh_totals(mesh, value, error, size)) break;
        if (mesh->evaluations >= limit) status = FASTSIG_ERROR_NOT_CONVERGED;
        else status = mesh_reserve(mesh, 2 * mesh->panels, 0);
        if (status != FASTSIG_OK) break;
        size_t *longer = realloc(fresh, 2 * mesh->panels * sizeof *longer);
        if (!longer) status = FASTSIG_ERROR_MEMORY;
        else fresh = longer;
        if (status == FASTSIG_OK && !(count = refine(mesh, fresh))) status = FASTSIG_ERROR_NOT_CONVERGED;
    }
    free(fresh);
    return status;
}
