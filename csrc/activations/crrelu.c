/* crrelu: max(0, x) + eps x exp(-x^2/2) (EAFO, arXiv 2405.12954). */
#include "exponentials.h"
#include "rectified.h"
#include "vector_functions.h"

static double value(double x, double eps) { return (x > 0.0 ? x : 0.0) + gaussian_times(x, eps * x); }
static double derivative(double x, double eps)
{
    return (x > 0.0 ? 1.0 : 0.0) + gaussian_times(x, eps * (1.0 - x * x));
}
static double second_derivative(double x, double eps)
{
    return gaussian_times(x, eps * x * (x * x - 3.0));
}

static double log_slope(double x, double eps)
{
    if (x > 0.0) return log(fabs(derivative(x, eps)));
    return -0.5 * x * x + log(fabs(eps)) + log(fabs((1.0 - x) * (1.0 + x)));
}

static void slopes(double eps, double *plus, double *minus) { (void)eps; *plus = 1.0; *minus = 0.0; }
static int breaks(double eps, double *place) { (void)eps; place[0] = 0.0; return 1; }

/* q = sigma^2, r = 1/(1+q), d = 1/(1+2q). A factor exp(-x^2/2) turns the
 * Gaussian of x into sqrt(r) exp(-mean^2 r/2) times that of y with mean m r and
 * variance q r; exp(-x^2) into sqrt(d) exp(-mean^2 d) times mean m d, variance
 * q d. With half moments x_k of x and y_k of y (weights included), and full
 * moments of the second, u ~ N(m, s^2), weight c:
 *   m1  = x_1 + eps w mean r
 *   g1  = x_0 + eps w r^2 (q + (1-mean)(1+mean))
 *   m2  = x_2 + 2 eps y_2 + eps^2 c (m^2 + s^2)
 *   g2  = x_0 + 2 eps (y_0 - y_2) + eps^2 c ((1-m^2-s^2)^2 + 4 m^2 s^2 + 2 s^4)
 *   eta = q x_0 + eps (q r (2 y_0 - 3 y_2) - q r mean (2 y_1 - y_3))
 *       + eps^2 c (s^2 (1 - 3m^2 - 3s^2) + (m-mean)(m - m^3 - 3 m s^2))
 * (eta by Stein's identity on y and u, as y - mean = (y - E y) - q r mean;
 * m - mean = -2 s^2 mean). Nothing cancels below the size of the integrand
 * except where eps < 0 makes phi itself cancel; errors are those of the terms. */
static int closed_form(double sigma, double mean, double eps, struct moments *out)
{
    double q = sigma * sigma, r = 1.0 / (1.0 + q), d = 1.0 / (1.0 + 2.0 * q);
    double root_r = sqrt(r), m = mean * d, s2 = q * d;
    if (fabs(mean) * root_r > 100.0) { /* w < exp(-5000) */
        rectified_moments(sigma, mean, 0.0, out);
        return 1;
    }
    dd t = standard_mean(mean, sigma);
    double w = shrunk_gaussian(mean, sigma, 1.0, root_r), c = shrunk_gaussian(mean, sigma, 0.5, sqrt(d));
    struct half_moments x = half_moments(mean, sigma, 1.0, t, 1.0, 3);
    struct half_moments y = half_moments(mean * r, sigma * root_r, w, t, root_r, 4);
    double flat = ((1.0 - mean) + 2.0 * q) * d * (((1.0 + mean) + 2.0 * q) * d) - s2; /* 1 - m^2 - s^2 */
    double e2c = eps * eps * c;

    closed_form_sum(out, FASTSIG_M1, 1.0, x.right[1], eps * w * mean * r, 0.0);
    closed_form_sum(out, FASTSIG_G1, 1.0, x.right[0], eps * w * r * r * (q + (1.0 - mean) * (1.0 + mean)), 0.0);
    closed_form_sum(out, FASTSIG_M2, 1.0, x.right[2], 2.0 * eps * y.right[2], e2c * (m * m + s2));
    closed_form_sum(out, FASTSIG_G2, 1.0, x.right[0], 2.0 * eps * (y.right[0] - y.right[2]),
                    e2c * (flat * flat + 2.0 * s2 * (2.0 * m * m + s2)));
    closed_form_sum(out, FASTSIG_ETA, q, x.right[0],
                    eps * r * (2.0 * y.right[0] - 3.0 * y.right[2] - mean * (2.0 * y.right[1] - y.right[3])),
                    e2c * d * (1.0 - 3.0 * (m * m + s2) - 2.0 * mean * m * (1.0 - m * m - 3.0 * s2)));
    /* What the differences inside the terms above can lose, and powers of m, mean, r that are large in the tail. */
    double size = fabs(eps), y_size = y.right[0] + y.right[2];
    closed_form_widen(out, FASTSIG_G1, size * w * r * r * (q + fabs((1.0 - mean) * (1.0 + mean))));
    closed_form_widen(out, FASTSIG_M2, e2c * m * m + 0.5 * x.right[2]);
    closed_form_widen(out, FASTSIG_G2, size * y_size + e2c * (s2 + 2.0 * flat * flat + fabs(flat) * (2.0 * q * d + s2)));
    closed_form_widen(out, FASTSIG_ETA, q * (size * r * (y_size + fabs(mean) * (y.right[1] + y.right[3]))
                                            + e2c * d * (1.0 + m * m + s2) * (1.0 + fabs(mean * m))));
    return 1;
}

/* The same at mean 0 (d here is 1 + 2q, e = 1/d), where nothing is left of the
 * tails and what differs is expanded:
 *   m1  = sigma/sqrt(2 pi),            g1 = 1/2 + eps r^1.5
 *   m2  = q (1/2 + eps r^1.5 + eps^2 e^1.5)
 *   g2  = 1/2 + eps r^1.5 + eps^2 (1 + 2q + 3q^2) e^2.5
 *   eta = q (1/2 + eps r^1.5 (1 - q/2) r + eps^2 e^1.5 (1 - q) e)
 * Errors are those of the terms, as eps may be negative. */
static void closed_form_block(double eps, struct moments_block *b)
{
    int n = padded(b->points);
    const double *restrict sigma = b->sigma;
    double *restrict m1 = b->value[FASTSIG_M1], *restrict g1 = b->value[FASTSIG_G1], *restrict g2 = b->value[FASTSIG_G2], *restrict m2 = b->value[FASTSIG_M2], *restrict eta = b->value[FASTSIG_ETA];
    double size = fabs(eps), eps2 = eps * eps;
#pragma omp simd
    for (int i = 0; i < n; i++) {
        double q = sigma[i] * sigma[i], r = 1.0 / (1.0 + q), e = 1.0 / (1.0 + 2.0 * q), share = q * e;
        double one = r * sqrt(r), two = eps2 * (e * sqrt(e)), first = eps * one;
        m1[i] = sigma[i] * ONE_OVER_SQRT_2PI;
        g1[i] = 0.5 + first;
        m2[i] = q * (0.5 + first + two);
        g2[i] = 0.5 + first + eps2 * sqrt(e) * (e * e + share * (2.0 * e + 3.0 * share));
        eta[i] = q * (0.5 + first * (r - 0.5 * (q * r)) + two * (e - share));
    }
    for (int c = 0; c < FASTSIG_COMPONENTS; c++) block_bound(b, c, 12.0, FASTSIG_METHOD_CLOSED_FORM);
    if (!b->errors) return;
#pragma omp simd
    for (int i = 0; i < n; i++) {
        double q = sigma[i] * sigma[i], r = 1.0 / (1.0 + q), e = 1.0 / (1.0 + 2.0 * q);
        double unit = 12.0 * UNIT_ROUNDOFF, first = unit * size * r * sqrt(r), two = unit * eps2 * sqrt(e) * e;
        b->error[FASTSIG_G1][i] = 0.5 * unit + first;
        b->error[FASTSIG_M2][i] = q * (0.5 * unit + first + two);
        b->error[FASTSIG_G2][i] = 0.5 * unit + first + two / e; /* (1 + 2q + 3q^2) e^2 <= 1 */
        b->error[FASTSIG_ETA][i] = q * (0.5 * unit + first + two);
    }
}

static void evaluate_many(int n, const double *x, double eps, double *values, double *slopes_there)
{
    const vec one = vec_all(1.0);
    for (int k = 0; k < n; k += VECTOR) {
        vec at = vec_load(x + k), square = at * at, bump = eps * vec_exp_not_zero(-0.5 * square);
        vec_bits right = (vec_bits)(at > 0.0);
        vec_store(values + k, vec_multiply_add(bump, at, vec_where(right, at)));
        vec_store(slopes_there + k, vec_multiply_add(bump, 1.0 - square, vec_where(right, one)));
    }
}

const struct activation fastsig_activation_crrelu = {
    .info = {.name = "crrelu", .formula = "max(0, x) + eps*x*exp(-x^2/2)",
             .parameter_name = "eps", .parameter_default = 0.01,
             .parameter_low = -10.0, .parameter_high = 10.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .breaks = breaks, .closed_form = closed_form, .evaluate_many = evaluate_many,
    .closed_form_block = closed_form_block,
};
