/* Gauss-Legendre nodes and weights: int_-1^1 f(x) dx ~ sum_i w_i f(x_i).
 *
 * Plain definition. The nodes are the n zeros of the Legendre polynomial P_n, and
 *
 *     w_i = 2 / ((1 - x_i^2) P_n'(x_i)^2).
 *
 * Eigenvalue codes lose digits of the weights with n (those of NumPy are off by 7e-13
 * at n = 40). Here, as in gauss_hermite.c, the differential equation is followed from
 * node to node in double-double, so that the error gathered over 5000 steps is far
 * below the last bit of a double, and each number is rounded once. The walk is that of
 *   Glaser, Liu, Rokhlin, SIAM J. Sci. Comput. 29, 2007, doi:10.1137/06067016X.
 *
 * 1. The wave is a multiple of P_n: value 1 at 0 for even n, slope 1 for odd n. It solves
 *
 *        (1 - x^2) P'' - 2 x P' + n (n + 1) P = 0,
 *
 *    so its Taylor terms about x, t_k = P^(k)(x) h^k/k!, obey
 *
 *        (k+1)(k+2) t_{k+2} = a (k+1)^2 t_{k+1} - b (n(n+1) - k(k+1)) t_k,
 *        a = 2 x h/(1 - x^2),  b = h^2/(1 - x^2).
 *
 *    The other solution has a logarithm at 1. It enters by rounding alone, and its terms
 *    fall at least like (h/(1 - x))^k, which is 0.81^k on the way to the last node.
 *
 * 2. The next node. Numbered k = 1, 2, ... from the right it is about cos(theta),
 *    theta = (4k - 1) pi/(4n + 2), within 0.02 of the gap. From there Newton's iteration
 *    in double on the Taylor sum, the wave at its end in double-double, and one more
 *    step of Newton with the rest d: its error is x d^2/(1 - x^2), and it moves the
 *    slope by d P'' = 2 x d/(1 - x^2) P'.
 *
 * 3. Proof that the result is right, on every call: node k lies where it must (Bruns;
 *    Szego, Orthogonal Polynomials, theorem 6.21.2),
 *
 *        (k - 1/2) pi < (n + 1/2) arccos(x) < k pi,
 *
 *    which are disjoint intervals, so none is missed or met twice; the sum of x_i^2 must
 *    be n (n-1)/(2n-1) (from the two leading coefficients of P_n), that of w_i 2, both to
 *    CHECK in double-double.
 */
#include <stdlib.h>

#include "double_double.h"
#include "fastsig.h"
#include "taylor_sums.h"

#define PI 3.14159265358979324
#define CLIMB_TERMS 40 /* Taylor terms in double: pi^40/40! = 1e-28 */
#define CLIMB_STEPS 10 /* most iterations; 3 or 4 are needed */
#define WALK_TERMS 90  /* most Taylor terms in double-double; about 45 are needed */
#define CHECK 1e-24    /* allowed relative error of the two sums */

/* A multiple of P_n at x. */
struct wave {
    dd x, value, slope;
};

static dd one_minus_square(dd x)
{
    return dd_mul(dd_sub(dd_from(1.0), x), dd_add_d(x, 1.0));
}

/* Distance to the next node, in double; negative if Newton's iteration did not settle. */
static double climb(int n, const struct wave *w, double guess)
{
    double x = w->x.hi, h = guess - x, spread = one_minus_square(w->x).hi;
    double a = 2.0 * x * h / spread, b = h * h / spread, t[CLIMB_TERMS];
    t[0] = w->value.hi;
    t[1] = w->slope.hi * h;
    for (int k = 0; k + 2 < CLIMB_TERMS; k++)
        t[k + 2] = (a * (k + 1.0) * (k + 1.0) * t[k + 1] - b * (n * (n + 1.0) - k * (k + 1.0)) * t[k]) / ((k + 1.0) * (k + 2.0));
    double s = 1.0; /* distance in units of h */
    for (int step = 0; step < CLIMB_STEPS; step++) {
        double value, slope;
        taylor_at(CLIMB_TERMS, t, s, &value, &slope);
        s -= value / slope;
        if (fabs(value) < 1e-8 * fabs(slope)) return s * h; /* error now 2e-16 */
    }
    return -1.0;
}

/* Moves the wave from w->x to w->x + h. 0 if the series did not end within WALK_TERMS. */
static int walk(int n, struct wave *w, double h)
{
    dd spread = one_minus_square(w->x), t[WALK_TERMS];
    dd a = dd_div(dd_mul_d(w->x, 2.0 * h), spread), b = dd_div(dd_two_square(h), spread);
    t[0] = w->value;
    t[1] = dd_mul_d(w->slope, h);
    double largest = fabs(t[0].hi) + fabs(t[1].hi), size = largest;
    int k = 0;
    for (; k + 2 < WALK_TERMS && size > 0x1p-56 * largest; k++) {
        dd up = dd_mul_d(dd_mul(a, t[k + 1]), (k + 1.0) * (k + 1.0));
        dd down = dd_mul_d(dd_mul(b, t[k]), n * (n + 1.0) - k * (k + 1.0));
        t[k + 2] = dd_div_d(dd_sub(up, down), (k + 1.0) * (k + 2.0));
        size = fabs(t[k + 1].hi) + fabs(t[k + 2].hi);
    }
    /* The rest is small enough to be computed in double. */
    for (; k + 2 < WALK_TERMS && size > 0x1p-112 * largest; k++) {
        double up = a.hi * t[k + 1].hi * (k + 1.0) * (k + 1.0), down = b.hi * t[k].hi * (n * (n + 1.0) - k * (k + 1.0));
        t[k + 2] = dd_from((up - down) / ((k + 1.0) * (k + 2.0)));
        size = fabs(t[k + 1].hi) + fabs(t[k + 2].hi);
    }
    if (k + 2 == WALK_TERMS) return 0;
    taylor_at_one(k + 2, t, &w->value, &w->slope);
    w->x = dd_add_d(w->x, h);
    w->slope = dd_div_d(w->slope, h);
    return 1;
}

/* Moves the wave from 0 or a node to node k from the right. 0 if it is not where it must be. */
static int walk_to_node(int n, int k, struct wave *w)
{
    double h = climb(n, w, cos((4.0 * k - 1.0) * PI / (4.0 * n + 2.0)));
    if (!(h > 0.0) || !walk(n, w, h)) return 0;
    double rest = -w->value.hi / w->slope.hi;
    w->slope = dd_add_d(w->slope, w->slope.hi * rest * 2.0 * w->x.hi / one_minus_square(w->x).hi);
    w->x = dd_add_d(w->x, rest);
    w->value = dd_from(0.0);
    return fabs(rest) <= 1e-12 * h && w->x.hi > cos(k * PI / (n + 0.5)) && w->x.hi < cos((k - 0.5) * PI / (n + 0.5));
}

/* P_n(0) for even n, P_n'(0) = n P_{n-1}(0) for odd n, less the sign. */
static dd at_origin(int n)
{
    dd p = dd_from(n % 2 == 0 ? 1.0 : n);
    for (int j = 2; j <= n; j += 2) p = dd_div_d(dd_mul_d(p, j - 1.0), j);
    return p;
}

/* The rule on x >= 0: nodes and weights of (n+1)/2 points. */
static int half_rule(int n, double *nodes, double *weights)
{
    struct wave w = {dd_from(0.0), dd_from(1 - n % 2), dd_from(n % 2)};
    dd norm = dd_square(at_origin(n)), sum_squares = dd_from(0.0), sum_weights = dd_from(0.0);
    int half = (n + 1) / 2;
    for (int i = 0; i < half; i++) {
        int middle = i == 0 && n % 2 == 1;
        if (!middle && !walk_to_node(n, half - i, &w)) return FASTSIG_ERROR_NOT_CONVERGED;
        dd weight = dd_div(dd_from(2.0), dd_mul(dd_mul(one_minus_square(w.x), dd_square(w.slope)), norm));
        nodes[i] = dd_to_double(w.x);
        weights[i] = dd_to_double(weight);
        sum_squares = dd_add(sum_squares, dd_scale(dd_square(w.x), 2.0));
        sum_weights = dd_add(sum_weights, dd_scale(weight, middle ? 1.0 : 2.0));
    }
    dd expected = dd_div_d(dd_from(n * (n - 1.0)), 2.0 * n - 1.0);
    return fabs(dd_sub(sum_squares, expected).hi) <= CHECK * expected.hi && fabs(dd_add_d(sum_weights, -2.0).hi) <= CHECK
               ? FASTSIG_OK : FASTSIG_ERROR_NOT_CONVERGED;
}

int fastsig_gauss_legendre(int n, double *nodes, double *weights)
{
    if (!nodes || !weights) return FASTSIG_ERROR_NULL;
    if (n < 1 || n > FASTSIG_MAX_NODES) return FASTSIG_ERROR_NODES;
    /* The outputs are touched only when all is known to be right. */
    size_t half = (size_t)(n + 1) / 2;
    double *x = malloc(2 * half * sizeof *x);
    if (!x) return FASTSIG_ERROR_MEMORY;
    double *w = x + half;
    int status = half_rule(n, x, w);
    for (size_t i = 0; i < half && status == FASTSIG_OK; i++) {
        size_t right = (size_t)n / 2 + i, left = half - 1 - i;
        nodes[left] = -x[i];
        nodes[right] = x[i];
        weights[left] = weights[right] = w[i];
    }
    free(x);
    return status;
}
