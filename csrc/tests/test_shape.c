/* End slopes, total variation, curvature: closed forms and published zeros. */
#include "check.h"

#include <math.h>

static fastsig_shape_result shape_of(const char *name, const double *parameter)
{
    fastsig_activation phi;
    fastsig_shape_result shape;
    CHECK(fastsig_activation_make(name, parameter, &phi) == FASTSIG_OK, "%s", name);
    CHECK(fastsig_shape(&phi, &shape) == FASTSIG_OK, "%s", name);
    return shape;
}

static void check_close(const char *what, double value, double error, double truth)
{
    CHECK(fabs(value - truth) <= 1e-15 * fabs(truth), "%s: %.17g, not %.17g", what, value, truth);
    CHECK(fabs(value - truth) <= error + 1e-16 * fabs(truth), "%s: error %g does not cover", what, error);
    CHECK(error <= 1e-14 * fabs(truth), "%s: error %g too large", what, error);
}

int main(void)
{
    fastsig_shape_result s = shape_of("tanh", NULL);
    check_close("tanh tv", s.tv, s.tv_error, 2.0);
    check_close("tanh curvature", s.curvature, s.curvature_error, 16.0 / 15.0);
    check_close("tanh sup", s.curvature_sup, s.curvature_sup_error, 4.0 / (3.0 * sqrt(3.0)));
    CHECK(s.zeros == 1 && s.zero[0] == 0.0, "tanh zeros: %d", s.zeros);

    s = shape_of("sigmoid", NULL);
    check_close("sigmoid tv", s.tv, s.tv_error, 0.5);
    check_close("sigmoid curvature", s.curvature, s.curvature_error, 1.0 / 30.0);
    check_close("sigmoid sup", s.curvature_sup, s.curvature_sup_error, 1.0 / (6.0 * sqrt(3.0)));

    s = shape_of("gelu", NULL);
    check_close("gelu sup", s.curvature_sup, s.curvature_sup_error, sqrt(2.0 / acos(-1.0)));
    CHECK(s.zeros == 2 && fabs(s.zero[1] - sqrt(2.0)) < 5e-16 && s.zero[0] == -s.zero[1], "gelu zeros");

    s = shape_of("relu", NULL);
    CHECK(s.tv == 1.0 && isinf(s.curvature) && isinf(s.curvature_sup) && s.kinks == 1 && s.kink[0] == 0.0, "relu");
    CHECK(s.alpha_plus == 1.0 && s.alpha_minus == 0.0, "relu slopes");

    double one = 1.0, eps = -10.0;
    s = shape_of("leaky_relu", &one);
    CHECK(s.tv == 0.0 && s.curvature == 0.0 && s.curvature_sup == 0.0 && s.kinks == 0, "identity: %g", s.tv);
    s = shape_of("crrelu", &eps); /* TV = 1 + abs(eps) (2 + 8 exp(-3/2)) */
    check_close("crrelu tv", s.tv, s.tv_error, 1.0 + 10.0 * (2.0 + 8.0 * exp(-1.5)));

    for (double beta = 0.01; beta < 100.0; beta *= 3.0) { /* affine law */
        fastsig_shape_result base = shape_of("swish", NULL);
        s = shape_of("swish", &beta);
        check_close("swish tv", s.tv, s.tv_error, base.tv);
        check_close("swish curvature", s.curvature, s.curvature_error, beta * base.curvature);
        check_close("swish sup", s.curvature_sup, s.curvature_sup_error, beta * base.curvature_sup);
    }

    for (double a = 1e-300; a < 100.0; a *= 1e10) { /* no limits, and endless variation */
        s = shape_of("snake", &a);
        CHECK(isnan(s.alpha_plus) && isnan(s.alpha_minus) && s.zeros == 0 && s.kinks == 0, "snake");
        CHECK(isinf(s.tv) && s.tv_error == 0.0 && isinf(s.curvature) && s.curvature_error == 0.0, "snake tv");
        check_close("snake sup", s.curvature_sup, s.curvature_sup_error, 2.0 * a);
    }

    fastsig_activation phi = {-1, 0.0};
    CHECK(fastsig_shape(&phi, &s) == FASTSIG_ERROR_ACTIVATION, "invalid id");
    phi = built_in(0);
    CHECK(fastsig_shape(&phi, NULL) == FASTSIG_ERROR_NULL, "null");
    return finish();
}
