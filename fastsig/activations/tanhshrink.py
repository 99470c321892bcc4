"""tanhshrink: x - tanh x."""

import math

from fastsig.activations.exponentials import exp_times


def value(x: float, p: float) -> float:
    """phi; near 0 from (x cosh x - sinh x)/cosh x, whose numerator is a sum of terms of one sign."""
    if not abs(x) < 1.0:
        return x - math.tanh(x)
    y = x * x
    total = 1.0 / 6758061133824000.0
    total = total * y + 1.0 / 22230464256000.0
    total = total * y + 1.0 / 93405312000.0
    total = total * y + 1.0 / 518918400.0
    total = total * y + 1.0 / 3991680.0
    total = total * y + 1.0 / 45360.0
    total = total * y + 1.0 / 840.0
    total = total * y + 1.0 / 30.0
    total = total * y + 1.0 / 3.0
    return x * (y * total / math.cosh(x))


def derivative(x: float, p: float) -> float:
    """Phi' = tanh^2 x."""
    t = math.tanh(x)
    return t * t


def second_derivative(x: float, p: float) -> float:
    """Phi'' = 2 tanh x sech^2 x."""
    d = 1.0 + math.exp(-2.0 * abs(x))
    return exp_times(-2.0 * abs(x), 8.0 * math.tanh(x) / (d * d))
