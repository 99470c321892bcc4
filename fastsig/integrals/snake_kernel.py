"""Moments of snake in closed form on a GPU, a lane a point: a scalar source, see `fastsig.targets.warp`.

The formulas are those of csrc/activations/snake.c. sin and cos are our own, as those of the GPU's library reduce
large angles in memory: Cody and Waite's reduction, its products exact, then Taylor series on [-pi/4, pi/4].
"""

import math
from collections.abc import MutableSequence, Sequence

from fastsig.activations.exponentials import product_error
from fastsig.targets.warp import LANES, lane, warp

# pi/2 in three parts; angles up to LARGEST_ANGLE are reduced to within 2^-100.
HALF_PI, HALF_PI_LOW, HALF_PI_LOWEST = 1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33
LARGEST_ANGLE = 1e9
LARGEST = 1e150
SMALL = 2.0**-60  # of t, where 1 - exp(-t) is t

SIGNATURE = "void(int64, float64[::1], float64[::1], float64, boolean, float64[::1])"


def sum_error(a: float, b: float, total: float) -> float:
    """Return a + b - total exactly, for the rounded sum (Knuth)."""
    v = total - a
    return (a - (total - v)) + (b - v)


def sine_rest(r: float) -> float:
    """Return sin(r) - r for abs(r) < 0.8."""
    q = r * r
    s = 2.8114572543455206e-15
    s = s * q - 7.647163731819816e-13
    s = s * q + 1.6059043836821613e-10
    s = s * q - 2.505210838544172e-08
    s = s * q + 2.7557319223985893e-06
    s = s * q - 0.0001984126984126984
    s = s * q + 0.008333333333333333
    s = s * q - 0.16666666666666666
    return r * q * s


def cosine_rest(r: float) -> float:
    """Return cos(r) - 1 + r^2/2 for abs(r) < 0.8."""
    q = r * r
    c = -1.5619206968586225e-16
    c = c * q + 4.779477332387385e-14
    c = c * q - 1.1470745597729725e-11
    c = c * q + 2.08767569878681e-09
    c = c * q - 2.755731922398589e-07
    c = c * q + 2.48015873015873e-05
    c = c * q - 0.001388888888888889
    c = c * q + 0.041666666666666664
    return q * q * c


def sine_and_cosine(y: float, low: float) -> tuple[float, float]:
    """Return sin and cos of y + low, abs(y) <= LARGEST_ANGLE, to an ulp."""
    n = float(math.floor(y * 0.6366197723675814 + 0.5))
    high, middle = n * HALF_PI, n * HALF_PI_LOW
    high_error = product_error(n, HALF_PI, high)
    a = y - high  # exact but for the first quarter turn
    b = a - high_error
    c = b - middle
    rest = sum_error(y, -high, a) + sum_error(a, -high_error, b) + sum_error(b, -middle, c)
    rest += (low - product_error(n, HALF_PI_LOW, middle)) - n * HALF_PI_LOWEST
    r = c + rest
    rest = sum_error(c, rest, r)
    half = 0.5 * r * r
    w = 1.0 - half
    cosine = w + ((1.0 - w - half) + cosine_rest(r) - r * rest)
    sine = r + (sine_rest(r) + rest * (1.0 - half))
    quarter = n - 4.0 * math.floor(0.25 * n)
    if quarter == 1.0:
        return cosine, -sine
    if quarter == 2.0:
        return -sine, -cosine
    if quarter == 3.0:
        return -cosine, sine
    return sine, cosine


def snake_kernel(
    points: int,
    sigma: Sequence[float],
    mean: Sequence[float],
    a: float,
    sizes: bool,
    out: MutableSequence[float],
) -> None:
    """Write m1 of all points, then g1, g2, m2, eta, and 1; with `sizes` the sizes of their terms.

    An array of one element stands for all points. Results are NaN as in `fastsig.integrals.moments_kernel`; sizes are
    infinite where the angle is too large.
    """
    i = warp() * LANES + lane()
    if i >= points:
        return
    s, m = sigma[i if len(sigma) > 1 else 0], mean[i if len(mean) > 1 else 0]
    if not (s >= 0.0 and s <= LARGEST and abs(m) <= LARGEST):
        s, m = math.nan, 0.0
    w = 2.0 * a
    u = a * s
    t = 2.0 * u * u
    big, small = math.exp(-t), -math.expm1(-t)
    h = small * (1.0 + big)
    y = w * m
    reduced = abs(y) <= LARGEST_ANGLE
    sine, cosine = sine_and_cosine(y, product_error(w, m, y)) if reduced else (0.0, 1.0)
    by_sine, by_cosine = big * sine, big * cosine
    one_plus_sine = 1.0 + sine if sine > 0.0 else cosine * cosine / (1.0 - sine)
    rise = big * (sine * (sine / w) / (1.0 + cosine) if cosine > 0.0 else (1.0 - cosine) / w)
    spread = small / w if t > SMALL else u * s
    h_w = spread * (1.0 + big)
    g1, m1 = small + big * one_plus_sine, m + (spread + rise)
    wave = h * big * big * (cosine - sine) * (cosine + sine) - 2.0 * t * by_sine
    g2 = g1 * g1 + 0.5 * h * h + h * by_cosine * by_cosine
    line = s * (s * (1.0 + 2.0 * by_sine))
    m2 = m1 * m1 + (0.5 * h_w * h_w + h_w * (by_sine * (by_sine / w))) + line
    eta = s * (s * (g1 * g1 + (m1 * w * by_cosine + wave)))
    if sizes:
        lost, terms = big * (1.0 + t), abs(m) + spread + rise  # exp(-t) is the less accurate, the larger t is
        more = 0.0 if reduced else math.inf
        m2 += 2.0 * abs(m1) * terms + 4.0 * s * (s * lost) + more
        eta = s * (s * (g1 * g1 + terms * w * lost * (1.0 + abs(cosine)) + (h * big + 2.0 * t) * lost)) + more
        g2 += (2.0 * g1 + h) * lost + more
        g1 += lost + more
        m1 = terms + more
    out[i] = m1
    out[points + i] = g1
    out[2 * points + i] = g2
    out[3 * points + i] = m2
    out[4 * points + i] = eta
    out[5 * points + i] = 1.0
