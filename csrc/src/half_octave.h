/* Polynomials on half octaves of sigma: the variable, from -1 to 1. It is exact, as
 * half an octave is not longer than its distance from 0. */
#ifndef FASTSIG_HALF_OCTAVE_H
#define FASTSIG_HALF_OCTAVE_H

static inline void half_octave_variable(int n, const double *sigma, double octave, int upper, double *u)
{
    double middle = (upper ? 1.75 : 1.25) * octave, per_half = 4.0 / octave;
    for (int i = 0; i < n; i++) u[i] = (sigma[i] - middle) * per_half;
}

#endif
