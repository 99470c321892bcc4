"""softplus: ln(1 + exp(beta x))/beta."""

import math

from fastsig.activations.exponentials import exp_times, product_error


def value(x: float, beta: float) -> float:
    """phi; what the rounded t = beta x lacks is put back, as the exponential amplifies it."""
    t = beta * x
    if t > 0.0:
        return x + math.log1p(math.exp(-t)) / beta
    back = 1.0 + product_error(beta, x, t)
    return exp_times(t, back / beta) if t < -40.0 else math.log1p(math.exp(t) * back) / beta


def derivative(x: float, beta: float) -> float:
    """Phi' = 1/(1 + exp(-beta x))."""
    t = beta * x
    e = math.exp(-abs(t))
    return exp_times(t, (1.0 + product_error(beta, x, t)) / (1.0 + e)) if t < 0.0 else 1.0 / (1.0 + e)


def second_derivative(x: float, beta: float) -> float:
    """Phi'' = beta e/(1 + e)^2, e = exp(-beta abs(x))."""
    t = abs(beta * x)
    e = math.exp(-t)
    d = 1.0 + e
    low = product_error(beta, abs(x), t) + 2.0 * (e - (d - 1.0)) / d  # d^2 doubles the rounding of d
    return exp_times(-t, (beta - beta * low) / (d * d))
