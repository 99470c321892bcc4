/* A place on the real line, to about 160 bits.
 *
 * exp(-t) turns an error of t into a relative one t/eps times as large. Where
 * t = 600 the rounding of a pair would be 600 2^-107, more than may be lost. So
 * arguments of exponentials carry a third number, which is put back at the end:
 * exp(t + rest) = exp(t) (1 + rest). */
#ifndef FASTSIG_DD_PLACE_H
#define FASTSIG_DD_PLACE_H

#include "double_double.h"
#include "functions.h"

typedef struct {
    dd near;     /* the pair nearest to the place, */
    double rest; /* and what is missing from it */
} dd_place;

/* a + b + c as a place, where abs(b) and abs(c) are below about 2^-52 abs(a), or
 * the larger ones have cancelled. */
static inline dd_place dd_place_of_three(double a, double b, double c)
{
    dd low = dd_two_sum(b, c), top = dd_two_sum(a, low.hi), next = dd_two_sum(top.lo, low.lo);
    top = dd_quick_two_sum(top.hi, next.hi);
    return (dd_place){top, next.lo};
}

static inline dd_place dd_place_from(dd a) { return (dd_place){a, 0.0}; }
static inline dd_place dd_place_neg(dd_place a) { return (dd_place){dd_neg(a.near), -a.rest}; }
static inline dd_place dd_place_abs(dd_place a) { return a.near.hi < 0.0 ? dd_place_neg(a) : a; }
static inline dd_place dd_place_scale(dd_place a, double power_of_two)
{
    return (dd_place){dd_scale(a.near, power_of_two), a.rest * power_of_two};
}

static inline dd_place dd_place_add(dd_place a, dd b)
{
    dd high = dd_two_sum(a.near.hi, b.hi), low = dd_two_sum(a.near.lo, b.lo), middle = dd_two_sum(high.lo, low.hi);
    return dd_place_of_three(high.hi, middle.hi, middle.lo + low.lo + a.rest);
}

static inline dd_place dd_place_times(dd_place a, dd b)
{
    dd p = dd_two_prod(a.near.hi, b.hi), q = dd_two_prod(a.near.hi, b.lo), r = dd_two_prod(a.near.lo, b.hi);
    dd cross = dd_two_sum(q.hi, r.hi), middle = dd_two_sum(p.lo, cross.hi);
    double rest = middle.lo + cross.lo + (q.lo + r.lo + a.near.lo * b.lo + a.rest * b.hi);
    return dd_place_of_three(p.hi, middle.hi, rest);
}

static inline dd_place dd_place_over(dd_place a, dd b)
{
    dd q = dd_div(a.near, b);
    dd_place back = dd_place_add(dd_place_neg(dd_place_times(dd_place_from(q), b)), a.near);
    return dd_place_of_three(q.hi, q.lo, (back.near.hi + a.rest) / b.hi);
}

/* a/b as a pair to a rounding or so. */
static inline dd dd_quotient(dd a, dd b) { return dd_place_over(dd_place_from(a), b).near; }

/* a (1 + small) */
static inline dd dd_enlarged(dd a, double small) { return dd_add(a, dd_from(a.hi * small)); }

static inline dd dd_exp_at(dd_place t) { return dd_enlarged(dd_exp(t.near), t.rest); }
static inline dd dd_expm1_at(dd_place t)
{
    dd e = dd_expm1(t.near);
    return dd_add(e, dd_from((1.0 + e.hi) * t.rest));
}
/* exp(-x^2/2) */
static inline dd dd_gaussian_at(dd_place x)
{
    return dd_enlarged(dd_exp_minus_half_square(x.near), -x.near.hi * x.rest);
}

#endif
