/* Tables made at run time: a constant integrand whose sums are known, the
 * asymptotes, what is served, any order and length of sigma, refusals. */
#include "check.h"

#include <math.h>
#include <string.h>

enum { N = 150, NODES = 24, BANKS = 3 };

static double half_square[NODES], value[5][NODES], size[5][NODES], doubt[5][NODES], wide[15][FASTSIG_WIDE_TERMS];

/* E 1 = 1 in every row, times r + 1: a plain trapezoid rule with step 0.4 in x
 * for sigma from 1 to 1.1 (its terms are below 1e-16 beyond x = 9.2). */
static void make_rule(void)
{
    for (int k = 0; k < NODES; k++) {
        double x = 0.4 * k, weight = 0.4 * 2.0 / sqrt(2.0 * acos(-1.0)) * (k ? 1.0 : 0.5);
        half_square[k] = 0.5 * x * x;
        for (int r = 0; r < 5; r++) {
            value[r][k] = (r + 1) * weight;
            size[r][k] = (r + 1) * weight;
            doubt[r][k] = (1e-12 * (r + 1) + 1e-9) * weight;
        }
    }
    for (int r = 0; r < 15; r++) wide[r][0] = r + 1.0;
}

static fastsig_smooth_bank bank(double low, int valid)
{
    fastsig_smooth_bank b = {.sigma_low = low, .valid = valid, .nodes = NODES, .half_square = half_square,
                             .value = value[0], .size = size[0], .doubt = doubt[0]};
    for (int c = 0; c < 5; c++) b.relative[c] = 1e-12;
    return b;
}

int main(void)
{
    make_rule();
    fastsig_smooth_bank banks[BANKS] = {bank(0.5, 0), bank(1.0, 1), bank(4.0, 1)};
    banks[2].wide_low = 4.0;
    banks[2].wide = wide[0];
    for (int c = 0; c < 5; c++) banks[2].asymptote[c][2] = 1.0; /* x^2 */
    const double unit[5] = {1.0, 2.0, 1.0, 1.0, 0.5}, scale = 2.0;
    double sigma[N], found[5 * N], error[5 * N];
    unsigned char served[N];
    for (int i = 0; i < N; i++) sigma[i] = i % 10 == 9 ? 0.0 : i % 7 == 3 ? 1.5 : i % 5 == 4 ? 20.0 + i : 2.0 + 0.001 * i;
    for (int n = 0; n <= N; n += n < 20 ? 1 : 13) {
        CHECK(fastsig_smooth_table(BANKS, banks, scale, unit, INFINITY, 0.0, (size_t)n, sigma, found, error, served) == FASTSIG_OK, "n %d", n);
        for (int i = 0; i < n; i++) {
            double s = sigma[i] / scale, one[5], one_error[5];
            unsigned char one_served;
            CHECK(served[i] == (s >= 1.0), "sigma %g served %d", sigma[i], served[i]);
            fastsig_smooth_table(BANKS, banks, scale, unit, INFINITY, 0.0, 1, &sigma[i], one, one_error, &one_served);
            CHECK(one_served == served[i], "alone");
            for (int c = 0; c < 5; c++) {
                double got = found[c * n + i], bound = error[c * n + i];
                double expected = s < 1.0 ? 0.0 : s < 4.0 ? c + 1.0 : (c + 1.0) / s + s * s;
                CHECK(memcmp(&got, &one[c], sizeof got) == 0 && memcmp(&bound, &one_error[c], sizeof bound) == 0, "row %d alone", c);
                CHECK(fabs(got - unit[c] * expected) <= 1e-14 * unit[c] * expected, "row %d at %g: %.17g", c, s, got);
                if (s >= 1.0 && s < 4.0)
                    CHECK(fabs(bound / (unit[c] * (1e-12 * (c + 1.0) + 1e-9)) - 1.0) < 1e-12, "error %g", bound);
            }
        }
    }
    CHECK(fastsig_smooth_table(BANKS, banks, scale, unit, 1e-10, 0.0, 1, sigma, found, error, served) == FASTSIG_OK && !served[0],
          "an error of 1e-9 is above the limit");
    CHECK(fastsig_smooth_table(BANKS, banks, scale, unit, 1e-10, 1e-8, 1, sigma, found, error, served) == FASTSIG_OK && served[0],
          "but below what is too small to matter");
    double alone[5 * N];
    fastsig_smooth_table(BANKS, banks, scale, unit, INFINITY, 0.0, N, sigma, found, error, served);
    CHECK(fastsig_smooth_table(BANKS, banks, scale, unit, 0.0, 0.0, N, sigma, alone, NULL, served) == FASTSIG_OK && served[0] &&
          memcmp(alone, found, sizeof found) == 0, "values alone");
    CHECK(fastsig_smooth_table(BANKS, banks, scale, unit, INFINITY, 0.0, N, sigma, NULL, alone, served) == FASTSIG_OK &&
          memcmp(alone, error, sizeof error) == 0, "errors alone");
    double bad[] = {-1.0, NAN, 1e151};
    for (int i = 0; i < 3; i++)
        CHECK(fastsig_smooth_table(BANKS, banks, scale, unit, 1.0, 0.0, 1, &bad[i], found, error, served) == FASTSIG_ERROR_SIGMA, "%g", bad[i]);
    CHECK(fastsig_smooth_table(BANKS, banks, scale, unit, 1.0, 0.0, 1, sigma, found, error, NULL) == FASTSIG_ERROR_NULL, "null");
    return finish();
}
