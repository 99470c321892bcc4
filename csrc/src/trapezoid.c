/* The trapezoid rule: nodes, weights, sums, error bound. Compiled once per CPU level, like kernels.c. */
#include "trapezoid.h"

#include "gaussian_sums.h"
#include "kernels.h"

#define PI 0x1.921fb54442d18p+1
/* Steps and reach, in sigma, for a Gaussian alone: exp(-2 pi^2/0.6^2) = 1.5e-24, and
 * exp(-9.4^2/2) = 6.5e-20. */
#define STEP 0.6
#define REACH 9.4
/* exp(-53) = 1e-23: poles of phi'^2 are of order 4, which takes (2 pi/H)^3 of it away. */
#define DEPTH 53.0
#define GROWING_SIGMA 0.8
#define GROWING_MEAN 6.0 /* sigma */
#define LARGEST_INDEX 0x1p40 /* nodes in units of the last bit of the step stay exact far beyond */
#define SMALLEST_SQUARE 1e-250
/* Where lifted samples lose nothing: x > 0 does not count, nor does where they are cut. */
#define LIFTED_SIGMA 2.0
#define LIFTED_MEAN (-60.0)
/* Rounding in units of E abs(integrand), beside one for every addition in a lane: weight
 * (exp 2 units, products, factor) 8, nodes 4, adding lanes 3, rule 1, products 4, law of scale 4. */
#define ROUNDINGS 24.0
#define SAMPLE_ROUNDINGS 8.0

static double larger(double a, double b) { return a > b ? a : b; }
static double smaller(double a, double b) { return a < b ? a : b; }

/* Where the integrands live: [-far, near] from the mean on, `near` towards 0. */
static void reach(const struct trapezoid_grid *g, double sigma, double mean, double *near, double *far)
{
    double m = fabs(mean), q = sigma * sigma;
    double shift = g->rate * q + g->gaussian * q * m / (1.0 + g->gaussian * q);
    /* Beyond 0 nothing decays on the way back to the mean. */
    double beyond_0 = (REACH * sigma) * (REACH * sigma) / (m + sqrt(m * m + REACH * REACH * q));
    *near = smaller(shift + REACH * sigma, m + beyond_0);
    *far = REACH * sigma;
}

static double longest_step(const struct trapezoid_grid *g, double sigma, double mean)
{
    double q = sigma * sigma, step = STEP * sigma / sqrt(1.0 + g->gaussian * q);
    if (g->pole < 2.0 * PI / STEP * sigma) {
        double unseen = larger(0.0, fabs(mean) - g->rate * q - g->span);
        double depth = DEPTH + (g->pole * g->pole - unseen * unseen) / (2.0 * q);
        if (depth > 0.0) step = smaller(step, 2.0 * PI * g->pole / depth);
    }
    return step;
}

/* Nodes of equal steps; the mean is a pair. */
static int equal_steps(struct trapezoid_grid *g, double sigma, dd mean)
{
    double near, far;
    reach(g, sigma, mean.hi, &near, &far);
    double below = mean.hi > 0.0 ? near : far, above = mean.hi > 0.0 ? far : near;
    int exponent;
    double bits = frexp(longest_step(g, sigma, mean.hi), &exponent); /* in [1/2, 1): 8 of its bits */
    double unit = ldexp(1.0, exponent - 8), step = floor(bits * 256.0) * unit;
    if ((fabs(mean.hi) + near + far) / unit > LARGEST_INDEX) return 0;
    double first = -floor(below / step), count = floor(above / step) - first + 1.0;
    if (count > TRAPEZOID_MOST_NODES) return 0;
    double middle = rint(mean.hi / unit) * unit;
    g->growing = g->first = 0;
    g->nodes = ((int)count + 7) & ~7;
    g->node = g->equal;
    for (int k = 0; k < g->nodes; k++) g->equal[k] = middle + (first + k) * step;
    g->factor = step;
    return 1;
}

/* Index of the first node not below x. */
static int node_from(double x)
{
    int low = 0;
    for (int length = TRAPEZOID_NODES; length > 0;) { /* without branches, which could not be foretold */
        int half = (length + 1) / 2;
        low += trapezoid_node[low + half - 1] < x ? half : 0;
        length -= half;
    }
    return low;
}

static int growing_steps(struct trapezoid_grid *g, double sigma, double mean)
{
    double m = fabs(mean), span = REACH * sigma;
    double near = m + span * span / (m + sqrt(m * m + span * span));
    double low = mean > 0.0 ? mean - near : mean - span, high = mean > 0.0 ? mean + span : mean + near;
    if (sigma < GROWING_SIGMA || m > GROWING_MEAN * sigma) return 0;
    if (low < trapezoid_node[0] || high > trapezoid_node[TRAPEZOID_NODES - 1]) return 0;
    int first = node_from(low) & ~7; /* lanes are the same in any window */
    g->growing = 1;
    g->first = first;
    g->nodes = (node_from(high) - first + 7) & ~7;
    g->node = trapezoid_node + first;
    g->factor = 1.0;
    return 1;
}

int fastsig_trapezoid_prepare(const struct trapezoid_law *law, double p, double sigma, double mean, struct trapezoid_grid *g)
{
    double stretch = law->stretch ? law->stretch(p) : 1.0;
    if (g->sigma == sigma && g->mean == mean && g->stretch == stretch &&
        (g->growing || (g->pole == law->pole && g->span == law->span && g->rate == law->rate && g->gaussian == law->gaussian)))
        return 1;
    trapezoid_forget(g);
    g->pole = law->pole;
    g->span = law->span;
    g->rate = law->rate;
    g->gaussian = law->gaussian;
    dd s = dd_two_prod(stretch, sigma), centre = dd_two_prod(stretch, mean);
    if (!(s.hi > 1e-100 && s.hi < 1e100 && fabs(centre.hi) < 1e100)) return 0;
    if (!growing_steps(g, s.hi, centre.hi) && !equal_steps(g, s.hi, centre)) return 0;
    dd half_inverse_square = dd_div(dd_from(0.5), dd_square(s));
    g->factor *= ONE_OVER_SQRT_2PI / s.hi;
    gaussian_weights(g->nodes, g->node, g->growing ? trapezoid_spacing + g->first : NULL, centre,
                                        half_inverse_square, g->weight, g->offset);
    g->sigma = sigma;
    g->mean = mean;
    g->stretch = stretch;
    return 1;
}

/* The same with samples times exp(lift), the inverse of the largest phi phi' that counts: tails in which
 * phi^2 underflows, and phi does not or not quite. */
static int lifted_moments(const struct trapezoid_law *law, const struct trapezoid_grid *g, struct moments *out)
{
    _Alignas(64) double value[TRAPEZOID_MOST_NODES], slope[TRAPEZOID_MOST_NODES], slope_size[TRAPEZOID_MOST_NODES];
    double sum[FASTSIG_COMPONENTS], size[FASTSIG_COMPONENTS];
    if (!law->sample_lifted || g->growing || !(g->mean < 0.0 && g->mean > LIFTED_MEAN && g->sigma < LIFTED_SIGMA)) return 0;
    double centre = g->mean / (1.0 + g->gaussian * g->sigma * g->sigma), lift = 0.5 * centre * centre;
    law->sample_lifted(g->nodes, g->node, lift, value, slope, slope_size);
    gaussian_sums(g->nodes, g->weight, g->offset, value, slope, sum);
    gaussian_sizes(g->nodes, g->weight, g->offset, value, slope, slope_size, size);
    if (!(sum[FASTSIG_G2] > SMALLEST_SQUARE && sum[FASTSIG_M2] > SMALLEST_SQUARE)) return 0;
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        double fall = c >= FASTSIG_G2 ? -2.0 * lift : -lift;
        double units = ROUNDINGS + 2.0 * SAMPLE_ROUNDINGS + g->nodes / 8;
        moments_set(out, c, exp_times(fall, g->factor * sum[c]),
                    exp_times(fall, units * UNIT_ROUNDOFF * g->factor * size[c]) + 4.0 * DBL_TRUE_MIN, FASTSIG_METHOD_GAUSS_TRAPEZOID);
    }
    return 1;
}

int fastsig_trapezoid_moments(const struct trapezoid_law *law, const struct trapezoid_grid *g,
                      struct trapezoid_samples *known, int errors, struct moments *out)
{
    _Alignas(64) double sampled[3][TRAPEZOID_MOST_NODES];
    const double *value = sampled[0], *slope = sampled[1], *slope_size = sampled[2];
    double sum[FASTSIG_COMPONENTS], size[FASTSIG_COMPONENTS] = {0};
    if (known && g->growing) {
        if (!known->ready) law->sample(TRAPEZOID_NODES, trapezoid_node, known->value, known->slope, known->slope_size);
        known->ready = 1;
        value = known->value + g->first;
        slope = known->slope + g->first;
        slope_size = known->slope_size + g->first;
    } else {
        law->sample(g->nodes, g->node, sampled[0], sampled[1], errors ? sampled[2] : NULL);
    }
    gaussian_sums(g->nodes, g->weight, g->offset, value, slope, sum);
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) sum[c] *= g->factor;
    if (!(sum[FASTSIG_G2] > SMALLEST_SQUARE && sum[FASTSIG_M2] > SMALLEST_SQUARE)) return lifted_moments(law, g, out);
    if (errors) gaussian_sizes(g->nodes, g->weight, g->offset, value, slope, slope_size, size);
    double roundings = ROUNDINGS + SAMPLE_ROUNDINGS + g->nodes / 8;
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        double law_of_scale = c == FASTSIG_M1 ? 1.0 / g->stretch : c >= FASTSIG_M2 ? 1.0 / g->stretch / g->stretch : 1.0;
        double units = roundings + (c >= FASTSIG_G2 ? SAMPLE_ROUNDINGS : 0.0);
        double error = units * UNIT_ROUNDOFF * (size[c] * g->factor);
        moments_set(out, c, sum[c] * law_of_scale, error * law_of_scale, FASTSIG_METHOD_GAUSS_TRAPEZOID);
    }
    return 1;
}
