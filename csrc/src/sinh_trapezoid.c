/* The sinh-trapezoid rule: bank, weights, sums, asymptote, error bound. */
#include "sinh_trapezoid.h"

#include "exponentials.h"
#include "kernels.h"
#include "normal.h"

/* Rounding of a series: Horner's last steps, sigma^2, the power. */
#define SERIES_ROUNDINGS 8.0
/* Rounding of a sum over a bank, in units of (sum of abs terms): 10 additions
 * in the longest chain, product, table entry, 1 ulp of exp (2 units), and the
 * exponent, whose relative error of 3 units is amplified by its mean size, at
 * most 2; then 1/sigma, the asymptote and the sum with it. Rule: 0.3. */
#define SUM_ROUNDINGS 24.0

/* 1/sigma^2, correctly rounded but for 1e-3 ulp: its error would shift every
 * weight alike. */
static double inverse_square(double sigma)
{
    if (sigma > 1e100) return 1.0 / sigma / sigma;
    return dd_div(dd_from(1.0), dd_two_square(sigma)).hi;
}

static double asymptote(int component, double sigma)
{
    double q = sigma * sigma;
    switch (component) {
    case FASTSIG_M1: return q / sqrt(1.0 + q) * ONE_OVER_SQRT_2PI; /* E x Phi(x) */
    case FASTSIG_M2:
    case FASTSIG_ETA: return 0.5 * q;
    default: return 0.5;
    }
}

static void from_series(const struct sinh_trapezoid_table *table, double sigma, struct moments *out)
{
    double q = sigma * sigma;
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) {
        if (!table->column[0][i]) continue;
        const double *a = table->series[i];
        double value = a[SINH_TRAPEZOID_SERIES_TERMS - 1];
        for (int k = SINH_TRAPEZOID_SERIES_TERMS - 2; k >= 0; k--) value = value * q + a[k];
        if (table->power[i]) value *= q;
        moments_set(out, i, value, SERIES_ROUNDINGS * UNIT_ROUNDOFF * fabs(value), FASTSIG_METHOD_SERIES);
    }
}

void sinh_trapezoid_moments(const struct sinh_trapezoid_table *table, double sigma, struct moments *out)
{
    double sum[FASTSIG_COMPONENTS];
    int bank = SINH_TRAPEZOID_BANKS - 1;
    while (bank >= 0 && sigma < sinh_trapezoid_banks[bank].sigma_low) bank--;
    if (bank < 0) {
        from_series(table, sigma, out);
        return;
    }
    int last = bank == SINH_TRAPEZOID_BANKS - 1;
    fastsig_kernels()->sinh_trapezoid_sums(sinh_trapezoid_banks[bank].nodes,
                                           sinh_trapezoid_banks[bank].half_square, inverse_square(sigma),
                                           table->column[bank], sum);
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) {
        if (!table->column[bank][i]) continue;
        double value = sum[i] / sigma;
        if (last && table->asymptote[i]) value += asymptote(i, sigma);
        moments_set(out, i, value, SUM_ROUNDINGS * UNIT_ROUNDOFF * table->condition[bank][i] * fabs(value),
                    FASTSIG_METHOD_TABLE);
    }
}

int fastsig_sinh_trapezoid(int number, fastsig_sinh_trapezoid_bank *bank)
{
    if (!bank || number < 0 || number >= SINH_TRAPEZOID_BANKS) return 0;
    const struct sinh_trapezoid_bank *b = &sinh_trapezoid_banks[number];
    *bank = (fastsig_sinh_trapezoid_bank){b->sigma_low, b->step, b->stretch, b->nodes, b->half_square};
    return 1;
}
