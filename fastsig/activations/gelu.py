"""gelu: x Phi(x), Phi the normal cdf (the erf form)."""

import math

from fastsig.activations.exponentials import gaussian_times
from fastsig.activations.normal import ONE_OVER_SQRT_2PI, mills_ratio, normal_cdf


def value(x: float, p: float) -> float:
    """phi; for x < 0 the Gaussian is a common factor and comes last."""
    if x < 0.0:
        return gaussian_times(x, -0.0 if math.isinf(x) else x * mills_ratio(-x))
    return x * normal_cdf(x)


def derivative(x: float, p: float) -> float:
    """Phi' = Phi(x) + x pdf(x)."""
    if x < 0.0:
        return gaussian_times(x, mills_ratio(-x) + x * ONE_OVER_SQRT_2PI)
    return 1.0 + gaussian_times(x, x * ONE_OVER_SQRT_2PI - mills_ratio(x))


def second_derivative(x: float, p: float) -> float:
    """Phi'' = (2 - x^2) pdf(x)."""
    return gaussian_times(x, (2.0 - x * x) * ONE_OVER_SQRT_2PI)
