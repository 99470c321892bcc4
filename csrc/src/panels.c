/* Panels of an expectation, E f(mean + sigma Z) = int f(mean + sigma z) pdf(z) dz over
 * abs(z) < 38.6, beyond which the density is 0 in double precision.
 *
 * A rule that has not seen a narrow feature reports error 0, so the first panels
 * already know where things can happen: the scales of the Gaussian, the landmarks of
 * f (seen from z), and its breaks, which no panel ever contains.
 *
 * A panel is known by its ends in z and in x, and lays its nodes in the
 * coordinate in which these and its width are rounded less: x between breaks
 * (they are given in x) and near those of f around 0 when the mean is far, else z.
 *
 * Errors are those of the rule plus the rounding. Goals are relative to E abs(f).
 */
#include "panels.h"

#include "double_double.h"

#include <stdlib.h>

#define REACH 38.6
/* Roundings of f (4 ulp), density, products and sum within a panel; and of
 * z = (x - mean)/sigma (two), which the density amplifies by z where all there
 * is lies in a tail beyond a break. */
#define ROUNDINGS(z) (20.0 + 2.5 * (z) * (z))

static int compare_places(const void *a, const void *b)
{
    double x = ((const struct place *)a)->z, y = ((const struct place *)b)->z;
    return (x > y) - (x < y);
}

/* The same place by either coordinate. Near x = 0 the rounding of the product
 * sigma z would be all there is. */
struct place place_at_z(const fastsig_expectation_problem *problem, double z)
{
    dd product = dd_two_prod(problem->sigma, z);
    return (struct place){z, (problem->mean + product.hi) + (isfinite(product.lo) ? product.lo : 0.0), 0};
}

struct place place_at_x(const fastsig_expectation_problem *problem, double x)
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

int panel_in_x(const fastsig_expectation_problem *problem, const struct panel *panel)
{
    return place_roundings(problem, panel, 1) < place_roundings(problem, panel, 0);
}

/* A node is inside its panel; rounding must not carry it onto a break. */
double panel_inside(double x, const struct panel *panel)
{
    double low = nextafter(panel->low.x, INFINITY), high = nextafter(panel->high.x, -INFINITY);
    return low > high ? x : x < low ? low : x > high ? high : x;
}

double panel_width(const fastsig_expectation_problem *problem, struct panel *panel)
{
    int in_x = panel_in_x(problem, panel);
    panel->roundings = place_roundings(problem, panel, in_x);
    return in_x ? (panel->high.x - panel->low.x) / problem->sigma : panel->high.z - panel->low.z;
}

void panel_lay(const fastsig_expectation_problem *problem, const struct panel *panel, int n, const double *node, double *z,
               double *x)
{
    int in_x = panel_in_x(problem, panel);
    double low = in_x ? panel->low.x : panel->low.z, high = in_x ? panel->high.x : panel->high.z;
    for (int k = 0; k < n; k++) {
        /* From the nearer end: a rounded centre would be an error of all nodes together. */
        double offset = 0.5 * (high - low) * (1.0 - fabs(node[k])), at = node[k] < 0.0 ? low + offset : high - offset;
        struct place p = in_x ? place_at_x(problem, at) : place_at_z(problem, at);
        z[k] = p.z;
        x[k] = panel_inside(p.x, panel);
    }
}

/* First edges, ascending, without repetitions. */
static size_t first_edges(const fastsig_expectation_problem *problem, struct place *edge)
{
    static const double gaussian_scale[] = {0.0, 1.0, 2.5, 4.5, 7.0, 10.0, 15.0, 25.0, REACH};
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < sizeof gaussian_scale / sizeof *gaussian_scale; i++) {
        edge[n++] = place_at_z(problem, gaussian_scale[i]);
        edge[n++] = place_at_z(problem, -gaussian_scale[i]);
    }
    for (size_t i = 0; i < problem->landmarks; i++) edge[n++] = place_at_x(problem, problem->landmark[i]);
    for (size_t i = 0; i < problem->breaks; i++) edge[n++] = place_at_x(problem, problem->place[i]);
    qsort(edge, n, sizeof *edge, compare_places);
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(edge[i].z) <= REACH) || (kept && !(edge[i].z > edge[kept - 1].z && edge[i].x >= edge[kept - 1].x))) continue;
        edge[kept++] = edge[i];
    }
    return kept;
}

int mesh_reserve(struct mesh *mesh, size_t panels, size_t room)
{
    if (panels > mesh->capacity) {
        size_t capacity = panels + panels / 2;
        struct panel *panel = realloc(mesh->panel, capacity * sizeof *panel);
        if (!panel) return FASTSIG_ERROR_MEMORY;
        mesh->panel = panel;
        mesh->capacity = capacity;
    }
    if (room > mesh->room) {
        double *points = realloc(mesh->points, (room + room / 2) * sizeof *points);
        if (!points) return FASTSIG_ERROR_MEMORY;
        mesh->points = points;
        mesh->room = room + room / 2;
    }
    return FASTSIG_OK;
}

int mesh_begin(struct mesh *mesh)
{
    const fastsig_expectation_problem *problem = mesh->problem;
    struct place *edge = malloc((18 + problem->landmarks + problem->breaks) * sizeof *edge);
    if (!edge) return FASTSIG_ERROR_MEMORY;
    size_t kept = first_edges(problem, edge), count = kept > 1 ? kept - 1 : 1;
    int status = mesh_reserve(mesh, count, 0);
    for (size_t k = 0; k < count && status == FASTSIG_OK; k++) mesh->panel[k] = (struct panel){.low = edge[k], .high = edge[k + 1]};
    mesh->panels = status == FASTSIG_OK ? count : 0;
    free(edge);
    return status;
}

int mesh_evaluate(struct mesh *mesh, size_t n, const double *z, const double *x, double *values)
{
    mesh->evaluations += (int64_t)n;
    return mesh->problem->integrand(n, z, x, values, mesh->problem->context) ? FASTSIG_ERROR_CALLBACK : FASTSIG_OK;
}

/* Rows that have a goal: not those of errors. */
static int rows_with_goals(const fastsig_expectation_problem *problem)
{
    return problem->errors_follow ? problem->rows / 2 : problem->rows;
}

/* Totals over panels; returns whether every row meets its goal, and ranks the
 * panels by their largest share of a goal. */
int mesh_totals(struct mesh *mesh, double *value, double *error, double *size)
{
    int met = 1, rows = rows_with_goals(mesh->problem);
    double goal[FASTSIG_MAX_ROWS], difference[FASTSIG_MAX_ROWS];
    for (int row = 0; row < mesh->problem->rows; row++) {
        dd sum = dd_from(0.0);
        double rounding = 0.0, lost = 0.0;
        size[row] = difference[row] = 0.0;
        for (size_t k = 0; k < mesh->panels; k++) {
            const struct panel *panel = &mesh->panel[k];
            sum = dd_add_d(sum, panel->value[row]);
            size[row] += panel->size[row];
            difference[row] += panel->error[row];
            lost += panel->lost[row];
            rounding += panel->size[row] * (panel->roundings + ROUNDINGS(fmax(fabs(panel->low.z), fabs(panel->high.z))));
        }
        value[row] = dd_to_double(sum);
        error[row] = difference[row] + lost + UNIT_ROUNDOFF * rounding;
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
