"""The standard normal distribution; mirrors ``csrc/src/normal.h``."""

from fastsig.activations.exponentials import gaussian_times
from fastsig.activations.normal_tail import NORMAL_TAIL_POLYNOMIAL

ONE_OVER_SQRT_2PI = 0.3989422804014327


def mills_ratio(a: float) -> float:
    """Q(a) exp(a^2/2) for a >= 0, Q the upper tail probability."""
    a = min(a, 1e17)  # beyond, it multiplies a Gaussian that is 0
    t = (a - 4.0) / (a + 4.0)
    total = 0.0
    for coefficient in NORMAL_TAIL_POLYNOMIAL:
        total = total * t + coefficient
    return total / (1.0 + a)


def normal_cdf(x: float) -> float:
    """P(Z <= x)."""
    tail = gaussian_times(x, mills_ratio(abs(x)))
    return tail if x < 0.0 else 1.0 - tail
