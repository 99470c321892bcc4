/* Samples by number: Philox's known answers, calls of any length, what is refused, sums against samples. */
#include "check.h"

#include "philox.h"

#include <math.h>

/* Known answers of Random123 (kat_vectors): the words of (counter, key). */
static void check_known_answers(void)
{
    const uint32_t keys[2][4] = {{0, 0, 0, 0}, {0xa4093822u, 0x299f31d0u, 0x13198a2eu, 0x03707344u}};
    const uint64_t number[2] = {0, 0x85a308d3243f6a88u};
    const uint64_t answer[2][2] = {{0xe169c58d6627e8d5u, 0x9b00dbd8bc57ac4cu}, {0x94fdccebd16cfe09u, 0x24126ea15001e420u}};
    for (int i = 0; i < 2; i++)
        for (int second = 0; second < 2; second++) {
            uint64_t bits[PHILOX_PACK * VECTOR];
            philox_bits(number[i], keys[i], second, PHILOX_PACK * VECTOR, bits);
            CHECK(bits[0] == answer[i][second], "answer %d, words %d: %llx", i, second, (unsigned long long)bits[0]);
        }
}

static void check_lengths(void)
{
    double whole[600], part[601];
    fastsig_samples samples = {.key = {1, 2, 3, 4}, .first = 1000, .count = 600};
    CHECK(fastsig_normals(&samples, whole) == FASTSIG_OK, "whole");
    for (size_t n = 0; n < 600; n += n < 20 ? 1 : 37) {
        samples.first = 1000 + (600 - n);
        samples.count = n;
        part[n] = 42.0;
        CHECK(fastsig_normals(&samples, part) == FASTSIG_OK && part[n] == 42.0, "wrote beyond n = %zu", n);
        for (size_t i = 0; i < n; i++) CHECK(part[i] == whole[600 - n + i], "sample %zu of %zu", i, n);
    }
}

/* Sums of tanh over samples: those of its values, less the pivot, at the normals that come out. */
static void check_sums(int antithetic, double spread)
{
    enum { N = 1001 };
    double z[N], sigma = 1.5, mean = 0.25, pivot[5] = {0.1, 0.2, 0.3, 0.4, 0.5}, sum[5], square[5], truth = 0.0, size = 0.0;
    fastsig_activation phi;
    fastsig_samples samples = {.key = {5, 6, 7, 8}, .first = 0, .count = N};
    fastsig_sampled_points at = {.count = 1, .sigma = &sigma, .mean = &mean, .pivot = pivot, .sum = sum, .square = square,
                                 .spread = spread};
    CHECK(fastsig_activation_make("tanh", NULL, &phi) == FASTSIG_OK, "tanh");
    CHECK(fastsig_normals(&samples, z) == FASTSIG_OK, "normals");
    CHECK(fastsig_sampled_moments(&phi, &samples, antithetic, &at) == FASTSIG_OK, "sums");
    for (int i = 0; i < N; i++) {
        double x = sigma * spread * z[i], t = tanh(mean + x);
        if (antithetic) t = 0.5 * (t + tanh(mean - x));
        t = (t - pivot[0]) * spread * exp(0.5 * z[i] * z[i] * (1.0 - spread * spread));
        truth += t;
        size += t * t;
    }
    CHECK(fabs(sum[0] - truth) < 1e-12, "sum %.17g, not %.17g", sum[0], truth);
    CHECK(fabs(square[0] - size) < 1e-12, "sum of squares %.17g, not %.17g", square[0], size);
    at.count = FASTSIG_MAX_SAMPLED_POINTS + 1;
    CHECK(fastsig_sampled_moments(&phi, &samples, antithetic, &at) == FASTSIG_ERROR_SAMPLES, "too many points");
    at.count = 1;
    at.spread = 0.5;
    CHECK(fastsig_sampled_moments(&phi, &samples, antithetic, &at) == FASTSIG_ERROR_SAMPLES, "spread");
    at.spread = 0.0;
    sigma = -1.0;
    CHECK(fastsig_sampled_moments(&phi, &samples, antithetic, &at) == FASTSIG_ERROR_SIGMA, "sigma");
}

int main(void)
{
    double h = 0.25, z;
    fastsig_samples samples = {.count = 1, .strata = ((uint64_t)1 << 44) + 1};
    check_known_answers();
    check_lengths();
    for (int antithetic = 0; antithetic < 2; antithetic++) {
        check_sums(antithetic, 1.0);
        check_sums(antithetic, 1.6);
    }
    CHECK(fastsig_normals(&samples, &z) == FASTSIG_ERROR_SAMPLES, "strata");
    CHECK(fastsig_normals(NULL, &z) == FASTSIG_ERROR_NULL, "null");
    CHECK(fastsig_normal_quantile(1, &h, &z) == FASTSIG_OK && fabs(z + 0.67448975019608171) < 1e-15, "quartile %.17g", z);
    h = 0.75;
    CHECK(fastsig_normal_quantile(1, &h, &z) == FASTSIG_ERROR_SAMPLES, "upper tail");
    return finish();
}
