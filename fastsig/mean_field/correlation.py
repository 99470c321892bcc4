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
from typing import Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.integrals.gaussian_moments import moments
from fastsig.kernel import dual, dual_derivative
from fastsig.mean_field.fixed_points import FixedPoint


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
        The slope of the map there: by how much distances from c shrink in a layer.
    """

    c: float
    error: float
    slope: float


UNDEFINED = StablePoint(math.nan, math.nan, math.nan)
ROUNDING = 1e-15


def layer(phi: Activation, sigma_w: Any, sigma_b: Any, variance: Any, q: Any, rho: Any) -> Any:
    """Return the correlation after a layer, from that before it, q before it and V(q) = `variance` after it."""
    w, b, after, before, c = np.broadcast_arrays(sigma_w, sigma_b, variance, q, rho)
    usable = (before > 0.0) & np.isfinite(before) & (after > 0.0)
    safe = np.where(usable, before, 1.0)
    kernel = np.asarray(dual(phi, safe, safe, c).value)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(usable, (w * w * kernel + b * b) / after, np.nan)
    # Rounding may not take a correlation past 1.
    result = np.clip(found, -1.0, 1.0)
    return result if result.ndim else float(result)


def stable_point(phi: Activation, sigma_w: float, sigma_b: float, at: FixedPoint) -> StablePoint:
    """Return the stable correlation at a fixed point of the variance map."""
    q, w2 = at.q, sigma_w * sigma_w
    if not 0.0 < q < math.inf:
        return UNDEFINED
    rounding = ROUNDING * (1.0 + abs(at.chi)) + at.error / q
    if at.chi <= 1.0 + rounding:
        return StablePoint(1.0, 0.0, min(at.chi, 1.0))
    first = moments(phi, math.sqrt(q), which="m1")
    if sigma_b == 0.0 and abs(first.m1) <= first.error.m1:
        c, error = 0.0, 0.0
    else:
        c, error = _crossing(phi, w2, sigma_b * sigma_b, q)
    slope = w2 * float(dual_derivative(phi, q, q, c).value)
    relative = error + 4 * at.error / q
    return StablePoint(c, relative / max(1.0 - slope, ROUNDING), slope)


def _crossing(phi: Activation, w2: float, b2: float, q: float) -> tuple[float, float]:
    """Return where the map crosses the diagonal below 1, and the error of the map there."""
    from scipy.optimize import brentq

    def excess(c: float) -> float:
        return (w2 * float(dual(phi, q, q, c).value) + b2) / q - c

    # Just below 1 the map is below the diagonal, at 0 above it.
    step = 0.5
    while excess(1.0 - step) >= 0.0 and step > ROUNDING:
        step /= 4.0
    if step <= ROUNDING:
        return 1.0, ROUNDING
    c = 0.0 if excess(0.0) <= 0.0 else float(brentq(excess, 0.0, 1.0 - step, xtol=ROUNDING, rtol=ROUNDING))
    found = dual(phi, q, q, c)
    return c, w2 * float(found.error) / q + 4 * ROUNDING
