"""hardtanh: x clipped to [-1, 1]."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    if x > 1.0:
        return 1.0
    return -1.0 if x < -1.0 else x


def derivative(x: float, p: float) -> float:
    """phi'; 0 at the kinks."""
    if math.isnan(x):
        return x
    return 1.0 if abs(x) < 1.0 else 0.0


def second_derivative(x: float, p: float) -> float:
    """phi''; 0 at the kinks."""
    return x if math.isnan(x) else 0.0
