/* The frame of a test program: count failures, print them, say so at exit. */
#ifndef FASTSIG_TESTS_CHECK_H
#define FASTSIG_TESTS_CHECK_H

#include "fastsig.h"

#include <stdio.h>
#include <stdlib.h>

static int failures;

#define CHECK(condition, ...)                              \
    do {                                                   \
        if (!(condition)) {                                \
            printf("%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            printf(__VA_ARGS__);                           \
            printf("\n");                                  \
            failures++;                                    \
        }                                                  \
    } while (0)

/* Exit code 77 tells ctest that the machine lacks the CPU level asked for. */
static inline int finish(void)
{
    if (failures) printf("%d failures at level %s\n", failures, fastsig_cpu_level());
    return failures ? 1 : fastsig_cpu_level_status() == FASTSIG_OK ? 0 : 77;
}

static inline fastsig_activation built_in(int id)
{
    fastsig_activation_info info;
    fastsig_activation phi;
    if (fastsig_activation_describe(id, &info) || fastsig_activation_make(info.name, NULL, &phi)) abort();
    return phi;
}

static inline const char *name_of(const fastsig_activation *phi)
{
    static fastsig_activation_info info;
    fastsig_activation_describe(phi->id, &info);
    return info.name;
}

#endif
