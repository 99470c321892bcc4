"""identity: x."""

import math


def value(x: float, p: float) -> float:
    """Phi."""
    return x


def derivative(x: float, p: float) -> float:
    """Phi' = 1."""
    return x if math.isnan(x) else 1.0


def second_derivative(x: float, p: float) -> float:
    """Phi'' = 0."""
    return x if math.isnan(x) else 0.0
