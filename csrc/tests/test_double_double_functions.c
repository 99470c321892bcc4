/* The functions on pairs against 40-digit values, at the CPU level in use, or,
 * by its name as an argument, as wrong flags make them: then the program must
 * fail, and say which flags. */
#include "check.h"

#include <string.h>

#include "double_double_level.h"

struct point {
    double hi, lo;               /* the argument */
    double first, second, third; /* the value to 136 bits */
};

#include "double_double_points.h" /* generated */

/* Bounds of relative errors in units of 2^-106: those of double_double/functions.h. */
static const struct {
    const char *name;
    double bound;
    const struct point *points;
    size_t count;
} oracle[] = {
#define ORACLE(name, bound) {#name, bound, name##_points, sizeof name##_points / sizeof *name##_points}
    ORACLE(exp, 2), ORACLE(expm1, 5), ORACLE(exp_minus_square, 2), ORACLE(exp_minus_half_square, 2),
    ORACLE(log, 6), ORACLE(log1p, 6),
    ORACLE(sinh, 6), ORACLE(cosh, 4), ORACLE(tanh, 10), ORACLE(asinh, 5), ORACLE(atan, 8),
    ORACLE(sin, 6), ORACLE(cos, 6),
    ORACLE(erf, 7), ORACLE(erfc, 9), ORACLE(erfcx, 8),
    ORACLE(sigmoid, 8), ORACLE(softplus, 5), ORACLE(normal_pdf, 6), ORACLE(normal_cdf, 9),
};

/* Subnormal numbers and rests have no relative precision: a few of their units are allowed. */
#define UNDERFLOW 0x1p-1072

static void check_function(const struct dd_function *f, double bound, const struct point *points, size_t count)
{
    double worst = 0.0;
    for (size_t i = 0; i < count; i++) {
        const struct point *p = points + i;
        dd y = f->call((dd){p->hi, p->lo});
        if (isinf(p->first)) {
            CHECK(y.hi == p->first && y.lo == 0.0, "%s(%a + %a) = %a + %a", f->name, p->hi, p->lo, y.hi, y.lo);
            continue;
        }
        CHECK(y.hi + y.lo == y.hi, "%s(%a + %a) is not a normalised pair: %a + %a", f->name, p->hi, p->lo, y.hi, y.lo);
        dd difference = dd_sub(y, (dd){p->first, p->second});
        double error = fabs((difference.hi - p->third) + difference.lo), unit = 0x1p-106 * fabs(p->first);
        CHECK(error <= bound * unit + UNDERFLOW, "%s(%a + %a) errs by %.3g units of 2^-106", f->name, p->hi, p->lo,
              error / unit);
        if (unit > 0x1p-960 && error / unit > worst) worst = error / unit;
    }
    printf("%s: worst error %.2f of %g units of 2^-106 at %zu points\n", f->name, worst, bound, count);
}

/* Limits, signed zeros, NaN. */
static void check_special(const struct dd_function *f, double at_zero, double at_minus, double at_plus)
{
    const double in[] = {0.0, -0.0, -INFINITY, INFINITY};
    double out[] = {at_zero, at_zero, at_minus, at_plus};
    if (at_zero == 0.0) out[1] = -0.0;
    for (int i = 0; i < 4; i++) {
        dd y = f->call(dd_from(in[i]));
        int same = isnan(out[i]) ? isnan(y.hi) : y.hi == out[i] && signbit(y.hi) == signbit(out[i]);
        CHECK(same, "%s(%g) = %g", f->name, in[i], y.hi);
    }
    CHECK(isnan(f->call(dd_from(NAN)).hi), "%s(NaN)", f->name);
}

static const struct {
    const char *name;
    double at_zero, at_minus, at_plus;
} special[] = {
    {"exp", 1, 0, INFINITY}, {"expm1", 0, -1, INFINITY}, {"exp_minus_square", 1, 0, 0},
    {"exp_minus_half_square", 1, 0, 0}, {"log", -INFINITY, NAN, INFINITY}, {"log1p", 0, NAN, INFINITY},
    {"sinh", 0, -INFINITY, INFINITY}, {"cosh", 1, INFINITY, INFINITY}, {"tanh", 0, -1, 1},
    {"asinh", 0, -INFINITY, INFINITY}, {"atan", 0, -0x1.921fb54442d18p0, 0x1.921fb54442d18p0}, {"sin", 0, NAN, NAN},
    {"cos", 1, NAN, NAN}, {"erf", 0, -1, 1}, {"erfc", 1, 2, 0}, {"erfcx", 1, INFINITY, 0}, {"sigmoid", 0.5, 0, 1},
    {"softplus", 0x1.62e42fefa39efp-1, 0, INFINITY}, {"normal_pdf", 0x1.9884533d43651p-2, 0, 0},
    {"normal_cdf", 0.5, 0, 1},
};

static const struct dd_level *level_named(const char *name)
{
    if (!strcmp(name, "reassociated")) return &dd_level_reassociated;
#ifdef FASTSIG_X86_64_LEVELS
    if (!strcmp(name, "contracted")) return &dd_level_contracted;
    if (!strcmp(name, "x86-64-v3")) return &dd_level_v3;
    if (!strcmp(name, "x86-64-v4")) return &dd_level_v4;
#endif
    return &dd_level_baseline;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : fastsig_cpu_level();
    if (!strcmp(name, "contracted") && !fastsig_cpu_level_available("x86-64-v3")) return 77;
    const struct dd_level *level = level_named(name);
    const char *wrong = level->broken_arithmetic();
    CHECK(wrong == NULL, "%s", wrong);
    size_t tested = 0;
    for (const struct dd_function *f = level->functions; f->name != NULL; f++) {
        for (size_t i = 0; i < sizeof oracle / sizeof *oracle; i++)
            if (!strcmp(oracle[i].name, f->name)) {
                check_function(f, oracle[i].bound, oracle[i].points, oracle[i].count);
                tested++;
            }
        for (size_t i = 0; i < sizeof special / sizeof *special; i++)
            if (!strcmp(special[i].name, f->name)) {
                check_special(f, special[i].at_zero, special[i].at_minus, special[i].at_plus);
                tested++;
            }
    }
    CHECK(tested == 2 * sizeof oracle / sizeof *oracle, "functions tested: %zu", tested);
    return finish();
}
