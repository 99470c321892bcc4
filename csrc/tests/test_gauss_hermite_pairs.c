/* Gauss-Hermite rules as pairs: moments, order, symmetry, refusals.
 *
 * E Z^(2m) = (2m-1)!! for every 2m < 2n, and at 2m = 2n the rule misses by
 * exactly n!, as no other rule does. Digits are compared with 40-digit values in
 * the Python tests. */
#include "check.h"
#include "double_double.h"

static double parts[4][FASTSIG_MAX_NODES];

static dd node(int i) { return (dd){parts[0][i], parts[1][i]}; }
static dd weight(int i) { return (dd){parts[2][i], parts[3][i]}; }

static int make(int n) { return fastsig_gauss_hermite_double_double(n, parts[0], parts[1], parts[2], parts[3]); }

/* Each term errs by 20 u^2 of its weight and 14 m u^2 of its power, u = 2^-53, each
 * addition by 3 u^2 more; terms are positive, and some 300 are not negligible. */
static void check_moments(int n)
{
    dd double_factorial = dd_from(1.0), factorial = dd_from(1.0); /* (2m-1)!!, m! */
    for (int m = 0; m <= n && m <= 40; m++) {
        if (m > 0) {
            double_factorial = dd_mul_d(double_factorial, 2.0 * m - 1.0);
            factorial = dd_mul_d(factorial, m);
        }
        dd expected = m == n ? dd_sub(double_factorial, factorial) : double_factorial, sum = dd_from(0.0);
        for (int i = 0; i < n; i++) {
            dd term = weight(i), square = dd_square(node(i));
            for (int k = 0; k < m && term.hi > 1e-200; k++) term = dd_mul(term, square);
            sum = dd_add(sum, term);
        }
        double error = fabs(dd_sub(sum, expected).hi), allowed = (20.0 + 14.0 * m + 900.0) * 0x1p-106;
        CHECK(error <= allowed * double_factorial.hi, "n = %d: moment %d is off by %.3g of itself", n, 2 * m,
              error / double_factorial.hi);
    }
}

static void check_order_and_symmetry(int n)
{
    for (int i = 0; i < n; i++) {
        dd x = node(i), mirrored = node(n - 1 - i), w = weight(i), twin = weight(n - 1 - i);
        CHECK(x.hi == -mirrored.hi && x.lo == -mirrored.lo, "n = %d: node %d is not its mirror image", n, i);
        CHECK(w.hi == twin.hi && w.lo == twin.lo, "n = %d: weight %d is not its mirror image", n, i);
        CHECK(x.hi + x.lo == x.hi && w.hi + w.lo == w.hi, "n = %d: pair %d is not normalised", n, i);
        CHECK(i == 0 || parts[0][i - 1] < x.hi, "n = %d: node %d is not above the one before", n, i);
    }
}

static void check_refusals(void)
{
    const int bad[] = {0, -1, -2147483647 - 1, FASTSIG_MAX_NODES + 1, 2147483647};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(make(bad[i]) == FASTSIG_ERROR_NODES, "n = %d", bad[i]);
    for (int i = 0; i < 4; i++) {
        double *out[4] = {parts[0], parts[1], parts[2], parts[3]};
        out[i] = NULL;
        int status = fastsig_gauss_hermite_double_double(5, out[0], out[1], out[2], out[3]);
        CHECK(status == FASTSIG_ERROR_NULL, "output %d NULL: %d", i, status);
    }
}

int main(void)
{
    check_refusals();
    for (int n = 1; n <= 120; n++) {
        CHECK(make(n) == FASTSIG_OK, "n = %d", n);
        check_moments(n);
        check_order_and_symmetry(n);
    }
    const int large[] = {371, 372, 1000, 1999, 5000, 9999, 10000};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        CHECK(make(large[i]) == FASTSIG_OK, "n = %d", large[i]);
        check_moments(large[i]);
        check_order_and_symmetry(large[i]);
    }
    return finish();
}
