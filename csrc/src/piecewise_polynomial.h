/* Gaussian components of a continuous phi that is a line left of `low`, a
 * quadratic from `low` to `high`, and a line right of `high`: hardtanh, relu6,
 * hardswish, softshrink and the like.
 *
 * Outside, everything is half moments of the distance d to the break (tails,
 * without cancellation). Inside, the integral of a polynomial of degree 4 times
 * the density over a finite interval could be written as differences of tails,
 * but these cancel wherever the interval is narrow or phi vanishes in it.
 * Instead: Gauss-Kronrod sums on panels over which the density falls by at most
 * exp(-12), cut off where it has fallen by exp(-48). The integrand is entire, so
 * their error is known beforehand (below 1e-18 of E abs(integrand)), and what is
 * left is the rounding of sums of terms with the signs of the integrand.
 * - mean outside (low, high): offsets are taken from the nearer break, and the
 *   density there comes as a factor, from a pair.
 * - mean inside: the largest interval about the mean is integrated with the even
 *   parts of the integrands, written as polynomials, so that odd parts cancel
 *   exactly; the rest lies on one side.
 */
#ifndef FASTSIG_PIECEWISE_POLYNOMIAL_H
#define FASTSIG_PIECEWISE_POLYNOMIAL_H

#include "closed_form.h"
#include "gauss_kronrod_pair.h" /* generated */
#include "half_moments.h"

struct piecewise_polynomial {
    double low, high;               /* the breaks */
    double at_low, at_high;         /* phi there */
    double left_slope, right_slope; /* phi' outside */
    double slope_low, slope_high;   /* phi' inside, at the breaks */
    double bend;                    /* phi'' inside */
};

/* The point that offsets d are counted from, towards `side` (+1 or -1):
 * phi = value + side slope d + bend d^2/2. */
struct expansion {
    double value, slope, bend, side;
};

struct component_sums {
    double value[FASTSIG_COMPONENTS];
    double rounding[FASTSIG_COMPONENTS]; /* in units of UNIT_ROUNDOFF */
};

/* A term whose parts add up to `size` without their signs. Its weight may be
 * off by 18 roundings: the exponent by 3 of its own size, which counts as far
 * as exp(-size) does, then exp, products and sums. Its parts by 8 of theirs. */
static inline void add_term(struct component_sums *sums, int component, double value, double size)
{
    sums->value[component] += value;
    sums->rounding[component] += 18.0 * fabs(value) + 8.0 * size;
}

/* phi, phi' and products at offset d, x - mean = distance, times weight. */
static inline void add_point(struct component_sums *sums, const struct expansion *e, double d, double distance,
                             double weight)
{
    double half = 0.5 * e->bend * d * d, rise = e->side * e->slope * d;
    double phi = (e->value + rise) + half, slope = e->slope + e->side * e->bend * d;
    double size = fabs(e->value) + fabs(rise) + fabs(half), steep = fabs(e->slope) + fabs(e->bend * d);
    add_term(sums, FASTSIG_M1, weight * phi, weight * size);
    add_term(sums, FASTSIG_G1, weight * slope, weight * steep);
    add_term(sums, FASTSIG_G2, weight * (slope * slope), weight * (steep * steep));
    add_term(sums, FASTSIG_M2, weight * phi * phi, weight * size * size);
    add_term(sums, FASTSIG_ETA, weight * distance * phi * slope, weight * fabs(distance) * size * steep);
}

/* The sum over both points at distance d of the mean, times weight/2: even
 * parts, expanded. */
static inline void add_even_point(struct component_sums *sums, const struct expansion *e, double d, double weight)
{
    double half = 0.5 * e->bend * d * d, rise = e->slope * d, turn = e->bend * d;
    double middle = e->value + half, size = fabs(e->value) + fabs(half), square = e->slope * e->slope;
    add_term(sums, FASTSIG_M1, weight * middle, weight * size);
    add_term(sums, FASTSIG_G1, weight * e->slope, weight * fabs(e->slope));
    add_term(sums, FASTSIG_G2, weight * (square + turn * turn), weight * (square + turn * turn));
    add_term(sums, FASTSIG_M2, weight * (middle * middle + rise * rise), weight * (size * size + rise * rise));
    add_term(sums, FASTSIG_ETA, weight * d * d * (square + e->bend * middle),
             weight * d * d * (square + fabs(e->bend) * size));
}

/* Integrate over offsets from `first` to `last` from the mean (even != 0, or
 * start = 0 and first > 0), or over offsets 0 to last from a break `start`
 * standard deviations away from the mean. The density at the start is left out. */
static inline struct component_sums sum_inside(const struct expansion *e, double sigma, double start, double first,
                                               double last, int even)
{
    struct component_sums sums = {{0.0}, {0.0}};
    double a = start + first / sigma; /* of the nearest point, in standard deviations */
    double reach = 96.0 / (a + sqrt(a * a + 96.0)); /* (a + reach)^2/2 = a^2/2 + 48 */
    double length = (last - first) / sigma, y_length = length < reach ? length : reach;
    int panels = 1 + (int)(y_length * (a + 0.5 * y_length) / 12.0);
    double half = 0.5 * y_length / panels, factor = (even ? 2.0 : 1.0) * half * ONE_OVER_SQRT_2PI;
    for (int i = panels - 1; i >= 0; i--) { /* small panels first */
        struct component_sums panel = {{0.0}, {0.0}};
        for (int k = 0; k < 2 * GAUSS_KRONROD_HALF - 1; k++) { /* the table: from the end to 0 */
            int at = k / 2, mirrored = k % 2;
            double y = half * (2 * i + 1 + (mirrored ? -gauss_kronrod_node[at] : gauss_kronrod_node[at]));
            double d = first + sigma * y, weight = gauss_kronrod_weight[at] * exp(-y * (a + 0.5 * y));
            if (even) add_even_point(&panel, e, d, weight);
            else add_point(&panel, e, d, e->side * sigma * (a + y), weight);
        }
        for (int c = 0; c < FASTSIG_COMPONENTS; c++) {
            sums.value[c] += factor * panel.value[c];
            sums.rounding[c] += factor * panel.rounding[c];
        }
    }
    return sums;
}

static inline void add_sums(struct component_sums *to, const struct component_sums *from, dd t)
{
    for (int i = 0; i < FASTSIG_COMPONENTS; i++) {
        to->value[i] += gaussian_times_pair(t.hi, t.lo, from->value[i]);
        to->rounding[i] += gaussian_times_pair(t.hi, t.lo, from->rounding[i]);
    }
}

/* (x - y)/sigma as a pair; only its size matters where the Gaussian is 0. */
static inline dd standard_distance(double x, double y, double sigma)
{
    dd difference = dd_two_sum(x, -y);
    double t = difference.hi / sigma;
    return fabs(t) < 1e3 ? dd_div_d(difference, sigma) : dd_from(copysign(1e3, t));
}

/* The line outside: phi = value + slope d at d > 0 from the break, with
 * d_k = E[d^k; d > 0]; eta by Stein's identity. All terms are positive where
 * value and slope have one sign. */
static inline void add_outside(struct component_sums *sums, double value, double slope, double side, double sigma,
                               dd t, const double *d_k)
{
    double q = sigma * sigma, steep = side * slope, square = slope * slope; /* slope is that in d, phi' = steep */
    double cross = value * slope, edge = gaussian_times_pair(t.hi, t.lo, cross * sigma * ONE_OVER_SQRT_2PI);
    add_term(sums, FASTSIG_M1, value * d_k[0] + slope * d_k[1], fabs(value) * d_k[0] + fabs(slope) * d_k[1]);
    add_term(sums, FASTSIG_G1, steep * d_k[0], fabs(slope) * d_k[0]);
    add_term(sums, FASTSIG_G2, square * d_k[0], square * d_k[0]);
    add_term(sums, FASTSIG_M2, value * value * d_k[0] + 2.0 * cross * d_k[1] + square * d_k[2],
             value * value * d_k[0] + 2.0 * fabs(cross) * d_k[1] + square * d_k[2]);
    add_term(sums, FASTSIG_ETA, edge + q * square * d_k[0], fabs(edge) + q * square * d_k[0]);
}

static inline void add_inside(struct component_sums *sums, const struct piecewise_polynomial *f, double sigma,
                              double mean, double value, double slope)
{
    struct component_sums part;
    if (mean <= f->low) {
        struct expansion e = {f->at_low, f->slope_low, f->bend, 1.0};
        dd t = standard_distance(f->low, mean, sigma);
        part = sum_inside(&e, sigma, t.hi, 0.0, f->high - f->low, 0);
        add_sums(sums, &part, t);
        return;
    }
    if (mean >= f->high) {
        struct expansion e = {f->at_high, f->slope_high, f->bend, -1.0};
        dd t = standard_distance(mean, f->high, sigma);
        part = sum_inside(&e, sigma, t.hi, 0.0, f->high - f->low, 0);
        add_sums(sums, &part, t);
        return;
    }
    double left = mean - f->low, right = f->high - mean;
    struct expansion e = {value, slope, f->bend, right > left ? 1.0 : -1.0};
    double near = right > left ? left : right, far = right > left ? right : left;
    part = sum_inside(&e, sigma, 0.0, 0.0, near, 1);
    add_sums(sums, &part, dd_from(0.0));
    if (near < 40.0 * sigma && far > near) {
        part = sum_inside(&e, sigma, 0.0, near, far, 0);
        add_sums(sums, &part, dd_from(near / sigma));
    }
}

/* value and slope: phi and phi' at the mean (used where it lies inside). */
static inline void piecewise_polynomial_moments(const struct piecewise_polynomial *f, double sigma, double mean,
                                                double value, double slope, struct moments *out)
{
    struct component_sums sums = {{0.0}, {0.0}};
    dd t = standard_distance(mean, f->low, sigma), u = standard_distance(mean, f->high, sigma);
    struct half_moments l = half_moments(mean - f->low, sigma, 1.0, t, 1.0, 3);
    struct half_moments r = half_moments(mean - f->high, sigma, 1.0, u, 1.0, 3);
    add_outside(&sums, f->at_low, -f->left_slope, -1.0, sigma, t, l.left);
    add_outside(&sums, f->at_high, f->right_slope, 1.0, sigma, u, r.right);
    if (f->high > f->low) add_inside(&sums, f, sigma, mean, value, slope);
    for (int i = 0; i < FASTSIG_COMPONENTS; i++)
        moments_set(out, i, sums.value[i], UNIT_ROUNDOFF * sums.rounding[i], FASTSIG_METHOD_CLOSED_FORM);
}

/* At mean 0 symmetry may give a component exactly. */
static inline void piecewise_polynomial_exact(struct moments *out, int component, double value)
{
    moments_set(out, component, value, 0.0, FASTSIG_METHOD_EXACT);
}

#endif
