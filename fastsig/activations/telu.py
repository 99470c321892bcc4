"""telu: x tanh(w), w = e^x."""

import math

from fastsig.activations.exponentials import exp_pair, exp_times


def slope_of_tanh_exp(x: float, factor: float) -> float:
    """Product of w sech^2(w) with factor; w as a pair, as exp(-2 w) amplifies its rounding."""
    if not x <= 7.0:
        return x if math.isnan(x) else math.copysign(0.0, factor)
    if x < -40.0:
        return exp_times(x, factor)
    w, w_low = exp_pair(x)
    e = math.exp(-2.0 * w)
    d = 1.0 + e
    return exp_times(-2.0 * w, factor * w * 4.0 * (1.0 - 2.0 * w_low) / (d * d))


def value(x: float, p: float) -> float:
    """Phi."""
    if x < -40.0:
        return exp_times(x, x)
    return x * math.tanh(math.exp(min(x, 7.0))) if x == x else x


def derivative(x: float, p: float) -> float:
    """Phi' = tanh w + x w sech^2 w."""
    if x < -40.0:
        return exp_times(x, 1.0 + x)
    return math.tanh(math.exp(min(x, 7.0))) + slope_of_tanh_exp(x, x)


def second_derivative(x: float, p: float) -> float:
    """Phi'' = w sech^2(w) (2 + x (1 - 2 w tanh w))."""
    w = math.exp(min(x, 7.0))
    return slope_of_tanh_exp(x, 2.0 + x * (1.0 - 2.0 * w * math.tanh(w)))
