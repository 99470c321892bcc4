/* E f(Z, mean + sigma Z) of any functions: checks, and the choice of the rule. */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_EVALUATIONS 100000

static int check(const fastsig_expectation_problem *problem)
{
    if ((problem->breaks && !problem->place) || (problem->landmarks && !problem->landmark)) return FASTSIG_ERROR_NULL;
    if (problem->rows < 1 || problem->rows > FASTSIG_MAX_ROWS || (problem->errors_follow && problem->rows % 2)) return FASTSIG_ERROR_ROWS;
    if (!(problem->sigma > 0.0 && problem->sigma <= FASTSIG_LARGEST_INPUT)) return FASTSIG_ERROR_SIGMA;
    if (!(fabs(problem->mean) <= FASTSIG_LARGEST_INPUT)) return FASTSIG_ERROR_MEAN;
    if (problem->rule < FASTSIG_RULE_ADAPTIVE || problem->rule > FASTSIG_RULE_TANH_SINH) return FASTSIG_ERROR_METHOD;
    if (problem->rule == FASTSIG_RULE_GAUSS_LEGENDRE && (problem->nodes < 1 || problem->nodes > FASTSIG_MAX_NODES))
        return FASTSIG_ERROR_NODES;
    return FASTSIG_OK;
}

int fastsig_expectation(const fastsig_expectation_problem *problem, double *value, double *error, double *size,
                        int64_t *evaluations)
{
    if (!problem || !problem->integrand || !value) return FASTSIG_ERROR_NULL;
    int status = check(problem);
    if (status != FASTSIG_OK) return status;
    double values[FASTSIG_MAX_ROWS], errors[FASTSIG_MAX_ROWS], sizes[FASTSIG_MAX_ROWS];
    int64_t limit = problem->max_evaluations > 0 ? problem->max_evaluations : DEFAULT_EVALUATIONS;
    struct mesh mesh = {.problem = problem};
    if ((status = mesh_begin(&mesh)) == FASTSIG_OK) {
        switch (problem->rule) {
        case FASTSIG_RULE_GAUSS_LEGENDRE: status = legendre_pieces(&mesh, problem->nodes, values, errors, sizes); break;
        case FASTSIG_RULE_TANH_SINH: status = tanh_sinh_rule(&mesh, limit, values, errors, sizes); break;
        default: status = adaptive_rule(&mesh, limit, values, errors, sizes);
        }
    }
    if (status == FASTSIG_OK || status == FASTSIG_ERROR_NOT_CONVERGED) {
        size_t bytes = (size_t)problem->rows * sizeof *value;
        memcpy(value, values, bytes);
        if (error) memcpy(error, errors, bytes);
        if (size) memcpy(size, sizes, bytes);
    }
    if (evaluations) *evaluations = mesh.evaluations;
    free(mesh.points);
    free(mesh.panel);
    return status;
}
