/* Adaptive Gauss-Kronrod integration against a Gaussian.
 *
 * E f(mean + sigma Z) = int f(mean + sigma z) pdf(z) dz over abs(z) < 38.6,
 * beyond which the density is 0 in double precision. An adaptive rule that has
 * not seen a narrow feature reports error 0, so the first panels already know
 * where things can happen: the scales of the Gaussian, the landmarks of f (seen
 * from z), and its breaks, which no panel ever contains. Then, round by round,
 * the panels that hold more than their share of the error, relative to the goal,
 * are halved, until the sum of errors meets the goal in every row. The integrand
 * is asked once a round, for all new panels together.
 *
 * A panel is known by its ends in z and in x, and lays its nodes in the
 * coordinate in which these and its width are rounded less: x between breaks
 * (they are given in x) and near those of f around 0 when the mean is far, else z.
 *
 * The error of a panel is the plain difference of the Kronrod-21 and Gauss-10
 * sums: the error of the lower rule, so a pessimistic estimate for the higher
 * one (QUADPACK's power 1.5 of it is sharper, but can undercut the true error).
 * To it comes the rounding. Goals are relative to E abs(f).
 */
#include "gauss_kronrod_pair.h" /* generated */
#include "moments.h"
#include "normal.h"

#include <stdlib.h>
#include <string.h>

#define NODES (2 * GAUSS_KRONROD_HALF - 1)
#define DEFAULT_EVALUATIONS 100000
#define REACH 38.6
/* Roundings of f (4 ulp), density, products and sum within a panel; and of
 * z = (x - mean)/sigma (two), which the density amplifies by z where all there
 * is lies in a tail beyond a break. */
#define ROUNDINGS(z) (20.0 + 2.5 * (z) * (z))

struct place {
    double z, x;
    int from_x; /* x is the place itself, z was computed from it; else the other way round */
};

struct panel {
    struct place low, high;
    double rank;
    double roundings; /* of places, relative to the width: a narrow panel far out has many */
    double value[FASTSIG_MAX_ROWS], size[FASTSIG_MAX_ROWS], error[FASTSIG_MAX_ROWS];
};

/* Panels, and room for the points and values of one round. */
struct mesh {
    const fastsig_expectation_problem *problem;
    size_t panels, capacity, room;
    struct panel *panel;
    double *points;
    int64_t evaluations;
};

static int compare_places(const void *a, const void *b)
{
    double x = ((const struct place *)a)->z, y = ((const struct place *)b)->z;
    return (x > y) - (x < y);
}

/* The same place by either coordinate. Near x = 0 the rounding of the product
 * sigma z would be all there is. */
static struct place at_z(const fastsig_expectation_problem *problem, double z)
{
    dd product = dd_two_prod(problem->sigma, z);
    return (struct place){z, (problem->mean + product.hi) + (isfinite(product.lo) ? product.lo : 0.0), 0};
}

static struct place at_x(const fastsig_expectation_problem *problem, double x)
{
    return (struct place){(x - problem->mean) / problem->sigma, x, 1};
}

/* What may be wrong with the width of a panel, in units of x and UNIT_ROUNDOFF:
 * an end is exact in the coordinate that it is from. */
static double width_rounding(const fastsig_expectation_problem *problem, const struct panel *panel, int in_x)
{
    const struct place *end[] = {&panel->low, &panel->high};
    double rounding = 0.0;
    for (int i = 0; i < 2; i++)
        if (end[i]->from_x != in_x) rounding += in_x ? fabs(end[i]->x) : 2.0 * problem->sigma * fabs(end[i]->z);
    return rounding;
}

/* Roundings of the width, and of the nodes; where f is like (x - low)^3, 3 times those of a node. */
static double place_roundings(const fastsig_expectation_problem *problem, const struct panel *panel, int in_x)
{
    double scale = in_x ? 1.0 : problem->sigma;
    double low = in_x ? panel->low.x : panel->low.z, high = in_x ? panel->high.x : panel->high.z;
    return (width_rounding(problem, panel, in_x) / scale + 4.0 * fmax(fabs(low), fabs(high))) / (high - low);
}

static int better_in_x(const fastsig_expectation_problem *problem, const struct panel *panel)
{
    return place_roundings(problem, panel, 1) < place_roundings(problem, panel, 0);
}

/* A node is inside its panel; rounding must not carry it onto a break. */
static double inside(double x, const struct panel *panel)
{
    double low = nextafter(panel->low.x, INFINITY), high = nextafter(panel->high.x, -INFINITY);
    return low > high ? x : x < low ? low : x > high ? high : x;
}

/* First edges, ascending, without repetitions. */
static size_t first_edges(const fastsig_expectation_problem *problem, struct place *edge)
{
    static const double gaussian_scale[] = {0.0, 1.0, 2.5, 4.5, 7.0, 10.0, 15.0, 25.0, REACH};
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < sizeof gaussian_scale / sizeof *gaussian_scale; i++) {
        edge[n++] = at_z(problem, gaussian_scale[i]);
        edge[n++] = at_z(problem, -gaussian_scale[i]);
    }
    for (size_t i = 0; i < problem->landmarks; i++) edge[n++] = at_x(problem, problem->landmark[i]);
    for (size_t i = 0; i < problem->breaks; i++) edge[n++] = at_x(problem, problem->place[i]);
    qsort(edge, n, sizeof *edge, compare_places);
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(edge[i].z) <= REACH) || (kept && !(edge[i].z > edge[kept - 1].z && edge[i].x >= edge[kept - 1].x))) continue;
        edge[kept++] = edge[i];
    }
    return kept;
}

/* Room for `wanted` panels, and points and values of as many in one round. */
static int reserve(struct mesh *mesh, size_t wanted)
{
    if (wanted > mesh->capacity) {
        size_t capacity = wanted + wanted / 2;
        struct panel *panel = realloc(mesh->panel, capacity * sizeof *panel);
        if (!panel) return FASTSIG_ERROR_MEMORY;
        mesh->panel = panel;
        mesh->capacity = capacity;
    }
    if (mesh->capacity > mesh->room) {
        double *points = realloc(mesh->points, mesh->capacity * NODES * (size_t)(2 + mesh->problem->rows) * sizeof *points);
        if (!points) return FASTSIG_ERROR_MEMORY;
        mesh->points = points;
        mesh->room = mesh->capacity;
    }
    return FASTSIG_OK;
}

/* Evaluate the panels listed in `fresh` and fill in their sums. */
static int integrate(struct mesh *mesh, size_t count, const size_t *fresh)
{
    const fastsig_expectation_problem *problem = mesh->problem;
    size_t n = count * NODES, rows = (size_t)problem->rows;
    double *z = mesh->points, *x = z + n, *values = x + n;
    for (size_t i = 0; i < count; i++) {
        const struct panel *panel = &mesh->panel[fresh[i]];
        int in_x = better_in_x(problem, panel);
        double low = in_x ? panel->low.x : panel->low.z, high = in_x ? panel->high.x : panel->high.z;
        for (int k = 0; k < NODES; k++) { /* k and its mirror NODES - 1 - k */
            int from_end = k < GAUSS_KRONROD_HALF ? k : NODES - 1 - k;
            /* From the nearer end: a rounded centre would be an error of all nodes together. */
            double offset = 0.5 * (high - low) * (1.0 - gauss_kronrod_node[from_end]);
            double node = k < GAUSS_KRONROD_HALF ? low + offset : high - offset;
            struct place p = in_x ? at_x(problem, node) : at_z(problem, node);
            z[i * NODES + (size_t)k] = p.z;
            x[i * NODES + (size_t)k] = inside(p.x, panel);
        }
    }
    mesh->evaluations += (int64_t)n;
    if (problem->integrand(n, z, x, values, problem->context)) return FASTSIG_ERROR_CALLBACK;

    for (size_t i = 0; i < count; i++) {
        struct panel *panel = &mesh->panel[fresh[i]];
        int in_x = better_in_x(problem, panel);
        double half = 0.5 * (in_x ? (panel->high.x - panel->low.x) / problem->sigma : panel->high.z - panel->low.z);
        panel->roundings = place_roundings(problem, panel, in_x);
        double kronrod[NODES], gauss[NODES];
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
        }
    }
    return FASTSIG_OK;
}

/* Rows that have a goal: not those of errors. */
static int rows_with_goals(const fastsig_expectation_problem *problem)
{
    return problem->errors_follow ? problem->rows / 2 : problem->rows;
}

/* Totals over panels; returns whether every row meets its goal, and ranks the
 * panels by their largest share of a goal. */
static int totals(struct mesh *mesh, double *value, double *error, double *size)
{
    int met = 1, rows = rows_with_goals(mesh->problem);
    double goal[FASTSIG_MAX_ROWS], difference[FASTSIG_MAX_ROWS];
    for (int row = 0; row < mesh->problem->rows; row++) {
        dd sum = dd_from(0.0);
        double rounding = 0.0;
        size[row] = difference[row] = 0.0;
        for (size_t k = 0; k < mesh->panels; k++) {
            const struct panel *panel = &mesh->panel[k];
            sum = dd_add_d(sum, panel->value[row]);
            size[row] += panel->size[row];
            difference[row] += panel->error[row];
            rounding += panel->size[row] * (panel->roundings + ROUNDINGS(fmax(fabs(panel->low.z), fabs(panel->high.z))));
        }
        value[row] = dd_to_double(sum);
        error[row] = difference[row] + UNIT_ROUNDOFF * rounding;
    }
    for (int row = 0; row < rows; row++) {
        goal[row] = mesh->problem->goal * size[row];
        if (mesh->problem->errors_follow) goal[row] = fmax(goal[row], value[rows + row]);
        met = met && difference[row] <= goal[row];
    }
    for (size_t k = 0; k < mesh->panels; k++) {
        struct panel *panel = &mesh->panel[k];
        panel->rank = 0.0;
        for (int row = 0; row < rows; row++)
            if (goal[row] > 0.0) panel->rank = fmax(panel->rank, panel->error[row] / goal[row]);
    }
    return met;
}

/* Halve all panels that hold more than half of their share; lists them and
 * their other halves in `fresh`. */
static size_t refine(struct mesh *mesh, size_t *fresh)
{
    size_t before = mesh->panels, count = 0;
    for (size_t k = 0; k < before; k++) {
        struct panel *panel = &mesh->panel[k];
        const struct place *low = &panel->low, *high = &panel->high;
        struct place middle = better_in_x(mesh->problem, panel) ? at_x(mesh->problem, low->x + 0.5 * (high->x - low->x))
                                                                : at_z(mesh->problem, low->z + 0.5 * (high->z - low->z));
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

static int run(struct mesh *mesh, size_t **fresh, double *value, double *error, double *size)
{
    const fastsig_expectation_problem *problem = mesh->problem;
    int64_t limit = problem->max_evaluations > 0 ? problem->max_evaluations : DEFAULT_EVALUATIONS;
    size_t edges = 18 + problem->landmarks + problem->breaks;
    struct place *edge = malloc(edges * sizeof *edge);
    if (!edge) return FASTSIG_ERROR_MEMORY;
    size_t kept = first_edges(problem, edge), count = kept > 1 ? kept - 1 : 1;
    int status = reserve(mesh, count);
    if (status == FASTSIG_OK && !(*fresh = malloc(count * sizeof **fresh))) status = FASTSIG_ERROR_MEMORY;
    for (size_t k = 0; k < count && status == FASTSIG_OK; k++) {
        mesh->panel[k].low = edge[k];
        mesh->panel[k].high = edge[k + 1];
        (*fresh)[k] = k;
    }
    free(edge);
    mesh->panels = count;
    while (status == FASTSIG_OK) {
        if ((status = integrate(mesh, count, *fresh)) != FASTSIG_OK) return status;
        if (totals(mesh, value, error, size)) return FASTSIG_OK;
        if (mesh->evaluations >= limit) return FASTSIG_ERROR_NOT_CONVERGED;
        if ((status = reserve(mesh, 2 * mesh->panels)) != FASTSIG_OK) return status;
        size_t *longer = realloc(*fresh, 2 * mesh->panels * sizeof *longer);
        if (!longer) return FASTSIG_ERROR_MEMORY;
        *fresh = longer;
        if (!(count = refine(mesh, *fresh))) return FASTSIG_ERROR_NOT_CONVERGED;
    }
    return status;
}

int fastsig_expectation(const fastsig_expectation_problem *problem, double *value, double *error, double *size,
                        int64_t *evaluations)
{
    double errors[FASTSIG_MAX_ROWS], sizes[FASTSIG_MAX_ROWS];
    if (!problem || !problem->integrand || !value) return FASTSIG_ERROR_NULL;
    if ((problem->breaks && !problem->place) || (problem->landmarks && !problem->landmark)) return FASTSIG_ERROR_NULL;
    if (problem->rows < 1 || problem->rows > FASTSIG_MAX_ROWS || (problem->errors_follow && problem->rows % 2)) return FASTSIG_ERROR_ROWS;
    if (!(problem->sigma > 0.0 && problem->sigma <= FASTSIG_LARGEST_INPUT)) return FASTSIG_ERROR_SIGMA;
    if (!(fabs(problem->mean) <= FASTSIG_LARGEST_INPUT)) return FASTSIG_ERROR_MEAN;
    struct mesh mesh = {problem, 0, 0, 0, NULL, NULL, 0};
    size_t *fresh = NULL;
    int status = run(&mesh, &fresh, value, errors, sizes);
    if (status == FASTSIG_OK || status == FASTSIG_ERROR_NOT_CONVERGED) {
        if (error) memcpy(error, errors, (size_t)problem->rows * sizeof *error);
        if (size) memcpy(size, sizes, (size_t)problem->rows * sizeof *size);
    }
    if (evaluations) *evaluations = mesh.evaluations;
    free(fresh);
    free(mesh.points);
    free(mesh.panel);
    return status;
}
