"""arctan."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    return math.atan(x)


def derivative(x: float, p: float) -> float:
    """Phi' = 1/(1 + x^2); from 1e9 on 1/x^2, where powers may overflow."""
    return 1.0 / (1.0 + x * x) if not abs(x) >= 1e9 else 1.0 / x / x


def second_derivative(x: float, p: float) -> float:
    """Phi'' = -2 x/(1 + x^2)^2."""
    d = 1.0 + x * x
    return -2.0 * x / (d * d) if not abs(x) >= 1e9 else -2.0 / x / x / x
