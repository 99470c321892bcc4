/* What a built-in activation is: the one structure that each file under
 * csrc/activations/ fills in. The build finds those files by itself
 * (csrc/CMakeLists.txt), so a new activation is one new file. */
#ifndef FASTSIG_ACTIVATION_H
#define FASTSIG_ACTIVATION_H

#include "fastsig.h"

struct sinh_trapezoid_table;

/* The five Gaussian components at one (sigma, mean) with absolute errors. */
struct moments {
    double value[FASTSIG_COMPONENTS];
    double error[FASTSIG_COMPONENTS];
    int method[FASTSIG_COMPONENTS];
};

struct activation {
    fastsig_activation_info info;

    /* phi, phi', phi'' at x for parameter p. Neither overflow nor cancel;
     * right at +-inf as limits, NaN where there is none; NaN gives NaN. */
    double (*value)(double x, double p);
    double (*derivative)(double x, double p);
    double (*second_derivative)(double x, double p);

    /* ln abs(phi'(x)), where phi' itself underflows too. NULL: from phi'. */
    double (*log_slope)(double x, double p);

    /* phi'(+inf) and phi'(-inf), exact. NaN where phi' has no limit: it is then
     * taken to oscillate for ever, with phi'' not dying out. */
    void (*slopes)(double p, double *plus, double *minus);

    /* 1 if phi is even, -1 if it is odd, 0 if neither: then E phi' or E phi is
     * exactly 0 at mean 0. */
    int parity;

    /* Where phi' or phi'' jumps: writes up to FASTSIG_MAX_KINKS places in
     * ascending order and returns how many. A break at which phi' jumps is a
     * kink; the one-sided values tell. NULL: phi'' is continuous. */
    int (*breaks)(double p, double *place);

    /* Width of the region in which phi bends: phi'' is negligible where
     * abs(x) > 60 scale(p). NULL means 1. */
    double (*scale)(double p);

    /* Closed form at (sigma > 0, mean). Returns 1, or 0 where there is none
     * for this mean. NULL: none. Writes all of `out`. */
    int (*closed_form)(double sigma, double mean, double p, struct moments *out);

    /* From the sinh-trapezoid table at mean 0, sigma > 0; as above. */
    int (*from_table)(double sigma, double p, struct moments *out);
};

/* Made by the build from the files under csrc/activations/. */
extern const struct activation *const fastsig_registry[];
extern const int fastsig_registry_size;

/* The definition behind phi, or NULL with *status set. */
const struct activation *fastsig_definition(const fastsig_activation *phi, int *status);

#endif
