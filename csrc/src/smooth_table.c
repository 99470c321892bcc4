/* Tables of smooth functions that are made at run time (by Python, which also
 * verifies them): the sums of sinh_trapezoid.h, by the same kernels. */
#include "kernels.h"
#include "moments.h"

/* Room for a block; what belongs to its points is beside it. */
struct block {
    int points;
    _Alignas(64) double sigma[BLOCK], inverse[BLOCK], inverse_square[BLOCK];
    double half[BLOCK], bend[BLOCK], square[BLOCK]; /* Gaussian means of 1/2, x (2 Phi(x) - 1), x^2 */
    double addend[FASTSIG_COMPONENTS][BLOCK], result[FASTSIG_COMPONENTS][BLOCK], more[FASTSIG_COMPONENTS][BLOCK];
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

static void sums(struct block *b, const fastsig_smooth_bank *bank, const double *rows, int addends,
                 double result[FASTSIG_COMPONENTS][BLOCK])
{
    const double *column[FASTSIG_COMPONENTS], *addend[FASTSIG_COMPONENTS];
    double *sum[FASTSIG_COMPONENTS];
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        column[c] = rows + c * bank->nodes;
        addend[c] = addends ? b->addend[c] : NULL;
        sum[c] = result[c];
    }
    fastsig_kernels()->sums(bank->nodes, b->points, b->weight, FASTSIG_COMPONENTS, column, b->inverse, addend, sum);
}

static void wide_series(struct block *b, const double *rows, int addends, double result[FASTSIG_COMPONENTS][BLOCK])
{
    const double *a[FASTSIG_COMPONENTS], *factor[FASTSIG_COMPONENTS], *addend[FASTSIG_COMPONENTS];
    double *sum[FASTSIG_COMPONENTS];
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        a[c] = rows + c * FASTSIG_WIDE_TERMS;
        factor[c] = b->inverse;
        addend[c] = addends ? b->addend[c] : NULL;
        sum[c] = result[c];
    }
    fastsig_kernels()->series(FASTSIG_WIDE_TERMS, b->points, b->inverse_square, FASTSIG_COMPONENTS, a, factor, addend, sum);
}

/* What the bank leaves out, or its absolute terms. */
static int add_asymptotes(struct block *b, const fastsig_smooth_bank *bank, int absolute)
{
    int n = padded(b->points), any = 0;
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        const double *of = bank->asymptote[c];
        double x = absolute ? fabs(of[0]) : of[0], y = absolute ? fabs(of[1]) : of[1], z = absolute ? fabs(of[2]) : of[2];
        any |= x != 0.0 || y != 0.0 || z != 0.0;
        for (int i = 0; i < n; i++) b->addend[c][i] = x + (y * b->bend[i] + z * b->square[i]);
    }
    return any;
}

/* One of the groups of rows (value, size, inherited: 0, 1, 2) at the points of a block. */
static void rows_of(struct block *b, const fastsig_smooth_bank *bank, int wide, int group, int addends,
                    double result[FASTSIG_COMPONENTS][BLOCK])
{
    const double *const at_nodes[3] = {bank->value, bank->size, bank->inherited};
    if (wide) wide_series(b, bank->wide + group * FASTSIG_COMPONENTS * FASTSIG_WIDE_TERMS, addends, result);
    else sums(b, bank, at_nodes[group], addends, result);
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
    rows_of(b, bank, wide, 0, add_asymptotes(b, bank, 0), b->result);
    store(b, (const double (*)[BLOCK])b->result, to->unit, place, to->n, to->value);
    /* Beyond the nodes abs(integrand) is that of the asymptotes. */
    rows_of(b, bank, wide, 1, add_asymptotes(b, bank, 1), b->result);
    rows_of(b, bank, wide, 2, 0, b->more);
    for (int c = 0; c < FASTSIG_COMPONENTS; c++)
        for (int i = 0; i < size; i++) {
            double of_size = b->result[c][i], error = of_size * bank->relative[c] + b->more[c][i];
            int small = error <= fmax(to->limit * of_size, to->smallest) || of_size == 0.0;
            if (i < b->points && !small) to->served[place[i]] = 0;
            b->result[c][i] = error;
        }
    store(b, (const double (*)[BLOCK])b->result, to->unit, place, to->n, to->error);
}

static int same_rule(const fastsig_smooth_bank *bank, int one, int other, double s, double t)
{
    return one == other && (!bank[one].wide || (s >= bank[one].wide_low) == (t >= bank[one].wide_low));
}

int fastsig_smooth_table(int banks, const fastsig_smooth_bank *bank, double scale, const double unit[5], double limit,
                         double smallest, size_t n, const double *sigma, double *value, double *error,
                         unsigned char *served)
{
    if (n && (!bank || !unit || !sigma || !value || !error || !served)) return FASTSIG_ERROR_NULL;
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
        for (int c = 0; c < FASTSIG_COMPONENTS && !serves; c++) value[(size_t)c * n + i] = error[(size_t)c * n + i] = 0.0;
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
