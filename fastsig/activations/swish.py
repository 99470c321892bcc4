"""swish (silu at beta = 1): x/(1 + exp(-beta x))."""

import math

from fastsig.activations.exponentials import exp_times


def value(x: float, beta: float) -> float:
    """Phi."""
    t = beta * x
    e = math.exp(-abs(t))
    return exp_times(t, x) / (1.0 + e) if t < 0.0 else x / (1.0 + e)


def derivative(x: float, beta: float) -> float:
    """Phi' = s + t s' at t = beta x, s the sigmoid."""
    t = beta * x
    e = math.exp(-abs(t))
    d = 1.0 + e
    if t < 0.0:
        return exp_times(t, (d + t) / (d * d))
    return (d + exp_times(-t, t)) / (d * d)


def second_derivative(x: float, beta: float) -> float:
    """Phi'' = beta s' (2 - t tanh(t/2))."""
    t = abs(beta * x)
    e = math.exp(-t)
    d = 1.0 + e
    return exp_times(-t, beta * (2.0 - t * math.tanh(0.5 * t)) / (d * d))
