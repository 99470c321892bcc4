"""snake: x + sin(a x)^2/a (Liu, Hartwig, Ueda, arXiv 2006.08195)."""

import math

from fastsig.activations.exponentials import product_error


def angle(a: float, x: float) -> tuple[float, float]:
    """Return a x exactly, as high + low, also where splitting x would overflow."""
    unit = 2.0**100 if abs(x) > 2.0**900 else 1.0
    high = a * (x / unit)
    return high * unit, product_error(a, x / unit, high) * unit


def sine_and_cosine(high: float, low: float) -> tuple[float, float]:
    """Return sin and cos of high + low, by the addition theorem."""
    s, c = math.sin(high), math.cos(high)
    s_low, c_low = low, 1.0
    if abs(low) > 1e-9:
        s_low, c_low = math.sin(low), math.cos(low)
    return s * c_low + c * s_low, c * c_low - s * s_low


def value(x: float, a: float) -> float:
    """Phi; x where a x overflows."""
    high, low = angle(a, x)
    if not math.isfinite(high) or x == 0.0:
        return x
    s, _ = sine_and_cosine(high, low)
    return x + s * (s / a)


def derivative(x: float, a: float) -> float:
    """Phi' = 1 + sin 2 a x without cancellation; its mean where 2 a x overflows, NaN at +-inf."""
    high, low = angle(2.0 * a, x)
    if not math.isfinite(high):
        return 1.0 if math.isfinite(x) else math.nan
    s, c = sine_and_cosine(high, low)
    return 1.0 + s if s > 0.0 else c * c / (1.0 - s)


def second_derivative(x: float, a: float) -> float:
    """Phi'' = 2 a cos 2 a x; its mean where 2 a x overflows, NaN at +-inf."""
    high, low = angle(2.0 * a, x)
    if not math.isfinite(high):
        return 0.0 if math.isfinite(x) else math.nan
    _, c = sine_and_cosine(high, low)
    return 2.0 * a * c
