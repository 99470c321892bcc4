"""softsign: x/(1 + abs(x))."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    return math.copysign(1.0, x) if math.isinf(x) else x / (1.0 + abs(x))


def derivative(x: float, p: float) -> float:
    """Phi' = 1/(1 + abs(x))^2; the power would overflow."""
    d = 1.0 + abs(x)
    return 1.0 / d / d


def second_derivative(x: float, p: float) -> float:
    """Phi'' = -2 sgn(x)/(1 + abs(x))^3; 0 at the break."""
    d = 1.0 + abs(x)
    return x if math.isnan(x) or x == 0.0 else math.copysign(2.0, -x) / d / d / d
