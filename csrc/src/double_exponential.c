/* Double-exponential quadrature (Takahasi and Mori, Publ. RIMS 9 (1974) 721-741,
 * doi:10.2977/prims/1195192451): the trapezoid rule in t after
 *   tanh-sinh, [a, b]:   x = a + (b - a)/(1 + exp(-pi sinh t)),
 *   exp-sinh, [a, inf):  x = a + scale exp(pi/2 sinh t),
 * which make any integrand that is analytic inside the piece decay doubly
 * exponentially at both ends. The step is halved until the sum stands still:
 * each halving doubles the digits, so the last difference is far above the
 * error that is left.
 */
#include "double_exponential.h"

#include <math.h>

#define PI 0x1.921fb54442d18p+1
#define HALVINGS 9

struct piece {
    double_exponential_integrand f;
    void *context;
    double a, b, scale;
};

/* f(x(t)) dx/dt; offsets are taken from the nearer end, so that they stay exact. */
static double term(const struct piece *p, double t)
{
    double value, slope;
    if (isinf(p->b)) {
        double offset = p->scale * exp(0.5 * PI * sinh(t));
        slope = 0.5 * PI * cosh(t) * offset;
        if (!(offset > 0.0) || !isfinite(slope)) return 0.0;
        value = p->f(p->a, offset, p->context);
    } else {
        double e = exp(-PI * sinh(fabs(t))), length = p->b - p->a, offset = length * e / (1.0 + e);
        slope = length * PI * cosh(t) * e / ((1.0 + e) * (1.0 + e));
        if (!(offset > 0.0) || !(slope > 0.0)) return 0.0;
        value = t < 0.0 ? p->f(p->a, offset, p->context) : p->f(p->b, -offset, p->context);
    }
    return value * slope;
}

static double sum_from(const struct piece *p, double first, double step)
{
    double sum = 0.0;
    for (int side = -1; side <= 1; side += 2)
        for (double t = side < 0 ? -first : first; fabs(t) < 6.5; t += side * step)
            if (t != 0.0 || side > 0) sum += term(p, t);
    return sum;
}

struct double_exponential_result double_exponential(double_exponential_integrand f, void *context, double a, double b,
                                                    double scale)
{
    const struct piece p = {f, context, a, b, scale};
    double step = 0.5, sum = step * sum_from(&p, 0.0, step), difference = INFINITY;
    for (int i = 0; i < HALVINGS && difference > 2e-16 * fabs(sum); i++) {
        double finer = 0.5 * (sum + step * sum_from(&p, 0.5 * step, step));
        difference = fabs(finer - sum);
        sum = finer;
        step *= 0.5;
    }
    return (struct double_exponential_result){sum, difference};
}
