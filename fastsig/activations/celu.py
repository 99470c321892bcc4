"""celu: x for x > 0, alpha (exp(x/alpha) - 1) otherwise (arXiv 1704.07483)."""

import math

from fastsig.activations.exponentials import exp_times, product_error


def exp_of_quotient(x: float, alpha: float, factor: float) -> float:
    """exp(x/alpha) times factor, x <= 0, with the rounding of the quotient put back."""
    t = x / alpha
    back = 1.0 - product_error(t, alpha, x) / alpha if t > -1600.0 and abs(x) > 1e-290 else 1.0
    return exp_times(t, back * factor)


def value(x: float, alpha: float) -> float:
    """Phi."""
    t = x / alpha
    if x > 0.0 or abs(t) < 5.551115123125783e-17:  # alpha t would underflow twice
        return x
    return alpha * math.expm1(t)


def derivative(x: float, alpha: float) -> float:
    """Phi', continuous."""
    return 1.0 if x > 0.0 else exp_of_quotient(x, alpha, 1.0)


def second_derivative(x: float, alpha: float) -> float:
    """phi''; 1/alpha at the break."""
    return 0.0 if x > 0.0 else exp_of_quotient(x, alpha, 1.0 / alpha)
