/* selu: lambda x for x > 0, lambda alpha (exp(x) - 1) otherwise, with the
 * constants for which m1 = 0 and m2 = 1 at sigma = 1 (Klambauer et al., arXiv
 * 1706.02515, equation 14): alpha = 1.67326324235437728481704299167165,
 * lambda = 1.05070098735548049341933498529461. */
#include "activation.h"
#include "exponentials.h"

#define LAMBDA 0x1.0cfabd6a91132p+0
#define LAMBDA_ALPHA 0x1.c212cc640f031p+0 /* 1.75809934084737685994021752081228 */

static double value(double x, double p) { (void)p; return x > 0.0 ? LAMBDA * x : LAMBDA_ALPHA * expm1(x); }
static double derivative(double x, double p) { (void)p; return x > 0.0 ? LAMBDA : exp_times(x, LAMBDA_ALPHA); }
static double second_derivative(double x, double p) { (void)p; return x > 0.0 ? 0.0 : exp_times(x, LAMBDA_ALPHA); }

static double log_slope(double x, double p) { (void)p; return x > 0.0 ? log(LAMBDA) : x + log(LAMBDA_ALPHA); }

static void slopes(double p, double *plus, double *minus) { (void)p; *plus = LAMBDA; *minus = 0.0; }
static int breaks(double p, double *place) { (void)p; place[0] = 0.0; return 1; }

const struct activation fastsig_activation_selu = {
    .info = {.name = "selu", .formula = "1.0507009873554805*(x if x > 0 else 1.6732632423543772*(exp(x) - 1))"},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .breaks = breaks,
};
