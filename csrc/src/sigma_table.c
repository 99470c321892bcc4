/* Tables in sigma: ranges, variables, sums, asymptote, error bound. */
#include "sigma_table.h"

#include "half_octave.h"

#include <math.h>

#define WIDE (SIGMA_PIECES + 1)
/* Rounding of the series: Horner's last steps, sigma^2, the power. */
#define SERIES_ROUNDINGS 8.0
/* The same and 1/sigma, the asymptote and the sum with it. */
#define WIDE_ROUNDINGS 12.0

void sigma_table_prepare(struct sigma_variables *v)
{
    int n = padded(v->points);
    if (v->range == 0) {
        for (int i = 0; i < n; i++) v->variable[i] = v->sigma[i] * v->sigma[i];
    } else if (v->range < WIDE) {
        int piece = v->range - 1;
        half_octave_variable(n, v->sigma, ldexp(SIGMA_PIECES_LOW, piece / 2), piece % 2, v->variable);
    } else {
        fastsig_kernels()->inverses(v->points, v->sigma, v->inverse, v->variable);
        fastsig_kernels()->asymptotes(v->points, v->sigma, v->half, v->half_square, v->first_moment);
    }
}

static const double *asymptote(const struct sigma_variables *v, int component)
{
    switch (component) {
    case FASTSIG_M1: return v->first_moment;
    case FASTSIG_M2:
    case FASTSIG_ETA: return v->half_square;
    default: return v->half;
    }
}

void sigma_table_block(const struct sigma_table *table, const struct sigma_variables *v, struct moments_block *out)
{
    int range = v->range, wide = range == WIDE, small = range == 0, columns = 0, which[FASTSIG_COMPONENTS];
    const double *const *present = table->piece[small ? 0 : wide ? SIGMA_PIECES - 1 : range - 1];
    const double *column[FASTSIG_COMPONENTS], *factor[FASTSIG_COMPONENTS], *addend[FASTSIG_COMPONENTS];
    double *value[FASTSIG_COMPONENTS];
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) {
        if (!present[i]) continue;
        which[columns] = i;
        column[columns] = small ? table->series[i] : wide ? table->wide[i] : present[i];
        factor[columns] = wide ? v->inverse : small && table->power[i] ? v->variable : NULL;
        addend[columns] = wide && table->asymptote[i] ? asymptote(v, i) : NULL;
        value[columns++] = out->value[i];
    }
    int terms = small ? SIGMA_SERIES_TERMS : wide ? SIGMA_WIDE_TERMS : SIGMA_PIECE_TERMS;
    fastsig_kernels()->series(terms, v->points, v->variable, columns, column, factor, addend, value);
    for (int k = 0; k < columns; k++) {
        int c = which[k];
        if (small) block_bound(out, c, SERIES_ROUNDINGS, FASTSIG_METHOD_SERIES);
        else if (wide) block_bound(out, c, WIDE_ROUNDINGS * table->wide_condition[c], FASTSIG_METHOD_SERIES);
        else block_bound(out, c, table->units[range - 1][c], FASTSIG_METHOD_TABLE);
    }
}
