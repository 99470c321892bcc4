"""elu: x for x > 0, alpha (exp(x) - 1) otherwise."""

import math

from fastsig.activations.exponentials import exp_times


def value(x: float, alpha: float) -> float:
    """Phi."""
    return x if x > 0.0 else alpha * math.expm1(x)


def derivative(x: float, alpha: float) -> float:
    """phi'; alpha at the break."""
    return 1.0 if x > 0.0 else exp_times(x, alpha)


def second_derivative(x: float, alpha: float) -> float:
    """phi''; alpha at the break."""
    return 0.0 if x > 0.0 else exp_times(x, alpha)
