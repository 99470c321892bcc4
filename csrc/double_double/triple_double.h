/* Arithmetic with about 155 bits, on sums of three doubles.
 *
 * For the few places where thousands of pairs' roundings would add up. A `td`
 * stands for a + b + c, each at most an ulp of the one before. A result errs by
 * less than 2^-150 of its size; a sum by less than 2^-150 of its larger operand.
 * (On such sums: Fabiano, Muller, Picot, IEEE Trans. Comput. 68(11), 2019,
 * doi:10.1109/TC.2019.2918451; the operations here are plainer than theirs.) */
#ifndef FASTSIG_TRIPLE_DOUBLE_H
#define FASTSIG_TRIPLE_DOUBLE_H

#include "double_double.h"

typedef struct {
    double a, b, c;
} td;

static inline td td_from(double a) { return (td){a, 0.0, 0.0}; }

static inline td td_neg(td x) { return (td){-x.a, -x.b, -x.c}; }

static inline td td_scale(td x, double power_of_two)
{
    return (td){x.a * power_of_two, x.b * power_of_two, x.c * power_of_two};
}

/* The pair nearest to x, but for its last bit. */
static inline dd td_to_pair(td x)
{
    dd low = dd_quick_two_sum(x.b, x.c);
    dd y = dd_quick_two_sum(x.a, low.hi);
    return dd_quick_two_sum(y.hi, y.lo + low.lo);
}

/* a + b + c + d with the order of sizes of a product or a sum: each may overlap the one before. */
static inline td td_renormalised(double a, double b, double c, double d)
{
    dd s = dd_two_sum(c, d), t = dd_two_sum(b, s.hi), u = dd_two_sum(a, t.hi);
    dd v = dd_two_sum(t.lo, s.lo), w = dd_two_sum(u.lo, v.hi);
    dd y = dd_quick_two_sum(u.hi, w.hi);
    dd z = dd_two_sum(y.lo, w.lo + v.lo);
    return (td){y.hi, z.hi, z.lo};
}

static inline td td_add(td x, td y)
{
    dd s = dd_two_sum(x.a, y.a), t = dd_two_sum(x.b, y.b), u = dd_two_sum(x.c, y.c);
    dd v = dd_two_sum(t.hi, s.lo), w = dd_two_sum(u.hi, t.lo);
    dd z = dd_two_sum(w.hi, v.lo);
    return td_renormalised(s.hi, v.hi, z.hi, z.lo + (w.lo + u.lo));
}

static inline td td_add_d(td x, double y) { return td_add(x, td_from(y)); }

static inline td td_mul(td x, td y)
{
    dd p = dd_two_prod(x.a, y.a), q = dd_two_prod(x.a, y.b), r = dd_two_prod(x.b, y.a);
    dd s = dd_two_sum(q.hi, r.hi), t = dd_two_sum(p.lo, s.hi);
    double rest = (q.lo + r.lo) + (x.a * y.c + x.c * y.a + x.b * y.b);
    return td_renormalised(p.hi, t.hi, s.lo + t.lo, rest);
}

static inline td td_mul_d(td x, double y)
{
    dd p = dd_two_prod(x.a, y), q = dd_two_prod(x.b, y), s = dd_two_sum(p.lo, q.hi);
    return td_renormalised(p.hi, s.hi, s.lo, q.lo + x.c * y);
}

/* Long division, one double of the quotient at a time. */
static inline td td_div_d(td x, double y)
{
    double first = x.a / y;
    x = td_add(x, td_neg(td_mul_d(td_from(first), y)));
    double second = x.a / y;
    x = td_add(x, td_neg(td_mul_d(td_from(second), y)));
    return td_renormalised(first, second, x.a / y, 0.0);
}

#endif
