/* A load for benchmarks/instructions.py: `instructions WHAT REPETITIONS`. */
#include "fastsig.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 1000, COUNT = 9 };

int main(int argc, char **argv)
{
    static const char *const names[COUNT] = {"crrelu", "gelu", "leaky_relu", "mish", "relu", "sigmoid", "swish", "tanh", "telu"};
    static double sigma[N], mean[N], value[COUNT * FASTSIG_COMPONENTS * N], error[COUNT * FASTSIG_COMPONENTS * N];
    fastsig_activation phi[COUNT];
    if (argc != 3) return 2;
    for (int a = 0; a < COUNT; a++) fastsig_activation_make(names[a], NULL, &phi[a]);
    for (int i = 0; i < N; i++) sigma[i] = ldexp(1.0 + (i % 50) / 50.0, i / 50 - 10); /* 2^-10 to 2^10, without libm */
    for (int i = 0; i < N; i++) mean[i] = (i * 617 % N - 500) / 100.0; /* -5 to 5 in any order */
    fastsig_moments_output output = {.value = value};
    for (int repetition = atoi(argv[2]); repetition > 0; repetition--) {
        if (!strcmp(argv[1], "batch")) fastsig_moments_batch(COUNT, phi, 0, 0, 0, NULL, N, sigma, NULL, N, &output, NULL);
        if (!strcmp(argv[1], "batch_with_errors")) {
            output.error = error;
            fastsig_moments_batch(COUNT, phi, 0, 0, 0, NULL, N, sigma, NULL, N, &output, NULL);
        }
        if (!strcmp(argv[1], "batch_at_means")) fastsig_moments_batch(COUNT, phi, 0, 0, 0, NULL, N, sigma, mean, N, &output, NULL);
        if (!strcmp(argv[1], "tanh")) fastsig_moments(&phi[7], 0, 0, N, sigma, NULL, &output);
        if (!strcmp(argv[1], "exponentials")) {
            for (int i = 0; i < N; i++) error[i] = -sigma[i] / 4.0;
            fastsig_exp_nonpositive(N, error, value);
        }
        if (!strcmp(argv[1], "points"))
            for (int i = 0; i < N; i++) fastsig_moments_into(&phi[i % COUNT], sigma[i], 0.0, value);
        if (!strcmp(argv[1], "adaptive"))
            for (int i = 0; i < N; i += 100) fastsig_moments(&phi[7], FASTSIG_METHOD_ADAPTIVE, 0, 1, &sigma[i], &mean[i], &output);
    }
    return !(value[0] >= -1.0);
}
