/* Gauss-Hermite nodes and weights as pairs of doubles.
 *
 * The walk of src/gauss_hermite.c (whose sections are cited here) on sums of
 * three doubles: a weight follows its node like exp(-x^2/2), so that at x = 38 a
 * node with 32 digits makes a weight with 29, and thousands of steps add their
 * roundings. With 45 digits on the way neither is seen; what is left is the
 * rounding of the last three operations on pairs, below 20 u^2 = 2.5e-31.
 *
 * The climb (section 3) still ends in double, d off the node, abs(d) about
 * 1e-15 of the gap. Newton's step then leaves A d^3/3, 1e-44, and the slope,
 * which is psi'(node) (1 - A d^2/2), is corrected for that.
 *
 * The same proof as there (section 5), to more digits. */
#include <stdlib.h>

#include "exponential.h"
#include "fastsig.h"
#include "hermite_wave.h"
#include "triple_double.h"

#define WALK_TERMS 110       /* most Taylor terms of a step; about 65 are needed */
#define SQUARES_CHECK 1e-40  /* allowed relative errors of the two sums */
#define WEIGHTS_CHECK 1e-30
#define UNDERFLOW 800.0      /* exp(-800) times any 1/(P psi'^2) rounds to 0 */

/* The wave psi at a point x where A(x) > 0. */
struct wave {
    td x, value, slope;
};

/* 1/((k+1)(k+2)), the factors of section 4. */
static void make_factors(td *factor)
{
    for (int k = 0; k + 2 < WALK_TERMS; k++) factor[k] = td_div_d(td_from(1.0), (k + 1.0) * (k + 2.0));
}

/* Moves the wave from w->x to w->x + h (section 4). 0 if the series did not
 * end within WALK_TERMS. */
static int walk(int n, const td *factor, struct wave *w, double h)
{
    td h2 = td_mul(td_from(h), td_from(h));
    td a = td_add(td_from(n + 0.5), td_scale(td_mul(w->x, w->x), -0.25));
    td c0 = td_neg(td_mul(a, h2));
    td c1 = td_scale(td_mul(w->x, td_mul_d(h2, h)), 0.5);
    td c2 = td_scale(td_mul(h2, h2), 0.25);

    td t[WALK_TERMS];
    t[0] = w->value;
    t[1] = td_mul_d(w->slope, h);
    double largest = fabs(t[0].a) + fabs(t[1].a), size = largest;
    int k = 0;
    for (; k + 2 < WALK_TERMS && size > 0x1p-165 * largest; k++) {
        td sum = td_mul(c0, t[k]);
        if (k >= 1) sum = td_add(sum, td_mul(c1, t[k - 1]));
        if (k >= 2) sum = td_add(sum, td_mul(c2, t[k - 2]));
        t[k + 2] = td_mul(sum, factor[k]);
        size = fabs(t[k].a) + fabs(t[k + 1].a) + fabs(t[k + 2].a);
    }
    if (k + 2 == WALK_TERMS) return 0;

    td value = td_from(0.0), slope = td_from(0.0);
    for (int j = k + 1; j >= 0; j--) {
        value = td_add(value, t[j]);
        slope = td_add(slope, td_mul_d(t[j], j));
    }
    w->x = td_add_d(w->x, h);
    w->value = value;
    w->slope = td_div_d(slope, h);
    return 1;
}

/* Moves the wave from 0 or a node to the next node. 0 if anything about the
 * new node is not as it must be. */
static int walk_to_next_node(int n, const td *factor, struct wave *w)
{
    double before = w->x.a, side = w->value.a + w->slope.a;
    double phase = w->value.a == 0.0 ? HERMITE_PI : 0.5 * HERMITE_PI;
    double h = hermite_climb(n, w->x.a, w->value.a, w->slope.a);
    if (!(h > 0.0) || !walk(n, factor, w, h)) return 0;

    dd newton = dd_neg(dd_div(td_to_pair(w->value), td_to_pair(w->slope)));
    double omega = hermite_wave_number(n, w->x.a) * newton.hi;
    w->x = td_add(w->x, (td){newton.hi, newton.lo, 0.0});
    w->slope = td_add(w->slope, td_mul_d(w->slope, 0.5 * omega * omega));
    w->value = td_from(0.0);

    return fabs(newton.hi) <= 1e-13 * h && side * w->slope.a < 0.0 /* psi crosses from the other side */
           && hermite_gap_is_right(n, phase, before, w->x.a, h + newton.hi);
}

/* P of section 2. */
static td norm_at_origin(int n)
{
    td p = td_from(n % 2 == 0 ? 1.0 : n);
    for (int j = 2; j <= n; j += 2) p = td_div_d(td_mul_d(p, j - 1.0), j);
    return p;
}

/* exp(-x^2/2)/(P psi'^2). */
static dd weight_of(const struct wave *w, td norm)
{
    td y = td_scale(td_mul(w->x, w->x), -0.5);
    if (y.a < -UNDERFLOW) return dd_from(0.0);
    struct dd_exponential e = dd_exponential_of(y.a, y.b, y.c);
    dd quotient = dd_div(dd_add_smaller(dd_from(1.0), e.fraction), td_to_pair(td_mul(norm, td_mul(w->slope, w->slope))));
    return dd_scale_by(quotient, e.power);
}

/* The rule on x >= 0: (n+1)/2 nodes and as many weights. */
static int half_rule(int n, dd *nodes, dd *weights)
{
    td factor[WALK_TERMS];
    make_factors(factor);
    struct wave w = {td_from(0.0), td_from(1 - n % 2), td_from(n % 2)};
    td norm = norm_at_origin(n), squares = td_from(0.0), sum = td_from(-1.0);

    for (int i = 0; i < (n + 1) / 2; i++) {
        int at_origin = i == 0 && n % 2 == 1;
        if (!at_origin && !walk_to_next_node(n, factor, &w)) return FASTSIG_ERROR_NOT_CONVERGED;
        nodes[i] = td_to_pair(w.x);
        weights[i] = weight_of(&w, norm);
        squares = td_add(squares, td_scale(td_mul(w.x, w.x), 2.0));
        sum = td_add(sum, td_scale((td){weights[i].hi, weights[i].lo, 0.0}, at_origin ? 1.0 : 2.0));
    }
    double expected = n * (n - 1.0);
    return fabs(td_add_d(squares, -expected).a) <= SQUARES_CHECK * expected && fabs(sum.a) <= WEIGHTS_CHECK
        ? FASTSIG_OK : FASTSIG_ERROR_NOT_CONVERGED;
}

int fastsig_gauss_hermite_double_double(int n, double *nodes_hi, double *nodes_lo, double *weights_hi,
                                        double *weights_lo)
{
    if (nodes_hi == NULL || nodes_lo == NULL || weights_hi == NULL || weights_lo == NULL) return FASTSIG_ERROR_NULL;
    if (n < 1 || n > FASTSIG_MAX_NODES) return FASTSIG_ERROR_NODES;

    /* The outputs are touched only when all is known to be right. */
    size_t half = (size_t)(n + 1) / 2;
    dd *x = malloc(2 * half * sizeof *x);
    if (x == NULL) return FASTSIG_ERROR_MEMORY;
    dd *w = x + half;
    int status = half_rule(n, x, w);
    if (status == FASTSIG_OK)
        for (size_t i = 0; i < half; i++) {
            size_t right = (size_t)n / 2 + i, left = half - 1 - i;
            nodes_hi[left] = -x[i].hi;
            nodes_lo[left] = -x[i].lo;
            nodes_hi[right] = x[i].hi;
            nodes_lo[right] = x[i].lo;
            weights_hi[left] = weights_hi[right] = w[i].hi;
            weights_lo[left] = weights_lo[right] = w[i].lo;
        }
    free(x);
    return status;
}
