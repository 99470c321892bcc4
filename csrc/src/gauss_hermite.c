/* Gauss-Hermite nodes and weights: E f(Z) ~ sum_i w_i f(x_i), Z ~ N(0, 1).
 *
 * Plain definition. With He_n orthogonal for the standard normal density and
 * h_n = He_n / sqrt(n!) orthonormal, the nodes are the n real zeros of h_n and
 *
 *     w_i = 1 / sum_{j<n} h_j(x_i)^2 = 1 / (n h_{n-1}(x_i)^2)
 *         = 1 / h_n'(x_i)^2.
 *
 * Eigenvalue and recurrence codes lose digits with n, and a recurrence for
 * h_n overflows (NumPy's has no weights left at n = 371). Here instead the
 * differential equation is followed from node to node, all in double-double,
 * so that the error gathered over 5000 steps (below 1e-27) is still far below
 * the last bit of a double, and each number is rounded once. Weights below the
 * smallest normal double underflow gradually, to 0 in the far tail.
 *
 * 1. The wave. psi(x) = c h_n(x) exp(-x^2/4) has the zeros of h_n and solves
 *
 *        psi'' = -A(x) psi,    A(x) = n + 1/2 - x^2/4.
 *
 *    It neither grows nor decays by more than powers of A between 0 and the
 *    last zero, which lies before the turning point A = 0: beyond it psi is
 *    convex away from 0 and cannot return. So A > 0 at all nodes, and there is
 *    nothing to scale. The factor c is free: psi(0) = 1 is taken for even n,
 *    psi'(0) = 1 for odd n.
 *
 * 2. The weight. At a node, psi' = c h_n' exp(-x^2/4), hence
 *
 *        w = exp(-x^2/2) / (P psi'(x)^2),    P = 1/c^2,
 *
 *    P = h_n(0)^2 = prod_{j=1}^{n/2} (2j-1)/(2j) for even n and
 *    P = h_n'(0)^2 = n h_{n-1}(0)^2 for odd n. Since psi'' = 0 at a node, an
 *    error of the node enters psi' only in second order.
 *
 * 3. The next node. A decreases for x > 0, so by Sturm's comparison theorem
 *    the next zero after a zero x lies beyond x + pi/sqrt(A(x)), and an
 *    iteration that always jumps to the first zero of the wave with constant A
 *    through the current psi and psi',
 *
 *        y <- y - arctan(sqrt(A(y)) psi(y)/psi'(y)) / sqrt(A(y)),
 *
 *    climbs to that zero without passing it: no node is skipped, none met
 *    twice. Its error goes as A'/12 e^4. This and the use of local Taylor
 *    series for psi follow
 *      Gil, Segura, Temme, Numer. Math. 143, 2019,
 *      doi:10.1007/s00211-019-01066-2,
 *    and the node-to-node walk goes back to
 *      Glaser, Liu, Rokhlin, SIAM J. Sci. Comput. 29, 2007,
 *      doi:10.1137/06067016X.
 *    Different here: the climb runs in double, and only the wave at its end is
 *    computed in double-double, followed by one Newton step. With d
 *    the error of the climb, about 1e-15 of the gap, that step leaves an error
 *    of A d^3/3 in the node and of A d^2/2 (1e-29), relative, in psi'.
 *
 * 4. Taylor series about x: t_k = psi^(k)(x) h^k / k! obey, from the equation,
 *
 *        (k+1)(k+2) t_{k+2} = -A h^2 t_k + x h^3/2 t_{k-1} + h^4/4 t_{k-2},
 *
 *    and psi(x+h) = sum t_k, h psi'(x+h) = sum k t_k. A gap is pi to 3.6 in
 *    units of 1/sqrt(A), so about 45 terms give 32 digits, after a
 *    cancellation of at most exp(3.6). Terms below 2^-56 of the largest are
 *    computed in double: their rounding errors are below 2^-109.
 *
 * 5. Proof that the result is right, on every call, since a wrong rule would
 *    be silent: each gap must lie between Sturm's bounds
 *    pi/sqrt(A(x_i)) <= x_{i+1} - x_i <= pi/sqrt(A(x_{i+1})); the sum of x_i^2
 *    must be n (n-1) (from the two leading coefficients of He_n), the sum of
 *    w_i must be 1, both to CHECK in double-double.
 *
 * SPDX-License-Identifier: BSD-3-Clause
 */
#include <stdlib.h>

#include "double_double.h"
#include "fastsig.h"
#include "hermite_wave.h"
#include "taylor_sums.h"

#define WALK_TERMS 80    /* most Taylor terms of a step; about 45 are needed */
#define CHECK 1e-24      /* allowed relative error of the two sums */
#define UNDERFLOW 800.0  /* exp(-800) times any 1/(P psi'^2) rounds to 0 */

/* The wave psi at a point x where A(x) > 0. */
struct wave {
    dd x;
    dd value; /* psi(x) */
    dd slope; /* psi'(x) */
};

/* Moves the wave from w->x to w->x + h (section 4). 0 if the series did not
 * end within WALK_TERMS. */
static int walk(int n, struct wave *w, double h)
{
    dd h2 = dd_two_square(h), h4 = dd_square(h2);
    dd a = dd_sub(dd_from(n + 0.5), dd_scale(dd_square(w->x), 0.25));
    dd c0 = dd_neg(dd_mul(a, h2));
    dd c1 = dd_scale(dd_mul(w->x, dd_mul_d(h2, h)), 0.5);
    dd c2 = dd_scale(h4, 0.25);

    dd t[WALK_TERMS];
    t[0] = w->value;
    t[1] = dd_mul_d(w->slope, h);
    t[2] = dd_scale(dd_mul(c0, t[0]), 0.5);
    t[3] = dd_div_d(dd_add(dd_mul(c0, t[1]), dd_mul(c1, t[0])), 6.0);
    double largest = fabs(t[0].hi) + fabs(t[1].hi);

    int k = 2;
    double size = largest;
    for (; k + 2 < WALK_TERMS && size > 0x1p-56 * largest; k++) {
        dd sum = dd_add(dd_mul(c0, t[k]), dd_mul(c1, t[k - 1]));
        sum = dd_add(sum, dd_mul(c2, t[k - 2]));
        t[k + 2] = dd_div_d(sum, (k + 1.0) * (k + 2.0));
        size = fabs(t[k].hi) + fabs(t[k + 1].hi) + fabs(t[k + 2].hi);
    }
    for (; k + 2 < WALK_TERMS && size > 0x1p-112 * largest; k++) {
        double sum = c0.hi * t[k].hi + c1.hi * t[k - 1].hi
                     + c2.hi * t[k - 2].hi;
        t[k + 2] = dd_from(sum / ((k + 1.0) * (k + 2.0)));
        size = fabs(t[k].hi) + fabs(t[k + 1].hi) + fabs(t[k + 2].hi);
    }
    if (k + 2 == WALK_TERMS)
        return 0;

    taylor_at_one(k + 2, t, &w->value, &w->slope);
    w->x = dd_add_d(w->x, h);
    w->slope = dd_div_d(w->slope, h);
    return 1;
}

/* Moves the wave from 0 or a node to the next node. 0 if anything about the
 * new node is not as it must be. */
static int walk_to_next_node(int n, struct wave *w)
{
    double before = w->x.hi, side = w->value.hi + w->slope.hi;
    double phase = w->value.hi == 0.0 ? HERMITE_PI : 0.5 * HERMITE_PI;
    double h = hermite_climb(n, w->x.hi, w->value.hi, w->slope.hi);
    if (!(h > 0.0) || !walk(n, w, h))
        return 0;

    double newton = -w->value.hi / w->slope.hi;
    w->x = dd_add_d(w->x, newton);
    w->value = dd_from(0.0);

    return fabs(newton) <= 1e-13 * h
           && side * w->slope.hi < 0.0 /* psi crosses from the other side */
           && hermite_gap_is_right(n, phase, before, w->x.hi, h + newton);
}

/* exp(-y) = m 2^-k with m in [0.7, 1.5], for 0 <= y <= UNDERFLOW. The
 * absolute error of y, at most 10 u^2 UNDERFLOW = 1e-28, passes into m. */
static dd exp_of_minus(dd y, int *k)
{
    const dd ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
    *k = (int)(y.hi / ln2.hi + 0.5);
    dd r = dd_sub(dd_mul_d(ln2, *k), y);
    dd m = dd_from(1.0);
    for (int j = 24; j >= 1; j--) /* 0.35^25/25! = 3e-37 */
        m = dd_add_d(dd_div_d(dd_mul(m, r), j), 1.0);
    return m;
}

/* P of section 2. */
static dd norm_at_origin(int n)
{
    dd p = dd_from(n % 2 == 0 ? 1.0 : n);
    for (int j = 2; j <= n; j += 2)
        p = dd_div_d(dd_mul_d(p, j - 1.0), j);
    return p;
}

/* The rule on x >= 0: nodes and weights of (n+1)/2 points. */
static int half_rule(int n, double *nodes, double *weights)
{
    struct wave w = {dd_from(0.0), dd_from(1 - n % 2), dd_from(n % 2)};
    dd norm = norm_at_origin(n);
    dd sum_squares = dd_from(0.0), sum_weights = dd_from(0.0);

    for (int i = 0; i < (n + 1) / 2; i++) {
        int at_origin = i == 0 && n % 2 == 1;
        if (!at_origin && !walk_to_next_node(n, &w))
            return FASTSIG_ERROR_NOT_CONVERGED;

        dd square = dd_square(w.x), y = dd_scale(square, 0.5);
        dd weight = dd_from(0.0);
        int k = 0;
        if (y.hi < UNDERFLOW)
            weight = dd_div(exp_of_minus(y, &k),
                            dd_mul(norm, dd_square(w.slope)));
        nodes[i] = dd_to_double(w.x);
        weights[i] = ldexp(dd_to_double(weight), -k);

        sum_squares = dd_add(sum_squares, dd_scale(square, 2.0));
        weight = (dd){ldexp(weight.hi, -k), ldexp(weight.lo, -k)};
        sum_weights = dd_add(sum_weights,
                             dd_scale(weight, at_origin ? 1.0 : 2.0));
    }
    double expected = n * (n - 1.0);
    double squares_error = dd_add_d(sum_squares, -expected).hi;
    double weights_error = dd_add_d(sum_weights, -1.0).hi;
    return fabs(squares_error) <= CHECK * expected
           && fabs(weights_error) <= CHECK
        ? FASTSIG_OK : FASTSIG_ERROR_NOT_CONVERGED;
}

int fastsig_gauss_hermite(int n, double *nodes, double *weights)
{
    if (nodes == NULL || weights == NULL)
        return FASTSIG_ERROR_NULL;
    if (n < 1 || n > FASTSIG_MAX_NODES)
        return FASTSIG_ERROR_NODES;

    /* The outputs are touched only when all is known to be right. */
    size_t half = (size_t)(n + 1) / 2;
    double *x = malloc(2 * half * sizeof *x);
    if (x == NULL)
        return FASTSIG_ERROR_MEMORY;
    double *w = x + half;
    int status = half_rule(n, x, w);
    if (status == FASTSIG_OK)
        for (size_t i = 0; i < half; i++) {
            size_t right = (size_t)n / 2 + i, left = half - 1 - i;
            nodes[left] = -x[i];
            nodes[right] = x[i];
            weights[left] = weights[right] = w[i];
        }
    free(x);
    return status;
}
