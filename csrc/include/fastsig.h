/* fastsig.h - Gaussian functionals of neural-network activation functions.
 *
 * The whole C interface. C11, no dependencies beyond libm. Every function is
 * thread-safe; the library has no mutable global state. Functions that can
 * fail return a `fastsig_status`; nothing is written to the outputs of a call
 * that returns anything else than FASTSIG_OK, unless its comment says so.
 *
 * Notation: phi is an activation, Z a standard normal variable,
 * x = mean + sigma Z the input of phi.
 *
 * SPDX-License-Identifier: BSD-3-Clause
 */
#ifndef FASTSIG_H
#define FASTSIG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library is compiled with hidden symbols, except these. */
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* The declarations between the two markers are also read by cffi, so they use
 * no preprocessor beyond plain `#define NAME <number>`. */
/* [begin cffi] */

#define FASTSIG_MAX_NODES 10000 /* largest Gauss rule */
#define FASTSIG_MAX_KINKS 8     /* most kinks that a built-in may have */
#define FASTSIG_MAX_ZEROS 32    /* most zeros of phi'' that are looked for */
#define FASTSIG_COMPONENTS 5    /* Gaussian components of a signature */
#define FASTSIG_MAX_ROWS 64     /* most integrands that are integrated together */
#define FASTSIG_CONTROLS 4      /* control variates, Hermite polynomials 1 .. 4 */
#define FASTSIG_MAX_SAMPLED_POINTS 32 /* that share the samples of one call */
#define FASTSIG_FUNCTIONALS 31  /* Gaussian functionals in double-double */

/* ---- Status codes ------------------------------------------------------ */
typedef enum {
    FASTSIG_OK = 0,
    FASTSIG_ERROR_NULL = 1,          /* a required pointer is null */
    FASTSIG_ERROR_ACTIVATION = 2,    /* no such activation */
    FASTSIG_ERROR_PARAMETER = 3,     /* parameter not finite or out of range */
    FASTSIG_ERROR_SIGMA = 4,         /* sigma outside [0, 1e150] or NaN */
    FASTSIG_ERROR_MEAN = 5,          /* abs(mean) > 1e150 or NaN */
    FASTSIG_ERROR_NODES = 6,         /* nodes outside [1, FASTSIG_MAX_NODES] */
    FASTSIG_ERROR_METHOD = 7,        /* method unknown, or not for this phi */
    FASTSIG_ERROR_ORDER = 8,         /* derivative order outside 0, 1, 2 */
    FASTSIG_ERROR_MEMORY = 9,        /* out of memory */
    FASTSIG_ERROR_NOT_CONVERGED = 10,/* result given, its error is too large */
    FASTSIG_ERROR_CPU_LEVEL = 11,    /* FASTSIG_CPU_LEVEL not available here */
    FASTSIG_ERROR_CALLBACK = 12,     /* an integrand reported failure */
    FASTSIG_ERROR_NOT_FINITE = 13,   /* an integrand gave NaN or infinity */
    FASTSIG_ERROR_ROWS = 14,         /* rows not in [1, FASTSIG_MAX_ROWS], odd with errors_follow, or no such row */
    FASTSIG_ERROR_SIGNATURE = 15,    /* no such fastsig_signature */
    FASTSIG_ERROR_SAMPLES = 16       /* samples, strata or points out of range, or no tail probability */
} fastsig_status;

/* One line in English for a status code, never NULL. */
const char *fastsig_status_message(int status);

/* ---- The library ------------------------------------------------------- */
/* Version of the library, "major.minor.patch". */
const char *fastsig_version(void);
/* CPU level of the kernels in use: "baseline", "x86-64-v3" or "x86-64-v4".
 * Chosen once at load: the best one that the machine has, or the one that the
 * environment variable FASTSIG_CPU_LEVEL names. */
const char *fastsig_cpu_level(void);
/* FASTSIG_OK, or FASTSIG_ERROR_CPU_LEVEL if FASTSIG_CPU_LEVEL names a level
 * that is unknown or that this machine or build lacks (the best available
 * level is then in use). */
int fastsig_cpu_level_status(void);
/* Whether this machine and build can use a level. */
int fastsig_cpu_level_available(const char *level);

/* y[i] = exp(x[i]) for x[i] in [-708, 0], 0 below, within 1 ulp: the
 * vectorised exponential that the rules use, offered as a yardstick. */
int fastsig_exp_nonpositive(size_t n, const double *x, double *y);

/* ---- Activations ------------------------------------------------------- */
/* A built-in activation: which one, and the value of its parameter (ignored
 * by those that have none). Get one from fastsig_activation_make. */
typedef struct {
    int id;
    double parameter;
} fastsig_activation;

/* What is known of a built-in before any computation. */
typedef struct {
    const char *name;
    const char *alias;             /* second name, or NULL */
    const char *formula;           /* phi as text */
    const char *parameter_name;    /* NULL where there is none */
    double parameter_default;
    double parameter_low;          /* allowed range ... */
    double parameter_high;
    int parameter_low_open;        /* ... 1 if its lower end is excluded */
} fastsig_activation_info;

int fastsig_activation_count(void);
/* id in [0, count): alphabetical, so ids are not stable between versions. */
int fastsig_activation_describe(int id, fastsig_activation_info *info);
/* By name or alias; parameter NULL means the default. */
int fastsig_activation_make(const char *name, const double *parameter,
                            fastsig_activation *phi);

/* phi, phi', phi'' at one point: FASTSIG_OK is not reported, an invalid phi
 * gives NaN. At a kink the value is what the formula says (relu'(0) = 0). */
double fastsig_value(const fastsig_activation *phi, double x);
double fastsig_derivative(const fastsig_activation *phi, double x);
double fastsig_second_derivative(const fastsig_activation *phi, double x);
/* y[i] = phi^(order)(x[i]) for order 0, 1, 2. y may be x. */
int fastsig_evaluate(const fastsig_activation *phi, int order, size_t n,
                     const double *x, double *y);
/* y[i] = ln abs(phi'(x[i])), -inf where phi' is 0; it does not underflow where
 * phi' does. y may be x. */
int fastsig_log_slope(const fastsig_activation *phi, size_t n, const double *x, double *y);

/* ---- Addresses of functions -------------------------------------------- */
/* A built-in as functions of numbers alone, the parameter being the last of
 * them: for callers that take an address, like compilers at run time. A
 * built-in without a parameter ignores it; one out of range gives NaN. */
typedef struct {
    double (*value)(double x, double parameter);
    double (*derivative)(double x, double parameter);
    double (*second_derivative)(double x, double parameter);
    /* FASTSIG_COMPONENTS values and absolute errors, as fastsig_moments with
     * METHOD_AUTO at one point; returns its status, or that of the point. */
    int (*moments)(double sigma, double mean, double parameter, double *value, double *error);
} fastsig_functions;

int fastsig_activation_functions(int id, fastsig_functions *functions);

/* phi^(order) as the callback that SciPy (LowLevelCallable) and GSL take; its
 * second argument is a fastsig_activation *. NULL for orders but 0, 1, 2. */
typedef double (*fastsig_callback)(double x, void *phi);
fastsig_callback fastsig_activation_callback(int order);

/* ---- Sinh-trapezoid rule ----------------------------------------------- */
/* One bank of the rule of csrc/src/sinh_trapezoid.c, for sigma from sigma_low
 * up to the next bank's: E f(sigma Z) ~ (1/sigma) sum_k weight_k exp(-half_square_k/sigma^2)
 * (f(x_k) + f(-x_k))/2, x_k = stretch sinh(k step), weight_k = 2 step cosh(k step)
 * stretch/sqrt(2 pi), half of that at k = 0. In the last bank f must decay. */
typedef struct {
    double sigma_low, step, stretch;
    int nodes;
    const double *half_square; /* x_k^2/2 */
} fastsig_sinh_trapezoid_bank;

/* Bank number 0, 1, ...; returns 1, or 0 where there is none. */
int fastsig_sinh_trapezoid(int number, fastsig_sinh_trapezoid_bank *bank);

#define FASTSIG_WIDE_TERMS 13 /* of a table's series in 1/sigma^2 */
#define FASTSIG_HALF_OCTAVE_TERMS 17 /* of its polynomials in sigma */

/* One bank of a table that is made at run time, in units of its scale: rows of
 * the five components, each `nodes` long, a multiple of 8, at most 64. */
typedef struct {
    double sigma_low;           /* serves sigma from here up to the next bank's */
    int valid;                  /* 0: serves nothing */
    int nodes;
    const double *half_square;  /* x_k^2/2 */
    const double *value;        /* weight times the even part of the integrand, */
    const double *size;         /* of its absolute value, */
    const double *doubt;        /* of its error: relative times the absolute value, and what it has already */
    double relative[5];         /* error of the rule and its rounding, of E abs(integrand) */
    double asymptote[5][3];     /* left out of `value`: this much of 1, x (2 Phi(x) - 1), x^2 */
    double wide_low;            /* from here on not the rule but its expansion, */
    const double *wide;         /* sum_k wide[r][k] sigma^(-2k - 1), FASTSIG_WIDE_TERMS terms, for rows r of
                                * value, then size, then doubt; NULL: none */
    const double *half_octave[2]; /* below and from 1.5 sigma_low on, not the rule but polynomials in
                                   * (sigma - middle)/(sigma_low/4), asymptotes included, for the same rows,
                                   * FASTSIG_HALF_OCTAVE_TERMS terms; NULL: none */
} fastsig_smooth_bank;

/* The five components at mean 0 from a table with ascending banks: sigma in
 * units of `scale`, component c multiplied by unit[c]. value and error have five
 * rows of n. served[i] is 1 where a bank serves sigma[i] > 0 and every error is at
 * most max(limit E abs(integrand), smallest) in units of the table; else 0, and
 * what stands in value and error is of no use. value or error may be NULL, if
 * unwanted; without error, served[i] is 1 wherever a bank serves. An infinite limit is quicker. */
int fastsig_smooth_table(int banks, const fastsig_smooth_bank *bank, double scale, const double unit[5], double limit,
                         double smallest, size_t n, const double *sigma, double *value, double *error,
                         unsigned char *served);

/* ---- Gauss-Hermite rule ------------------------------------------------ */
/* nodes[n], weights[n] with E f(Z) ~ sum weights[i] f(nodes[i]); ascending,
 * symmetric to the bit, weights summing to 1. n in [1, FASTSIG_MAX_NODES]. */
int fastsig_gauss_hermite(int n, double *nodes, double *weights);

/* The same with 31 digits: numbers are hi[i] + lo[i]. A weight below 1e-292 has
 * fewer, since its lo underflows. */
int fastsig_gauss_hermite_double_double(int n, double *nodes_hi, double *nodes_lo, double *weights_hi,
                                        double *weights_lo);

/* ---- Gauss-Legendre rule ----------------------------------------------- */
/* nodes[n], weights[n] with int_-1^1 f(x) dx ~ sum weights[i] f(nodes[i]);
 * ascending, symmetric to the bit, weights summing to 2; all correctly
 * rounded. n in [1, FASTSIG_MAX_NODES]. */
int fastsig_gauss_legendre(int n, double *nodes, double *weights);

/* ---- Gaussian components ----------------------------------------------- */
/* The order of components in all arrays. */
typedef enum {
    FASTSIG_M1 = 0,  /* E phi(x) */
    FASTSIG_G1 = 1,  /* E phi'(x) */
    FASTSIG_G2 = 2,  /* E phi'(x)^2 */
    FASTSIG_M2 = 3,  /* E phi(x)^2 */
    FASTSIG_ETA = 4  /* E (x - mean) phi(x) phi'(x) */
} fastsig_component;

/* How a number came to be. */
typedef enum {
    FASTSIG_METHOD_AUTO = 0,          /* asked: the most accurate one */
    FASTSIG_METHOD_EXACT = 1,         /* an identity, e.g. tanh m1 = 0 */
    FASTSIG_METHOD_CLOSED_FORM = 2,
    FASTSIG_METHOD_SERIES = 3,        /* power series in sigma^2 or 1/sigma^2 */
    FASTSIG_METHOD_TABLE = 4,         /* sinh-trapezoid table */
    FASTSIG_METHOD_ADAPTIVE = 5,      /* adaptive Gauss-Kronrod */
    FASTSIG_METHOD_GAUSS_HERMITE = 6,
    FASTSIG_METHOD_POINT = 7,         /* sigma = 0: the point mass at mean */
    FASTSIG_METHOD_GAUSS_LEGENDRE = 8,/* pieces between breaks, fixed */
    FASTSIG_METHOD_TANH_SINH = 9,     /* the same pieces, finer and finer */
    FASTSIG_METHOD_GAUSS_TRAPEZOID = 10 /* trapezoid rule around any mean */
} fastsig_method;

const char *fastsig_method_name(int method);
/* 1 if a number by this method has a bound for an error, 0 if an estimate. */
int fastsig_method_has_bound(int method);

/* Where results go, for n points: `value`, `error` (absolute) and `method`
 * have FASTSIG_COMPONENTS rows of n, `evaluations` (points at which phi was
 * evaluated) and `status` have n. Those that are NULL are left out, but one of
 * `value`, `error` and `method` must be there. */
typedef struct {
    double *value;
    double *error;
    int *method;
    int64_t *evaluations;
    int *status;
} fastsig_moments_output;

/* The five Gaussian components at n points (sigma[i], mean[i]); mean NULL
 * means 0. `method` is one of AUTO, CLOSED_FORM, TABLE (which includes SERIES
 * at small and large sigma), ADAPTIVE, TANH_SINH, GAUSS_LEGENDRE (with `nodes`
 * nodes a piece), GAUSS_HERMITE (with `nodes` nodes; otherwise ignored).
 * FASTSIG_ERROR_METHOD if the method is not available for phi at one of the
 * points. Where a rule of fastsig_expectation does not reach its goal,
 * status[i] is FASTSIG_ERROR_NOT_CONVERGED and error[i] says how far it got;
 * the call itself returns FASTSIG_OK. The error of GAUSS_HERMITE is its
 * distance from AUTO plus the error of that. */
int fastsig_moments(const fastsig_activation *phi, int method, int nodes,
                    size_t n, const double *sigma, const double *mean,
                    const fastsig_moments_output *output);

/* What is known of one point. */
typedef struct {
    double value[FASTSIG_COMPONENTS];
    double error[FASTSIG_COMPONENTS];
    int method[FASTSIG_COMPONENTS];
    int status;
    int64_t evaluations;
} fastsig_point;

/* fastsig_moments at one point, given and returned without arrays. */
int fastsig_moments_at(const fastsig_activation *phi, int method, int nodes, double sigma, double mean,
                       fastsig_point *point);
/* The five values alone, method AUTO, in the shortest way. */
int fastsig_moments_into(const fastsig_activation *phi, double sigma, double mean, double *value);
/* 1 if points of mean 0 go through the kernels in blocks by this method, where
 * computing them again costs next to nothing; 0 if not. */
int fastsig_moments_in_blocks(const fastsig_activation *phi, int method);

/* 1 if points of any mean go by a closed form or the trapezoid rule (METHOD_AUTO), at
 * some tenths of a microsecond, but for a few far out; 0 if not. */
int fastsig_moments_quick(const fastsig_activation *phi);

/* What a batch came to, over all of its numbers. */
typedef struct {
    int64_t evaluations; /* points at which an activation was evaluated */
    int status;          /* FASTSIG_OK, or FASTSIG_ERROR_NOT_CONVERGED if a point missed its goal */
    unsigned methods;    /* bit m is set if method m gave one of the values */
} fastsig_batch_summary;

/* The same for `count` activations over one set of points, in one call: what
 * depends on sigma alone is computed once. Of the components, `rows` ones go to
 * the output, row[0], row[1], ...; row NULL means all five. The rows of
 * activation a begin at value + a rows stride and are `stride` >= n apart, also
 * those of errors and methods; evaluations and status have one row, `stride`
 * long, an activation. Every number is, to the bit, that of a call with one
 * activation and one point. `summary` may be NULL. Memory beside the output
 * does not depend on n. */
int fastsig_moments_batch(int count, const fastsig_activation *phi, int method, int nodes, int rows, const int *row,
                          size_t n, const double *sigma, const double *mean, size_t stride,
                          const fastsig_moments_output *output, fastsig_batch_summary *summary);

/* ---- Any expectation --------------------------------------------------- */
/* Integrands for a batch of n points: values[k*n + i] = f_k at z[i] and
 * x[i] = mean + sigma z[i]. Returns 0, or anything else to give up. */
typedef int (*fastsig_integrand)(size_t n, const double *z, const double *x, double *values, void *context);

/* Rules on panels, none of which contains a break. The first panels know sigma,
 * breaks and landmarks. */
typedef enum {
    FASTSIG_RULE_ADAPTIVE = 0,       /* Gauss-Kronrod (10, 21), panels halved */
    FASTSIG_RULE_GAUSS_LEGENDRE = 1, /* `nodes` nodes on each first panel */
    FASTSIG_RULE_TANH_SINH = 2       /* on the first panels, steps halved; for
                                        integrable singularities at breaks too */
} fastsig_rule;

/* E f_k(Z, mean + sigma Z) for rows k, and what helps to find where f happens. */
typedef struct {
    fastsig_integrand integrand;
    void *context;            /* handed to the integrand */
    int rows;
    int errors_follow;        /* 1: the second half of the rows are errors of the first */
    double sigma, mean;
    size_t breaks;            /* places in x where some f_k is not smooth; */
    const double *place;      /* no rule is used across one */
    size_t landmarks;         /* places in x near which f_k varies fast: */
    const double *landmark;   /* edges of first panels */
    double goal;              /* error, relative to E abs(f_k), to stop at */
    int64_t max_evaluations;  /* 0: 100,000; a fixed rule ignores it */
    int rule;                 /* a fastsig_rule */
    int nodes;                /* of Gauss-Legendre, in [1, FASTSIG_MAX_NODES] */
} fastsig_expectation_problem;

/* Integration by the rule, all rows on the same panels, none at a break. Rows of
 * errors (absolute, not negative) are integrated along: the goal of a row is
 * never below its error, and theirs does not matter. Writes, for
 * each row, the value, an estimate of its absolute error that is meant to
 * cover, and E abs(f_k); *evaluations is the number of points. Any of the last
 * three may be NULL. FASTSIG_ERROR_NOT_CONVERGED: the results are there, their
 * errors are larger than asked for. sigma > 0. */
int fastsig_expectation(const fastsig_expectation_problem *problem, double *value, double *error, double *size,
                        int64_t *evaluations);

/* ---- Samples of the normal distribution -------------------------------- */
/* Samples first, first + 1, ... of a key of 128 bits: each is a function of its number and the key
 * alone, by Philox 4x32-10 and the inverse distribution function. */
typedef struct {
    uint32_t key[4];
    uint64_t first; /* at most 2^44, as are count and strata */
    size_t count;
    uint64_t strata; /* 0: independent; else sample i lies in interval i mod strata of that many of equal probability */
    int second;      /* 1: another set of samples, independent of the first */
} fastsig_samples;

/* z[i] for sample first + i: symmetric, abs(z) < 8.3, or with strata < 11.4. */
int fastsig_normals(const fastsig_samples *samples, double *z);

/* z[i] <= 0 with P(Z <= z[i]) = h[i], h[i] in [1e-29, 1/2], to 4 ulp. */
int fastsig_normal_quantile(size_t n, const double *h, double *z);

/* `count` points, at most FASTSIG_MAX_SAMPLED_POINTS. `pivot`, `scale` (NULL: 1), `sum` and
 * `square` have FASTSIG_COMPONENTS numbers for each of them, `control` (NULL: none) FASTSIG_CONTROLS for
 * each of those. */
typedef struct {
    size_t count;
    const double *sigma, *mean, *pivot, *control, *scale;
    double *sum, *square;
    double spread; /* 0 or 1; or in (1, 10]: samples are stretched by it, and weighted with the ratio of the densities */
} fastsig_sampled_points;

/* sum and square: over the samples, t and t^2, where t is scale times: the integrand of the component, less
 * pivot, less control[j] times the Hermite polynomial of z of degree j + 1 (leading coefficient 1), times the
 * weight if there is a spread. `antithetic`: t is the mean of that at z and at -z. Bits do not depend on how samples are divided
 * among calls at multiples of 256, but for the sum of the calls' sums. */
int fastsig_sampled_moments(const fastsig_activation *phi, const fastsig_samples *samples, int antithetic,
                            const fastsig_sampled_points *points);

/* ---- Functions given as C pointers ------------------------------------- */
typedef enum {
    FASTSIG_SIGNATURE_D_D = 0,    /* double (double) */
    FASTSIG_SIGNATURE_D_DP = 1,   /* double (double, void *) */
    FASTSIG_SIGNATURE_D_ID = 2,   /* double (int, double *) */
    FASTSIG_SIGNATURE_D_IDP = 3   /* double (int, double *, void *) */
} fastsig_signature;

/* y[i] = function(x[i]), called in the way that `signature` says (those that
 * scipy.LowLevelCallable knows), with user_data where there is a void *. */
int fastsig_apply(void *function, int signature, void *user_data, size_t n, const double *x, double *y);

/* ---- Components that do not depend on sigma ---------------------------- */
typedef struct {
    double alpha_plus, alpha_minus;  /* phi'(+inf), phi'(-inf), exact; NaN where phi' oscillates for ever: */
    double tv, tv_error;             /* total variation of phi' on R, then inf */
    double curvature, curvature_error;         /* int phi''^2, inf at kinks and then */
    double curvature_sup, curvature_sup_error; /* sup |phi''|, inf at kinks */
    double scale;                              /* phi bends within 60 scale of 0 */
    int breaks;                                /* places where phi' or phi'' jumps, */
    double place[FASTSIG_MAX_KINKS];
    int kinks;                                 /* and those where phi' does */
    double kink[FASTSIG_MAX_KINKS];
    int zeros;                                 /* sign changes of phi''; 0 if endless */
    double zero[FASTSIG_MAX_ZEROS];
} fastsig_shape_result;

int fastsig_shape(const fastsig_activation *phi, fastsig_shape_result *shape);

/* ---- Double-double ----------------------------------------------------- */
/* Numbers of about 31 digits: a pair stands for hi + lo, hi the double nearest to
 * the sum. A built-in whose parameter is a pair, so that 1/100 is no double. */
typedef struct {
    int id;
    double parameter_hi, parameter_lo; /* ignored by those that have none */
} fastsig_activation_double_double;

typedef struct {
    double hi, lo;
} fastsig_double_double;

/* Names of functionals: "m1", "g2", "log_slope", "m3_sigma", ...; NULL where there
 * is none. functional in [0, FASTSIG_FUNCTIONALS). */
int fastsig_functional_count(void);
const char *fastsig_functional_name(int functional);

/* n points: standard deviations in 0 or [1e-150, 1e150] and means. */
typedef struct {
    const double *sigma_hi, *sigma_lo, *mean_hi, *mean_lo;
} fastsig_double_double_points;

/* Results: value hi + lo, a bound of the absolute error, and E abs(integrand) to a
 * percent or so in `size` (0 for what vanishes by symmetry), each with a row of n for each functional; and n numbers of nodes and of
 * statuses. The last three may be NULL. */
typedef struct {
    double *hi, *lo, *error, *size;
    int64_t *evaluations;
    int *status;
} fastsig_double_double_output;

/* Gaussian functionals functional[0], ..., functional[rows - 1] of phi at n points.
 * The goal is an error of 1e-29 size; status[i] is FASTSIG_ERROR_NOT_CONVERGED
 * where the rule's part of the bound is above that. Roundings are relative to
 * the largest terms of phi and its derivatives, so their part may be, next to a zero
 * of phi' or phi''. FASTSIG_ERROR_METHOD if phi has no form in
 * double-double. */
int fastsig_moments_double_double(const fastsig_activation_double_double *phi, int rows, const int *functional,
                                  size_t n, const fastsig_double_double_points *points,
                                  const fastsig_double_double_output *output);

/* What does not depend on sigma, as in fastsig_shape_result. Zeros of phi' and phi''
 * at which they change sign, and the one where phi' = 0 only touches (tanhshrink);
 * none are listed where they are endless. */
typedef struct {
    fastsig_double_double alpha_plus, alpha_minus; /* to a rounding */
    fastsig_double_double tv, curvature, curvature_sup;
    double tv_error, curvature_error, curvature_sup_error;
    int kinks;
    fastsig_double_double kink[FASTSIG_MAX_KINKS];
    int zeros_of_derivative;
    fastsig_double_double zero_of_derivative[FASTSIG_MAX_ZEROS];
    double zero_of_derivative_error[FASTSIG_MAX_ZEROS];
    int zeros_of_second_derivative;
    fastsig_double_double zero_of_second_derivative[FASTSIG_MAX_ZEROS];
    double zero_of_second_derivative_error[FASTSIG_MAX_ZEROS];
} fastsig_shape_double_double;

int fastsig_shape_of_double_double(const fastsig_activation_double_double *phi, fastsig_shape_double_double *shape);

/* [end cffi] */

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif /* FASTSIG_H */
