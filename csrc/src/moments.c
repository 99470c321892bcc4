/* The five Gaussian components: choice of the method, point by point. */
#include "moments.h"

#include "integrated_moments.h"

#include <float.h>
#include <stdlib.h>

const char *fastsig_method_name(int method)
{
    switch (method) {
    case FASTSIG_METHOD_AUTO: return "auto";
    case FASTSIG_METHOD_EXACT: return "exact";
    case FASTSIG_METHOD_CLOSED_FORM: return "closed_form";
    case FASTSIG_METHOD_SERIES: return "series";
    case FASTSIG_METHOD_TABLE: return "table";
    case FASTSIG_METHOD_ADAPTIVE: return "adaptive";
    case FASTSIG_METHOD_GAUSS_HERMITE: return "gauss_hermite";
    case FASTSIG_METHOD_GAUSS_LEGENDRE: return "gauss_legendre";
    case FASTSIG_METHOD_TANH_SINH: return "tanh_sinh";
    case FASTSIG_METHOD_POINT: return "point";
    default: return "unknown";
    }
}

int fastsig_method_has_bound(int method)
{
    return method == FASTSIG_METHOD_EXACT || method == FASTSIG_METHOD_CLOSED_FORM ||
           method == FASTSIG_METHOD_SERIES || method == FASTSIG_METHOD_TABLE || method == FASTSIG_METHOD_POINT;
}

/* sigma = 0: phi and phi' at the mean. phi' is a sum of terms to 4 ulp each,
 * of the size of the slopes where phi bends. */
static void at_point(const struct activation *phi, double p, double mean, struct moments *out)
{
    double f = phi->value(mean, p), d = phi->derivative(mean, p), plus, minus;
    phi->slopes(p, &plus, &minus);
    double slope = fmax(fmax(fabs(plus), fabs(minus)), fmax(fabs(d), fabs(phi->derivative(0.0, p))));
    double f_error = 8.0 * UNIT_ROUNDOFF * fabs(f), d_error = 8.0 * UNIT_ROUNDOFF * slope;
    moments_set(out, FASTSIG_M1, f, f_error, FASTSIG_METHOD_POINT);
    moments_set(out, FASTSIG_G1, d, d_error, FASTSIG_METHOD_POINT);
    moments_set(out, FASTSIG_G2, d * d, 3.0 * slope * d_error, FASTSIG_METHOD_POINT);
    moments_set(out, FASTSIG_M2, f * f, 3.0 * fabs(f) * f_error, FASTSIG_METHOD_POINT);
    moments_set(out, FASTSIG_ETA, 0.0, 0.0, FASTSIG_METHOD_EXACT);
}

static int at_nodes(const struct activation *phi, double p, double sigma, double mean,
                    int n, const double *node, const double *weight, struct moments *out)
{
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) moments_set(out, i, 0.0, 0.0, FASTSIG_METHOD_GAUSS_HERMITE);
    for (int k = 0; k < n; k++) {
        double x = mean + sigma * node[k], f = phi->value(x, p), d = phi->derivative(x, p);
        out->value[FASTSIG_M1] += weight[k] * f;
        out->value[FASTSIG_G1] += weight[k] * d;
        out->value[FASTSIG_G2] += weight[k] * d * d;
        out->value[FASTSIG_M2] += weight[k] * f * f;
        out->value[FASTSIG_ETA] += weight[k] * (sigma * node[k]) * f * d;
    }
    return FASTSIG_OK;
}

/* What symmetry says at mean 0. */
static void apply_parity(const struct activation *phi, struct moments *out)
{
    if (phi->parity < 0) moments_set(out, FASTSIG_M1, 0.0, 0.0, FASTSIG_METHOD_EXACT);
    if (phi->parity > 0) moments_set(out, FASTSIG_G1, 0.0, 0.0, FASTSIG_METHOD_EXACT);
}

static int by_method(const struct activation *phi, double p, int method, int nodes, double sigma, double mean,
                     struct moments *out, int64_t *evaluations)
{
    if (sigma == 0.0) {
        at_point(phi, p, mean, out);
        *evaluations += 1;
        return FASTSIG_OK;
    }
    if (method == FASTSIG_METHOD_AUTO || method == FASTSIG_METHOD_CLOSED_FORM)
        if (phi->closed_form && phi->closed_form(sigma, mean, p, out)) return FASTSIG_OK;
    if (method == FASTSIG_METHOD_AUTO || method == FASTSIG_METHOD_TABLE)
        if (phi->from_table && mean == 0.0 && phi->from_table(sigma, p, out)) return FASTSIG_OK;
    if (method == FASTSIG_METHOD_GAUSS_LEGENDRE || method == FASTSIG_METHOD_TANH_SINH)
        return integrated_moments(phi, p, method, nodes, sigma, mean, out, evaluations);
    if (method == FASTSIG_METHOD_AUTO || method == FASTSIG_METHOD_ADAPTIVE)
    {
        int status = integrated_moments(phi, p, FASTSIG_METHOD_ADAPTIVE, 0, sigma, mean, out, evaluations);
        if (mean == 0.0 && method == FASTSIG_METHOD_AUTO) apply_parity(phi, out);
        return status;
    }
    return FASTSIG_ERROR_METHOD;
}

/* The rule's sums, with their distance from the accurate values as error. */
static int by_gauss_hermite(const struct activation *phi, double p, double sigma, double mean, int n,
                            const double *node, const double *weight, struct moments *out, int64_t *evaluations)
{
    struct moments truth;
    int status = by_method(phi, p, FASTSIG_METHOD_AUTO, 0, sigma, mean, &truth, evaluations);
    if (status != FASTSIG_OK && status != FASTSIG_ERROR_NOT_CONVERGED) return status;
    at_nodes(phi, p, sigma, mean, n, node, weight, out);
    *evaluations += n;
    for (int i = 0; i < FASTSIG_COMPONENTS; i++)
        out->error[i] = fabs(out->value[i] - truth.value[i]) * (1.0 + 2.0 * UNIT_ROUNDOFF) + truth.error[i];
    return FASTSIG_OK;
}

static void store(const struct moments *from, int status, int64_t evaluations, size_t i, size_t n,
                  const fastsig_moments_output *to)
{
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        size_t at = (size_t)c * n + i;
        to->value[at] = from->value[c];
        /* Rounding in the subnormal range is absolute. */
        if (to->error) to->error[at] = from->error[c] + (from->method[c] == FASTSIG_METHOD_EXACT ? 0.0 : 8.0 * DBL_TRUE_MIN);
        if (to->method) to->method[at] = from->method[c];
    }
    if (to->evaluations) to->evaluations[i] = evaluations;
    if (to->status) to->status[i] = status;
}

static int check_points(size_t n, const double *sigma, const double *mean)
{
    for (size_t i = 0; i < n; i++) {
        if (!(sigma[i] >= 0.0 && sigma[i] <= FASTSIG_LARGEST_INPUT)) return FASTSIG_ERROR_SIGMA;
        if (mean && !(fabs(mean[i]) <= FASTSIG_LARGEST_INPUT)) return FASTSIG_ERROR_MEAN;
    }
    return FASTSIG_OK;
}

static int check_method(const struct activation *phi, int method, size_t n, const double *sigma, const double *mean)
{
    struct moments scratch;
    switch (method) {
    case FASTSIG_METHOD_AUTO:
    case FASTSIG_METHOD_ADAPTIVE:
    case FASTSIG_METHOD_GAUSS_LEGENDRE:
    case FASTSIG_METHOD_TANH_SINH:
    case FASTSIG_METHOD_GAUSS_HERMITE: return FASTSIG_OK;
    case FASTSIG_METHOD_TABLE:
        if (!phi->from_table) return FASTSIG_ERROR_METHOD;
        for (size_t i = 0; mean && i < n; i++)
            if (mean[i] != 0.0 && sigma[i] > 0.0) return FASTSIG_ERROR_METHOD;
        return FASTSIG_OK;
    case FASTSIG_METHOD_CLOSED_FORM:
        if (!phi->closed_form) return FASTSIG_ERROR_METHOD;
        for (size_t i = 0; mean && i < n; i++)
            if (mean[i] != 0.0 && sigma[i] > 0.0 && !phi->closed_form(sigma[i], mean[i], phi->info.parameter_default, &scratch))
                return FASTSIG_ERROR_METHOD;
        return FASTSIG_OK;
    default: return FASTSIG_ERROR_METHOD;
    }
}

int fastsig_moments(const fastsig_activation *phi, int method, int nodes, size_t n, const double *sigma,
                    const double *mean, const fastsig_moments_output *output)
{
    int status;
    const struct activation *definition = fastsig_definition(phi, &status);
    if (!definition) return status;
    if (n && (!sigma || !output || !output->value)) return FASTSIG_ERROR_NULL;
    if ((status = check_points(n, sigma, mean)) != FASTSIG_OK) return status;
    if ((status = check_method(definition, method, n, sigma, mean)) != FASTSIG_OK) return status;

    double *rule = NULL;
    int has_nodes = method == FASTSIG_METHOD_GAUSS_HERMITE || method == FASTSIG_METHOD_GAUSS_LEGENDRE;
    if (has_nodes && (nodes < 1 || nodes > FASTSIG_MAX_NODES)) return FASTSIG_ERROR_NODES;
    if (method == FASTSIG_METHOD_GAUSS_HERMITE) {
        rule = malloc(2 * (size_t)nodes * sizeof *rule);
        if (!rule) return FASTSIG_ERROR_MEMORY;
        status = fastsig_gauss_hermite(nodes, rule, rule + nodes);
    }
    for (size_t i = 0; i < n && status == FASTSIG_OK; i++) {
        struct moments out;
        int64_t evaluations = 0;
        double mu = mean ? mean[i] : 0.0;
        int point = rule ? by_gauss_hermite(definition, phi->parameter, sigma[i], mu, nodes, rule, rule + nodes, &out, &evaluations)
                         : by_method(definition, phi->parameter, method, nodes, sigma[i], mu, &out, &evaluations);
        if (point != FASTSIG_OK && point != FASTSIG_ERROR_NOT_CONVERGED) status = point;
        else store(&out, point, evaluations, i, n, output);
    }
    free(rule);
    return status;
}
