/* identity: x. */
#include "closed_form.h"

static double value(double x, double p) { (void)p; return x; }
static double derivative(double x, double p) { (void)p; return isnan(x) ? x : 1.0; }
static double second_derivative(double x, double p) { (void)p; return isnan(x) ? x : 0.0; }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = *minus = 1.0; }

static int closed_form(double sigma, double mean, double p, struct moments *out)
{
    (void)p;
    moments_set(out, FASTSIG_M1, mean, 0.0, FASTSIG_METHOD_EXACT);
    moments_set(out, FASTSIG_G1, 1.0, 0.0, FASTSIG_METHOD_EXACT);
    moments_set(out, FASTSIG_G2, 1.0, 0.0, FASTSIG_METHOD_EXACT);
    closed_form_set(out, FASTSIG_M2, mean * mean + sigma * sigma);
    closed_form_set(out, FASTSIG_ETA, sigma * sigma);
    return 1;
}

const struct activation fastsig_activation_identity = {
    .info = {.name = "identity", .formula = "x"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .slopes = slopes, .parity = -1, .closed_form = closed_form,
};
