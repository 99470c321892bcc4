/* sin and cos of pairs, of any size.
 *
 * Reduction (Payne and Hanek, SIGNUM Newsletter 18(1), 1983,
 * doi:10.1145/1057600.1057602): with hi = m 2^e and an integer m, 2^e (2/pi)
 * modulo 4 is a window of the bits of 2/pi, here 320 of them, and m times it
 * modulo 4 an integer product that drops its carry. So is lo's; the sum has
 * the quadrant in its first two bits and x - quadrant pi/2 in the others. A
 * pair comes no nearer to a multiple of pi/2 than about 2^-130, which leaves
 * more bits than are used.
 *
 * Then |x| = j/16 + s, which is exact, series for sin(s) and cos(s) - 1, and the
 * addition theorem. */
#ifndef FASTSIG_DD_TRIGONOMETRIC_H
#define FASTSIG_DD_TRIGONOMETRIC_H

#include <stdint.h>

#include "double_double_trigonometric.h" /* generated */
#include "polynomial.h"

#define DD_WINDOW 5 /* words of 64 bits, first word first */

/* Adds sign * x (2/pi) modulo 4, in units of 2^-318, to sum; x >= 0. */
static inline void dd_add_turns(double x, int negative, uint64_t *sum)
{
    int exponent;
    uint64_t m = (uint64_t)ldexp(frexp(x, &exponent), 53);
    int first = exponent - 53 - 2;                              /* the bit of 2/pi that counts 2 quadrants */
    int word = first >= 0 ? first / 64 : -((63 - first) / 64); /* floor */
    int offset = first - 64 * word;
    uint64_t carry = 0;
    uint64_t product[DD_WINDOW];
    for (int i = DD_WINDOW - 1; i >= 0; i--) {
        int at = word + i;
        uint64_t bits = at >= 0 ? dd_two_over_pi[at] : 0;
        uint64_t next = at + 1 >= 0 ? dd_two_over_pi[at + 1] : 0;
        if (offset > 0) bits = bits << offset | next >> (64 - offset);
        unsigned __int128 p = (unsigned __int128)m * bits + carry;
        product[i] = (uint64_t)p;
        carry = (uint64_t)(p >> 64);
    }
    carry = negative; /* -p = ~p + 1 */
    for (int i = DD_WINDOW - 1; i >= 0; i--) {
        unsigned __int128 p = (unsigned __int128)sum[i] + (negative ? ~product[i] : product[i]) + carry;
        sum[i] = (uint64_t)p;
        carry = (uint64_t)(p >> 64);
    }
}

/* x = quadrant pi/2 + r modulo 2 pi with abs(r) <= pi/4, for x >= 0. */
static inline dd dd_reduce_to_quadrant(dd x, int *quadrant)
{
    uint64_t turns[DD_WINDOW + 1] = {0};
    dd_add_turns(x.hi, 0, turns);
    dd_add_turns(fabs(x.lo), x.lo < 0.0, turns);
    *quadrant = (int)(turns[0] >> 62);
    int negative = (int)(turns[0] >> 61 & 1); /* half a quadrant or more: count down from the next */
    *quadrant = (*quadrant + negative) & 3;
    turns[0] &= UINT64_MAX >> 2;
    if (negative) {
        turns[0] |= ~(UINT64_MAX >> 2);
        for (int i = 0; i < DD_WINDOW; i++) turns[i] = ~turns[i]; /* one unit of 2^-318 is missing: nothing */
    }
    int i = 0, exponent = 2;
    while (i < DD_WINDOW - 2 && turns[i] == 0) i++;
    if (turns[i] == 0) return dd_from(0.0);
    exponent -= 64 * i;
    uint64_t a = turns[i], b = turns[i + 1], c = turns[i + 2];
    int zeros = __builtin_clzll(a);
    if (zeros > 0) {
        a = a << zeros | b >> (64 - zeros);
        b = b << zeros | c >> (64 - zeros);
    }
    exponent -= zeros;
    dd fraction = dd_quick_two_sum((double)(a >> 11), ldexp((double)((a & 0x7ff) << 42 | b >> 22), -53));
    fraction = dd_add_d(fraction, ldexp((double)(b & 0x3fffff), -75));
    fraction = dd_scale(fraction, dd_power_of_two(exponent - 53));
    dd r = dd_mul(fraction, (dd){DD_HALF_PI[0], DD_HALF_PI[1]});
    return negative ? dd_neg(r) : r;
}

/* sin(x) or cos(x) for abs(x) <= pi/4. */
static inline dd dd_sine_in_quadrant(dd x, int cosine)
{
    dd a = dd_abs(x);
    int j = (int)(a.hi * 16.0 + 0.5);
    dd s = dd_add_d(a, -j / 16.0), square = dd_mul_loose(s, s);
    dd sine_ratio = dd_polynomial(dd_sine_series, DD_SINE_SERIES_PAIRS, DD_SINE_SERIES_SINGLES, square);
    dd sine = dd_add_smaller(s, dd_mul_loose(s, dd_mul_loose(square, sine_ratio)));
    if (j == 0 && !cosine) return dd_with_sign_of(sine, x.hi);
    dd versine = dd_mul_loose(
        square, dd_polynomial(dd_cosine_series, DD_COSINE_SERIES_PAIRS, DD_COSINE_SERIES_SINGLES, square)); /* cos - 1 */
    dd sine_j = {dd_sine_table[j][0], dd_sine_table[j][1]}, cosine_j = {dd_cosine_table[j][0], dd_cosine_table[j][1]};
    if (cosine) return dd_add_smaller(cosine_j, dd_sub(dd_mul_loose(cosine_j, versine), dd_mul_loose(sine_j, sine)));
    dd y = dd_add_smaller(sine_j, dd_add(dd_mul_loose(sine_j, versine), dd_mul_loose(cosine_j, sine)));
    return dd_with_sign_of(y, x.hi);
}

/* sin(x + quadrant pi/2), x >= 0. */
static inline dd dd_sine_from_quadrant(dd x, int start)
{
    int quadrant = 0;
    dd r = x.hi < 0.785 ? x : dd_reduce_to_quadrant(x, &quadrant);
    quadrant += start;
    dd y = dd_sine_in_quadrant(r, quadrant & 1);
    return quadrant & 2 ? dd_neg(y) : y;
}

static inline dd dd_sin(dd x)
{
    if (!(fabs(x.hi) < INFINITY)) return dd_from(NAN);
    if (fabs(x.hi) < 0x1p-60) return dd_cubic(x, -1.0 / 6.0);
    dd y = dd_sine_from_quadrant(dd_abs(x), 0);
    return x.hi < 0.0 ? dd_neg(y) : y;
}

static inline dd dd_cos(dd x)
{
    if (!(fabs(x.hi) < INFINITY)) return dd_from(NAN);
    return dd_sine_from_quadrant(dd_abs(x), 1);
}

#endif
