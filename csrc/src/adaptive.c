/* Adaptive Gauss-Kronrod integration of the five Gaussian components.
 *
 * E f(mean + sigma Z) = int f(mean + sigma z) pdf(z) dz over abs(z) < 38.6,
 * beyond which the density is 0 in double precision. An adaptive rule that has
 * not seen a narrow feature reports error 0, so the first panels already know
 * where things can happen: the scales of the Gaussian, the region in which phi
 * bends (seen from z), and the breaks, which no panel ever contains. Then the
 * panel with the largest error, relative to its goal, is halved until the sum
 * of errors meets the goal in every component.
 *
 * The error of a panel is the plain difference of the Kronrod-21 and Gauss-10
 * sums: the error of the lower rule, so a pessimistic estimate for the higher
 * one (QUADPACK's power 1.5 of it is sharper, but can undercut the true error).
 * To it comes the rounding. Goals are relative to E abs(integrand).
 */
#include "adaptive.h"

#include "gauss_kronrod_pair.h" /* generated */
#include "normal.h"

#include <stdlib.h>

#define GOAL 2e-14
#define MAX_PANELS 1000
#define REACH 38.6
/* Roundings of phi (4 ulp), density, products, node and sum within a panel; and
 * of z and x = mean + sigma z, which the density amplifies by z where all there
 * is lies in a tail beyond a kink. */
#define ROUNDINGS(z) (20.0 + 4.0 * (z) * (z))

struct panel {
    double low, high, rank;
    double value[FASTSIG_COMPONENTS], size[FASTSIG_COMPONENTS], error[FASTSIG_COMPONENTS];
};

struct problem {
    const struct activation *phi;
    double p, sigma, mean;
};

static void add_node(const struct problem *problem, double z, double kronrod, double gauss, struct panel *panel)
{
    double x = problem->mean + problem->sigma * z, density = gaussian_times(z, ONE_OVER_SQRT_2PI);
    double f = problem->phi->value(x, problem->p), d = problem->phi->derivative(x, problem->p);
    /* Factors first, density last: phi^2 may be far larger than the product. */
    const double integrand[FASTSIG_COMPONENTS] = {f * density, d * density, d * (d * density), f * (f * density),
                                                  problem->sigma * z * f * (d * density)};
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) {
        panel->value[i] += kronrod * integrand[i];
        panel->size[i] += kronrod * fabs(integrand[i]);
        panel->error[i] += (kronrod - gauss) * integrand[i];
    }
}

static void integrate_panel(const struct problem *problem, struct panel *panel)
{
    double half = 0.5 * (panel->high - panel->low), middle = panel->low + half;
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) panel->value[i] = panel->size[i] = panel->error[i] = 0.0;
    for (int k = 0; k < GAUSS_KRONROD_HALF; k++) {
        double offset = half * gauss_kronrod_node[k];
        double kronrod = half * gauss_kronrod_weight[k], gauss = half * gauss_kronrod_gauss_weight[k];
        add_node(problem, middle + offset, kronrod, gauss, panel);
        if (offset > 0.0) add_node(problem, middle - offset, kronrod, gauss, panel);
    }
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) panel->error[i] = fabs(panel->error[i]);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* First edges, ascending, without repetitions; returns how many. */
static int first_edges(const struct problem *problem, double *edge)
{
    static const double gaussian_scale[] = {0.0, 1.0, 2.5, 4.5, 7.0, 10.0, 15.0, 25.0, REACH};
    static const double bend_scale[] = {0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0};
    double scale = problem->phi->scale ? problem->phi->scale(problem->p) : 1.0, place[FASTSIG_MAX_KINKS];
    int breaks = problem->phi->breaks ? problem->phi->breaks(problem->p, place) : 0, n = 0, kept = 0;
    for (size_t i = 0; i < sizeof gaussian_scale / sizeof *gaussian_scale; i++) {
        edge[n++] = gaussian_scale[i];
        edge[n++] = -gaussian_scale[i];
    }
    for (size_t i = 0; i < sizeof bend_scale / sizeof *bend_scale; i++) {
        edge[n++] = (scale * bend_scale[i] - problem->mean) / problem->sigma;
        edge[n++] = (-scale * bend_scale[i] - problem->mean) / problem->sigma;
    }
    for (int i = 0; i < breaks; i++) edge[n++] = (place[i] - problem->mean) / problem->sigma;
    qsort(edge, (size_t)n, sizeof *edge, compare_doubles);
    for (int i = 0; i < n; i++)
        if (fabs(edge[i]) <= REACH && (!kept || edge[i] > edge[kept - 1])) edge[kept++] = edge[i];
    return kept;
}

/* Totals over panels; returns whether every component meets its goal, and
 * ranks the panels by their largest share of a goal. */
static int totals(struct panel *panels, int n, struct moments *out)
{
    double size[FASTSIG_COMPONENTS], goal[FASTSIG_COMPONENTS];
    int met = 1;
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) {
        dd value = dd_from(0.0);
        double error = 0.0, rounding = 0.0;
        size[i] = 0.0;
        for (int k = 0; k < n; k++) {
            value = dd_add_d(value, panels[k].value[i]);
            size[i] += panels[k].size[i];
            error += panels[k].error[i];
            rounding += panels[k].size[i] * ROUNDINGS(fmax(fabs(panels[k].low), fabs(panels[k].high)));
        }
        goal[i] = GOAL * size[i];
        met = met && error <= goal[i];
        moments_set(out, i, dd_to_double(value), error + UNIT_ROUNDOFF * rounding, FASTSIG_METHOD_ADAPTIVE);
    }
    for (int k = 0; k < n; k++) {
        panels[k].rank = 0.0;
        for (int i = 0; i < FASTSIG_COMPONENTS; i++)
            if (goal[i] > 0.0) panels[k].rank = fmax(panels[k].rank, panels[k].error[i] / goal[i]);
    }
    return met;
}

int adaptive_moments(const struct activation *phi, double p, double sigma, double mean,
                     struct moments *out, int64_t *evaluations)
{
    const struct problem problem = {phi, p, sigma, mean};
    double edge[64 + FASTSIG_MAX_KINKS];
    int n = first_edges(&problem, edge) - 1, status = FASTSIG_OK;
    struct panel *panels = malloc(MAX_PANELS * sizeof *panels);
    if (!panels) return FASTSIG_ERROR_MEMORY;
    for (int k = 0; k < n; k++) {
        panels[k].low = edge[k];
        panels[k].high = edge[k + 1];
        integrate_panel(&problem, &panels[k]);
    }
    int used = n;
    /* Halve all panels that hold more than their share, round by round. */
    while (!totals(panels, n, out)) {
        int before = n;
        for (int k = 0; k < before && n < MAX_PANELS; k++) {
            double middle = panels[k].low + 0.5 * (panels[k].high - panels[k].low);
            if (!(panels[k].rank * before > 0.5) || !(middle > panels[k].low && middle < panels[k].high)) continue;
            panels[n].low = middle;
            panels[n].high = panels[k].high;
            panels[k].high = middle;
            integrate_panel(&problem, &panels[k]);
            integrate_panel(&problem, &panels[n++]);
            used += 2;
        }
        if (n == before || n == MAX_PANELS) {
            if (!totals(panels, n, out)) status = FASTSIG_ERROR_NOT_CONVERGED;
            break;
        }
    }
    *evaluations += (int64_t)used * (2 * GAUSS_KRONROD_HALF - 1);
    free(panels);
    return status;
}
