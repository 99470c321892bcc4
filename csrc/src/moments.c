/* The five Gaussian components at one point: choice of the method. */
#include "moments.h"

#include "integrated_moments.h"
#include "kernels.h"
#include "sigma_table.h"
#include "trapezoid.h"

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
    case FASTSIG_METHOD_GAUSS_TRAPEZOID: return "gauss_trapezoid";
    default: return "unknown";
    }
}

int fastsig_method_has_bound(int method)
{
    return method == FASTSIG_METHOD_EXACT || method == FASTSIG_METHOD_CLOSED_FORM ||
           method == FASTSIG_METHOD_SERIES || method == FASTSIG_METHOD_TABLE || method == FASTSIG_METHOD_POINT ||
           method == FASTSIG_METHOD_GAUSS_TRAPEZOID;
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

static void from_block(const struct moments_block *b, struct moments *out)
{
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) moments_set(out, i, b->value[i][0], b->error[i][0], b->method[i]);
}

/* At mean 0 what blocks are for, as a block of one point. */
static int by_block(const struct activation *phi, double p, int method, double sigma, struct moments *out)
{
    struct moments_block b;
    b.points = b.errors = 1;
    block_keep_values(&b);
    b.sigma[0] = sigma;
    if (moments_closed_form_block(phi, method)) {
        phi->closed_form_block(p, &b);
    } else if (moments_table_block(phi, method)) {
        struct sigma_variables v;
        v.points = 1;
        v.sigma[0] = phi->table_scale ? phi->table_scale(p) * sigma : sigma;
        v.range = sigma_range(v.sigma[0]);
        sigma_table_prepare(&v);
        sigma_table_block(phi->table, &v, &b);
        if (phi->finish_table) phi->finish_table(p, &b);
    } else {
        return 0;
    }
    from_block(&b, out);
    return 1;
}

int moments_by_trapezoid(const struct activation *phi, double p, double sigma, double mean, int errors,
                         struct trapezoid_grid *grid, struct trapezoid_samples *known, struct moments *out)
{
    if (!fastsig_kernels()->trapezoid_prepare(phi->trapezoid, p, sigma, mean, grid)) return 0;
    if (!fastsig_kernels()->trapezoid_moments(phi->trapezoid, grid, known, errors, out)) return 0;
    if (mean == 0.0) apply_parity(phi, out);
    return 1;
}

/* One point, which shares nothing with others. */
static int by_trapezoid(const struct activation *phi, double p, double sigma, double mean, struct moments *out,
                        int64_t *evaluations)
{
    struct trapezoid_grid grid;
    trapezoid_forget(&grid);
    if (!moments_by_trapezoid(phi, p, sigma, mean, 1, &grid, NULL, out)) return 0;
    *evaluations += grid.nodes;
    return 1;
}

static int by_method(const struct activation *phi, double p, int method, int nodes, double sigma, double mean,
                     struct moments *out, int64_t *evaluations)
{
    if (sigma == 0.0) {
        at_point(phi, p, mean, out);
        *evaluations += 1;
        return FASTSIG_OK;
    }
    if (mean == 0.0 && by_block(phi, p, method, sigma, out)) return FASTSIG_OK;
    if (method == FASTSIG_METHOD_AUTO || method == FASTSIG_METHOD_CLOSED_FORM)
        if (phi->closed_form && phi->closed_form(sigma, mean, p, out)) return FASTSIG_OK;
    if (method == FASTSIG_METHOD_GAUSS_LEGENDRE || method == FASTSIG_METHOD_TANH_SINH)
        return integrated_moments(phi, p, method, nodes, sigma, mean, out, evaluations);
    if (method == FASTSIG_METHOD_AUTO && phi->trapezoid && by_trapezoid(phi, p, sigma, mean, out, evaluations)) return FASTSIG_OK;
    if (method == FASTSIG_METHOD_AUTO || method == FASTSIG_METHOD_ADAPTIVE) {
        int status = integrated_moments(phi, p, FASTSIG_METHOD_ADAPTIVE, 0, sigma, mean, out, evaluations);
        if (method == FASTSIG_METHOD_ADAPTIVE) return status;
        if (phi->closed_form_of_some) phi->closed_form_of_some(sigma, mean, p, out);
        if (mean == 0.0) apply_parity(phi, out);
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

int moments_at(const struct activation *phi, double p, const struct moments_request *request, double sigma, double mean,
               struct moments *out, int64_t *evaluations)
{
    if (request->method == FASTSIG_METHOD_GAUSS_HERMITE)
        return by_gauss_hermite(phi, p, sigma, mean, request->nodes, request->node, request->weight, out, evaluations);
    return by_method(phi, p, request->method, request->nodes, sigma, mean, out, evaluations);
}
