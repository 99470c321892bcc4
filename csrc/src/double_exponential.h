/* Double-exponential quadrature of a function on a finite or half-infinite
 * piece, singular or not at its ends. */
#ifndef FASTSIG_DOUBLE_EXPONENTIAL_H
#define FASTSIG_DOUBLE_EXPONENTIAL_H

/* f at x = end + offset, where offset is exact even when x is rounded. */
typedef double (*double_exponential_integrand)(double end, double offset, void *context);

struct double_exponential_result {
    double value;
    double error; /* difference of the last two steps; rounding not included */
};

/* int_a^b f, with a finite. b = INFINITY: exp-sinh, on the length `scale` at
 * first; b finite: tanh-sinh (scale is ignored). For int_-inf^a mirror f. */
struct double_exponential_result double_exponential(double_exponential_integrand f, void *context, double a, double b,
                                                    double scale);

#endif
