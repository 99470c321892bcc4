/* Gauss-Hermite rules: order, symmetry, sums and moments for many n.
 *
 * The moments convict: E Z^(2m) = (2m-1)!! must hold for every 2m < 2n, and at
 * 2m = 2n the rule must miss by exactly n! (the squared norm of He_n), which
 * no rule does but this one. Digits are compared with a table of 40-digit
 * values in the Python tests.
 *
 * Prints what failed and returns 1, or returns 0. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "fastsig.h"

static double nodes[FASTSIG_MAX_NODES + 2];
static double weights[FASTSIG_MAX_NODES + 2];
static int failures;

static void fail(int n, const char *what, double got, double expected)
{
    printf("n = %d: %s: got %.17g, expected %.17g\n", n, what, got, expected);
    failures++;
}

/* sum_i w_i x_i^power, power even, by a compensated sum (Neumaier), so that
 * its own error is that of the terms. */
static double moment(int n, int power)
{
    double sum = 0.0, lost = 0.0;
    for (int i = 0; i < n; i++) {
        double term = weights[i];
        double root = 1.0; /* x^(power/2): the power itself may overflow */
        for (int k = 0; k < power / 2; k++)
            root *= nodes[i];
        if (term == 0.0)
            continue;
        term = term * root * root;
        double next = sum + term;
        lost += fabs(sum) >= fabs(term) ? (sum - next) + term
                                        : (term - next) + sum;
        sum = next;
    }
    return sum + lost;
}

/* Every moment up to the largest that is representable (2m = 300) and, for
 * n <= 150, the first one that the rule misses. Each term carries the rounding
 * of its weight (u), of its node, power times (u each), and of power products:
 * at most (2 power + 3) u, u = 2^-53. All terms are positive. */
static void check_moments(int n)
{
    double double_factorial = 1.0, factorial = 1.0; /* (2m-1)!!, m! */
    for (int m = 0; m <= n && m <= 150; m++) {
        if (m > 0) {
            double_factorial *= 2.0 * m - 1.0;
            factorial *= m;
        }
        double expected = double_factorial;
        if (m == n)
            expected -= factorial;
        double got = moment(n, 2 * m);
        /* m more roundings in (2m-1)!!; at m = n both terms have theirs. */
        double tolerance = (5.0 * m + 4.0) * 0.5 * DBL_EPSILON;
        double scale = m == n ? expected + 2.0 * factorial : expected;
        if (!(fabs(got - expected) <= tolerance * scale)) {
            char what[32];
            snprintf(what, sizeof what, "moment %d", 2 * m);
            fail(n, what, got, expected);
        }
    }
}

/* All that must hold to the last bit, and the sum of the weights. */
static void check_rule(int n)
{
    const double sentinel = -7.25;
    nodes[n] = weights[n] = sentinel;
    int status = fastsig_gauss_hermite(n, nodes, weights);
    if (status != FASTSIG_OK) {
        fail(n, "status", status, FASTSIG_OK);
        return;
    }
    if (nodes[n] != sentinel || weights[n] != sentinel)
        fail(n, "written past the end", nodes[n], sentinel);

    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        int mirror = n - 1 - i;
        if (nodes[i] != -nodes[mirror])
            fail(n, "node and mirror image", nodes[i], -nodes[mirror]);
        if (weights[i] != weights[mirror])
            fail(n, "weight and mirror image", weights[i], weights[mirror]);
        if (i > 0 && !(nodes[i] > nodes[i - 1]))
            fail(n, "nodes ascend", nodes[i], nodes[i - 1]);
        /* The weight is about exp(-x^2/2) times the gap: above 38.8 it is
         * below the smallest double, under 37 above the smallest normal. */
        if (fabs(nodes[i]) < 37.0 && !(weights[i] >= DBL_MIN))
            fail(n, "weight is positive", weights[i], DBL_MIN);
        if (fabs(nodes[i]) > 38.8 && weights[i] != 0.0)
            fail(n, "weight underflows", weights[i], 0.0);
        /* Weights fall from the centre outwards. */
        if (i > 0 && i <= n / 2 && !(weights[i] >= weights[i - 1]))
            fail(n, "weights fall outwards", weights[i - 1], weights[i]);
        sum += weights[i];
    }
    if (n % 2 == 1 && (nodes[n / 2] != 0.0 || signbit(nodes[n / 2])))
        fail(n, "middle node", nodes[n / 2], 0.0);
    /* All n nodes lie within the oscillation, the last one near its end. */
    if (n > 1 && !(nodes[n - 1] < 2.0 * sqrt(n + 0.5)))
        fail(n, "largest node", nodes[n - 1], 2.0 * sqrt(n + 0.5));
    /* Plain summation of up to 500 terms that matter: 2e-15 at every n up to
     * 10000 (the worst is 1.9e-15). */
    if (!(fabs(sum - 1.0) <= 2e-15))
        fail(n, "sum of weights", sum, 1.0);
}

static void check_closed_forms(void)
{
    fastsig_gauss_hermite(1, nodes, weights);
    if (nodes[0] != 0.0 || weights[0] != 1.0)
        fail(1, "the rule with one node", weights[0], 1.0);
    fastsig_gauss_hermite(2, nodes, weights);
    if (nodes[1] != 1.0 || weights[1] != 0.5)
        fail(2, "the rule with two nodes", nodes[1], 1.0);
    fastsig_gauss_hermite(3, nodes, weights);
    if (nodes[2] != sqrt(3.0) || weights[1] != 2.0 / 3.0
        || weights[2] != 1.0 / 6.0)
        fail(3, "the rule with three nodes", nodes[2], sqrt(3.0));
}

static void check_refusals(void)
{
    const int bad[] = {0, -1, -2147483647 - 1, FASTSIG_MAX_NODES + 1,
                       2147483647};
    nodes[0] = weights[0] = 42.0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int status = fastsig_gauss_hermite(bad[i], nodes, weights);
        if (status != FASTSIG_ERROR_NODES)
            fail(bad[i], "status", status, FASTSIG_ERROR_NODES);
    }
    int status = fastsig_gauss_hermite(5, NULL, weights);
    if (status != FASTSIG_ERROR_NULL)
        fail(5, "status without nodes", status, FASTSIG_ERROR_NULL);
    status = fastsig_gauss_hermite(5, nodes, NULL);
    if (status != FASTSIG_ERROR_NULL)
        fail(5, "status without weights", status, FASTSIG_ERROR_NULL);
    if (nodes[0] != 42.0 || weights[0] != 42.0)
        fail(0, "outputs of a refused call", nodes[0], 42.0);
}

int main(void)
{
    check_refusals();
    check_closed_forms();
    for (int n = 1; n <= 400; n++) {
        check_rule(n);
        if (n <= 60 || n % 49 == 3)
            check_moments(n);
    }
    const int large[] = {401, 500, 777, 1000, 1999, 2000, 3333, 5000, 8147,
                         9999, 10000};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        check_rule(large[i]);
    check_moments(10000);

    if (failures > 0)
        printf("%d failures\n", failures);
    return failures > 0;
}
