/* Addresses of functions: each says what the function with a context says, to
 * the bit, and refuses what that refuses. */
#include "check.h"

#include <math.h>
#include <string.h>

static void check_built_in(int id)
{
    const double x[] = {-3.0, -0.7, 0.0, 0.3, 2.0};
    fastsig_activation phi = built_in(id);
    fastsig_functions f;
    CHECK(fastsig_activation_functions(id, &f) == FASTSIG_OK, "%s", name_of(&phi));
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        CHECK(f.value(x[i], phi.parameter) == fastsig_value(&phi, x[i]), "%s", name_of(&phi));
        CHECK(f.derivative(x[i], phi.parameter) == fastsig_derivative(&phi, x[i]), "%s", name_of(&phi));
        CHECK(f.second_derivative(x[i], phi.parameter) == fastsig_second_derivative(&phi, x[i]), "%s", name_of(&phi));
        CHECK(fastsig_activation_callback(0)(x[i], &phi) == fastsig_value(&phi, x[i]), "%s", name_of(&phi));
        CHECK(fastsig_activation_callback(1)(x[i], &phi) == fastsig_derivative(&phi, x[i]), "%s", name_of(&phi));
        CHECK(fastsig_activation_callback(2)(x[i], &phi) == fastsig_second_derivative(&phi, x[i]), "%s", name_of(&phi));
    }
    double sigma = 1.5, mean = 0.25, one[2][FASTSIG_COMPONENTS], two[2][FASTSIG_COMPONENTS];
    fastsig_moments_output output = {.value = one[0], .error = one[1]};
    CHECK(fastsig_moments(&phi, FASTSIG_METHOD_AUTO, 0, 1, &sigma, &mean, &output) == FASTSIG_OK, "%s", name_of(&phi));
    CHECK(f.moments(sigma, mean, phi.parameter, two[0], two[1]) == FASTSIG_OK, "%s", name_of(&phi));
    CHECK(!memcmp(one, two, sizeof one), "%s", name_of(&phi));

    fastsig_activation_info info;
    fastsig_activation_describe(id, &info);
    double outside = info.parameter_high + 1.0;
    CHECK(isnan(f.value(1.0, outside)) == (info.parameter_name != NULL), "%s", name_of(&phi));
    if (info.parameter_name)
        CHECK(f.moments(1.0, 0.0, outside, two[0], two[1]) == FASTSIG_ERROR_PARAMETER, "%s", name_of(&phi));
    CHECK(f.moments(-1.0, 0.0, phi.parameter, two[0], two[1]) == FASTSIG_ERROR_SIGMA, "%s", name_of(&phi));
    CHECK(f.moments(1.0, NAN, phi.parameter, two[0], two[1]) == FASTSIG_ERROR_MEAN, "%s", name_of(&phi));
    CHECK(f.moments(1.0, 0.0, phi.parameter, NULL, two[1]) == FASTSIG_ERROR_NULL, "%s", name_of(&phi));
    CHECK(f.moments(1.0, 0.0, phi.parameter, two[0], NULL) == FASTSIG_ERROR_NULL, "%s", name_of(&phi));
}

int main(void)
{
    fastsig_functions f;
    for (int id = 0; id < fastsig_activation_count(); id++) check_built_in(id);
    CHECK(fastsig_activation_functions(-1, &f) == FASTSIG_ERROR_ACTIVATION, "negative id");
    CHECK(fastsig_activation_functions(fastsig_activation_count(), &f) == FASTSIG_ERROR_ACTIVATION, "large id");
    CHECK(fastsig_activation_functions(0, NULL) == FASTSIG_ERROR_NULL, "null");
    CHECK(!fastsig_activation_callback(-1) && !fastsig_activation_callback(3), "order");
    CHECK(isnan(fastsig_activation_callback(0)(1.0, NULL)), "null activation");
    return finish();
}
