/* Expectations of any functions by the three rules: closed forms, singularities at
 * breaks, rows of errors, callbacks that fail, refusals. */
#include "check.h"

#include <math.h>

struct call {
    int kind, calls, fail_at;
    double place; /* of the singularity */
};

enum { POWERS, LOGARITHM, ROOT, KINK, EXACT_NAN, WITH_ERRORS };

static int integrand(size_t n, const double *z, const double *x, double *values, void *context)
{
    struct call *call = context;
    if (++call->calls == call->fail_at) return 1;
    for (size_t i = 0; i < n; i++) {
        double distance = fabs(x[i] - call->place);
        switch (call->kind) {
        case POWERS: /* E Z^4, E x^2 */
            values[i] = z[i] * z[i] * z[i] * z[i];
            values[n + i] = x[i] * x[i];
            break;
        case LOGARITHM:
            CHECK(distance > 0.0, "a point at the singularity");
            values[i] = log(distance);
            break;
        case ROOT: values[i] = 1.0 / sqrt(distance); break;
        case KINK: values[i] = distance; break;
        case EXACT_NAN: values[i] = NAN; break;
        case WITH_ERRORS:
            values[i] = cos(z[i]);
            values[n + i] = 1e-14;
            break;
        }
    }
    return 0;
}

static const char *const rule_name[] = {"adaptive", "Gauss-Legendre", "tanh-sinh"};

struct answer {
    double value[2], error[2], size[2];
    int64_t evaluations;
    int status;
};

static struct answer ask(int rule, int kind, int rows, double sigma, double mean, double place, int breaks)
{
    struct call call = {.kind = kind, .place = place};
    const fastsig_expectation_problem problem = {
        .integrand = integrand, .context = &call, .rows = rows, .errors_follow = kind == WITH_ERRORS, .sigma = sigma, .mean = mean,
        .breaks = breaks ? 1 : 0, .place = &place, .goal = 1e-13, .rule = rule, .nodes = 40,
    };
    struct answer a;
    a.status = fastsig_expectation(&problem, a.value, a.error, a.size, &a.evaluations);
    return a;
}

static void check_close(const char *what, int rule, struct answer a, int row, double exact, double tolerance)
{
    CHECK(fabs(a.value[row] - exact) <= a.error[row] && a.error[row] <= tolerance, "%s by %s: %.17g +- %g, not %.17g", what,
          rule_name[rule], a.value[row], a.error[row], exact);
}

static void check_closed_forms(int rule)
{
    struct answer a = ask(rule, POWERS, 2, 2.0, 3.0, 0.0, 0);
    CHECK(a.status == FASTSIG_OK, "%s: %d", rule_name[rule], a.status);
    check_close("E Z^4", rule, a, 0, 3.0, 3e-12);
    check_close("E x^2", rule, a, 1, 13.0, 13e-12);
    /* E abs(Z): a kink, declared. */
    a = ask(rule, KINK, 1, 1.0, 0.0, 0.0, 1);
    CHECK(a.status == FASTSIG_OK, "%s: %d", rule_name[rule], a.status);
    check_close("E abs(Z)", rule, a, 0, 0.79788456080286535588, 1e-13);
    a = ask(rule, WITH_ERRORS, 2, 1.0, 0.0, 0.0, 0);
    check_close("E cos(Z)", rule, a, 0, 0.60653065971263342360, 1e-13);
    CHECK(fabs(a.value[1] - 1e-14) < 1e-16, "%s: error rows %g", rule_name[rule], a.value[1]);
}

/* A kink between first edges that nobody declared: the error must say so. */
static void check_honest_at_hidden_kinks(void)
{
    for (int i = 0; i < 200; i++) {
        double place = 0.013 * i + 0.0071;
        double exact = 2.0 * (exp(-0.5 * place * place) / sqrt(2.0 * 3.14159265358979324)) + place * erf(place / sqrt(2.0));
        for (int rule = FASTSIG_RULE_GAUSS_LEGENDRE; rule <= FASTSIG_RULE_TANH_SINH; rule++) {
            struct answer a = ask(rule, KINK, 1, 1.0, 0.0, place, 0);
            CHECK(fabs(a.value[0] - exact) <= a.error[0] + 4e-16, "hidden kink at %g by %s: off by %g, error %g", place, rule_name[rule],
                  fabs(a.value[0] - exact), a.error[0]);
        }
    }
}

static void check_singularities(void)
{
    /* E ln abs(Z) = -(gamma + ln 2)/2; at p: places p of that many roundings. */
    struct answer a = ask(FASTSIG_RULE_TANH_SINH, LOGARITHM, 1, 1.0, 0.0, 0.0, 1);
    CHECK(a.status == FASTSIG_OK, "logarithm at 0: %d", a.status);
    check_close("E ln abs(Z)", 2, a, 0, -0.63518142273073908501, 1e-13);
    CHECK(a.evaluations < 20000, "%d points", (int)a.evaluations);
    a = ask(FASTSIG_RULE_TANH_SINH, LOGARITHM, 1, 1.0, 1.5, 1.5, 1);
    CHECK(a.status == FASTSIG_OK, "logarithm at 1.5: %d", a.status);
    check_close("E ln abs(x - 1.5)", 2, a, 0, -0.63518142273073908501, 1e-12);
    /* E abs(Z)^(-1/2) = 2^(-1/4) Gamma(1/4)/sqrt(pi). */
    double root = pow(2.0, -0.25) * tgamma(0.25) / sqrt(3.14159265358979324);
    a = ask(FASTSIG_RULE_TANH_SINH, ROOT, 1, 1.0, 0.0, 0.0, 1);
    CHECK(a.status == FASTSIG_OK, "root at 0: %d", a.status);
    check_close("E abs(Z)^(-1/2)", 2, a, 0, root, 1e-12);
    /* At 1.5 the doubles are 2e-16 apart, and sqrt(2e-16) of the integral is between them. */
    a = ask(FASTSIG_RULE_TANH_SINH, ROOT, 1, 1.0, 1.5, 1.5, 1);
    check_close("E abs(x - 1.5)^(-1/2)", 2, a, 0, root, 1e-6);
}

static void check_failures(int rule)
{
    for (int fail_at = 1; fail_at <= 2; fail_at++) {
        struct call call = {.kind = LOGARITHM, .fail_at = fail_at, .place = 0.3};
        const fastsig_expectation_problem problem = {
            .integrand = integrand, .context = &call, .rows = 1, .sigma = 1.0, .goal = 1e-15, .rule = rule, .nodes = 2000,
        };
        double value = 42.0;
        CHECK(fastsig_expectation(&problem, &value, NULL, NULL, NULL) == FASTSIG_ERROR_CALLBACK, "%s", rule_name[rule]);
        CHECK(value == 42.0 && call.calls == fail_at, "%s: %g after %d calls", rule_name[rule], value, call.calls);
    }
    CHECK(ask(rule, EXACT_NAN, 1, 1.0, 0.0, 0.0, 0).status == FASTSIG_ERROR_NOT_FINITE, "NaN by %s", rule_name[rule]);
}

static void check_refusals(void)
{
    struct call call = {.kind = KINK};
    const fastsig_expectation_problem good = {.integrand = integrand, .context = &call, .rows = 1, .sigma = 1.0, .goal = 1e-10};
    double value;
    fastsig_expectation_problem bad = good;
    bad.rule = 3;
    CHECK(fastsig_expectation(&bad, &value, NULL, NULL, NULL) == FASTSIG_ERROR_METHOD, "rule 3");
    bad.rule = -1;
    CHECK(fastsig_expectation(&bad, &value, NULL, NULL, NULL) == FASTSIG_ERROR_METHOD, "rule -1");
    bad.rule = FASTSIG_RULE_GAUSS_LEGENDRE;
    CHECK(fastsig_expectation(&bad, &value, NULL, NULL, NULL) == FASTSIG_ERROR_NODES, "no nodes");
    bad.nodes = FASTSIG_MAX_NODES + 1;
    CHECK(fastsig_expectation(&bad, &value, NULL, NULL, NULL) == FASTSIG_ERROR_NODES, "too many nodes");
    bad = good;
    bad.rows = 0;
    CHECK(fastsig_expectation(&bad, &value, NULL, NULL, NULL) == FASTSIG_ERROR_ROWS, "no rows");
    bad = good;
    bad.sigma = 0.0;
    CHECK(fastsig_expectation(&bad, &value, NULL, NULL, NULL) == FASTSIG_ERROR_SIGMA, "sigma 0");
    CHECK(fastsig_expectation(&good, NULL, NULL, NULL, NULL) == FASTSIG_ERROR_NULL, "no room for the value");
    CHECK(call.calls == 0, "the integrand was asked");
}

int main(void)
{
    for (int rule = 0; rule <= 2; rule++) {
        check_closed_forms(rule);
        check_failures(rule);
    }
    for (int nodes = 1; nodes <= FASTSIG_MAX_NODES; nodes = 3 * nodes + 1) {
        struct call call = {.kind = KINK, .place = 0.2};
        const fastsig_expectation_problem problem = {
            .integrand = integrand, .context = &call, .rows = 1, .sigma = 1.0, .breaks = 1, .place = &call.place, .goal = 1e-10,
            .rule = FASTSIG_RULE_GAUSS_LEGENDRE, .nodes = nodes,
        };
        double value, error, exact = 2.0 * exp(-0.02) / sqrt(2.0 * 3.14159265358979324) + 0.2 * erf(0.2 / sqrt(2.0));
        fastsig_expectation(&problem, &value, &error, NULL, NULL);
        CHECK(fabs(value - exact) <= error, "%d nodes: off by %g, error %g", nodes, fabs(value - exact), error);
        CHECK(nodes < 40 || error < 1e-13, "%d nodes: error %g", nodes, error);
    }
    check_honest_at_hidden_kinks();
    check_singularities();
    check_refusals();
    return finish();
}
