/* The built-in activations, in the order of their files; compiled once per CPU level. */
#include "activation.h"
#include "built_ins.h"

#define DECLARE(name) extern const struct activation fastsig_activation_##name;
FASTSIG_BUILT_INS(DECLARE)

#define ADDRESS(name) &fastsig_activation_##name,
const struct activation *const fastsig_registry[] = {FASTSIG_BUILT_INS(ADDRESS)};
