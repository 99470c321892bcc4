/* Elementary and error functions of pairs of doubles (src/double_double.h),
 * over the whole range of doubles: NaN gives NaN, infinities the limits, signed
 * zeros stay; what overflows is infinite with lo = 0, what underflows is
 * rounded to a subnormal. Arguments are normalised pairs. */
#ifndef FASTSIG_DD_FUNCTIONS_H
#define FASTSIG_DD_FUNCTIONS_H

#include "error_function.h"
#include "exponential.h"
#include "hyperbolic.h"
#include "inverse_tangent.h"
#include "logarithm.h"
#include "trigonometric.h"

#endif
