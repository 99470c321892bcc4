/* The vectorised loops, compiled once per CPU level with
 * -DFASTSIG_LEVEL_NAME="..." -DFASTSIG_LEVEL_TABLE=...
 *
 * Loops are plain C that compilers vectorise; sums run in 8 fixed lanes, so
 * that the order of additions is the same at every level and only fused
 * multiply-adds tell the levels apart. */
#include "kernels.h"

#include "exp_polynomial.h" /* generated */

#include <string.h>

#ifdef __FMA__
#define MULTIPLY_ADD(a, b, c) __builtin_fma(a, b, c)
#else
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

/* exp(x) = 2^k exp(r), r = x - k ln 2 in two parts (Cody and Waite),
 * exp(r) = 1 + (r + r^2 P(r)). Adding 1.5 2^52 rounds to an integer and leaves
 * it in the low bits, from where a shift puts it into the exponent. */
static inline double exp_nonpositive(double x)
{
    const double shift = 0x1.8p52, log2_e = 0x1.71547652b82fep+0;
    const double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
    double clamped = x < -708.0 ? -708.0 : x;
    double shifted = MULTIPLY_ADD(clamped, log2_e, shift);
    double k = shifted - shift;
    double r = MULTIPLY_ADD(-k, ln2_low, MULTIPLY_ADD(-k, ln2_high, clamped));
    double p = exp_polynomial[0];
    for (int i = 1; i < EXP_POLYNOMIAL_TERMS; i++) p = MULTIPLY_ADD(p, r, exp_polynomial[i]);
    double y = 1.0 + MULTIPLY_ADD(r * r, p, r);
    int64_t bits, exponent;
    memcpy(&bits, &y, sizeof bits);
    memcpy(&exponent, &shifted, sizeof exponent);
    bits += (int64_t)((uint64_t)exponent << 52);
    memcpy(&y, &bits, sizeof y);
    return x < -708.0 ? 0.0 : y;
}

static void exp_nonpositive_array(size_t n, const double *x, double *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) y[i] = exp_nonpositive(x[i]);
}

/* The lanes as if summed exactly: this is where most of the rounding of a sum
 * would happen, and levels would differ. */
static double sum_of_lanes(const double lane[8])
{
    double sum = lane[0], lost = 0.0;
    for (int j = 1; j < 8; j++) {
        double next = sum + lane[j], part = next - sum;
        lost += (sum - (next - part)) + (lane[j] - part);
        sum = next;
    }
    return sum + lost;
}

static void sinh_trapezoid_sums(int n, const double *half_square, double t,
                                const double *const column[FASTSIG_COMPONENTS],
                                double sum[FASTSIG_COMPONENTS])
{
    _Alignas(64) double weight[64];
#pragma omp simd
    for (int k = 0; k < n; k++) weight[k] = exp_nonpositive(-half_square[k] * t);
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
        if (!column[c]) continue;
        const double *f = column[c];
        double lane[8] = {0};
        for (int k = n - 8; k >= 0; k -= 8) /* small terms first */
            for (int j = 0; j < 8; j++) lane[j] = MULTIPLY_ADD(f[k + j], weight[k + j], lane[j]);
        sum[c] = sum_of_lanes(lane);
    }
}

const struct kernels FASTSIG_LEVEL_TABLE = {
    .level = FASTSIG_LEVEL_NAME,
    .exp_nonpositive = exp_nonpositive_array,
    .sinh_trapezoid_sums = sinh_trapezoid_sums,
};
