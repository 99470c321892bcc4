/* Elementary and error functions of pairs of doubles (src/double_double.h),
 * over the whole range of doubles. Arguments and values are normalised pairs.
 * NaN gives NaN, infinities the limits, signed zeros stay; what overflows is
 * infinite with lo = 0, what underflows is rounded to a subnormal.
 *
 * Bounds of the relative error in units of u^2 = 2^-106 = 1.23e-32, with and
 * without fma. They are measured, with a margin, not proved: in brackets is the
 * worst found at 400,000 random pairs and 100,000 next to borders of the
 * reductions, against ball arithmetic. csrc/tests holds them at 40-digit values.
 *
 *   exp   2 (1.2)   expm1   5 (3.1)   exp_minus_square, exp_minus_half_square  2 (1.2)
 *   log   6 (3.9)   log1p   6 (3.5)   softplus  5 (3.2)    sigmoid     8 (5.9)
 *   sinh  6 (4.2)   cosh    4 (2.6)   tanh     10 (7.2)    asinh       5 (3.5)
 *   sin   6 (3.9)   cos     6 (4.2)   atan      8 (4.3)
 *   erf   7 (4.8)   erfc    9 (6.1)   erfcx     8 (5.9)
 *   normal_pdf  6 (4.6)               normal_cdf  9 (6.8)
 *
 * To these come a few times 2^-1074 absolute, of the rounding of subnormal
 * numbers: values, or rests of values below 2^-969.
 *
 * The scheme is the same throughout: reduce the argument with parts short
 * enough for exact products, sum a short polynomial (polynomial.h), put it
 * beside a table entry, the larger term first. No step relies on fma, or on its
 * absence; every one relies on sums being done as they are written. */
#ifndef FASTSIG_DD_FUNCTIONS_H
#define FASTSIG_DD_FUNCTIONS_H

#define DD_FUNCTION_ERROR (10.0 * 0x1p-106) /* above the relative error of each */

#include "error_function.h"
#include "exponential.h"
#include "hyperbolic.h"
#include "inverse_tangent.h"
#include "logarithm.h"
#include "trigonometric.h"

#endif
