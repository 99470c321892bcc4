/* Batches: equal to single points to the bit in any order, length and mixture of
 * regimes; rows chosen; nothing written beyond the rows; refusals. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POINTS 1500

static double sigma[POINTS], mean[POINTS];

static uint64_t state = 20260202;

static double uniform(void) /* splitmix64 */
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static int same_bits(double x, double y) { return memcmp(&x, &y, sizeof x) == 0; }

/* Every number of a batch against a call of its own. */
static void compare(int count, const fastsig_activation *phi, size_t n, const double *means)
{
    size_t numbers = (size_t)count * FASTSIG_COMPONENTS * n;
    double *value = malloc(numbers * sizeof *value), *error = malloc(numbers * sizeof *error);
    double *alone = malloc(numbers * sizeof *alone);
    int *method = malloc(numbers * sizeof *method), *status = malloc((size_t)count * n * sizeof *status);
    int64_t *evaluations = malloc((size_t)count * n * sizeof *evaluations);
    const fastsig_moments_output all = {value, error, method, evaluations, status}, values = {alone, NULL, NULL, NULL, NULL};
    fastsig_batch_summary summary;
    CHECK(fastsig_moments_batch(count, phi, 0, 0, 0, NULL, n, sigma, means, n, &all, &summary) == FASTSIG_OK, "batch");
    CHECK(fastsig_moments_batch(count, phi, 0, 0, 0, NULL, n, sigma, means, n, &values, NULL) == FASTSIG_OK, "values");
    unsigned methods = 0;
    int64_t total = 0;
    for (int a = 0; a < count; a++)
        for (size_t i = 0; i < n; i++) {
            fastsig_point point;
            double m = means ? means[i] : 0.0;
            CHECK(fastsig_moments_at(&phi[a], 0, 0, sigma[i], m, &point) == FASTSIG_OK, "point");
            size_t p = (size_t)a * n + i;
            CHECK(evaluations[p] == point.evaluations && status[p] == point.status, "%s: evaluations", name_of(&phi[a]));
            total += point.evaluations;
            for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
                size_t k = ((size_t)a * FASTSIG_COMPONENTS + (size_t)c) * n + i;
                CHECK(same_bits(value[k], point.value[c]) && same_bits(alone[k], point.value[c]),
                      "%s[%d] at %.17g, %.17g: %.17g, alone %.17g", name_of(&phi[a]), c, sigma[i], m, value[k], point.value[c]);
                CHECK(same_bits(error[k], point.error[c]), "%s[%d] at %.17g: error %g, alone %g", name_of(&phi[a]), c, sigma[i],
                      error[k], point.error[c]);
                CHECK(method[k] == point.method[c], "%s[%d]: method", name_of(&phi[a]), c);
                methods |= 1u << method[k];
            }
        }
    CHECK(summary.methods == methods && summary.evaluations == total && summary.status == FASTSIG_OK, "summary");
    free(value);
    free(error);
    free(alone);
    free(method);
    free(status);
    free(evaluations);
}

static fastsig_activation named(const char *name, double parameter)
{
    fastsig_activation phi;
    CHECK(fastsig_activation_make(name, parameter < 0.0 ? NULL : &parameter, &phi) == FASTSIG_OK, "%s", name);
    return phi;
}

static void check_rows(void)
{
    const fastsig_activation phi[2] = {named("tanh", -1.0), named("swish", 3.0)};
    const int row[3] = {FASTSIG_ETA, FASTSIG_M1, FASTSIG_ETA};
    enum { N = 70, STRIDE = 80 };
    double value[6 * STRIDE], all[10 * N];
    const fastsig_moments_output some = {.value = value}, every = {.value = all};
    for (int i = 0; i < 6 * STRIDE; i++) value[i] = 42.0;
    CHECK(fastsig_moments_batch(2, phi, 0, 0, 3, row, N, sigma, NULL, STRIDE, &some, NULL) == FASTSIG_OK, "rows");
    CHECK(fastsig_moments_batch(2, phi, 0, 0, 0, NULL, N, sigma, NULL, N, &every, NULL) == FASTSIG_OK, "all rows");
    for (int a = 0; a < 2; a++)
        for (int r = 0; r < 3; r++)
            for (int i = 0; i < STRIDE; i++) {
                double expected = i < N ? all[(a * 5 + row[r]) * N + i] : 42.0;
                CHECK(same_bits(value[(a * 3 + r) * STRIDE + i], expected), "activation %d, row %d, point %d", a, r, i);
            }
}

static void check_refusals(void)
{
    const fastsig_activation phi[2] = {named("tanh", -1.0), named("relu", -1.0)};
    double value[10], bad = -1.0;
    const int row[1] = {5};
    const fastsig_moments_output out = {.value = value}, none = {0};
    CHECK(fastsig_moments_batch(2, phi, 0, 0, 0, NULL, 1, &bad, NULL, 1, &out, NULL) == FASTSIG_ERROR_SIGMA, "sigma");
    CHECK(fastsig_moments_batch(2, phi, 0, 0, 0, NULL, 1, sigma, NULL, 1, &none, NULL) == FASTSIG_ERROR_NULL, "no output");
    CHECK(fastsig_moments_batch(2, NULL, 0, 0, 0, NULL, 1, sigma, NULL, 1, &out, NULL) == FASTSIG_ERROR_NULL, "null");
    CHECK(fastsig_moments_batch(2, phi, 0, 0, 1, row, 1, sigma, NULL, 1, &out, NULL) == FASTSIG_ERROR_ROWS, "row 5");
    CHECK(fastsig_moments_batch(2, phi, FASTSIG_METHOD_TABLE, 0, 0, NULL, 1, sigma, NULL, 1, &out, NULL) == FASTSIG_ERROR_METHOD, "relu has no table");
    CHECK(fastsig_moments_batch(0, NULL, 0, 0, 0, NULL, 1, sigma, NULL, 1, &out, NULL) == FASTSIG_OK, "no activations");
    CHECK(fastsig_moments_batch(2, phi, 0, 0, 0, NULL, 0, NULL, NULL, 0, NULL, NULL) == FASTSIG_OK, "no points");
    CHECK(fastsig_moments_at(phi, 0, 0, 1.0, 0.0, NULL) == FASTSIG_ERROR_NULL, "null point");
    CHECK(fastsig_moments_into(phi, 1.0, 0.0, NULL) == FASTSIG_ERROR_NULL, "null values");
    CHECK(fastsig_moments_into(phi, NAN, 0.0, value) == FASTSIG_ERROR_SIGMA, "NaN");
    CHECK(fastsig_moments_in_blocks(phi, 0) && !fastsig_moments_in_blocks(phi, FASTSIG_METHOD_ADAPTIVE), "blocks");
}

int main(void)
{
    fastsig_activation smooth[] = {named("tanh", -1.0), named("swish", 0.07), named("sigmoid", -1.0), named("swish", 1.0),
                                   named("mish", -1.0), named("relu", -1.0), named("gelu", -1.0), named("swish", 90.0),
                                   named("leaky_relu", 0.3), named("crrelu", 1.5), named("telu", -1.0), named("hardtanh", -1.0)};
    int count = sizeof smooth / sizeof *smooth;
    for (int i = 0; i < POINTS; i++) sigma[i] = pow(10.0, -6.0 + 12.0 * i / (POINTS - 1)); /* a grid, ascending */
    compare(count, smooth, POINTS, NULL);
    for (size_t n = 1; n < 70; n += n < 20 ? 1 : 7) compare(count, smooth, n, NULL); /* every remainder */
    for (int i = 0; i < POINTS; i++) {
        sigma[i] = uniform() < 0.05 ? 0.0 : pow(10.0, 12.0 * uniform() - 6.0);
        mean[i] = 0.0;
    }
    compare(count, smooth, POINTS, NULL); /* any order, sigma = 0 among them */
    for (int times = 0; times < 30; times++) { /* coincidences of places */
        fastsig_activation closed[] = {named("relu", -1.0), named("gelu", -1.0), named("tanh", -1.0)};
        for (int i = 0; i < POINTS; i++) sigma[i] = pow(10.0, 4.0 * uniform() - 2.0);
        compare(3, closed, POINTS, NULL);
    }
    for (int i = 0; i < POINTS; i++) sigma[i] = i % 3 ? pow(10.0, 298.0 * uniform() - 148.0) : sigma[i]; /* any size */
    compare(count, smooth, POINTS, mean);
    check_rows();
    for (int i = 0; i < 120; i++) {
        sigma[i] = pow(10.0, 4.0 * uniform() - 2.0);
        mean[i] = i % 4 ? 0.0 : 6.0 * uniform() - 3.0;
    }
    fastsig_activation every[64];
    for (int id = 0; id < fastsig_activation_count(); id++) every[id] = built_in(id);
    compare(fastsig_activation_count(), every, 120, mean); /* all built-ins, means among them */
    check_refusals();
    return finish();
}
