/* Built-ins as plain functions of numbers, one set for each: what a caller
 * needs that can store an address but not a context. Each knows its id, which
 * callers must not store: ids change when activations are added. */
#include "built_ins.h"
#include "fastsig.h"

#include <stddef.h>

#define ID(name) ID_##name,
enum { FASTSIG_BUILT_INS(ID) COUNT };

static int moments_at(int id, double sigma, double mean, double parameter, double *value, double *error)
{
    fastsig_activation phi = {id, parameter};
    int point = FASTSIG_OK;
    fastsig_moments_output output = {.value = value, .error = error, .status = &point};
    if (!value || !error) return FASTSIG_ERROR_NULL;
    int status = fastsig_moments(&phi, FASTSIG_METHOD_AUTO, 0, 1, &sigma, &mean, &output);
    return status == FASTSIG_OK ? point : status;
}

#define DEFINE(name)                                                                        \
    static double name##_value(double x, double p)                                          \
    {                                                                                       \
        return fastsig_value(&(fastsig_activation){ID_##name, p}, x);                       \
    }                                                                                       \
    static double name##_derivative(double x, double p)                                     \
    {                                                                                       \
        return fastsig_derivative(&(fastsig_activation){ID_##name, p}, x);                  \
    }                                                                                       \
    static double name##_second_derivative(double x, double p)                              \
    {                                                                                       \
        return fastsig_second_derivative(&(fastsig_activation){ID_##name, p}, x);           \
    }                                                                                       \
    static int name##_moments(double sigma, double mean, double p, double *value, double *error) \
    {                                                                                       \
        return moments_at(ID_##name, sigma, mean, p, value, error);                         \
    }
FASTSIG_BUILT_INS(DEFINE)

#define SET(name) {name##_value, name##_derivative, name##_second_derivative, name##_moments},
static const fastsig_functions functions_of[] = {FASTSIG_BUILT_INS(SET)};

int fastsig_activation_functions(int id, fastsig_functions *functions)
{
    if (!functions) return FASTSIG_ERROR_NULL;
    if (id < 0 || id >= COUNT) return FASTSIG_ERROR_ACTIVATION;
    *functions = functions_of[id];
    return FASTSIG_OK;
}

static double value_callback(double x, void *phi) { return fastsig_value(phi, x); }
static double derivative_callback(double x, void *phi) { return fastsig_derivative(phi, x); }
static double second_derivative_callback(double x, void *phi) { return fastsig_second_derivative(phi, x); }

fastsig_callback fastsig_activation_callback(int order)
{
    switch (order) {
    case 0: return value_callback;
    case 1: return derivative_callback;
    case 2: return second_derivative_callback;
    default: return NULL;
    }
}
