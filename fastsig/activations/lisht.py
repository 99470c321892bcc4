"""lisht: x tanh x (arXiv 1901.05894)."""

import math

from fastsig.activations.exponentials import exp_times


def value(x: float, p: float) -> float:
    """Phi."""
    return x * math.tanh(x)


def derivative(x: float, p: float) -> float:
    """Phi' = tanh x + x sech^2 x."""
    d = 1.0 + math.exp(-2.0 * abs(x))
    return math.tanh(x) + exp_times(-2.0 * abs(x), 4.0 * x / (d * d))


def second_derivative(x: float, p: float) -> float:
    """Phi'' = 2 sech^2 x (1 - x tanh x)."""
    d = 1.0 + math.exp(-2.0 * abs(x))
    return exp_times(-2.0 * abs(x), 8.0 * (1.0 - x * math.tanh(x)) / (d * d))
