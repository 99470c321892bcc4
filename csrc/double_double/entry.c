/* What is called from outside in double-double: checks, and loops over points. */
#include "kernels.h"
#include "double_double_kernels.h"

static const struct double_double_kernels *in_use(void) { return fastsig_kernels()->double_double; }

/* hi + lo with hi nearest to the sum. */
static dd normalised(double hi, double lo) { return dd_two_sum(hi, lo); }

static int in_range(const fastsig_activation_info *info, dd p)
{
    if (!info->parameter_name) return 1;
    dd above = dd_add_d(p, -info->parameter_high), below = dd_add_d(p, -info->parameter_low);
    if (!(above.hi <= 0.0)) return 0; /* NaN comes out here */
    return info->parameter_low_open ? below.hi > 0.0 : below.hi >= 0.0;
}

static const struct activation *definition_of(const fastsig_activation_double_double *phi, dd *p, int *status)
{
    *status = phi ? FASTSIG_ERROR_ACTIVATION : FASTSIG_ERROR_NULL;
    if (!phi || phi->id < 0 || phi->id >= FASTSIG_ACTIVATIONS) return NULL;
    const struct activation *definition = fastsig_built_in(phi->id);
    *p = definition->info.parameter_name ? normalised(phi->parameter_hi, phi->parameter_lo) : dd_from(0.0);
    *status = FASTSIG_ERROR_PARAMETER;
    if (!in_range(&definition->info, *p)) return NULL;
    *status = FASTSIG_ERROR_METHOD;
    if (!in_use()->has(definition)) return NULL;
    *status = FASTSIG_OK;
    return definition;
}

int fastsig_functional_count(void) { return in_use()->functionals; }

const char *fastsig_functional_name(int functional)
{
    return functional >= 0 && functional < in_use()->functionals ? in_use()->functional_name(functional) : NULL;
}

int fastsig_moments_double_double(const fastsig_activation_double_double *phi, int rows, const int *functional, size_t n,
                                  const fastsig_double_double_points *points,
                                  const fastsig_double_double_output *output)
{
    int status;
    dd p;
    const struct activation *definition = definition_of(phi, &p, &status);
    if (!definition) return status;
    if (rows < 1 || rows > FASTSIG_FUNCTIONALS) return FASTSIG_ERROR_ROWS;
    if (!functional || !output || !output->hi || !output->lo || !output->error) return FASTSIG_ERROR_NULL;
    for (int r = 0; r < rows; r++)
        if (functional[r] < 0 || functional[r] >= in_use()->functionals) return FASTSIG_ERROR_ROWS;
    if (n && (!points || !points->sigma_hi || !points->sigma_lo || !points->mean_hi || !points->mean_lo))
        return FASTSIG_ERROR_NULL;
    for (size_t i = 0; i < n; i++) {
        double sigma = points->sigma_hi[i] + points->sigma_lo[i], mean = points->mean_hi[i] + points->mean_lo[i];
        if (!(sigma >= 0.0 && sigma <= 1e150)) return FASTSIG_ERROR_SIGMA;
        if (!(mean >= -1e150 && mean <= 1e150)) return FASTSIG_ERROR_MEAN;
    }
    for (size_t i = 0; i < n; i++) {
        dd value[FASTSIG_FUNCTIONALS];
        double error[FASTSIG_FUNCTIONALS], size[FASTSIG_FUNCTIONALS];
        int64_t evaluations;
        dd sigma = normalised(points->sigma_hi[i], points->sigma_lo[i]);
        dd mean = normalised(points->mean_hi[i], points->mean_lo[i]);
        status = in_use()->functionals_at(definition, p, sigma, mean, rows, functional, value, error, size, &evaluations);
        for (int r = 0; r < rows; r++) {
            output->hi[(size_t)r * n + i] = value[r].hi;
            output->lo[(size_t)r * n + i] = value[r].lo;
            output->error[(size_t)r * n + i] = error[r];
            if (output->size) output->size[(size_t)r * n + i] = size[r];
        }
        if (output->evaluations) output->evaluations[i] = evaluations;
        if (output->status) output->status[i] = status;
    }
    return FASTSIG_OK;
}

int fastsig_shape_of_double_double(const fastsig_activation_double_double *phi, fastsig_shape_double_double *shape)
{
    int status;
    dd p;
    const struct activation *definition = definition_of(phi, &p, &status);
    if (!definition) return status;
    return shape ? in_use()->shape(definition, p, shape) : FASTSIG_ERROR_NULL;
}
