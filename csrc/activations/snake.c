/* snake: x + sin(a x)^2/a (Liu, Hartwig, Ueda, arXiv 2006.08195). With w = 2 a:
 *   phi = x + (1 - cos wx)/w,  phi' = 1 + sin wx,  phi'' = w cos wx.
 * phi' oscillates for ever: it has no limits, and its variation is infinite.
 *
 * Angles a x are pairs, exact at any size. Where they overflow, sin and cos
 * have no meaning: phi is x there to full precision, and phi' and phi'' are
 * given their means over a period, 1 and 0. At +-inf they are NaN. */
#include "closed_form.h"
#include "double_double.h"

/* a x exactly, also where splitting x would overflow. */
static dd angle(double a, double x)
{
    double unit = fabs(x) > 0x1p900 ? 0x1p100 : 1.0;
    dd t = dd_two_prod(a, x / unit);
    return (dd){t.hi * unit, t.lo * unit};
}

/* sin and cos of t: by the addition theorem, as t.lo matters near zeros. */
static void sine_and_cosine(dd t, double *sine, double *cosine)
{
    double s = sin(t.hi), c = cos(t.hi), s_low = t.lo, c_low = 1.0;
    if (fabs(t.lo) > 1e-9) { /* abs(t.hi) > 1e6 */
        s_low = sin(t.lo);
        c_low = cos(t.lo);
    }
    *sine = s * c_low + c * s_low;
    *cosine = c * c_low - s * s_low;
}

/* 1 + s for s^2 + c^2 = 1, without cancellation. */
static double one_plus(double s, double c) { return s > 0.0 ? 1.0 + s : c * c / (1.0 - s); }

static double value(double x, double a)
{
    dd t = angle(a, x);
    double s, c;
    if (!isfinite(t.hi) || x == 0.0) return x;
    sine_and_cosine(t, &s, &c);
    return x + s * (s / a);
}
static double derivative(double x, double a)
{
    dd t = angle(2.0 * a, x);
    double s, c;
    if (!isfinite(t.hi)) return isfinite(x) ? 1.0 : NAN;
    sine_and_cosine(t, &s, &c);
    return one_plus(s, c);
}
static double second_derivative(double x, double a)
{
    dd t = angle(2.0 * a, x);
    double s, c;
    if (!isfinite(t.hi)) return isfinite(x) ? 0.0 : NAN;
    sine_and_cosine(t, &s, &c);
    return 2.0 * a * c;
}

static double log_slope(double x, double a)
{
    dd t = angle(2.0 * a, x);
    double s, c;
    if (!isfinite(t.hi)) return isfinite(x) ? 0.0 : NAN;
    sine_and_cosine(t, &s, &c);
    return s > 0.0 ? log1p(s) : 2.0 * log(fabs(c)) - log1p(-s);
}

static void slopes(double a, double *plus, double *minus) { (void)a; *plus = *minus = NAN; }
static double scale(double a) { return 1.0 / fmax(a, 1e-300); }

/* With q = sigma^2, t = w^2 q/2, y = w mean: E cos wx = exp(-t) cos y, E sin wx =
 * exp(-t) sin y, E[x cos wx] by Stein's identity. Written with E = exp(-t),
 * e = 1 - E, h = 1 - E^2, so that the terms do not cancel:
 *   g1 = e + E (1 + sin y),  g2 = g1^2 + h^2/2 + h (E cos y)^2,
 *   m1 = mean + (e + E (1 - cos y))/w,
 *   m2 = m1^2 + q (1 + 2 E sin y) + (h^2/2 + h (E sin y)^2)/w^2,
 *   eta = q (g1^2 + m1 w E cos y + h E^2 cos 2y - 2 t E sin y). */
static int closed_form(double sigma, double mean, double a, struct moments *out)
{
    double w = 2.0 * a, as = a * sigma, t = 2.0 * as * as, E = exp(-t), e = -expm1(-t), h = e * (1.0 + E), s, c;
    dd y = angle(w, mean);
    sine_and_cosine(y, &s, &c);
    double Es = E * s, Ec = E * c;
    /* (1 - cos y)/w and e/w, of which the parts may underflow where the quotient does not. */
    double rise = c > 0.0 ? s * (s / w) / (1.0 + c) : (1.0 - c) / w;
    double spread = t > 0x1p-60 ? e / w : sigma < 1.0 ? as * sigma : a * (sigma * sigma);
    double h_w = spread * (1.0 + E), g1 = e + E * one_plus(s, c), m1 = mean + (spread + E * rise);
    double m1_terms = fabs(mean) + spread + E * rise;
    /* Besides the roundings written: sin y and cos y are right to y.lo only near
     * their zeros, and exp(-t) is the less accurate, the larger t is. */
    double blur = fmin(fabs(y.lo), 1.0), E_error = E * (1.0 + t);

    closed_form_set(out, FASTSIG_G1, g1);
    closed_form_widen(out, FASTSIG_G1, g1 + E * blur * (fabs(c) + UNIT_ROUNDOFF * blur));
    closed_form_sum(out, FASTSIG_G2, 1.0, g1 * g1, 0.5 * h * h, h * Ec * Ec);
    closed_form_widen(out, FASTSIG_G2, h * E * E * blur);
    out->error[FASTSIG_G2] += 2.0 * g1 * out->error[FASTSIG_G1];
    closed_form_sum(out, FASTSIG_M1, 1.0, mean, spread, E * rise);
    closed_form_sum(out, FASTSIG_M2, 1.0, m1 * m1, 0.5 * h_w * h_w + h_w * (Es * (Es / w)),
                    sigma * (sigma * (1.0 + 2.0 * Es)));
    closed_form_widen(out, FASTSIG_M2, 2.0 * fabs(m1) * m1_terms + sigma * (sigma * (1.0 + 2.0 * fabs(Es))));
    double factor = sigma * (g1 * g1 + (m1 * w * Ec + (h * E * E * (c - s) * (c + s) - 2.0 * t * Es)));
    double size = sigma * (g1 * g1 + m1_terms * w * E_error * (fabs(c) + blur) + (h * E + 2.0 * t) * E_error);
    moments_set(out, FASTSIG_ETA, sigma * factor, 20.0 * UNIT_ROUNDOFF * sigma * size, FASTSIG_METHOD_CLOSED_FORM);
    return 1;
}

const struct activation fastsig_activation_snake = {
    .info = {.name = "snake", .formula = "x + sin(a*x)**2/a",
             .parameter_name = "a", .parameter_default = 1.0,
             .parameter_low = 0.0, .parameter_low_open = 1, .parameter_high = 100.0},
    .value = value, .derivative = derivative, .second_derivative = second_derivative,
    .log_slope = log_slope, .slopes = slopes, .scale = scale, .closed_form = closed_form,
};
