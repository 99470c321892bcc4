"""erf."""

import math

from fastsig.activations.gaussian import exp_of_square

TWO_OVER_SQRT_PI = 1.1283791670955126


def value(x: float, p: float) -> float:
    """Phi."""
    return math.erf(x)


def derivative(x: float, p: float) -> float:
    """Phi' = 2/sqrt(pi) exp(-x^2)."""
    return exp_of_square(x, TWO_OVER_SQRT_PI)


def second_derivative(x: float, p: float) -> float:
    """Phi'' = -2 x phi'."""
    return exp_of_square(x, -2.0 * TWO_OVER_SQRT_PI * x)
