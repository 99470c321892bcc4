/* Everything in double-double, compiled once per CPU level: where the level has
 * fma, the products of pairs use it. */
#include "double_double_kernels.h"

#include "composed_activations.h"
#include "logistic_activations.h"
#include "normal_activations.h"
#include "piecewise_activations.h"
#include "snake_activation.h"

#include "gaussian_functionals.h"
#include "shape_of_pairs.h"

#include <string.h>

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

static const struct dd_definition *find_among(const struct dd_definition *definition, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(definition[i].name, name)) return &definition[i];
    return NULL;
}

static const struct dd_definition *find(const char *name)
{
    const struct dd_definition *found = find_among(dd_logistic_activations, COUNT(dd_logistic_activations), name);
    if (!found) found = find_among(dd_normal_activations, COUNT(dd_normal_activations), name);
    if (!found) found = find_among(dd_composed_activations, COUNT(dd_composed_activations), name);
    if (!found) found = find_among(dd_piecewise_activations, COUNT(dd_piecewise_activations), name);
    if (!found) found = find_among(&dd_snake_activation, 1, name);
    return found;
}

static int has(const struct activation *phi) { return find(phi->info.name) != NULL; }

static const char *functional_name(int functional) { return dd_functionals[functional].name; }

static int functionals_at(const struct activation *phi, dd p, dd sigma, dd mean, int rows, const int *row, dd *value,
                          double *error, double *size, int64_t *evaluations)
{
    struct dd_curve curve = dd_curve_of(find(phi->info.name), phi, p);
    struct dd_result result[DD_FUNCTIONALS];
    int status = FASTSIG_OK;
    *evaluations = 0;
    dd_functionals_at(&curve, sigma, mean, rows, row, result, evaluations);
    for (int r = 0; r < rows; r++) {
        value[r] = result[r].value;
        error[r] = result[r].error;
        size[r] = result[r].size;
        if (!(error[r] <= DD_PROMISE * size[r] + 8.0 * DD_FLOOR) && isfinite(value[r].hi)) status = FASTSIG_ERROR_NOT_CONVERGED;
    }
    return status;
}

static int shape(const struct activation *phi, dd p, fastsig_shape_double_double *out)
{
    struct dd_curve curve = dd_curve_of(find(phi->info.name), phi, p);
    return dd_shape(&curve, out);
}

const struct double_double_kernels fastsig_double_double_of_level = {
    .functionals = DD_FUNCTIONALS,
    .has = has,
    .functional_name = functional_name,
    .functionals_at = functionals_at,
    .shape = shape,
};
