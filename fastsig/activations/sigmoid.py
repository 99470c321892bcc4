"""sigmoid: 1/(1 + exp(-x))."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    e = math.exp(-abs(x))
    return (e if x < 0.0 else 1.0) / (1.0 + e)


def derivative(x: float, p: float) -> float:
    """Phi' = s (1 - s)."""
    e = math.exp(-abs(x))
    d = 1.0 + e
    return e / (d * d)


def second_derivative(x: float, p: float) -> float:
    """Phi'' = -s' tanh(x/2)."""
    return -derivative(x, p) * math.tanh(0.5 * x)
