/* Gauss-Legendre rules: order, symmetry, sums and moments for many n.
 *
 * The moments convict: int x^(2m) = 2/(2m+1) must hold for every 2m < 2n. Digits are
 * compared with certified values in the Python tests. */
#include "check.h"

#include <float.h>
#include <math.h>

static double nodes[FASTSIG_MAX_NODES + 1], weights[FASTSIG_MAX_NODES + 1];

static void check_rule(int n)
{
    const double sentinel = -7.25;
    nodes[n] = weights[n] = sentinel;
    CHECK(fastsig_gauss_legendre(n, nodes, weights) == FASTSIG_OK, "n = %d", n);
    CHECK(nodes[n] == sentinel && weights[n] == sentinel, "n = %d: written past the end", n);
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        CHECK(nodes[i] == -nodes[n - 1 - i] && weights[i] == weights[n - 1 - i], "n = %d: node %d and its mirror image", n, i);
        CHECK(i == 0 || nodes[i] > nodes[i - 1], "n = %d: nodes ascend at %d", n, i);
        CHECK(fabs(nodes[i]) < 1.0 && weights[i] > 0.0, "n = %d: %g, %g", n, nodes[i], weights[i]);
        CHECK(i == 0 || i > n / 2 || weights[i] >= weights[i - 1], "n = %d: weights fall outwards", n);
        sum += weights[i];
    }
    CHECK(n % 2 == 0 || nodes[n / 2] == 0.0, "n = %d: middle node %g", n, nodes[n / 2]);
    CHECK(fabs(sum - 2.0) <= 0.5 * n * DBL_EPSILON, "n = %d: weights sum to %.17g", n, sum);
}

/* A weight is rounded once, a node power times, and the sum n times. */
static void check_moments(int n)
{
    fastsig_gauss_legendre(n, nodes, weights);
    for (int m = 0; m < n; m++) {
        double sum = 0.0;
        for (int i = 0; i < n; i++) sum += weights[i] * pow(nodes[i], 2 * m);
        double expected = 2.0 / (2 * m + 1);
        CHECK(fabs(sum - expected) <= (2 * m + n + 3) * 0.5 * DBL_EPSILON * expected, "n = %d: moment %d is %.17g", n, 2 * m, sum);
    }
}

static void check_closed_forms(void)
{
    fastsig_gauss_legendre(1, nodes, weights);
    CHECK(nodes[0] == 0.0 && weights[0] == 2.0, "one node");
    fastsig_gauss_legendre(2, nodes, weights);
    CHECK(nodes[1] == sqrt(1.0 / 3.0) && weights[1] == 1.0, "two nodes: %.17g, %.17g", nodes[1], weights[1]);
    fastsig_gauss_legendre(3, nodes, weights);
    CHECK(nodes[2] == sqrt(0.6) && weights[1] == 8.0 / 9.0 && weights[2] == 5.0 / 9.0, "three nodes: %.17g", nodes[2]);
}

static void check_refusals(void)
{
    const int bad[] = {0, -1, -2147483647 - 1, FASTSIG_MAX_NODES + 1, 2147483647};
    nodes[0] = weights[0] = 42.0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(fastsig_gauss_legendre(bad[i], nodes, weights) == FASTSIG_ERROR_NODES, "n = %d", bad[i]);
    CHECK(fastsig_gauss_legendre(5, NULL, weights) == FASTSIG_ERROR_NULL, "no nodes");
    CHECK(fastsig_gauss_legendre(5, nodes, NULL) == FASTSIG_ERROR_NULL, "no weights");
    CHECK(nodes[0] == 42.0 && weights[0] == 42.0, "outputs of a refused call");
}

int main(void)
{
    check_refusals();
    check_closed_forms();
    for (int n = 1; n <= 400; n++) check_rule(n);
    const int large[] = {401, 500, 777, 1000, 1999, 2000, 3333, 5000, 8147, 9999, 10000};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) check_rule(large[i]);
    const int moments[] = {1, 2, 3, 4, 5, 6, 7, 12, 21, 40, 101, 300};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) check_moments(moments[i]);
    return finish();
}
