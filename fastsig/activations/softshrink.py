"""softshrink: x moved towards 0 by threshold, or 0 where that would pass it."""

import math


def value(x: float, threshold: float) -> float:
    """Phi."""
    if x > threshold:
        return x - threshold
    if x < -threshold:
        return x + threshold
    return x if math.isnan(x) else 0.0


def derivative(x: float, threshold: float) -> float:
    """phi'; 0 at the kinks."""
    if math.isnan(x):
        return x
    return 1.0 if abs(x) > threshold else 0.0


def second_derivative(x: float, threshold: float) -> float:
    """phi''; 0 at the kinks."""
    return x if math.isnan(x) else 0.0
