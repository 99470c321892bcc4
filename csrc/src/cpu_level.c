/* Which CPU level's kernels are in use: chosen once, when the library is
 * loaded, from what the machine has and from FASTSIG_CPU_LEVEL. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

extern const struct kernels fastsig_kernels_baseline;
#ifdef FASTSIG_X86_64_LEVELS
extern const struct kernels fastsig_kernels_v3, fastsig_kernels_v4;
#endif

/* Written by the constructor below before any other code of a program runs,
 * read-only from then on. */
static const struct kernels *in_use = &fastsig_kernels_baseline;
static int request_status = FASTSIG_OK;

#ifdef FASTSIG_X86_64_LEVELS
/* The features that each -march level lets the compiler use. */
static int machine_has_v3(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx") && __builtin_cpu_supports("popcnt");
}

static int machine_has_v4(void)
{
    return machine_has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}
#endif

static const struct kernels *kernels_for(const char *level)
{
    if (!strcmp(level, "baseline")) return &fastsig_kernels_baseline;
#ifdef FASTSIG_X86_64_LEVELS
    if (!strcmp(level, "x86-64-v3") && machine_has_v3()) return &fastsig_kernels_v3;
    if (!strcmp(level, "x86-64-v4") && machine_has_v4()) return &fastsig_kernels_v4;
#endif
    return NULL;
}

__attribute__((constructor)) static void choose_kernels(void)
{
    static const char *const best_first[] = {"x86-64-v4", "x86-64-v3", "baseline"};
    const struct kernels *chosen = NULL;
#ifdef FASTSIG_X86_64_LEVELS
    __builtin_cpu_init();
#endif
    for (int i = 0; !chosen; i++) chosen = kernels_for(best_first[i]);
    const char *request = getenv("FASTSIG_CPU_LEVEL");
    if (request && *request) {
        const struct kernels *requested = kernels_for(request);
        if (requested) chosen = requested;
        else request_status = FASTSIG_ERROR_CPU_LEVEL;
    }
    in_use = chosen;
}

const struct kernels *fastsig_kernels(void) { return in_use; }

const char *fastsig_cpu_level(void) { return in_use->level; }

int fastsig_cpu_level_status(void) { return request_status; }

int fastsig_cpu_level_available(const char *level) { return level && kernels_for(level) != NULL; }

int fastsig_exp_nonpositive(size_t n, const double *x, double *y)
{
    if (n && (!x || !y)) return FASTSIG_ERROR_NULL;
    in_use->exp_nonpositive(n, x, y);
    return FASTSIG_OK;
}
