"""swish (silu at beta = 1): x/(1 + exp(-beta x))."""

import math

from fastsig.activations.exponentials import exp_times, product_error


def value(x: float, beta: float) -> float:
    """phi; t = beta x as a pair, as the exponential amplifies its rounding."""
    t = beta * x
    e = math.exp(-abs(t))
    if t < 0.0:
        return exp_times(t, x * (1.0 + product_error(beta, x, t))) / (1.0 + e)
    return x / (1.0 + e)


def derivative(x: float, beta: float) -> float:
    """Derivative phi' = s + t s' at t = beta x, s the sigmoid."""
    t = beta * x
    low = product_error(beta, x, t)
    e = math.exp(-abs(t))
    d = 1.0 + e
    if t < 0.0:
        return exp_times(t, (d + t) / (d * d) * (1.0 + low))
    return (d + exp_times(-t, t * (1.0 - low))) / (d * d)


def second_derivative(x: float, beta: float) -> float:
    """Second derivative phi'' = beta s' (2 - t tanh(t/2))."""
    t = abs(beta * x)
    low = product_error(beta, abs(x), t)
    e = math.exp(-t)
    d = 1.0 + e
    return exp_times(-t, beta * (2.0 - t * math.tanh(0.5 * t)) / (d * d) * (1.0 - low))
