"""relu: max(0, x)."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    if x > 0.0 or math.isnan(x):
        return x
    return 0.0


def derivative(x: float, p: float) -> float:
    """phi'; 0 at the kink."""
    if x > 0.0:
        return 1.0
    return x if math.isnan(x) else 0.0


def second_derivative(x: float, p: float) -> float:
    """phi''; 0 at the kink."""
    return x if math.isnan(x) else 0.0
