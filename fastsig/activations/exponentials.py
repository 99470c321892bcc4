"""Products with exponentials that keep full relative accuracy.

The scalar source for numba and CUDA; mirrors ``csrc/src/exponentials.h``, which
explains the method. Undecorated: `fastsig.targets` compiles it.
"""

import math


def exp_times(t: float, factor: float) -> float:
    """Factor * exp(t) for t <= 0, rounded once in the subnormal range."""
    if t > -700.0:
        return factor * math.exp(t)
    if t < -1600.0:
        return math.copysign(0.0, factor)
    half = math.exp(0.5 * t)
    return (factor * half) * half


def product_error(x: float, y: float, product: float) -> float:
    """x*y - product exactly, for the rounded product (Veltkamp, Dekker); 0 where it would overflow."""
    c = 134217729.0 * x
    a = c - (c - x)
    b = x - a
    c = 134217729.0 * y
    p = c - (c - y)
    q = y - p
    error = ((a * p - product) + a * q + b * p) + b * q
    return error if math.isfinite(error) else 0.0


def gaussian_times(x: float, factor: float) -> float:
    """Factor * exp(-x^2/2)."""
    if not abs(x) < 74.0:
        return x if math.isnan(x) else math.copysign(0.0, factor)
    square = x * x
    low = product_error(x, x, square)
    if square < 1400.0:
        return factor * (math.exp(-0.5 * square) * (1.0 - 0.5 * low))
    parts = 2 if square < 2800.0 else 4
    part = math.exp(-0.5 / float(parts) * square) * (1.0 - 0.5 / float(parts) * low)
    for _ in range(parts):
        factor *= part
    return factor


def add_pairs(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """(a + a_low) + (b + b_low) as a pair."""
    s = a + b
    v = s - a
    low = ((a - (s - v)) + (b - v)) + (a_low + b_low)
    high = s + low
    return high, low - (high - s)


def exp_pair(x: float) -> tuple[float, float]:
    """exp(x) as high + low to 1e-18 relative, for abs(x) < 700."""
    k = float(math.floor(x * 1.4426950408889634 + 0.5))
    # ln 2 in three parts; the first two have 32 bits, so k * part is exact.
    r, r_low = add_pairs(x - k * 0.6931471803691238, 0.0, -k * 1.9082149288430703e-10, -k * 4.275175589747649e-20)
    r *= 0.0625
    r_low *= 0.0625
    tail, factorial, n = 1.0 / 3628800.0, 3628800.0, 10.0
    while n > 2.0:
        factorial /= n
        tail = tail * r + 1.0 / factorial
        n -= 1.0
    p, p_low = add_pairs(r, r_low, r * r * tail + r * r_low, 0.0)
    for _ in range(4):  # expm1(2 t) = 2 expm1(t) + expm1(t)^2
        square = p * p
        square_low = product_error(p, p, square) + 2.0 * p * p_low
        p, p_low = add_pairs(2.0 * p, 2.0 * p_low, square, square_low)
    p, p_low = add_pairs(1.0, 0.0, p, p_low)
    return math.ldexp(p, int(k)), math.ldexp(p_low, int(k))
