/* Standard normals by number and sums over them: what comes from outside is checked here. */
#include "sampling.h"

#include "kernels.h"

#include <math.h>

static int wrong_samples(const fastsig_samples *samples)
{
    if (!samples) return FASTSIG_ERROR_NULL;
    const uint64_t most = (uint64_t)1 << 44;
    if (samples->first > most || samples->count > most || samples->strata > most) return FASTSIG_ERROR_SAMPLES;
    return FASTSIG_OK;
}

int fastsig_normals(const fastsig_samples *samples, double *z)
{
    int status = wrong_samples(samples);
    if (status) return status;
    if (samples->count && !z) return FASTSIG_ERROR_NULL;
    fastsig_kernels()->normals(samples, z);
    return FASTSIG_OK;
}

int fastsig_normal_quantile(size_t n, const double *h, double *z)
{
    if (n && (!h || !z)) return FASTSIG_ERROR_NULL;
    for (size_t i = 0; i < n; i++)
        if (!(h[i] >= 1e-29 && h[i] <= 0.5)) return FASTSIG_ERROR_SAMPLES;
    fastsig_kernels()->quantiles(n, h, z);
    return FASTSIG_OK;
}

int fastsig_sampled_moments(const fastsig_activation *phi, const fastsig_samples *samples, int antithetic,
                            const fastsig_sampled_points *points)
{
    int status;
    const struct activation *definition = fastsig_definition(phi, &status);
    if (!definition) return status;
    if ((status = wrong_samples(samples))) return status;
    if (!points || !points->sigma || !points->mean || !points->pivot || !points->sum || !points->square)
        return FASTSIG_ERROR_NULL;
    size_t n = points->count;
    double spread = points->spread == 0.0 ? 1.0 : points->spread;
    if (n > FASTSIG_MAX_SAMPLED_POINTS || !(spread >= 1.0 && spread <= 10.0)) return FASTSIG_ERROR_SAMPLES;
    struct sampled_point point[FASTSIG_MAX_SAMPLED_POINTS];
    for (size_t i = 0; i < n; i++) {
        if (!(points->sigma[i] >= 0.0 && points->sigma[i] <= 1e150)) return FASTSIG_ERROR_SIGMA;
        if (!(fabs(points->mean[i]) <= 1e150)) return FASTSIG_ERROR_MEAN;
        point[i] = (struct sampled_point){
            .sigma = points->sigma[i], .mean = points->mean[i], .pivot = points->pivot + FASTSIG_COMPONENTS * i,
            .control = points->control ? points->control + FASTSIG_COMPONENTS * FASTSIG_CONTROLS * i : NULL,
            .scale = points->scale ? points->scale + FASTSIG_COMPONENTS * i : NULL,
            .sum = points->sum + FASTSIG_COMPONENTS * i, .square = points->square + FASTSIG_COMPONENTS * i};
    }
    if (n) fastsig_kernels()->sampled_moments(definition, phi->parameter, samples, antithetic != 0, spread, n, point);
    return FASTSIG_OK;
}
