/* The wave psi of gauss_hermite.c, sections 1 and 3, as far as doubles do: where
 * the next node is, and what the gap to it must be. */
#ifndef FASTSIG_HERMITE_WAVE_H
#define FASTSIG_HERMITE_WAVE_H

#include "taylor_sums.h"

#include <math.h>

#define HERMITE_PI 3.14159265358979324
#define HERMITE_CLIMB_TERMS 36  /* Taylor terms: 3.6^36/36! = 3e-22 */
#define HERMITE_CLIMB_STEPS 10  /* most iterations; 2 or 3 are needed */
#define HERMITE_GAP_SLACK 1e-12 /* rounding allowed in Sturm's bounds */

/* sqrt(A(x)). */
static inline double hermite_wave_number(int n, double x)
{
    return sqrt(n + 0.5 - 0.25 * x * x);
}

/* Distance from x, a node or 0, to the next node, in double (section 3).
 * Negative if the iteration did not settle. */
static inline double hermite_climb(int n, double x, double value_here, double slope_here)
{
    double omega = hermite_wave_number(n, x);
    double phase = value_here == 0.0 ? HERMITE_PI : 0.5 * HERMITE_PI;
    double h = phase / omega, h2 = h * h;
    double c0 = -phase * phase, c1 = 0.5 * x * h * h2, c2 = 0.25 * h2 * h2;

    double t[HERMITE_CLIMB_TERMS];
    t[0] = value_here;
    t[1] = slope_here * h;
    t[2] = c0 * t[0] / 2.0;
    t[3] = (c0 * t[1] + c1 * t[0]) / 6.0;
    for (int k = 2; k + 2 < HERMITE_CLIMB_TERMS; k++)
        t[k + 2] = (c0 * t[k] + c1 * t[k - 1] + c2 * t[k - 2])
                   / ((k + 1.0) * (k + 2.0));

    double s = 1.0; /* distance in units of h */
    for (int step = 0; step < HERMITE_CLIMB_STEPS; step++) {
        double value, slope;
        taylor_at(HERMITE_CLIMB_TERMS, t, s, &value, &slope);
        omega = hermite_wave_number(n, x + s * h) * h;
        double change = -atan(omega * value / slope) / omega;
        s += change;
        if (fabs(change) < 1e-6) /* error now 1e-24 and rounding */
            return s * h;
    }
    return -1.0;
}

/* Sturm's bounds: `gap` lies between `phase` over the wave numbers at its ends. */
static inline int hermite_gap_is_right(int n, double phase, double from, double to, double gap)
{
    gap *= 1.0 + HERMITE_GAP_SLACK;
    return gap >= phase / hermite_wave_number(n, from)
           && gap <= phase / hermite_wave_number(n, to) * (1.0 + 2 * HERMITE_GAP_SLACK);
}

#endif
