/* Tables of smooth functions that are made at run time (by Python, which also
 * verifies them): the sums of sinh_trapezoid.c, by the same kernels. */
#include "kernels.h"
#include "moments.h"

/* Room for a block; what belongs to its points is beside it. */
struct block {
    int points;
    _Alignas(64) double sigma[BLOCK], inverse[BLOCK], inverse_square[BLOCK];
    double half[BLOCK], bend[BLOCK], square[BLOCK]; /* Gaussian means of 1/2, x (2 Phi(x) - 1), x^2 */
    double addend[FASTSIG_COMPONENTS][BLOCK], result[FASTSIG_COMPONENTS][BLOCK], size[FASTSIG_COMPONENTS][BLOCK];
    _Alignas(64) double weight[MAX_NODES * BLOCK];
};

static int last_at_most(int banks, const fastsig_smooth_bank *bank, double sigma)
{
    int low = -1, high = banks; /* bank[low] begins at or below sigma, bank[high] above */
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (bank[middle].sigma_low <= sigma) low = middle;
        else high = middle;
    }
    return low;
}

static int all_zero(int n, const double *row)
{
    for (int k = 0; k < n; k++)
        if (row[k] != 0.0) return 0;
    return 1;
}

/* Sums over the nodes, or the series, of those of five rows that are not all zero (odd functions have no mean). */
static void sum_rows(struct block *b, int terms, int wide, const double *rows, int addends,
                     double result[FASTSIG_COMPONENTS][BLOCK])
{
    const double *column[FASTSIG_COMPONENTS], *factor[FASTSIG_COMPONENTS], *addend[FASTSIG_COMPONENTS];
    double *sum[FASTSIG_COMPONENTS];
    int columns = 0;
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        const double *row = rows + c * terms;
        if (all_zero(terms, row)) {
            for (int i = 0; i < padded(b->points); i++) result[c][i] = addends ? b->addend[c][i] : 0.0;
            continue;
        }
        column[columns] = row;
        factor[columns] = b->inverse;
        addend[columns] = addends ? b->addend[c] : NULL;
        sum[columns++] = result[c];
    }
    if (wide) fastsig_kernels()->series(terms, b->points, b->inverse_square, columns, column, factor, addend, sum);
    else fastsig_kernels()->sums(terms, b->points, b->weight, columns, column, b->inverse, addend, sum);
}

/* What the bank leaves out, its absolute terms (times `relative`): 0, 1, 2. */
static int add_asymptotes(struct block *b, const fastsig_smooth_bank *bank, int group)
{
    int n = padded(b->points), any = 0;
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        const double *of = bank->asymptote[c];
        double times = group == 2 ? bank->relative[c] : 1.0, a[3];
        for (int k = 0; k < 3; k++) a[k] = times * (group ? fabs(of[k]) : of[k]);
        any |= a[0] != 0.0 || a[1] != 0.0 || a[2] != 0.0;
        for (int i = 0; i < n; i++) b->addend[c][i] = a[0] + (a[1] * b->bend[i] + a[2] * b->square[i]);
    }
    return any;
}

/* One of the groups of rows (value, size, doubt: 0, 1, 2) at the points of a block. */
static void rows_of(struct block *b, const fastsig_smooth_bank *bank, int wide, int group,
                    double result[FASTSIG_COMPONENTS][BLOCK])
{
    const double *const at_nodes[3] = {bank->value, bank->size, bank->doubt};
    int addends = add_asymptotes(b, bank, group);
    if (wide) sum_rows(b, FASTSIG_WIDE_TERMS, 1, bank->wide + group * FASTSIG_COMPONENTS * FASTSIG_WIDE_TERMS, addends, result);
    else sum_rows(b, bank->nodes, 0, at_nodes[group], addends, result);
}

static void store(const struct block *b, const double (*from)[BLOCK], const double *unit, const size_t *place, size_t n,
                  double *to)
{
    for (int c = 0; c < FASTSIG_COMPONENTS; c++)
        for (int i = 0; i < b->points; i++) to[(size_t)c * n + place[i]] = from[c][i] * unit[c];
}

struct output {
    const double *unit;
    double limit, smallest;
    size_t n;
    double *value, *error;
    unsigned char *served;
};

static void run_block(struct block *b, const fastsig_smooth_bank *bank, int wide, const size_t *place,
                      const struct output *to)
{
    const struct kernels *kernels = fastsig_kernels();
    int size = padded(b->points);
    for (int i = b->points; i < size; i++) b->sigma[i] = b->sigma[b->points - 1];
    kernels->inverses(b->points, b->sigma, b->inverse, b->inverse_square);
    kernels->asymptotes(b->points, b->sigma, b->half, b->square, b->bend);
    for (int i = 0; i < size; i++) {
        b->square[i] *= 2.0;
        b->bend[i] *= 2.0;
    }
    if (!wide) kernels->weights(bank->nodes, bank->half_square, b->points, b->inverse_square, b->weight);
    if (to->value) {
        rows_of(b, bank, wide, 0, b->result);
        store(b, (const double (*)[BLOCK])b->result, to->unit, place, to->n, to->value);
    }
    if (!to->error) return;
    rows_of(b, bank, wide, 2, b->result);
    store(b, (const double (*)[BLOCK])b->result, to->unit, place, to->n, to->error);
    if (isinf(to->limit)) return;
    rows_of(b, bank, wide, 1, b->size);
    for (int c = 0; c < FASTSIG_COMPONENTS; c++)
        for (int i = 0; i < b->points; i++)
            if (b->result[c][i] > fmax(to->limit * b->size[c][i], to->smallest) && b->size[c][i] != 0.0) to->served[place[i]] = 0;
}

static int same_rule(const fastsig_smooth_bank *bank, int one, int other, double s, double t)
{
    return one == other && (!bank[one].wide || (s >= bank[one].wide_low) == (t >= bank[one].wide_low));
}

int fastsig_smooth_table(int banks, const fastsig_smooth_bank *bank, double scale, const double unit[5], double limit,
                         double smallest, size_t n, const double *sigma, double *value, double *error,
                         unsigned char *served)
{
    if (n && (!bank || !unit || !sigma || !served)) return FASTSIG_ERROR_NULL;
    for (size_t i = 0; i < n; i++)
        if (!(sigma[i] >= 0.0 && sigma[i] <= FASTSIG_LARGEST_INPUT)) return FASTSIG_ERROR_SIGMA;
    const struct output to = {unit, limit, smallest, n, value, error, served};
    struct block b;
    size_t place[BLOCK];
    b.points = 0;
    int rule = -1;
    double first = 0.0;
    /* Blocks of neighbours with the same rule: ascending sigma makes full ones. */
    for (size_t i = 0; i <= n; i++) {
        double s = i < n ? sigma[i] / scale : 0.0;
        int at = i < n ? last_at_most(banks, bank, s) : -1;
        int serves = i < n && s > 0.0 && at >= 0 && bank[at].valid;
        if (b.points && (i == n || b.points == BLOCK || (serves && !same_rule(bank, rule, at, first, s)))) {
            run_block(&b, &bank[rule], bank[rule].wide && first >= bank[rule].wide_low, place, &to);
            b.points = 0;
        }
        if (i == n) break;
        served[i] = (unsigned char)serves;
        for (int c = 0; c < FASTSIG_COMPONENTS && !serves; c++) {
            if (value) value[(size_t)c * n + i] = 0.0;
            if (error) error[(size_t)c * n + i] = 0.0;
        }
        if (!serves) continue;
        if (!b.points) {
            rule = at;
            first = s;
        }
        place[b.points] = i;
        b.sigma[b.points++] = s;
    }
    return FASTSIG_OK;
}
