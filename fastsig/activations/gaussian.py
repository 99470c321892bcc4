"""gaussian: exp(-x^2)."""

import math

from fastsig.activations.exponentials import exp_times, product_error


def exp_of_square(x: float, factor: float) -> float:
    """exp(-x^2) times factor, with the rounding of x^2 put back."""
    if not abs(x) < 40.0:
        return x if math.isnan(x) else math.copysign(0.0, factor)
    square = x * x
    return exp_times(-square, factor * (1.0 - product_error(x, x, square)))


def value(x: float, p: float) -> float:
    """Phi."""
    return exp_of_square(x, 1.0)


def derivative(x: float, p: float) -> float:
    """Phi' = -2 x phi."""
    return exp_of_square(x, -2.0 * x)


def second_derivative(x: float, p: float) -> float:
    """Phi'' = (4 x^2 - 2) phi."""
    return exp_of_square(x, 4.0 * x * x - 2.0)
