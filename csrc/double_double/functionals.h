/* Gaussian functionals as integrands: each is a sum of terms
 *     sigma^j E[Z^k G(phi, phi', phi'')],
 * with derivatives by d/d mean E F(x) = E F'(x) and d/d sigma E F(x) = E[Z F'(x)],
 * where F' includes the jumps of F at kinks. */
#ifndef FASTSIG_DD_FUNCTIONALS_H
#define FASTSIG_DD_FUNCTIONALS_H

#include "definition.h"

/* G: powers of phi and what becomes of them, of phi', of abs(phi') and of phi phi'; phi''^2; ln abs(phi'). */
enum dd_integrand {
    DD_F, DD_F2, DD_F3, DD_F4, DD_2FD, DD_3F2D, DD_4F3D,
    DD_D, DD_S, DD_D2, DD_2DS, DD_ABS_D, DD_SIGN_D_S, DD_FD, DD_D2_FS, DD_S2, DD_LOG
};

struct dd_term {
    enum dd_integrand integrand;
    int z_power, sigma_power;
};

struct dd_functional {
    const char *name;
    int terms;
    struct dd_term term[2];
};

#define DD_WITH_DERIVATIVES(name, f, slope, k)                                                        \
    {name, 1, {{f, k, 0}}}, {name "_mean", 1, {{slope, k, 0}}}, { name "_sigma", 1, {{slope, k + 1, 0}} }

static const struct dd_functional dd_functionals[] = {
    DD_WITH_DERIVATIVES("m1", DD_F, DD_D, 0),
    DD_WITH_DERIVATIVES("g1", DD_D, DD_S, 0),
    DD_WITH_DERIVATIVES("g2", DD_D2, DD_2DS, 0),
    DD_WITH_DERIVATIVES("m2", DD_F2, DD_2FD, 0),
    {"eta", 1, {{DD_FD, 1, 1}}},
    {"eta_mean", 1, {{DD_D2_FS, 1, 1}}},
    {"eta_sigma", 2, {{DD_FD, 1, 0}, {DD_D2_FS, 2, 1}}},
    DD_WITH_DERIVATIVES("m3", DD_F3, DD_3F2D, 0),
    DD_WITH_DERIVATIVES("m4", DD_F4, DD_4F3D, 0),
    DD_WITH_DERIVATIVES("m1z", DD_F, DD_D, 1),
    DD_WITH_DERIVATIVES("abs_g1", DD_ABS_D, DD_SIGN_D_S, 0),
    DD_WITH_DERIVATIVES("g2z2", DD_D2, DD_2DS, 2),
    {"log_slope", 1, {{DD_LOG, 0, 0}}},
};
#define DD_FUNCTIONALS (int)(sizeof dd_functionals / sizeof *dd_functionals)

/* Parity of G for an odd or even phi: +-1. */
static int dd_integrand_parity(enum dd_integrand g, int phi)
{
    switch (g) {
    case DD_F: case DD_F3: case DD_S: case DD_4F3D: /* f^3 d: phi^3 times -phi */
        return g == DD_4F3D ? -1 : phi;
    case DD_2FD: case DD_FD: case DD_2DS: return -1;
    case DD_3F2D: case DD_D: return -phi;
    case DD_SIGN_D_S: return -1; /* the derivative of abs(phi'), which is even */
    case DD_F2: case DD_F4: case DD_D2: case DD_ABS_D: case DD_D2_FS: case DD_S2: case DD_LOG: break;
    }
    return 1;
}

static int dd_integrand_is_absolute(enum dd_integrand g) { return g == DD_ABS_D || g == DD_SIGN_D_S; }

/* A number, a bound of its error, and the size of what it was added up from. */
struct dd_bounded {
    dd value;
    double error, size;
};

/* a b with relative errors: 8 units for the product. */
static inline struct dd_bounded dd_product(struct dd_bounded a, struct dd_bounded b)
{
    double p = fabs(a.value.hi), q = fabs(b.value.hi);
    return (struct dd_bounded){dd_mul(a.value, b.value), a.error * q + b.error * p + 8.0 * DD_UNIT * p * q,
                               a.size * b.size};
}

/* G at a jet. */
static inline struct dd_bounded dd_integrand_value(enum dd_integrand g, const struct dd_jet *jet)
{
    const double unit = DD_JET_UNITS * DD_UNIT;
    struct dd_bounded f = {jet->value, unit * jet->value_size, jet->value_size};
    struct dd_bounded d = {jet->slope, unit * jet->slope_size, jet->slope_size};
    struct dd_bounded s = {jet->bend, unit * jet->bend_size, jet->bend_size};
    struct dd_bounded y = f;
    double scale = 1.0;
    switch (g) {
    case DD_F: return f;
    case DD_F2: return dd_product(f, f);
    case DD_F3: return dd_product(dd_product(f, f), f);
    case DD_F4: y = dd_product(f, f); return dd_product(y, y);
    case DD_2FD: y = dd_product(f, d); scale = 2.0; break;
    case DD_3F2D:
        y = dd_product(dd_product(f, f), d);
        return (struct dd_bounded){dd_mul_d(y.value, 3.0), 3.0 * y.error + 4.0 * DD_UNIT * 3.0 * fabs(y.value.hi), 3.0 * y.size};
    case DD_4F3D: y = dd_product(dd_product(dd_product(f, f), f), d); scale = 4.0; break;
    case DD_D: return d;
    case DD_S: return s;
    case DD_D2: return dd_product(d, d);
    case DD_S2: return dd_product(s, s);
    case DD_2DS: y = dd_product(d, s); scale = 2.0; break;
    case DD_ABS_D: d.value = dd_abs(d.value); return d;
    case DD_SIGN_D_S:
        if (d.value.hi < 0.0) s.value = dd_neg(s.value);
        return s;
    case DD_FD: return dd_product(f, d);
    case DD_D2_FS: {
        struct dd_bounded a = dd_product(d, d), b = dd_product(f, s);
        dd sum = dd_add(a.value, b.value);
        return (struct dd_bounded){sum, a.error + b.error + 4.0 * DD_UNIT * fabs(sum.hi), a.size + b.size};
    }
    case DD_LOG: break; /* not of the jet alone */
    }
    return (struct dd_bounded){dd_scale(y.value, scale), scale * y.error, scale * y.size};
}

/* The same in double, its size, to see where it matters. */
static inline double dd_integrand_size(enum dd_integrand g, double f, double d, double s)
{
    f = fabs(f), d = fabs(d), s = fabs(s);
    switch (g) {
    case DD_F: return f;
    case DD_F2: return f * f;
    case DD_F3: return f * f * f;
    case DD_F4: return f * f * f * f;
    case DD_2FD: case DD_FD: return 2.0 * f * d;
    case DD_3F2D: return 3.0 * f * f * d;
    case DD_4F3D: return 4.0 * f * f * f * d;
    case DD_D: case DD_ABS_D: return d;
    case DD_S: case DD_SIGN_D_S: return s;
    case DD_D2: return d * d;
    case DD_S2: return s * s;
    case DD_2DS: return 2.0 * d * s;
    case DD_D2_FS: return d * d + f * s;
    case DD_LOG: break;
    }
    return 1.0;
}

/* By how much the antiderivative of G jumps at a kink, from the jets of both
 * sides; 0 where G is not the derivative of something that jumps there. */
static inline struct dd_bounded dd_integrand_jump(enum dd_integrand g, const struct dd_jet *left, const struct dd_jet *right)
{
    dd l = left->slope, r = right->slope, jump = dd_zero;
    double size = left->slope_size + right->slope_size, error;
    switch (g) {
    case DD_S: jump = dd_sub(r, l); break;
    case DD_2DS:
        jump = dd_mul(dd_sub(r, l), dd_add(r, l));
        size *= size;
        break;
    case DD_SIGN_D_S: jump = dd_sub(dd_abs(r), dd_abs(l)); break;
    case DD_D2_FS:
        jump = dd_mul(right->value, dd_sub(r, l));
        size *= right->value_size;
        break;
    default: return (struct dd_bounded){dd_zero, 0.0, 0.0};
    }
    error = 3.0 * DD_JET_UNITS * DD_UNIT * size;
    if (jump.hi == 0.0) error = 0.0;
    return (struct dd_bounded){jump, error, size};
}

#endif
