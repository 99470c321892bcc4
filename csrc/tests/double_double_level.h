/* The functions on pairs as one set of compiler flags makes them. */
#ifndef FASTSIG_TESTS_DOUBLE_DOUBLE_LEVEL_H
#define FASTSIG_TESTS_DOUBLE_DOUBLE_LEVEL_H

#include "double_double.h"

struct dd_function {
    const char *name;
    dd (*call)(dd);
};

struct dd_level {
    const char *(*broken_arithmetic)(void); /* what is wrong with it, or NULL */
    const struct dd_function *functions;    /* the last has no name */
};

extern const struct dd_level dd_level_baseline, dd_level_v3, dd_level_v4, dd_level_contracted, dd_level_reassociated;

#endif
