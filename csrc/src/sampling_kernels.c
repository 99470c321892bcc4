/* Standard normals by number and sums of the five components over them, compiled
 * once per CPU level. Samples go in blocks that fit into the nearest cache. Within a block, terms less
 * a pivot near their mean are added in eight fixed lanes, sample k of the block in lane k mod 8; those of
 * blocks, and then lanes, are added with what rounding takes. So the number and the length of calls
 * change nothing, and levels differ by fused multiply-adds alone. */
#include "sampling.h"

#include "double_double.h"
#include "normal_quantile.h"
#include "trapezoid.h"
#include "vector_functions.h"

#define SAMPLES 256 /* of a block */
#define SAFE 1e6    /* largest abs(x) that goes through the vector functions */

/* One uniform number in each of `strata` equal intervals of (0, 1): the first 2^m points of a Sobol
 * sequence in one dimension, after Owen's scrambling, are just that (in another order). The smaller
 * one of the two tails is computed, so that both are as fine. */
static inline vec stratified(vec_words bits, uint64_t first, uint64_t strata)
{
    vec_words zero = bits ^ bits;
    vec u = ((vec)((bits >> 12) | (zero + 0x3ff0000000000000u)) - 1.0) + 0x1p-53, below, above;
    uint64_t stratum = first % strata;
    for (int lane = 0; lane < VECTOR; lane++) {
        below[lane] = (double)stratum;
        above[lane] = (double)(strata - 1 - stratum);
        if (++stratum == strata) stratum = 0;
    }
    vec inverse = vec_all(1.0 / (double)strata), low = (below + u) * inverse, high = (above + (1.0 - u)) * inverse;
    vec_bits upper = (vec_bits)(high < low);
    vec h = vec_smaller(vec_select(upper, high, low), vec_all(0.5)), z = normal_quantile(h, quantile_variable(h));
    return vec_select(upper, -z, z);
}

/* A block, or the first n samples of one and a few more. */
static inline void fill(const fastsig_samples *samples, uint64_t from, int n, double *z)
{
    uint64_t first = samples->first + from, bits[SAMPLES];
    double w[SAMPLES];
    n = (n + PHILOX_PACK * VECTOR - 1) / (PHILOX_PACK * VECTOR) * PHILOX_PACK * VECTOR;
    philox_bits(first, samples->key, samples->second, n, bits);
    if (!samples->strata) {
        normals_of_bits(n, bits, w, z);
        return;
    }
    for (int k = 0; k < n; k += VECTOR)
        vec_store(z + k, stratified(vec_load_bits(bits + k), first + (uint64_t)k, samples->strata));
}

void fastsig_sampling_normals(const fastsig_samples *samples, double *z)
{
    double block[SAMPLES];
    for (size_t i = 0; i < samples->count; i += SAMPLES) {
        size_t n = samples->count - i < SAMPLES ? samples->count - i : SAMPLES;
        fill(samples, i, (int)n, n == SAMPLES ? z + i : block);
        if (n < SAMPLES) memcpy(z + i, block, n * sizeof *z);
    }
}

void fastsig_sampling_quantiles(size_t n, const double *h, double *z)
{
    for (size_t i = 0; i < n; i += VECTOR) {
        double rest[VECTOR];
        size_t here = n - i < VECTOR ? n - i : VECTOR;
        for (size_t k = 0; k < VECTOR; k++) rest[k] = k < here ? h[i + k] : 0.5;
        vec tails = vec_load(rest);
        vec_store(rest, normal_quantile(tails, quantile_variable(tails)));
        memcpy(z + i, rest, here * sizeof *z);
    }
}

/* phi and phi' at n points, a multiple of VECTOR. */
static inline void evaluate(const struct activation *phi, double p, int safe, int n, const double *x, double *value, double *slope)
{
    const struct trapezoid_law *law = phi->trapezoid;
    if (phi->evaluate_many && safe) {
        phi->evaluate_many(n, x, p, value, slope);
        return;
    }
    if (!law || !safe) {
        for (int k = 0; k < n; k++) {
            value[k] = phi->value(x[k], p);
            slope[k] = phi->derivative(x[k], p);
        }
        return;
    }
    double stretch = law->stretch ? law->stretch(p) : 1.0, inverse = 1.0 / stretch, stretched[SAMPLES];
    if (stretch == 1.0) {
        law->sample(n, x, value, slope, NULL);
        return;
    }
    for (int k = 0; k < n; k++) stretched[k] = stretch * x[k];
    law->sample(n, stretched, value, slope, NULL);
    for (int k = 0; k < n; k++) value[k] *= inverse;
}

struct terms {
    vec of[FASTSIG_COMPONENTS];
};

static inline struct terms terms_at(vec spread, vec value, vec slope)
{
    return (struct terms){{value, slope, slope * slope, value * value, spread * (value * slope)}};
}

/* A block at one point. */
struct block_at_point {
    _Alignas(64) double z[SAMPLES], spread[SAMPLES]; /* spread: sigma z = x - mean */
    double value[SAMPLES], slope[SAMPLES], mirrored_value[SAMPLES], mirrored_slope[SAMPLES];
    double weight[SAMPLES]; /* where samples are stretched */
};

/* Samples of the normal distribution with a larger standard deviation, and the ratios of the two densities. */
static inline void stretch(struct block_at_point *b, int n, double spread)
{
    for (int k = 0; k < n; k += VECTOR) {
        vec z = vec_load(b->z + k);
        vec_store(b->weight + k, spread * vec_exp(z * z * (0.5 * (1.0 - spread * spread))));
        vec_store(b->z + k, spread * z);
    }
}

/* A running sum in eight lanes, each a number and what rounding took from it (Kahan and Babuska). */
struct lanes {
    double sum[8], lost[8];
};

static inline void add_lanes(struct lanes *total, int part, vec x)
{
    vec sum = vec_load(total->sum + part), t = sum + x, of_sum = t - x;
    vec lost = (sum - of_sum) + (x - (t - of_sum)); /* Knuth's two-sum */
    vec_store(total->sum + part, t);
    vec_store(total->lost + part, vec_load(total->lost + part) + lost);
}

static double total_of(const struct lanes *lanes)
{
    dd sum = dd_from(0.0);
    for (int i = 0; i < 8; i++) sum = dd_add(sum, dd_two_sum(lanes->sum[i], lanes->lost[i]));
    return sum.hi;
}

/* Sums of terms and of their squares at one point. */
struct sums {
    struct lanes sum[FASTSIG_COMPONENTS], square[FASTSIG_COMPONENTS];
};

static inline void add_block(const struct block_at_point *b, int n, int antithetic, int weighted,
                             const struct sampled_point *at, struct sums *total)
{
    for (int part = 0; part < 8; part += VECTOR) { /* registers are few */
        vec sums[FASTSIG_COMPONENTS], squares[FASTSIG_COMPONENTS];
        for (int c = 0; c < FASTSIG_COMPONENTS; c++) sums[c] = squares[c] = vec_all(0.0);
        for (int k = part; k < n; k += 8) {
            vec spread = vec_load(b->spread + k);
            struct terms term = terms_at(spread, vec_load(b->value + k), vec_load(b->slope + k));
            if (antithetic) {
                struct terms other = terms_at(-spread, vec_load(b->mirrored_value + k), vec_load(b->mirrored_slope + k));
                for (int c = 0; c < FASTSIG_COMPONENTS; c++) term.of[c] = 0.5 * (term.of[c] + other.of[c]);
            }
            if (at->control) { /* Hermite polynomials, whose means are 0 */
                vec z = vec_load(b->z + k), q = z * z;
                vec hermite[FASTSIG_CONTROLS] = {z, q - 1.0, z * (q - 3.0), q * (q - 6.0) + 3.0};
                for (int c = 0; c < FASTSIG_COMPONENTS; c++)
                    for (int j = antithetic; j < FASTSIG_CONTROLS; j += 1 + antithetic) /* odd ones cancel */
                        term.of[c] -= at->control[c * FASTSIG_CONTROLS + j] * hermite[j];
            }
            for (int c = 0; c < FASTSIG_COMPONENTS; c++) term.of[c] -= at->pivot[c];
            if (weighted) {
                vec weight = vec_load(b->weight + k);
                for (int c = 0; c < FASTSIG_COMPONENTS; c++) term.of[c] *= weight;
            }
            if (at->scale)
                for (int c = 0; c < FASTSIG_COMPONENTS; c++) term.of[c] *= at->scale[c];
            if (k + VECTOR > n) {
                vec_bits live;
                for (int i = 0; i < VECTOR; i++) live[i] = k + i < n ? -1 : 0;
                for (int c = 0; c < FASTSIG_COMPONENTS; c++) term.of[c] = vec_where(live, term.of[c]);
            }
            for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
                sums[c] += term.of[c];
                squares[c] = vec_multiply_add(term.of[c], term.of[c], squares[c]);
            }
        }
        for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
            add_lanes(&total->sum[c], part, sums[c]);
            add_lanes(&total->square[c], part, squares[c]);
        }
    }
}

void fastsig_sampling_moments(const struct activation *phi, double parameter, const fastsig_samples *samples,
                              int antithetic, double spread, size_t points, const struct sampled_point *point)
{
    struct block_at_point b;
    struct sums total[FASTSIG_MAX_SAMPLED_POINTS];
    double x[SAMPLES];
    memset(total, 0, points * sizeof *total);
    for (size_t i = 0; i < samples->count; i += SAMPLES) {
        int n = (int)(samples->count - i < SAMPLES ? samples->count - i : SAMPLES), whole = (n + 7) & ~7;
        fill(samples, i, whole, b.z);
        if (spread > 1.0) stretch(&b, whole, spread);
        for (size_t a = 0; a < points; a++) {
            double sigma = point[a].sigma, mean = point[a].mean;
            int safe = fabs(mean) + 12.0 * spread * sigma < SAFE;
            for (int k = 0; k < whole; k++) {
                b.spread[k] = sigma * b.z[k];
                x[k] = mean + b.spread[k];
            }
            evaluate(phi, parameter, safe, whole, x, b.value, b.slope);
            if (antithetic) {
                for (int k = 0; k < whole; k++) x[k] = mean - b.spread[k];
                evaluate(phi, parameter, safe, whole, x, b.mirrored_value, b.mirrored_slope);
            }
            add_block(&b, n, antithetic, spread > 1.0, &point[a], &total[a]);
        }
    }
    for (size_t a = 0; a < points; a++)
        for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
            point[a].sum[c] = total_of(&total[a].sum[c]);
            point[a].square[c] = total_of(&total[a].square[c]);
        }
}
