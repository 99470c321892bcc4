"""hardswish: x relu6(x + 3)/6."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    if x >= 3.0:
        return x
    return 0.0 if x <= -3.0 else x * ((x + 3.0) / 6.0)


def derivative(x: float, p: float) -> float:
    """phi'; 0 at the kink -3, 1 at the kink 3."""
    if x >= 3.0:
        return 1.0
    return 0.0 if x <= -3.0 else (x + 1.5) / 3.0


def second_derivative(x: float, p: float) -> float:
    """phi''; 0 at the kinks."""
    if math.isnan(x):
        return x
    return 1.0 / 3.0 if abs(x) < 3.0 else 0.0
