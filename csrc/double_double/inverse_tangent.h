/* atan of a pair: with c = j/32 next to x,
 *
 *     atan(x) = atan(c) + atan(z),  z = (x - c)/(1 + c x),  abs(z) <= 1/64,
 *
 * and for x > 1, pi/2 - atan(1/x), where z = (1 - c x)/(x + c). */
#ifndef FASTSIG_DD_INVERSE_TANGENT_H
#define FASTSIG_DD_INVERSE_TANGENT_H

#include "double_double_inverse_tangent.h" /* generated */
#include "polynomial.h"

static inline dd dd_atan(dd x)
{
    const dd right_angle = {DD_RIGHT_ANGLE[0], DD_RIGHT_ANGLE[1]};
    dd a = dd_abs(x), y;
    if (!(a.hi >= 0x1p-60)) return dd_cubic(x, -1.0 / 3.0);
    if (a.hi > 0x1p110) {
        y = dd_add_d(right_angle, -1.0 / a.hi);
    } else {
        int inverse = a.hi > 1.0;
        int j = (int)((inverse ? 1.0 / a.hi : a.hi) * 32.0 + 0.5);
        double c = j / 32.0;
        dd z;
        if (inverse) z = dd_div(dd_sub(dd_from(1.0), dd_mul_d(a, c)), dd_add_d(a, c));
        else if (j == 0) z = a;
        else z = dd_div(dd_add_d(a, -c), dd_add_d(dd_mul_d(a, c), 1.0));
        dd ratio = dd_polynomial(dd_atan_series, DD_ATAN_SERIES_PAIRS, DD_ATAN_SERIES_SINGLES, dd_mul_loose(z, z));
        dd cube = dd_mul_loose(dd_mul_loose(dd_mul_loose(z, z), ratio), z);
        y = dd_add_smaller(z, cube);
        if (j > 0) y = dd_add_smaller((dd){dd_atan_table[j][0], dd_atan_table[j][1]}, y);
        if (inverse) y = dd_sub(right_angle, y);
    }
    return dd_with_sign_of(y, x.hi);
}

#endif
