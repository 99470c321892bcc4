/* The kernels at the CPU level in use: exp to 1 ulp against the C library's
 * long double, underflow, every length (vector remainders). */
#include "check.h"

#include <math.h>

static void check_exp(double x)
{
    double y;
    fastsig_exp_nonpositive(1, &x, &y);
    double truth = (double)expl((long double)x);
    if (x < -708.0) CHECK(y == 0.0, "exp(%.17g) = %g", x, y);
    else CHECK(fabs(y - truth) <= nextafter(truth, 2.0) - truth, "exp(%.17g) = %.17g, not %.17g", x, y, truth);
}

int main(void)
{
    for (double x = 0.0; x > -710.0; x -= 0.00737) check_exp(x);
    for (int k = 0; k < 1022; k++) { /* borders of the reduction */
        double x = -(k + 0.5) * 0.6931471805599453;
        check_exp(x);
        check_exp(nextafter(x, 0.0));
        check_exp(nextafter(x, -1e3));
    }
    check_exp(-5e-324);
    check_exp(-708.0);
    check_exp(-1e308);
    check_exp(-INFINITY);
    for (size_t n = 0; n < 70; n++) {
        double x[70], y[71];
        for (size_t i = 0; i < n; i++) x[i] = -0.37 * (double)i;
        y[n] = 42.0;
        CHECK(fastsig_exp_nonpositive(n, x, y) == FASTSIG_OK, "n %zu", n);
        CHECK(y[n] == 42.0, "wrote beyond n = %zu", n);
        for (size_t i = 0; i < n; i++) CHECK(fabs(y[i] / exp(x[i]) - 1.0) < 5e-16, "element %zu of %zu", i, n);
    }
    CHECK(fastsig_exp_nonpositive(1, NULL, NULL) == FASTSIG_ERROR_NULL, "null");
    CHECK(fastsig_cpu_level_available("baseline"), "baseline");
    CHECK(!fastsig_cpu_level_available("x86-64-v9") && !fastsig_cpu_level_available(NULL), "unknown level");
    CHECK(fastsig_cpu_level_available(fastsig_cpu_level()), "level in use");
    return finish();
}
