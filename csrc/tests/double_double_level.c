/* Compiled once per CPU level, and twice with flags that the library must not
 * have, with -DDD_LEVEL=the name of the table. */
#include "double_double_level.h"

#include <stddef.h>

#include "functions.h"

/* The compiler sees none of these values, so it folds nothing. */
static volatile double one = 1.0, tiny = 0x1p-60, factor = 0x1.0000001p0, minus_square = -0x1.0000002p0;

/* Three habits of the code, at values where rewriting them changes the result. */
static const char *broken_arithmetic(void)
{
    dd sum = dd_two_sum(one, tiny), quick = dd_quick_two_sum(one, tiny);
    if (sum.lo != 0x1p-60 || quick.lo != 0x1p-60) return "the rounding error of a sum is lost: reassociated";
    double shift = 0x1.8p52 * one, k = (2.7 * one + shift) - shift;
    if (k != 3.0) return "rounding to an integer by adding 1.5 2^52 is lost: reassociated";
    double a = factor, c = minus_square;
    if (a * a + c != 0.0) return "a product and a sum are rounded once, not twice: contracted";
    dd square = dd_two_square(factor);
    if (square.hi != 0x1.0000002p0 || square.lo != 0x1p-56) return "the rounding error of a product is wrong";
    return NULL;
}

#define FUNCTIONS(X) \
    X(exp) X(expm1) X(exp_minus_square) X(exp_minus_half_square) X(log) X(log1p) X(sinh) X(cosh) X(tanh) X(asinh) \
    X(atan) X(sin) X(cos) X(erf) X(erfc) X(erfcx) X(sigmoid) X(softplus) X(normal_pdf) X(normal_cdf)
#define ROW(name) {#name, dd_##name},

static const struct dd_function functions[] = {FUNCTIONS(ROW){NULL, NULL}};

const struct dd_level DD_LEVEL = {broken_arithmetic, functions};
