/* Tables of smooth functions that are made at run time (by Python, which also
 * verifies them): the sums of sinh_trapezoid.c, by the same kernels. */
#include "half_octave.h"
#include "kernels.h"
#include "moments.h"

/* Room for a block; what belongs to its points is beside it. */
struct block {
    int points;
    _Alignas(64) double sigma[BLOCK], inverse[BLOCK];
    double variable[BLOCK]; /* 1/sigma^2, or that of a half octave */
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

/* How a bank gives its sums: over the nodes, by the series for large sigma, by polynomials on half octaves. */
enum way { NODES, WIDE, LOWER_HALF, UPPER_HALF };

static enum way way_of(const fastsig_smooth_bank *bank, double s)
{
    if (bank->wide && s >= bank->wide_low) return WIDE;
    int upper = s >= 1.5 * bank->sigma_low;
    return !bank->half_octave[upper] ? NODES : upper ? UPPER_HALF : LOWER_HALF;
}

/* Those of five rows that are not all zero (odd functions have no mean). */
static void sum_rows(struct block *b, int terms, enum way way, const double *rows, int addends,
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
        factor[columns] = way == WIDE ? b->inverse : NULL;
        addend[columns] = addends ? b->addend[c] : NULL;
        sum[columns++] = result[c];
    }
    if (way != NODES) fastsig_kernels()->series(terms, b->points, b->variable, columns, column, factor, addend, sum);
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
static void rows_of(struct block *b, const fastsig_smooth_bank *bank, enum way way, int group,
                    double result[FASTSIG_COMPONENTS][BLOCK])
{
    const double *const at_nodes[3] = {bank->value, bank->size, bank->doubt};
    if (way == LOWER_HALF || way == UPPER_HALF) {
        const double *rows = bank->half_octave[way == UPPER_HALF];
        sum_rows(b, FASTSIG_HALF_OCTAVE_TERMS, way, rows + group * FASTSIG_COMPONENTS * FASTSIG_HALF_OCTAVE_TERMS, 0, result);
        return;
    }
    int addends = add_asymptotes(b, bank, group);
    if (way == WIDE) sum_rows(b, FASTSIG_WIDE_TERMS, way, bank->wide + group * FASTSIG_COMPONENTS * FASTSIG_WIDE_TERMS, addends, result);
    else sum_rows(b, bank->nodes, way, at_nodes[group], addends, result);
}

/* What the sums of this way need of sigma. */
static void prepare(struct block *b, const fastsig_smooth_bank *bank, enum way way)
{
    const struct kernels *kernels = fastsig_kernels();
    int size = padded(b->points);
    for (int i = b->points; i < size; i++) b->sigma[i] = b->sigma[b->points - 1];
    if (way == LOWER_HALF || way == UPPER_HALF) {
        half_octave_variable(size, b->sigma, bank->sigma_low, way == UPPER_HALF, b->variable);
        return;
    }
    kernels->inverses(b->points, b->sigma, b->inverse, b->variable);
    kernels->asymptotes(b->points, b->sigma, b->half, b->square, b->bend);
    for (int i = 0; i < size; i++) {
        b->square[i] *= 2.0;
        b->bend[i] *= 2.0;
    }
    if (way == NODES) kernels->weights(bank->nodes, bank->half_square, b->points, b->variable, b->weight);
}

static void store(const struct block *b, const double (*from)[BLOCK], const double *unit, const size_t *place, size_t n,
                  double *to)
{
    int together = place[b->points - 1] - place[0] == (size_t)(b->points - 1); /* places ascend */
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        double *row = to + (size_t)c * n;
        if (together) /* in one piece: vectors */
            for (int i = 0; i < b->points; i++) row[place[0] + (size_t)i] = from[c][i] * unit[c];
        else
            for (int i = 0; i < b->points; i++) row[place[i]] = from[c][i] * unit[c];
    }
}

struct output {
    const double *unit;
    double limit, smallest;
    size_t n;
    double *value, *error;
    unsigned char *served;
};

static void run_block(struct block *b, const fastsig_smooth_bank *bank, enum way way, const size_t *place,
                      const struct output *to)
{
    prepare(b, bank, way);
    if (to->value) {
        rows_of(b, bank, way, 0, b->result);
        store(b, (const double (*)[BLOCK])b->result, to->unit, place, to->n, to->value);
    }
    if (!to->error) return;
    rows_of(b, bank, way, 2, b->result);
    store(b, (const double (*)[BLOCK])b->result, to->unit, place, to->n, to->error);
    if (isinf(to->limit)) return;
    rows_of(b, bank, way, 1, b->size);
    for (int c = 0; c < FASTSIG_COMPONENTS; c++)
        for (int i = 0; i < b->points; i++)
            if (b->result[c][i] > fmax(to->limit * b->size[c][i], to->smallest) && b->size[c][i] != 0.0) to->served[place[i]] = 0;
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
    int bank_of_block = -1, at = -1;
    enum way way = NODES;
    /* Blocks of neighbours that go the same way: ascending sigma makes full ones. */
    for (size_t i = 0; i <= n; i++) {
        double s = i < n ? sigma[i] / scale : 0.0;
        int stays = at >= 0 && s >= bank[at].sigma_low && (at + 1 == banks || s < bank[at + 1].sigma_low);
        if (!stays) at = last_at_most(banks, bank, s);
        int serves = i < n && s > 0.0 && at >= 0 && bank[at].valid;
        enum way its_way = serves ? way_of(&bank[at], s) : way;
        if (b.points && (i == n || b.points == BLOCK || (serves && (at != bank_of_block || its_way != way)))) {
            run_block(&b, &bank[bank_of_block], way, place, &to);
            b.points = 0;
        }
        if (i == n) break;
        served[i] = (unsigned char)serves;
        for (int c = 0; c < FASTSIG_COMPONENTS && !serves; c++) {
            if (value) value[(size_t)c * n + i] = 0.0;
            if (error) error[(size_t)c * n + i] = 0.0;
        }
        if (!serves) continue;
        bank_of_block = at;
        way = its_way;
        place[b.points] = i;
        b.sigma[b.points++] = s;
    }
    return FASTSIG_OK;
}
