/* The vectorised loops, compiled once per CPU level with
 * -DFASTSIG_LEVEL_NAME="..." and public names that tell the level.
 *
 * Each element goes through the same operations in the same order at every
 * level and in every block: sums run in 8 fixed lanes, nodes k of equal k mod 8,
 * which are then added as a tree with its roundings added again (Fast2Sum), as
 * levels would differ most there. Only fused multiply-adds tell levels apart. */
#include "kernels.h"

#include "sampling.h"
#include "trapezoid.h"
#include "vector_functions.h"

static void exp_nonpositive_array(size_t n, const double *x, double *y)
{
    size_t i = 0;
    for (; i + VECTOR <= n; i += VECTOR) vec_store(y + i, vec_exp(vec_load(x + i)));
    if (i == n) return;
    double rest[VECTOR] = {0};
    memcpy(rest, x + i, (n - i) * sizeof *x);
    vec_store(rest, vec_exp(vec_load(rest)));
    memcpy(y + i, rest, (n - i) * sizeof *x);
}

/* The error of 1/sigma^2 would shift all weights alike: one step of Newton's
 * method from the rounded square of 1/sigma. Far out all weights are 1. */
static void inverses(int points, const double *sigma, double *inverse, double *inverse_square)
{
    int n = padded(points);
    for (int i = 0; i < n; i++) inverse[i] = 1.0 / sigma[i];
    for (int i = 0; i < n; i++) {
        dd square = dd_two_square(sigma[i] < 1e100 ? sigma[i] : 1e100);
        double one = inverse[i] > 1e-100 ? inverse[i] : 1e-100, y = one * one;
        dd product = dd_two_prod(y, square.hi);
        inverse_square[i] = y + y * (((1.0 - product.hi) - product.lo) - y * square.lo);
    }
}

static void asymptotes(int points, const double *sigma, double *half, double *half_square, double *first_moment)
{
    int n = padded(points);
    for (int i = 0; i < n; i++) {
        double q = sigma[i] * sigma[i];
        half[i] = 0.5;
        half_square[i] = 0.5 * q;
        first_moment[i] = q / sqrt(1.0 + q) * ONE_OVER_SQRT_2PI;
    }
}

static void weights(int nodes, const double *half_square, int points, const double *t, double *weight)
{
    if (points == 1) {
        vec minus_t = vec_all(-t[0]);
        for (int k = 0; k < nodes; k += VECTOR)
            vec_store(weight + k, vec_exp(vec_load(half_square + k) * minus_t));
        return;
    }
    int n = padded(points);
    for (int k = 0; k < nodes; k++) {
        vec minus = vec_all(-half_square[k]);
        for (int i = 0; i < n; i += VECTOR) vec_store(weight + k * n + i, vec_exp(minus * vec_load(t + i)));
    }
}

/* Lanes along the nodes: one point. */
static double sum_at_one_point(int nodes, const double *weight, const double *column)
{
    vec lanes[8 / VECTOR];
    double lane[8];
#pragma GCC unroll 4
    for (int v = 0; v < 8 / VECTOR; v++) lanes[v] = vec_all(0.0);
    for (int k = nodes - 8; k >= 0; k -= 8) /* small terms first */
#pragma GCC unroll 4
        for (int v = 0; v < 8 / VECTOR; v++)
            lanes[v] = vec_multiply_add(vec_load(column + k + v * VECTOR), vec_load(weight + k + v * VECTOR), lanes[v]);
    for (int v = 0; v < 8 / VECTOR; v++) vec_store(lane + v * VECTOR, lanes[v]);
    double quarter[4], lost[4];
    for (int j = 0; j < 4; j++) {
        quarter[j] = lane[j] + lane[j + 4];
        lost[j] = lane[j + 4] - (quarter[j] - lane[j]);
    }
    double even = quarter[0] + quarter[2], odd = quarter[1] + quarter[3], sum = even + odd;
    double lost_even = (lost[0] + lost[2]) + (quarter[2] - (even - quarter[0]));
    double lost_odd = (lost[1] + lost[3]) + (quarter[3] - (odd - quarter[1]));
    return sum + ((lost_even + lost_odd) + (odd - (sum - even)));
}

/* Sums of a lane or of more, for each column at `PACK` vectors of points: as
 * many as keep the units for multiply-adds busy without spilling registers. */
#if VECTOR == 8
#define PACK 2
#else
#define PACK 1
#endif

struct pack {
    vec v[FASTSIG_COMPONENTS][PACK];
};

static inline void add_lane(int nodes, int lane, int n, const double *weight, int columns,
                            const double *const *column, struct pack *sum)
{
    for (int c = 0; c < columns; c++)
        for (int j = 0; j < PACK; j++) sum->v[c][j] = vec_all(0.0);
    for (int k = nodes - 8 + lane; k >= 0; k -= 8) {
        vec w[PACK];
        for (int j = 0; j < PACK; j++) w[j] = vec_load(weight + k * n + j * VECTOR);
        for (int c = 0; c < columns; c++) {
            vec f = vec_all(column[c][k]);
            for (int j = 0; j < PACK; j++) sum->v[c][j] = vec_multiply_add(f, w[j], sum->v[c][j]);
        }
    }
}

/* a + b into *sum; what rounding loses is added to *lost. */
static inline void add_pack(int columns, const struct pack *a, const struct pack *b, struct pack *sum, struct pack *lost)
{
    for (int c = 0; c < columns; c++)
        for (int j = 0; j < PACK; j++) {
            vec x = a->v[c][j], y = b->v[c][j], s = x + y;
            lost->v[c][j] = lost->v[c][j] + (y - (s - x));
            sum->v[c][j] = s;
        }
}

/* Lanes one after the other. */
static inline void sum_at_points(int nodes, int n, const double *weight, int columns, const double *const *column,
                                 struct pack *sum)
{
    struct pack first, second, half[2], lost[2];
#pragma GCC unroll 2
    for (int odd = 0; odd < 2; odd++) {
        for (int c = 0; c < columns; c++)
            for (int j = 0; j < PACK; j++) lost[odd].v[c][j] = vec_all(0.0);
        add_lane(nodes, odd, n, weight, columns, column, &first);
        add_lane(nodes, odd + 4, n, weight, columns, column, &second);
        add_pack(columns, &first, &second, &half[odd], &lost[odd]);
        add_lane(nodes, odd + 2, n, weight, columns, column, &first);
        add_lane(nodes, odd + 6, n, weight, columns, column, &second);
        add_pack(columns, &first, &second, &first, &lost[odd]);
        add_pack(columns, &half[odd], &first, &half[odd], &lost[odd]);
    }
    for (int c = 0; c < columns; c++)
        for (int j = 0; j < PACK; j++) {
            vec even = half[0].v[c][j], odd = half[1].v[c][j], all = even + odd;
            sum->v[c][j] = all + ((lost[0].v[c][j] + lost[1].v[c][j]) + (odd - (all - even)));
        }
}

/* The number of columns is a constant in each case, so that sums stay in
 * registers. */
static inline void sums_of(int columns, int nodes, int points, const double *weight, const double *const *column,
                           const double *factor, const double *const *addend, double *const *sum)
{
    int n = padded(points);
    struct pack found;
    for (int i = 0; i < n; i += PACK * VECTOR) {
        sum_at_points(nodes, n, weight + i, columns, column, &found);
        for (int c = 0; c < columns; c++)
            for (int j = 0; j < PACK; j++) {
                int at = i + j * VECTOR;
                vec y = found.v[c][j] * vec_load(factor + at);
                vec_store(sum[c] + at, addend[c] ? y + vec_load(addend[c] + at) : y);
            }
    }
}

static void sums(int nodes, int points, const double *weight, int columns, const double *const *column,
                 const double *factor, const double *const *addend, double *const *sum)
{
    if (points == 1) {
        for (int c = 0; c < columns; c++) {
            double y = sum_at_one_point(nodes, weight, column[c]) * factor[0];
            sum[c][0] = addend[c] ? y + addend[c][0] : y;
        }
        return;
    }
    switch (columns) {
    case 1: sums_of(1, nodes, points, weight, column, factor, addend, sum); break;
    case 2: sums_of(2, nodes, points, weight, column, factor, addend, sum); break;
    case 3: sums_of(3, nodes, points, weight, column, factor, addend, sum); break;
    case 4: sums_of(4, nodes, points, weight, column, factor, addend, sum); break;
    case 5: sums_of(5, nodes, points, weight, column, factor, addend, sum); break;
    default: break;
    }
}

/* Horner's rule for several columns at once, at a pack of points. */
static inline void series_of(int columns, int terms, int points, const double *q, const double *const *a,
                             const double *const *factor, const double *const *addend, double *const *y)
{
    int n = padded(points);
    for (int i = 0; i < n; i += PACK * VECTOR) {
        vec variable[PACK], sum[FASTSIG_COMPONENTS][PACK];
        for (int j = 0; j < PACK; j++) variable[j] = vec_load(q + i + j * VECTOR);
        for (int c = 0; c < columns; c++)
            for (int j = 0; j < PACK; j++) sum[c][j] = vec_all(a[c][terms - 1]);
        for (int k = terms - 2; k >= 0; k--)
            for (int c = 0; c < columns; c++) {
                vec next = vec_all(a[c][k]);
                for (int j = 0; j < PACK; j++) sum[c][j] = vec_multiply_add(sum[c][j], variable[j], next);
            }
        for (int c = 0; c < columns; c++)
            for (int j = 0; j < PACK; j++) {
                int at = i + j * VECTOR;
                vec result = factor[c] ? sum[c][j] * vec_load(factor[c] + at) : sum[c][j];
                vec_store(y[c] + at, addend[c] ? result + vec_load(addend[c] + at) : result);
            }
    }
}

static void series(int terms, int points, const double *q, int columns, const double *const *a,
                   const double *const *factor, const double *const *addend, double *const *y)
{
    if (points == 1) {
        for (int c = 0; c < columns; c++) {
            vec sum = vec_all(a[c][terms - 1]);
            for (int k = terms - 2; k >= 0; k--) sum = vec_multiply_add(sum, vec_all(q[0]), vec_all(a[c][k]));
            double result = factor[c] ? sum[0] * factor[c][0] : sum[0];
            y[c][0] = addend[c] ? result + addend[c][0] : result;
        }
        return;
    }
    switch (columns) {
    case 1: series_of(1, terms, points, q, a, factor, addend, y); break;
    case 2: series_of(2, terms, points, q, a, factor, addend, y); break;
    case 3: series_of(3, terms, points, q, a, factor, addend, y); break;
    case 4: series_of(4, terms, points, q, a, factor, addend, y); break;
    case 5: series_of(5, terms, points, q, a, factor, addend, y); break;
    default: break;
    }
}

extern const struct activation *const fastsig_registry[];
extern const struct double_double_kernels fastsig_double_double_of_level;
extern const struct kernels fastsig_kernels_of_level;

const struct kernels fastsig_kernels_of_level = {
    .level = FASTSIG_LEVEL_NAME,
    .activations = fastsig_registry,
    .double_double = &fastsig_double_double_of_level,
    .exp_nonpositive = exp_nonpositive_array,
    .inverses = inverses,
    .asymptotes = asymptotes,
    .weights = weights,
    .sums = sums,
    .series = series,
    .trapezoid_prepare = fastsig_trapezoid_prepare,
    .trapezoid_moments = fastsig_trapezoid_moments,
    .normals = fastsig_sampling_normals,
    .quantiles = fastsig_sampling_quantiles,
    .sampled_moments = fastsig_sampling_moments,
};
