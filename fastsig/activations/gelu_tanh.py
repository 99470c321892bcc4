"""gelu_tanh: the tanh form of gelu, x/(1 + exp(-u)), u = k (x + a x^3), k = 2 sqrt(2/pi), a = 0.044715."""

import math

from fastsig.activations.exponentials import add_pairs, exp_times, product_error

K = 1.5957691216057308
K_LOW = -9.96930880911092e-17
A = 0.044715
A_LOW = 2.1960211427085595e-18


def multiply_pairs(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """(a + a_low) (b + b_low) as a pair."""
    product = a * b
    low = product_error(a, b, product) + (a * b_low + a_low * b)
    high = product + low
    return high, low - (high - product)


def cubic_part(x: float) -> tuple[float, float]:
    """Return a x^2 as a pair."""
    square = x * x
    return multiply_pairs(square, product_error(x, x, square), A, A_LOW)


def argument(x: float) -> tuple[float, float]:
    """Return u as a pair, since exp amplifies its rounding up to 745 times."""
    part, part_low = cubic_part(x)
    part, part_low = add_pairs(part, part_low, 1.0, 0.0)
    u, u_low = multiply_pairs(part, part_low, x, 0.0)
    return multiply_pairs(u, u_low, K, K_LOW)


def argument_slope(x: float) -> tuple[float, float]:
    """Return u' = k (1 + 3 a x^2) as a pair."""
    part, part_low = cubic_part(x)
    part, part_low = multiply_pairs(part, part_low, 3.0, 0.0)
    part, part_low = add_pairs(part, part_low, 1.0, 0.0)
    return multiply_pairs(part, part_low, K, K_LOW)


def value(x: float, p: float) -> float:
    """phi; beyond 30 everything exponential is 0."""
    if not abs(x) < 30.0:
        return -0.0 if x < 0.0 else x
    u, u_low = argument(x)
    d = 1.0 + math.exp(-abs(u))
    return exp_times(u, x * (1.0 + u_low) / d) if x < 0.0 else x / d


def derivative(x: float, p: float) -> float:
    """Phi' = s + x u' s', s = 1/(1 + exp(-u))."""
    if not abs(x) < 30.0:
        if math.isnan(x):
            return x
        return -0.0 if x < 0.0 else 1.0
    u, u_low = argument(x)
    d = 1.0 + math.exp(-abs(u))
    slope, slope_low = argument_slope(x)
    rise, rise_low = multiply_pairs(slope, slope_low, x, 0.0)
    if x > 0.0:
        return (d + exp_times(-u, rise)) / (d * d)
    factor = add_pairs(rise, rise_low, d, 0.0)[0] / (d * d)
    return exp_times(u, factor + factor * u_low)


def second_derivative(x: float, p: float) -> float:
    """Phi'' = s' (2 u' + x u'' - x u'^2 tanh(u/2)), an even function."""
    if not abs(x) < 30.0:
        return x if math.isnan(x) else -0.0
    r = abs(x)
    u, u_low = argument(r)
    d = 1.0 + math.exp(-u)
    slope, slope_low = argument_slope(r)
    steepest, steepest_low = multiply_pairs(slope, slope_low, slope, slope_low)
    steepest, steepest_low = multiply_pairs(steepest, steepest_low, r, 0.0)
    factor = (2.0 * slope + 6.0 * K * cubic_part(r)[0] - steepest * math.tanh(0.5 * u)) / (d * d)
    return exp_times(-u, factor - factor * u_low)
