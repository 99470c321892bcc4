/* The sinh-trapezoid rule: regime, weights, sums, asymptote, error bound. */
#include "sinh_trapezoid.h"

#define LAST (SINH_TRAPEZOID_BANKS - 1)
/* Rounding of a series: Horner's last steps, sigma^2, the power. */
#define SERIES_ROUNDINGS 8.0
/* The same and 1/sigma, the asymptote and the sum with it. */
#define WIDE_ROUNDINGS 12.0
/* Rounding of a sum over a bank, in units of (sum of abs terms): 9 additions
 * in the longest chain, product, table entry, 1 ulp of exp (2 units), and the
 * exponent, whose relative error of 3 units is amplified by its mean size, at
 * most 2; then 1/sigma and the product with it, the asymptote and the sum with
 * it. Rule: 0.3. */
#define SUM_ROUNDINGS 24.0

void sinh_trapezoid_prepare(struct sinh_trapezoid_weights *w)
{
    int n = padded(w->points);
    const double *sigma = w->sigma;
    if (w->regime == 0) {
        for (int i = 0; i < n; i++) w->square[i] = sigma[i] * sigma[i];
        return;
    }
    fastsig_kernels()->inverses(w->points, sigma, w->inverse, w->inverse_square);
    if (w->regime > LAST)
        fastsig_kernels()->asymptotes(w->points, sigma, w->half, w->half_square, w->first_moment);
    if (w->regime <= SINH_TRAPEZOID_BANKS) {
        const struct sinh_trapezoid_bank *bank = &sinh_trapezoid_banks[w->regime - 1];
        fastsig_kernels()->weights(bank->nodes, bank->half_square, w->points, w->inverse_square, w->weight);
    }
}

static const double *asymptote(const struct sinh_trapezoid_weights *w, int component)
{
    switch (component) {
    case FASTSIG_M1: return w->first_moment;
    case FASTSIG_M2:
    case FASTSIG_ETA: return w->half_square;
    default: return w->half;
    }
}

void sinh_trapezoid_block(const struct sinh_trapezoid_table *table, const struct sinh_trapezoid_weights *w,
                          struct moments_block *out)
{
    const struct kernels *kernels = fastsig_kernels();
    int wide = w->regime > SINH_TRAPEZOID_BANKS, last = w->regime > LAST;
    int bank = wide ? LAST : w->regime > 0 ? w->regime - 1 : 0, columns = 0, which[FASTSIG_COMPONENTS];
    const double *column[FASTSIG_COMPONENTS], *factor[FASTSIG_COMPONENTS], *addend[FASTSIG_COMPONENTS];
    double *value[FASTSIG_COMPONENTS];
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) {
        if (!table->column[bank][i]) continue;
        which[columns] = i;
        column[columns] = wide ? table->wide[i] : w->regime ? table->column[bank][i] : table->series[i];
        factor[columns] = wide ? w->inverse : table->power[i] ? w->square : NULL;
        addend[columns] = last && table->asymptote[i] ? asymptote(w, i) : NULL;
        value[columns++] = out->value[i];
    }
    if (w->regime == 0)
        kernels->series(SINH_TRAPEZOID_SERIES_TERMS, w->points, w->square, columns, column, factor, addend, value);
    else if (wide)
        kernels->series(SINH_TRAPEZOID_WIDE_TERMS, w->points, w->inverse_square, columns, column, factor, addend, value);
    else
        kernels->sums(sinh_trapezoid_banks[bank].nodes, w->points, w->weight, columns, column, w->inverse, addend, value);
    for (int k = 0; k < columns; k++) {
        double condition = table->condition[bank][which[k]];
        if (w->regime == 0) block_bound(out, which[k], SERIES_ROUNDINGS, FASTSIG_METHOD_SERIES);
        else if (wide) block_bound(out, which[k], WIDE_ROUNDINGS * condition, FASTSIG_METHOD_SERIES);
        else block_bound(out, which[k], SUM_ROUNDINGS * condition, FASTSIG_METHOD_TABLE);
    }
}

int fastsig_sinh_trapezoid(int number, fastsig_sinh_trapezoid_bank *bank)
{
    if (!bank || number < 0 || number >= SINH_TRAPEZOID_BANKS) return 0;
    const struct sinh_trapezoid_bank *b = &sinh_trapezoid_banks[number];
    *bank = (fastsig_sinh_trapezoid_bank){b->sigma_low, b->step, b->stretch, b->nodes, b->half_square};
    return 1;
}
