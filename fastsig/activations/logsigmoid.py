"""logsigmoid: -ln(1 + exp(-x)), which is -softplus(-x)."""

import math

from fastsig.activations.exponentials import exp_times


def value(x: float, p: float) -> float:
    """Phi."""
    if x < 0.0:
        return x - math.log1p(math.exp(x))
    return exp_times(-x, -1.0) if x > 40.0 else -math.log1p(math.exp(-x))


def derivative(x: float, p: float) -> float:
    """Phi' = 1/(1 + exp(x))."""
    e = math.exp(-abs(x))
    return exp_times(-x, 1.0 / (1.0 + e)) if x > 0.0 else 1.0 / (1.0 + e)


def second_derivative(x: float, p: float) -> float:
    """Phi'' = -e/(1 + e)^2, e = exp(-abs(x))."""
    d = 1.0 + math.exp(-abs(x))
    return exp_times(-abs(x), -1.0 / (d * d))
