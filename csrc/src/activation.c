/* Built-in activations: lookup by name, checks, evaluation. */
#include "activation.h"

#include "kernels.h"

#include <math.h>
#include <string.h>

const struct activation *fastsig_built_in(int id) { return fastsig_kernels()->activations[id]; }

int fastsig_activation_count(void) { return FASTSIG_ACTIVATIONS; }

int fastsig_activation_describe(int id, fastsig_activation_info *info)
{
    if (!info) return FASTSIG_ERROR_NULL;
    if (id < 0 || id >= FASTSIG_ACTIVATIONS) return FASTSIG_ERROR_ACTIVATION;
    *info = fastsig_built_in(id)->info;
    return FASTSIG_OK;
}

static int parameter_in_range(const fastsig_activation_info *info, double p)
{
    if (!info->parameter_name) return 1;
    if (!(p <= info->parameter_high)) return 0; /* NaN comes out here */
    return info->parameter_low_open ? p > info->parameter_low : p >= info->parameter_low;
}

const struct activation *fastsig_definition(const fastsig_activation *phi, int *status)
{
    const struct activation *definition;
    *status = FASTSIG_ERROR_NULL;
    if (!phi) return NULL;
    *status = FASTSIG_ERROR_ACTIVATION;
    if (phi->id < 0 || phi->id >= FASTSIG_ACTIVATIONS) return NULL;
    definition = fastsig_built_in(phi->id);
    *status = FASTSIG_ERROR_PARAMETER;
    if (!parameter_in_range(&definition->info, phi->parameter)) return NULL;
    *status = FASTSIG_OK;
    return definition;
}

int fastsig_activation_make(const char *name, const double *parameter, fastsig_activation *phi)
{
    if (!name || !phi) return FASTSIG_ERROR_NULL;
    for (int id = 0; id < FASTSIG_ACTIVATIONS; id++) {
        const fastsig_activation_info *info = &fastsig_built_in(id)->info;
        if (strcmp(name, info->name) && !(info->alias && !strcmp(name, info->alias))) continue;
        double p = parameter && info->parameter_name ? *parameter : info->parameter_default;
        if (!parameter_in_range(info, p)) return FASTSIG_ERROR_PARAMETER;
        phi->id = id;
        phi->parameter = p;
        return FASTSIG_OK;
    }
    return FASTSIG_ERROR_ACTIVATION;
}

double fastsig_value(const fastsig_activation *phi, double x)
{
    int status;
    const struct activation *f = fastsig_definition(phi, &status);
    return f ? f->value(x, phi->parameter) : NAN;
}

double fastsig_derivative(const fastsig_activation *phi, double x)
{
    int status;
    const struct activation *f = fastsig_definition(phi, &status);
    return f ? f->derivative(x, phi->parameter) : NAN;
}

double fastsig_second_derivative(const fastsig_activation *phi, double x)
{
    int status;
    const struct activation *f = fastsig_definition(phi, &status);
    return f ? f->second_derivative(x, phi->parameter) : NAN;
}

int fastsig_evaluate(const fastsig_activation *phi, int order, size_t n, const double *x, double *y)
{
    int status;
    const struct activation *f = fastsig_definition(phi, &status);
    if (!f) return status;
    if (order < 0 || order > 2) return FASTSIG_ERROR_ORDER;
    if (n && (!x || !y)) return FASTSIG_ERROR_NULL;
    double (*function)(double, double) =
        order == 0 ? f->value : order == 1 ? f->derivative : f->second_derivative;
    for (size_t i = 0; i < n; i++) y[i] = function(x[i], phi->parameter);
    return FASTSIG_OK;
}

int fastsig_log_slope(const fastsig_activation *phi, size_t n, const double *x, double *y)
{
    int status;
    const struct activation *f = fastsig_definition(phi, &status);
    if (!f) return status;
    if (n && (!x || !y)) return FASTSIG_ERROR_NULL;
    for (size_t i = 0; i < n; i++)
        y[i] = f->log_slope ? f->log_slope(x[i], phi->parameter) : log(fabs(f->derivative(x[i], phi->parameter)));
    return FASTSIG_OK;
}
