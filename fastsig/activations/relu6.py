"""relu6: x clipped to [0, 6]."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    if x > 6.0:
        return 6.0
    return x if x > 0.0 or math.isnan(x) else 0.0


def derivative(x: float, p: float) -> float:
    """phi'; 0 at the kinks."""
    if math.isnan(x):
        return x
    return 1.0 if x > 0.0 and x < 6.0 else 0.0


def second_derivative(x: float, p: float) -> float:
    """phi''; 0 at the kinks."""
    return x if math.isnan(x) else 0.0
