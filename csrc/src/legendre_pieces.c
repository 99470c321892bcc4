/* Gauss-Legendre on the first panels: a fixed rule.
 *
 * Its error is twice the sum of the differences from two rules of about half the nodes on the
 * same panels: where f is smooth, their error, so far above its own. Where f is not, one
 * difference can be small by chance. Rules of few nodes are compared with richer ones.
 */
#include "normal.h"
#include "rules.h"

#include <stdlib.h>

#define RULES 3             /* the rule, and those it is compared with */
#define POINTS_A_CALL 32768 /* of the integrand, unless one panel has more */

/* Evaluate `count` panels from `first` on and fill in their sums. */
static int integrate(struct mesh *mesh, size_t first, size_t count, const int nodes[RULES], const double *node,
                     const double *weight)
{
    const fastsig_expectation_problem *problem = mesh->problem;
    size_t all = (size_t)(nodes[0] + nodes[1] + nodes[2]), n = count * all;
    int status = mesh_reserve(mesh, mesh->panels, n * (2 + (size_t)problem->rows));
    if (status != FASTSIG_OK) return status;
    double *z = mesh->points, *x = z + n, *values = x + n;
    for (size_t i = 0; i < count; i++) {
        const struct panel *panel = &mesh->panel[first + i];
        panel_lay(problem, panel, (int)all, node, z + i * all, x + i * all);
    }
    if ((status = mesh_evaluate(mesh, n, z, x, values)) != FASTSIG_OK) return status;
    for (size_t i = 0; i < count; i++) {
        struct panel *panel = &mesh->panel[first + i];
        double *share = z + i * all, half = 0.5 * panel_width(problem, panel);
        for (size_t k = 0; k < all; k++) share[k] = gaussian_times(share[k], half * ONE_OVER_SQRT_2PI) * weight[k];
        for (int row = 0; row < problem->rows; row++) {
            const double *f = values + (size_t)row * n + i * all, *w = share;
            double sum[RULES] = {0.0}, size = 0.0;
            for (int k = 0; k < nodes[0]; k++) size += w[k] * fabs(f[k]);
            for (int rule = 0; rule < RULES; w += nodes[rule], f += nodes[rule], rule++)
                for (int k = 0; k < nodes[rule]; k++) sum[rule] += w[k] * f[k];
            panel->value[row] = sum[0];
            panel->size[row] = size;
            panel->error[row] = 2.0 * (fabs(sum[0] - sum[1]) + fabs(sum[0] - sum[2]));
            if (!isfinite(sum[0]) || !isfinite(sum[1]) || !isfinite(sum[2])) return FASTSIG_ERROR_NOT_FINITE;
        }
    }
    return FASTSIG_OK;
}

int legendre_pieces(struct mesh *mesh, int nodes, double *value, double *error, double *size)
{
    const int few = nodes < 4, rule[RULES] = {nodes, few ? nodes + 1 : nodes / 2, few ? nodes + 2 : 2 * nodes / 5};
    size_t all = (size_t)(rule[0] + rule[1] + rule[2]), at_once = POINTS_A_CALL / all + 1;
    double *node = malloc(2 * all * sizeof *node);
    if (!node) return FASTSIG_ERROR_MEMORY;
    double *weight = node + all;
    int status = FASTSIG_OK;
    for (int i = 0, at = 0; i < RULES && status == FASTSIG_OK; at += rule[i], i++)
        status = fastsig_gauss_legendre(rule[i], node + at, weight + at);
    for (size_t first = 0; first < mesh->panels && status == FASTSIG_OK; first += at_once) {
        size_t left = mesh->panels - first;
        status = integrate(mesh, first, left < at_once ? left : at_once, rule, node, weight);
    }
    free(node);
    if (status == FASTSIG_OK && !mesh_totals(mesh, value, error, size)) status = FASTSIG_ERROR_NOT_CONVERGED;
    return status;
}
