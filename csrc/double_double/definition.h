/* What a built-in activation is in double-double: csrc/src/activation.h again,
 * with pairs for numbers, errors beside values and the singularities of phi in
 * the complex plane, which say how long a panel of the rule may be. */
#ifndef FASTSIG_DD_DEFINITION_H
#define FASTSIG_DD_DEFINITION_H

#include "place.h"

#include <math.h>

#define DD_UNIT 0x1p-106 /* u^2 of double_double.h */
/* Errors of phi, phi', phi'' are at most this many units of the size of the
 * largest term: an elementary function, and a dozen operations. */
#define DD_JET_UNITS 40.0
#define DD_MAX_BARS 8
#define DD_MAX_BREAKS 2

/* phi, phi', phi'' at a place, and the sizes of their largest terms. */
struct dd_jet {
    dd value, slope, bend;
    double value_size, slope_size, bend_size;
};

/* Singularities of phi at `height` above and below [from, to] on the real line.
 * More than `reach` away from there phi is a polynomial to 35 digits. */
struct dd_bar {
    double from, to, height, reach;
};

/* A value, a bound of its error, and E abs(integrand). */
struct dd_result {
    dd value;
    double error, size;
};

struct dd_functional;

struct dd_definition {
    const char *name;

    /* Writes the jet at x for parameter p; `piece` is the number of breaks to the
     * left of x. */
    void (*jet)(dd_place x, dd p, int piece, struct dd_jet *jet);

    /* ln abs(phi'), also where phi' underflows, and the size of its largest
     * term. NULL: that of the jet's slope. */
    dd (*log_slope)(dd_place x, dd p, int piece, double *size);
    int (*flat)(dd p); /* whether phi' vanishes on an interval; NULL: no */
    /* The zero of phi' next to x, where phi' does not change its sign; NULL: it does at all zeros. */
    dd_place (*nearest_zero)(dd p, dd x);

    void (*slopes)(dd p, dd *plus, dd *minus);
    int (*breaks)(dd p, dd *place); /* ascending; NULL: none */
    int right;                      /* bit k: at break k phi is that of the right piece */

    /* How phi is continued: its bars (NULL: none), ... */
    int (*bars)(double p, struct dd_bar *bar);
    /* and how fast it grows else, at height y: like exp(curve y^2/2), while it
     * falls along the real line like exp(-curve x^2/2) or faster, or like exp(rate y). NULL: 0 */
    double (*curve)(double p);
    double (*rate)(double p);

    /* A closed form at sigma > 0: returns 1, or 0 where there is none. NULL: none. */
    int (*closed_form)(dd p, dd sigma, dd mean, const struct dd_functional *functional, struct dd_result *result);

    /* phi'' is negligible beyond 60 scale(p); NULL: 1. */
    double (*scale)(double p);
};

static const dd dd_one = {1.0, 0.0}, dd_zero = {0.0, 0.0};

static inline void dd_jet_set(struct dd_jet *jet, dd value, dd slope, dd bend)
{
    *jet = (struct dd_jet){value, slope, bend, fabs(value.hi), fabs(slope.hi), fabs(bend.hi)};
}

static inline void dd_slopes_of_sigmoids(dd p, dd *plus, dd *minus)
{
    (void)p;
    *plus = *minus = dd_zero;
}
static inline void dd_slopes_of_rectifiers(dd p, dd *plus, dd *minus)
{
    (void)p;
    *plus = dd_one;
    *minus = dd_zero;
}

#endif
