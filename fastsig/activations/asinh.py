"""asinh."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    return math.asinh(x)


def derivative(x: float, p: float) -> float:
    """Phi' = (1 + x^2)^(-1/2); from 1e9 on 1/abs(x), where powers may overflow."""
    return 1.0 / math.sqrt(1.0 + x * x) if not abs(x) >= 1e9 else 1.0 / abs(x)


def second_derivative(x: float, p: float) -> float:
    """Phi'' = -x (1 + x^2)^(-3/2)."""
    d = 1.0 + x * x
    return -x / (d * math.sqrt(d)) if not abs(x) >= 1e9 else -1.0 / x / abs(x)
