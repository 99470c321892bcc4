/* The five Gaussian components of several activations at many points.
 *
 * Points go through in chunks, so that what is needed beside the output does not
 * grow with their number. Within a chunk, points of mean 0 are sorted by the
 * range of the tables in sigma that they belong to, and go in blocks
 * through the kernels: what depends on sigma alone is made once for a block and
 * serves all activations that have a table. Points
 * that no block serves go one by one, but at other means the activations of the
 * trapezoid rule share nodes and weights. */
#include "sigma_table.h"
#include "trapezoid.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 1024

static const int every_component[FASTSIG_COMPONENTS] = {FASTSIG_M1, FASTSIG_G1, FASTSIG_G2, FASTSIG_M2, FASTSIG_ETA};

struct batch {
    struct moments_request request;
    int count, rows;
    const fastsig_activation *phi;
    const int *row; /* components in the order of the output's rows */
    const double *sigma, *mean;
    size_t stride;
    const fastsig_moments_output *output;
    fastsig_batch_summary summary;
};

/* Points of a chunk that belong together: places in the input, ascending in
 * each range. */
struct points {
    int count, ascend; /* `ascend`: in all ranges together, too */
    size_t place[CHUNK];
    int start[SIGMA_RANGES + 1];
};

static double rounded_to_zero(int method) { return method == FASTSIG_METHOD_EXACT ? 0.0 : 8.0 * DBL_TRUE_MIN; }

/* Whether places that ascend follow each other without a gap. */
static int together(const size_t *place, int count) { return place[count - 1] - place[0] == (size_t)(count - 1); }

/* Lets a block write its values to the output where it can: points side by side,
 * as many as vectors need. */
static void aim(const struct batch *batch, int activation, const size_t *place, struct moments_block *b)
{
    block_keep_values(b);
    if (!batch->output->value || b->points != padded(b->points) || !together(place, b->points)) return;
    for (int r = 0; r < batch->rows; r++) /* of a component that is asked for twice, the last row */
        b->value[batch->row[r]] = batch->output->value + ((size_t)activation * (size_t)batch->rows + (size_t)r) * batch->stride + place[0];
}

/* Rows of one activation for the points of a block. */
static void store_block(struct batch *batch, int activation, const struct moments_block *b, const size_t *place)
{
    const fastsig_moments_output *to = batch->output;
    int n = b->points, in_one_piece = together(place, n);
    for (int r = 0; r < batch->rows; r++) {
        int c = batch->row[r];
        size_t at = ((size_t)activation * (size_t)batch->rows + (size_t)r) * batch->stride;
        double least = rounded_to_zero(b->method[c]); /* rounding in the subnormal range is absolute */
        batch->summary.methods |= 1u << b->method[c];
        if (to->value && in_one_piece && to->value + at + place[0] != b->value[c])
            memcpy(to->value + at + place[0], b->value[c], (size_t)n * sizeof(double));
        else if (to->value && !in_one_piece)
            for (int i = 0; i < n; i++) to->value[at + place[i]] = b->value[c][i];
        if (to->error)
            for (int i = 0; i < n; i++) to->error[at + place[i]] = b->error[c][i] + least;
        if (to->method)
            for (int i = 0; i < n; i++) to->method[at + place[i]] = b->method[c];
    }
    size_t row = (size_t)activation * batch->stride;
    for (int i = 0; i < n && to->evaluations; i++) to->evaluations[row + place[i]] = 0;
    for (int i = 0; i < n && to->status; i++) to->status[row + place[i]] = FASTSIG_OK;
}

static void store_point(struct batch *batch, int activation, const struct moments *from, int status,
                        int64_t evaluations, size_t place)
{
    const fastsig_moments_output *to = batch->output;
    for (int r = 0; r < batch->rows; r++) {
        int c = batch->row[r];
        size_t at = ((size_t)activation * (size_t)batch->rows + (size_t)r) * batch->stride + place;
        batch->summary.methods |= 1u << from->method[c];
        if (to->value) to->value[at] = from->value[c];
        if (to->error) to->error[at] = from->error[c] + rounded_to_zero(from->method[c]);
        if (to->method) to->method[at] = from->method[c];
    }
    size_t at = (size_t)activation * batch->stride + place;
    if (to->evaluations) to->evaluations[at] = evaluations;
    if (to->status) to->status[at] = status;
    batch->summary.evaluations += evaluations;
    if (!batch->summary.status) batch->summary.status = status;
}

/* Whether a point can go in a block. */
static int in_blocks(const struct batch *batch, size_t i)
{
    return batch->sigma[i] > 0.0 && (!batch->mean || batch->mean[i] == 0.0);
}

/* Whether sigma is positive and ascends and all means are 0: the usual grid. */
static int ascending(const struct batch *batch, size_t low, size_t high)
{
    int64_t ascend = batch->sigma[low] > 0.0, centred = 1;
    for (size_t i = low + 1; i < high; i++) ascend &= batch->sigma[i] >= batch->sigma[i - 1];
    for (size_t i = low; i < high && batch->mean; i++) centred &= batch->mean[i] == 0.0;
    return (int)(ascend & centred);
}

/* The points of mean 0, sorted by the range of scale * sigma. */
static void sort_points(const struct batch *batch, size_t low, size_t high, double scale, struct points *points)
{
    unsigned char range[CHUNK];
    int next[SIGMA_RANGES] = {0}, n = (int)(high - low), *start = points->start;
    const double *sigma = batch->sigma + low;
    points->ascend = ascending(batch, low, high);
    if (points->ascend) { /* nothing to move */
        for (int i = 0; i < n; i++) points->place[i] = low + (size_t)i;
        start[0] = 0;
        for (int k = 1; k <= SIGMA_RANGES; k++) { /* bisection for the first point of range k */
            int end = n;
            for (start[k] = start[k - 1]; start[k] < end;) {
                int middle = (start[k] + end) / 2;
                if (sigma_range(scale * sigma[middle]) < k) start[k] = middle + 1;
                else end = middle;
            }
        }
        points->count = n;
        return;
    }
    for (int i = 0; i < n; i++) {
        range[i] = (unsigned char)sigma_range(scale * sigma[i]);
        next[range[i]] += in_blocks(batch, low + (size_t)i);
    }
    start[0] = 0;
    for (int k = 0; k < SIGMA_RANGES; k++) {
        start[k + 1] = start[k] + next[k];
        next[k] = start[k];
    }
    points->count = start[SIGMA_RANGES];
    for (int i = 0; i < n; i++)
        if (in_blocks(batch, low + (size_t)i)) points->place[next[range[i]]++] = low + (size_t)i;
}

/* Sigmas of a block, the last one repeated to the end. */
static void gather(const struct batch *batch, const size_t *place, int count, struct moments_block *b)
{
    b->points = count;
    b->errors = batch->output->error != NULL;
    if (together(place, count)) memcpy(b->sigma, batch->sigma + place[0], (size_t)count * sizeof(double));
    else
        for (int i = 0; i < count; i++) b->sigma[i] = batch->sigma[place[i]];
    for (int i = count; i < padded(count); i++) b->sigma[i] = b->sigma[count - 1];
}

static int block_size(int left) { return left < BLOCK ? left : BLOCK; }

static void by_closed_forms(struct batch *batch, const struct points *points)
{
    struct moments_block b;
    int ranges = points->ascend ? 1 : SIGMA_RANGES; /* closed forms know none, but places ascend in each */
    for (int range = 0; range < ranges; range++) {
        int end = points->ascend ? points->count : points->start[range + 1];
        for (int first = points->start[range]; first < end; first += BLOCK) {
            const size_t *place = points->place + first;
            gather(batch, place, block_size(end - first), &b);
            for (int a = 0; a < batch->count; a++) {
                const struct activation *definition = fastsig_built_in(batch->phi[a].id);
                if (!moments_closed_form_block(definition, batch->request.method)) continue;
                aim(batch, a, place, &b);
                definition->closed_form_block(batch->phi[a].parameter, &b);
                store_block(batch, a, &b, place);
            }
        }
    }
}

static double table_scale(const struct batch *batch, int a)
{
    const struct activation *definition = fastsig_built_in(batch->phi[a].id);
    return definition->table_scale ? definition->table_scale(batch->phi[a].parameter) : 1.0;
}

/* All tables that are asked at `scale` times sigma. */
static void by_tables(struct batch *batch, const struct points *points, double scale)
{
    struct moments_block b;
    struct sigma_variables v;
    for (v.range = 0; v.range < SIGMA_RANGES; v.range++)
        for (int first = points->start[v.range]; first < points->start[v.range + 1]; first += BLOCK) {
            const size_t *place = points->place + first;
            gather(batch, place, block_size(points->start[v.range + 1] - first), &b);
            v.points = b.points;
            for (int i = 0; i < padded(b.points); i++) v.sigma[i] = scale * b.sigma[i];
            sigma_table_prepare(&v);
            for (int a = 0; a < batch->count; a++) {
                const struct activation *definition = fastsig_built_in(batch->phi[a].id);
                if (!moments_table_block(definition, batch->request.method) || table_scale(batch, a) != scale) continue;
                aim(batch, a, place, &b);
                sigma_table_block(definition->table, &v, &b);
                if (definition->finish_table) definition->finish_table(batch->phi[a].parameter, &b);
                store_block(batch, a, &b, place);
            }
        }
}

static int has_blocks(const struct batch *batch, int a)
{
    const struct activation *definition = fastsig_built_in(batch->phi[a].id);
    return moments_closed_form_block(definition, batch->request.method) || moments_table_block(definition, batch->request.method);
}

static int has_trapezoid(const struct batch *batch, int a)
{
    const struct activation *definition = fastsig_built_in(batch->phi[a].id);
    return batch->request.method == FASTSIG_METHOD_AUTO && definition->trapezoid && !definition->closed_form;
}

/* Whether a point goes by the trapezoid rule, if that holds there. */
static int in_trapezoid(const struct batch *batch, int a, size_t i)
{
    return has_trapezoid(batch, a) && batch->sigma[i] > 0.0 && !(has_blocks(batch, a) && in_blocks(batch, i));
}

/* What blocks leave over: all points, those of mean not 0, or none. */
enum left_over { EVERY_POINT, SOME_POINTS, NO_POINTS };

#define GROUP 8 /* activations whose samples are kept together */

/* One point of several activations, which share its grid. */
static int point_by_trapezoid(struct batch *batch, int count, const int *which, size_t i, struct trapezoid_grid *grid,
                              struct trapezoid_samples *known)
{
    double sigma = batch->sigma[i], mean = batch->mean ? batch->mean[i] : 0.0;
    for (int k = 0; k < count; k++) {
        int a = which[k], status = FASTSIG_OK, errors = batch->output->error != NULL;
        const struct activation *definition = fastsig_built_in(batch->phi[a].id);
        double p = batch->phi[a].parameter;
        struct moments out;
        int64_t evaluations = 0;
        if ((!batch->mean || mean == 0.0) && !in_trapezoid(batch, a, i)) continue;
        if (moments_by_trapezoid(definition, p, sigma, mean, errors, grid, &known[k], &out)) evaluations = grid->nodes;
        else status = moments_at(definition, p, &batch->request, sigma, mean, &out, &evaluations);
        if (status != FASTSIG_OK && status != FASTSIG_ERROR_NOT_CONVERGED) return status;
        store_point(batch, a, &out, status, evaluations, i);
    }
    return FASTSIG_OK;
}

static int by_trapezoid(struct batch *batch, size_t low, size_t high, enum left_over left)
{
    struct trapezoid_samples known[GROUP];
    struct trapezoid_grid grid;
    trapezoid_forget(&grid);
    for (int a = 0; a < batch->count;) {
        int count = 0, which[GROUP], status = FASTSIG_OK;
        for (; a < batch->count && count < GROUP; a++)
            if (has_trapezoid(batch, a) && !(left == NO_POINTS && has_blocks(batch, a))) which[count++] = a;
        for (int k = 0; k < count; k++) known[k].ready = 0;
        for (size_t i = low; i < high && count && status == FASTSIG_OK; i++)
            if (batch->sigma[i] > 0.0) status = point_by_trapezoid(batch, count, which, i, &grid, known);
        if (status != FASTSIG_OK) return status;
    }
    return FASTSIG_OK;
}

static int one_by_one(struct batch *batch, size_t low, size_t high, enum left_over left)
{
    for (int a = 0; a < batch->count; a++) {
        const struct activation *definition = fastsig_built_in(batch->phi[a].id);
        int blocks = left != EVERY_POINT && has_blocks(batch, a);
        for (size_t i = blocks && left == NO_POINTS ? high : low; i < high; i++) {
            if ((blocks && in_blocks(batch, i)) || (left != EVERY_POINT && in_trapezoid(batch, a, i))) continue;
            struct moments out;
            int64_t evaluations = 0;
            int status = moments_at(definition, batch->phi[a].parameter, &batch->request, batch->sigma[i],
                                    batch->mean ? batch->mean[i] : 0.0, &out, &evaluations);
            if (status != FASTSIG_OK && status != FASTSIG_ERROR_NOT_CONVERGED) return status;
            store_point(batch, a, &out, status, evaluations, i);
        }
    }
    return FASTSIG_OK;
}

static int run_chunk(struct batch *batch, size_t low, size_t high)
{
    struct points points;
    int method = batch->request.method, sorted = 0;
    double sorted_for = 0.0;
    for (int a = 0; a < batch->count; a++) { /* the first of each scale runs them all */
        int done = 0;
        double scale = table_scale(batch, a);
        if (!moments_table_block(fastsig_built_in(batch->phi[a].id), method)) continue;
        for (int before = 0; before < a; before++)
            done |= moments_table_block(fastsig_built_in(batch->phi[before].id), method) && table_scale(batch, before) == scale;
        if (done) continue;
        sort_points(batch, low, high, scale, &points);
        sorted = 1;
        sorted_for = scale;
        by_tables(batch, &points, scale);
    }
    if (!sorted || sorted_for != 1.0) sort_points(batch, low, high, 1.0, &points);
    by_closed_forms(batch, &points);
    enum left_over left = (size_t)points.count == high - low ? NO_POINTS : SOME_POINTS;
    int status = by_trapezoid(batch, low, high, left);
    return status == FASTSIG_OK ? one_by_one(batch, low, high, left) : status;
}

static int check_points(size_t n, const double *sigma, const double *mean)
{
    int64_t sigma_ok = 1, mean_ok = 1;
    for (size_t i = 0; i < n; i++) sigma_ok &= (sigma[i] >= 0.0) & (sigma[i] <= FASTSIG_LARGEST_INPUT);
    for (size_t i = 0; i < n && mean; i++) mean_ok &= fabs(mean[i]) <= FASTSIG_LARGEST_INPUT;
    return !sigma_ok ? FASTSIG_ERROR_SIGMA : !mean_ok ? FASTSIG_ERROR_MEAN : FASTSIG_OK;
}

static int check_method(const struct activation *phi, int method, size_t n, const double *sigma, const double *mean)
{
    struct moments scratch;
    switch (method) {
    case FASTSIG_METHOD_AUTO:
    case FASTSIG_METHOD_ADAPTIVE:
    case FASTSIG_METHOD_GAUSS_LEGENDRE:
    case FASTSIG_METHOD_TANH_SINH:
    case FASTSIG_METHOD_GAUSS_HERMITE: return FASTSIG_OK;
    case FASTSIG_METHOD_TABLE:
        if (!phi->table) return FASTSIG_ERROR_METHOD;
        for (size_t i = 0; mean && i < n; i++)
            if (mean[i] != 0.0 && sigma[i] > 0.0) return FASTSIG_ERROR_METHOD;
        return FASTSIG_OK;
    case FASTSIG_METHOD_CLOSED_FORM:
        if (!phi->closed_form && !phi->closed_form_block) return FASTSIG_ERROR_METHOD;
        for (size_t i = 0; mean && i < n; i++)
            if (mean[i] != 0.0 && sigma[i] > 0.0 &&
                !(phi->closed_form && phi->closed_form(sigma[i], mean[i], phi->info.parameter_default, &scratch)))
                return FASTSIG_ERROR_METHOD;
        return FASTSIG_OK;
    default: return FASTSIG_ERROR_METHOD;
    }
}

static int check(const struct batch *batch, size_t n)
{
    int status = FASTSIG_OK, method = batch->request.method, nodes = batch->request.nodes;
    if (method == FASTSIG_METHOD_GAUSS_HERMITE || method == FASTSIG_METHOD_GAUSS_LEGENDRE)
        if (nodes < 1 || nodes > FASTSIG_MAX_NODES) return FASTSIG_ERROR_NODES;
    for (int a = 0; a < batch->count; a++) {
        const struct activation *definition = fastsig_definition(&batch->phi[a], &status);
        if (!definition) return status;
    }
    if (n && (!batch->sigma || !batch->output)) return FASTSIG_ERROR_NULL;
    if (n && !batch->output->value && !batch->output->error && !batch->output->method) return FASTSIG_ERROR_NULL;
    if ((status = check_points(n, batch->sigma, batch->mean)) != FASTSIG_OK) return status;
    for (int a = 0; a < batch->count && status == FASTSIG_OK; a++)
        status = check_method(fastsig_built_in(batch->phi[a].id), batch->request.method, n, batch->sigma, batch->mean);
    return status;
}

static int run(struct batch *batch, size_t n)
{
    double *rule = NULL;
    int status = check(batch, n), nodes = batch->request.nodes;
    if (status != FASTSIG_OK) return status;
    if (batch->request.method == FASTSIG_METHOD_GAUSS_HERMITE) {
        rule = malloc(2 * (size_t)nodes * sizeof *rule);
        if (!rule) return FASTSIG_ERROR_MEMORY;
        status = fastsig_gauss_hermite(nodes, rule, rule + nodes);
        batch->request.node = rule;
        batch->request.weight = rule + nodes;
    }
    for (size_t low = 0; low < n && status == FASTSIG_OK; low += CHUNK)
        status = run_chunk(batch, low, n - low < CHUNK ? n : low + CHUNK);
    free(rule);
    return status;
}

int fastsig_moments_batch(int count, const fastsig_activation *phi, int method, int nodes, int rows, const int *row,
                          size_t n, const double *sigma, const double *mean, size_t stride,
                          const fastsig_moments_output *output, fastsig_batch_summary *summary)
{
    if (count > 0 && !phi) return FASTSIG_ERROR_NULL;
    if (!row) rows = FASTSIG_COMPONENTS;
    if (rows < 0 || rows > FASTSIG_MAX_ROWS) return FASTSIG_ERROR_ROWS;
    for (int r = 0; row && r < rows; r++)
        if (row[r] < 0 || row[r] >= FASTSIG_COMPONENTS) return FASTSIG_ERROR_ROWS;
    struct batch batch = {{method, nodes, NULL, NULL}, count, rows, phi, row ? row : every_component, sigma, mean, stride, output, {0, 0, 0}};
    int status = run(&batch, n);
    if (summary) *summary = batch.summary;
    return status;
}

int fastsig_moments(const fastsig_activation *phi, int method, int nodes, size_t n, const double *sigma,
                    const double *mean, const fastsig_moments_output *output)
{
    return fastsig_moments_batch(1, phi, method, nodes, FASTSIG_COMPONENTS, NULL, n, sigma, mean, n, output, NULL);
}

int fastsig_moments_at(const fastsig_activation *phi, int method, int nodes, double sigma, double mean,
                       fastsig_point *point)
{
    if (!point) return FASTSIG_ERROR_NULL;
    const fastsig_moments_output output = {point->value, point->error, point->method, &point->evaluations, &point->status};
    if (method == FASTSIG_METHOD_GAUSS_HERMITE) return fastsig_moments(phi, method, nodes, 1, &sigma, &mean, &output);
    struct batch batch = {{method, nodes, NULL, NULL}, 1, FASTSIG_COMPONENTS, phi, every_component, &sigma, &mean, 1, &output, {0, 0, 0}};
    int status = check(&batch, 1);
    return status == FASTSIG_OK ? one_by_one(&batch, 0, 1, EVERY_POINT) : status;
}

int fastsig_moments_into(const fastsig_activation *phi, double sigma, double mean, double *value)
{
    int status;
    struct moments out;
    int64_t evaluations = 0;
    const struct moments_request request = {FASTSIG_METHOD_AUTO, 0, NULL, NULL};
    const struct activation *definition = fastsig_definition(phi, &status);
    if (!definition) return status;
    if (!value) return FASTSIG_ERROR_NULL;
    if ((status = check_points(1, &sigma, &mean)) != FASTSIG_OK) return status;
    status = moments_at(definition, phi->parameter, &request, sigma, mean, &out, &evaluations);
    if (status == FASTSIG_OK || status == FASTSIG_ERROR_NOT_CONVERGED) memcpy(value, out.value, sizeof out.value);
    return status;
}

int fastsig_moments_in_blocks(const fastsig_activation *phi, int method)
{
    int status;
    const struct activation *definition = fastsig_definition(phi, &status);
    return definition && (moments_closed_form_block(definition, method) || moments_table_block(definition, method));
}

int fastsig_moments_quick(const fastsig_activation *phi)
{
    int status;
    struct moments out;
    const struct activation *definition = fastsig_definition(phi, &status);
    if (!definition) return 0;
    return definition->trapezoid || (definition->closed_form && definition->closed_form(1.0, 0.5, phi->parameter, &out));
}
