/* The rules by which an expectation is computed on its panels. Each returns FASTSIG_OK,
 * FASTSIG_ERROR_NOT_CONVERGED (results are there), or another status (they are not). */
#ifndef FASTSIG_RULES_H
#define FASTSIG_RULES_H

#include "panels.h"

int adaptive_rule(struct mesh *mesh, int64_t limit, double *value, double *error, double *size);
int legendre_pieces(struct mesh *mesh, int nodes, double *value, double *error, double *size);
int tanh_sinh_rule(struct mesh *mesh, int64_t limit, double *value, double *error, double *size);

#endif
