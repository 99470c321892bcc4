/* snake: x + sin(a x)^2/a. With w = 2a and y = a x + pi/4
 *   phi' = 1 + sin wx = 2 sin(y)^2,  phi'' = w cos wx = 2 w sin(y) cos(y).
 * Where many waves lie within reach of the Gaussian, integrands are polynomials in
 * z times exp(i k w x), whose means are E[z^j e^(isz)] = e^(-s^2/2) E[(Z + is)^j]. */
#ifndef FASTSIG_DD_SNAKE_ACTIVATION_H
#define FASTSIG_DD_SNAKE_ACTIVATION_H

#include "functionals.h"

static const dd_place dd_quarter_pi = {{0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55}, -0x1.f1976b7ed8fbcp-111};
static const dd dd_ln_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

static inline dd dd_sin_at(dd_place y) { return dd_add(dd_sin(y.near), dd_from(cos(y.near.hi) * y.rest)); }
static inline dd dd_cos_at(dd_place y) { return dd_sub(dd_cos(y.near), dd_from(sin(y.near.hi) * y.rest)); }

/* y + sign pi/4 */
static inline dd_place dd_turned(dd_place y, double sign)
{
    dd_place turned = dd_place_add(y, dd_scale(dd_quarter_pi.near, sign));
    turned.rest += sign * dd_quarter_pi.rest;
    return turned;
}

static void dd_snake_jet(dd_place x, dd a, int piece, struct dd_jet *jet)
{
    (void)piece;
    dd_place angle = dd_place_times(x, a), y = dd_turned(angle, 1.0);
    dd sine = dd_sin_at(angle), s = dd_sin_at(y), c = dd_cos_at(y);
    dd wave = dd_div(dd_square(sine), a);
    dd_jet_set(jet, dd_add(x.near, wave), dd_scale(dd_square(s), 2.0), dd_scale(dd_mul(a, dd_mul(s, c)), 4.0));
    jet->value_size = fabs(x.near.hi) + wave.hi;
}
static dd dd_snake_log_slope(dd_place x, dd a, int piece, double *size)
{
    (void)piece;
    dd log = dd_log(dd_abs(dd_sin_at(dd_turned(dd_place_times(x, a), 1.0))));
    *size = 2.0 * fabs(log.hi) + 1.0;
    return dd_add(dd_ln_2, dd_scale(log, 2.0));
}
static void dd_snake_slopes(dd p, dd *plus, dd *minus) { (void)p; *plus = *minus = dd_from(NAN); }
static double dd_snake_rate(double a) { return 8.0 * a; } /* the fourth power of waves of 2a */
static double dd_snake_scale(double a) { return 1.0 / a; }

/* y = k pi */
static dd_place dd_snake_zero(dd a, dd x)
{
    double k = nearbyint((a.hi * x.hi + 0.7853981633974483) / 3.141592653589793);
    return dd_place_over(dd_place_times(dd_quarter_pi, dd_from(4.0 * k - 1.0)), a);
}

/* ---- Sums over waves k = -4 ... 4 of polynomials in z, with complex coefficients ---- */
#define DD_WAVES 4
#define DD_POWERS 8
struct dd_complex {
    dd re, im;
};
struct dd_waves {
    struct dd_complex c[2 * DD_WAVES + 1][DD_POWERS]; /* wave k at [k + 4] */
};

static inline struct dd_complex dd_complex_times(struct dd_complex a, struct dd_complex b)
{
    return (struct dd_complex){dd_sub(dd_mul(a.re, b.re), dd_mul(a.im, b.im)),
                               dd_add(dd_mul(a.re, b.im), dd_mul(a.im, b.re))};
}
static inline struct dd_complex dd_complex_plus(struct dd_complex a, struct dd_complex b)
{
    return (struct dd_complex){dd_add(a.re, b.re), dd_add(a.im, b.im)};
}
static inline int dd_complex_is_zero(struct dd_complex a) { return a.re.hi == 0.0 && a.im.hi == 0.0; }

static void dd_waves_times(const struct dd_waves *a, const struct dd_waves *b, double factor, struct dd_waves *out)
{
    struct dd_waves product = {0};
    for (int k = 0; k <= 2 * DD_WAVES; k++)
        for (int i = 0; i < DD_POWERS; i++) {
            if (dd_complex_is_zero(a->c[k][i])) continue;
            for (int l = 0; l <= 2 * DD_WAVES; l++)
                for (int j = 0; i + j < DD_POWERS; j++) {
                    int to = k + l - DD_WAVES;
                    if (to < 0 || to > 2 * DD_WAVES || dd_complex_is_zero(b->c[l][j])) continue;
                    struct dd_complex y = dd_complex_times(a->c[k][i], b->c[l][j]);
                    y = (struct dd_complex){dd_mul_d(y.re, factor), dd_mul_d(y.im, factor)};
                    product.c[to][i + j] = dd_complex_plus(product.c[to][i + j], y);
                }
        }
    *out = product;
}

/* phi, phi', phi'' as waves. */
static void dd_snake_waves(dd a, dd sigma, dd mean, struct dd_waves *f, struct dd_waves *d, struct dd_waves *s)
{
    const struct dd_waves none = {0};
    dd quarter = dd_div(dd_from(0.25), a);
    *f = *d = *s = none;
    f->c[DD_WAVES][0].re = dd_add(mean, dd_scale(quarter, 2.0));
    f->c[DD_WAVES][1].re = sigma;
    d->c[DD_WAVES][0].re = dd_one;
    for (int side = -1; side <= 1; side += 2) {
        f->c[DD_WAVES + side][0].re = dd_neg(quarter);
        d->c[DD_WAVES + side][0].im = dd_from(-0.5 * side);
        s->c[DD_WAVES + side][0].re = a;
    }
}

static void dd_snake_integrand(enum dd_integrand g, dd a, dd sigma, dd mean, struct dd_waves *out)
{
    struct dd_waves f, d, s, y;
    dd_snake_waves(a, sigma, mean, &f, &d, &s);
    switch (g) {
    case DD_F: *out = f; return;
    case DD_F2: dd_waves_times(&f, &f, 1.0, out); return;
    case DD_F3: dd_waves_times(&f, &f, 1.0, &y); dd_waves_times(&y, &f, 1.0, out); return;
    case DD_F4: dd_waves_times(&f, &f, 1.0, &y); dd_waves_times(&y, &y, 1.0, out); return;
    case DD_2FD: dd_waves_times(&f, &d, 2.0, out); return;
    case DD_3F2D: dd_waves_times(&f, &f, 1.0, &y); dd_waves_times(&y, &d, 3.0, out); return;
    case DD_4F3D:
        dd_waves_times(&f, &f, 1.0, &y);
        dd_waves_times(&y, &f, 1.0, &y);
        dd_waves_times(&y, &d, 4.0, out);
        return;
    case DD_D: case DD_ABS_D: *out = d; return; /* phi' >= 0 */
    case DD_S: case DD_SIGN_D_S: *out = s; return;
    case DD_D2: dd_waves_times(&d, &d, 1.0, out); return;
    case DD_2DS: dd_waves_times(&d, &s, 2.0, out); return;
    case DD_FD: dd_waves_times(&f, &d, 1.0, out); return;
    case DD_D2_FS:
        dd_waves_times(&d, &d, 1.0, out);
        dd_waves_times(&f, &s, 1.0, &y);
        for (int k = 0; k <= 2 * DD_WAVES; k++)
            for (int j = 0; j < DD_POWERS; j++) out->c[k][j] = dd_complex_plus(out->c[k][j], y.c[k][j]);
        return;
    case DD_S2: case DD_LOG: break; /* no functional of these goes this way */
    }
}

/* E[z^power sum]: wave k gives e^(ikw mean) e^(-s^2/2) sum_j c_j M_j, s = k w sigma,
 * M_(j+1) = is M_j + j M_(j-1). */
static struct dd_result dd_waves_mean(const struct dd_waves *waves, int power, dd a, dd sigma, dd mean)
{
    struct dd_result sum = {dd_zero, 0.0, 0.0};
    dd_place angle = dd_place_scale(dd_place_times(dd_place_from(mean), a), 2.0);
    dd step = dd_scale(dd_mul(a, sigma), 2.0);
    for (int k = -DD_WAVES; k <= DD_WAVES; k++) {
        dd s = dd_mul_d(step, k), damping = dd_exp_minus_half_square(s);
        if (damping.hi < 1e-60) continue;
        struct dd_complex m[DD_POWERS + 2] = {{dd_one, dd_zero}, {dd_zero, s}}, is = {dd_zero, s}, total = {dd_zero, dd_zero};
        double size = 0.0;
        for (int j = 0; j < DD_POWERS; j++) {
            if (j >= 2) {
                struct dd_complex before = {dd_mul_d(m[j - 2].re, j - 1.0), dd_mul_d(m[j - 2].im, j - 1.0)};
                m[j] = dd_complex_plus(dd_complex_times(is, m[j - 1]), before);
            }
            if (j < power) continue;
            struct dd_complex c = waves->c[k + DD_WAVES][j - power];
            total = dd_complex_plus(total, dd_complex_times(c, m[j]));
            double odd = j & 1 && k == 0 ? pow(2.0, 0.5 * j) : 1.0; /* E abs(Z)^j is not 0 */
            size += (fabs(c.re.hi) + fabs(c.im.hi)) * fmax(fabs(m[j].re.hi) + fabs(m[j].im.hi), k == 0 ? odd : 0.0);
        }
        dd_place turn = dd_place_times(angle, dd_from(k));
        dd part = dd_sub(dd_mul(total.re, dd_cos_at(turn)), dd_mul(total.im, dd_sin_at(turn)));
        sum.value = dd_add(sum.value, dd_mul(part, damping));
        sum.size += size * damping.hi;
        sum.error += size * damping.hi * (80.0 + s.hi * s.hi) * DD_UNIT;
    }
    return sum;
}

/* ln(1 + sin t) = -ln 2 + 2 sum_n (-1)^(n+1) cos(n (t - pi/2))/n, which is damped by e^(-(n w sigma)^2/2). */
static struct dd_result dd_snake_mean_log_slope(dd a, dd sigma, dd mean)
{
    dd_place angle = dd_turned(dd_place_times(dd_place_from(mean), a), -1.0);
    dd step = dd_scale(dd_mul(a, sigma), 2.0), sum = dd_neg(dd_ln_2);
    double size = 1.0;
    for (int n = 1; n * step.hi < 13.0; n++) {
        dd damping = dd_exp_minus_half_square(dd_mul_d(step, n));
        dd term = dd_div_d(dd_mul(dd_cos_at(dd_place_times(angle, dd_from(2.0 * n))), damping), n);
        sum = dd_add(sum, dd_scale(term, n & 1 ? 2.0 : -2.0));
        size += 2.0 * damping.hi * (1.0 + (n * step.hi) * (n * step.hi)) / n + fabs(sum.hi) / DD_JET_UNITS;
    }
    return (struct dd_result){sum, DD_JET_UNITS * DD_UNIT * size + 1e-35, fmax(fabs(sum.hi), 0.5)};
}

static int dd_snake_closed_form(dd a, dd sigma, dd mean, const struct dd_functional *functional, struct dd_result *result)
{
    double step = 2.0 * a.hi * sigma.hi;
    if (functional->term[0].integrand == DD_LOG) {
        if (step < 0.02) return 0;
        *result = dd_snake_mean_log_slope(a, sigma, mean);
        return 1;
    }
    if (step < 6.0) return 0;
    *result = (struct dd_result){dd_zero, 0.0, 0.0};
    for (int i = 0; i < functional->terms; i++) {
        const struct dd_term *term = &functional->term[i];
        struct dd_waves waves;
        dd_snake_integrand(term->integrand, a, sigma, mean, &waves);
        struct dd_result part = dd_waves_mean(&waves, term->z_power, a, sigma, mean);
        if (term->sigma_power) {
            part.value = dd_mul(part.value, sigma);
            part.error *= sigma.hi;
            part.size *= sigma.hi;
        }
        result->value = dd_add(result->value, part.value);
        result->error += part.error + 16.0 * DD_UNIT * part.size;
        result->size += part.size;
    }
    return 1;
}

static const struct dd_definition dd_snake_activation = {
    .name = "snake", .jet = dd_snake_jet, .log_slope = dd_snake_log_slope, .nearest_zero = dd_snake_zero,
    .slopes = dd_snake_slopes, .rate = dd_snake_rate, .closed_form = dd_snake_closed_form, .scale = dd_snake_scale};

#endif
