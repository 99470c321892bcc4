/* Zeros of phi' and phi'' as pairs: looked for in double on a grid that is fine
 * where phi bends and reaches far out, then Newton's method on pairs. */
#ifndef FASTSIG_DD_STATIONARY_POINTS_H
#define FASTSIG_DD_STATIONARY_POINTS_H

#include "activation.h"
#include "definition.h"

#define DD_GRID_STEP 0.02
#define DD_GRID_HALF 600 /* x up to scale sinh(12) = 8e4 scale */
#define DD_MAX_ZEROS FASTSIG_MAX_ZEROS

struct dd_curve {
    const struct dd_definition *phi;
    const struct activation *plain;
    dd p;
    int breaks;
    dd place[DD_MAX_BREAKS];
};

static inline struct dd_curve dd_curve_of(const struct dd_definition *phi, const struct activation *plain, dd p)
{
    struct dd_curve c = {phi, plain, p, 0, {{0.0, 0.0}, {0.0, 0.0}}};
    c.breaks = phi->breaks ? phi->breaks(p, c.place) : 0;
    return c;
}
static inline double dd_scale_of(const struct dd_curve *c) { return c->phi->scale ? c->phi->scale(c->p.hi) : 1.0; }

static inline int dd_piece_of(const struct dd_curve *c, dd x)
{
    int piece = 0;
    for (int i = 0; i < c->breaks; i++) piece += dd_less(c->place[i], x) || (!dd_less(x, c->place[i]) && c->phi->right >> i & 1);
    return piece;
}

static inline struct dd_jet dd_jet_of(const struct dd_curve *c, dd x)
{
    struct dd_jet jet;
    c->phi->jet(dd_place_from(x), c->p, dd_piece_of(c, x), &jet);
    return jet;
}

/* phi''' at x, by central differences of sixth order on pairs: right to 1e-22 or so. */
static inline dd dd_third_derivative(const struct dd_curve *c, dd x)
{
    static const double weight[3] = {45.0, -9.0, 1.0};
    double h = ldexp(1.0, ilogb(dd_scale_of(c)) - 13);
    dd sum = dd_zero;
    for (int k = 1; k <= 3; k++) {
        dd difference = dd_sub(dd_jet_of(c, dd_add_d(x, k * h)).bend, dd_jet_of(c, dd_add_d(x, -k * h)).bend);
        sum = dd_add(sum, dd_mul_d(difference, weight[k - 1]));
    }
    return dd_div_d(sum, 60.0 * h);
}

static inline double dd_plain(const struct dd_curve *c, int order, double x)
{
    return order == 1 ? c->plain->derivative(x, c->p.hi) : c->plain->second_derivative(x, c->p.hi);
}

static int dd_break_between(const struct dd_curve *c, double a, double b)
{
    for (int i = 0; i < c->breaks; i++)
        if (c->place[i].hi >= a && c->place[i].hi <= b) return 1;
    return 0;
}

/* Bisection in double, then Newton. */
static dd dd_refined_zero(const struct dd_curve *c, int order, double a, double b)
{
    int rises = dd_plain(c, order, b) > 0.0;
    for (double m = 0.5 * (a + b); m > a && m < b; m = 0.5 * (a + b)) {
        double f = dd_plain(c, order, m);
        if (f == 0.0) a = b = m;
        else if ((f > 0.0) == rises) b = m;
        else a = m;
    }
    dd x = dd_from(fabs(dd_plain(c, order, a)) < fabs(dd_plain(c, order, b)) ? a : b);
    for (int i = 0; i < 4; i++) {
        struct dd_jet jet = dd_jet_of(c, x);
        dd f = order == 1 ? jet.slope : jet.bend, slope = order == 1 ? jet.bend : dd_third_derivative(c, x);
        if (f.hi != 0.0 && slope.hi != 0.0) x = dd_sub(x, dd_div(f, slope));
    }
    return x;
}

/* Where phi' (order 1) or phi'' (order 2) changes sign, breaks apart; ascending.
 * Returns how many, or -1 if there is no room for them. */
static int dd_find_zeros(const struct dd_curve *c, int order, int room, dd *zero)
{
    double scale = dd_scale_of(c), last_x = 0.0, last_f = 0.0;
    int n = 0;
    for (int i = -DD_GRID_HALF; i <= DD_GRID_HALF; i++) {
        double x = scale * sinh(i * DD_GRID_STEP), f = dd_plain(c, order, x);
        if (f == 0.0 || !isfinite(f)) continue; /* underflow, a flat piece, or the zero itself */
        if (last_f != 0.0 && (f > 0.0) != (last_f > 0.0) && !dd_break_between(c, last_x, x)) {
            if (n == room) return -1;
            zero[n++] = dd_refined_zero(c, order, last_x, x);
        }
        last_x = x;
        last_f = f;
    }
    return n;
}

#endif
