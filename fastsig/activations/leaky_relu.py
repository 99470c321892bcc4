"""leaky_relu: x for x > 0, slope x otherwise."""

import math


def value(x: float, slope: float) -> float:
    """Phi."""
    if x > 0.0 or math.isnan(x):
        return x
    return 0.0 if slope == 0.0 else slope * x


def derivative(x: float, slope: float) -> float:
    """phi'; slope at the kink."""
    if x > 0.0:
        return 1.0
    return x if math.isnan(x) else slope


def second_derivative(x: float, slope: float) -> float:
    """phi''; 0 at the kink."""
    return x if math.isnan(x) else 0.0
