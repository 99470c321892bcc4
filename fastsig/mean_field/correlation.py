"""The correlation map and its stable fixed point.

    c -> (sigma_w^2 E phi(sqrt(q) U) phi(sqrt(q) V) + sigma_b^2)/V(q),  corr(U, V) = c

At a fixed point q* > 0 of the variance map it is a power series in c whose coefficients are nonnegative
(squares of Hermite coefficients) and sum to 1. So it is convex on [0, 1], 1 is a fixed point of slope chi,
and with chi <= 1 every orbit ends there. With chi > 1 there is exactly one other fixed point c* in
[0, 1), and it is stable. Below 0 there is none, except where the map is odd (phi odd, sigma_b = 0): then -1 is
one, unstable like 1, and c* = 0.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.arguments import array, is_number, number
from fastsig.kernel import dual, dual_derivative
from fastsig.mean_field.fixed_points import FixedPoint

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.mean_field.variance_map import VarianceMap


@dataclass(frozen=True, slots=True)
class StablePoint:
    """The stable fixed point of the correlation map.

    Attributes
    ----------
    c : float
        The correlation to which all pairs of inputs go, those of correlation +-1 apart; NaN where variances
        vanish or diverge.
    error : float
        Absolute error of c.
    slope : float
        The slope of the map there: how fast they go.
    """

    c: float
    error: float
    slope: float


UNDEFINED = StablePoint(math.nan, math.nan, math.nan)
