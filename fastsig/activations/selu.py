"""selu: lambda x for x > 0, lambda alpha (exp(x) - 1) otherwise (arXiv 1706.02515, equation 14)."""

import math

from fastsig.activations.exponentials import exp_times

LAMBDA = 1.0507009873554805
LAMBDA_ALPHA = 1.7580993408473768  # alpha = 1.6732632423543772


def value(x: float, p: float) -> float:
    """Phi."""
    return LAMBDA * x if x > 0.0 else LAMBDA_ALPHA * math.expm1(x)


def derivative(x: float, p: float) -> float:
    """phi'; lambda alpha at the kink."""
    return LAMBDA if x > 0.0 else exp_times(x, LAMBDA_ALPHA)


def second_derivative(x: float, p: float) -> float:
    """phi''; lambda alpha at the kink."""
    return 0.0 if x > 0.0 else exp_times(x, LAMBDA_ALPHA)
