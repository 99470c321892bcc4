/* snake: x + sin(a x)^2/a. With w = 2a and y = a x + pi/4
 *   phi' = 1 + sin wx = 2 sin(y)^2,  phi'' = w cos wx = 2 w sin(y) cos(y). */
#ifndef FASTSIG_DD_SNAKE_ACTIVATION_H
#define FASTSIG_DD_SNAKE_ACTIVATION_H

#include "definition.h"

static const dd_place dd_quarter_pi = {{0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55}, -0x1.f1976b7ed8fbcp-111};

static inline dd dd_sin_at(dd_place y) { return dd_add(dd_sin(y.near), dd_from(cos(y.near.hi) * y.rest)); }
static inline dd dd_cos_at(dd_place y) { return dd_sub(dd_cos(y.near), dd_from(sin(y.near.hi) * y.rest)); }

static inline dd_place dd_snake_phase(dd_place x, dd a)
{
    dd_place y = dd_place_add(dd_place_times(x, a), dd_quarter_pi.near);
    y.rest += dd_quarter_pi.rest;
    return y;
}

static void dd_snake_jet(dd_place x, dd a, int piece, struct dd_jet *jet)
{
    (void)piece;
    dd_place y = dd_snake_phase(x, a);
    dd sine = dd_sin_at(dd_place_times(x, a)), s = dd_sin_at(y), c = dd_cos_at(y);
    dd wave = dd_div(dd_square(sine), a);
    dd_jet_set(jet, dd_add(x.near, wave), dd_scale(dd_square(s), 2.0), dd_scale(dd_mul(a, dd_mul(s, c)), 4.0));
    jet->value_size = fabs(x.near.hi) + wave.hi;
}
static dd dd_snake_log_slope(dd_place x, dd a, int piece, double *size)
{
    (void)piece;
    const dd ln_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
    dd log = dd_log(dd_abs(dd_sin_at(dd_snake_phase(x, a))));
    *size = 2.0 * fabs(log.hi) + 1.0;
    return dd_add(ln_2, dd_scale(log, 2.0));
}
static void dd_snake_slopes(dd p, dd *plus, dd *minus) { (void)p; *plus = *minus = dd_from(NAN); }
static double dd_snake_rate(double a) { return 8.0 * a; } /* the fourth power of waves of 2a */

static const struct dd_definition dd_snake_activation = {
    .name = "snake", .jet = dd_snake_jet, .log_slope = dd_snake_log_slope, .slopes = dd_snake_slopes,
    .rate = dd_snake_rate, .scale = dd_inverse_scale};

#endif
