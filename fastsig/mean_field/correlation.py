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
from fastsig.mean_field.convexity import convexity
from fastsig.mean_field.fixed_points import FixedPoint
from fastsig.mean_field.variance_functions import variance_functions


@dataclass(frozen=True, slots=True)
class StablePoint:
    """The stable fixed point of the correlation map.

    Attributes
    ----------
    c : float
        The correlation to which all pairs of inputs go, those of correlation +-1 apart; NaN where variances
        vanish or diverge.
    error : float
        Absolute error of c, at most 1: where chi is 1 to rounding it says how far below 1 c may be.
    slope : float
        The slope of the map there: by how much distances from c shrink in a layer; at most 1.
    slope_error : float
        Absolute error of slope: its own, and what the errors of q* and c do to it.
    """

    c: float
    error: float
    slope: float
    slope_error: float


UNDEFINED = StablePoint(math.nan, math.nan, math.nan, math.nan)
ROUNDING = 1e-15
BESIDE = 1e-4  # of q, for the derivative of f


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
    first = moments(phi, math.sqrt(q), which="m1")
    if sigma_b == 0.0 and abs(first.m1) <= first.error.m1 and not convexity(variance_functions(phi)).affine:
        # 0 is a fixed point, and chi > 1 without doubt: q = sigma_w^2 m2 < sigma_w^2 q g2 (Poincare), phi being no line
        slope, slope_error = _Correlation(phi, w2, 0.0, at).slope(0.0)
        error = w2 * first.error.m1**2 / q
        return StablePoint(0.0, min(error / max(1.0 - slope, error), 1.0) if error else 0.0, slope, slope_error)
    return _Correlation(phi, w2, sigma_b * sigma_b, at).stable_point()


class _Correlation:
    """The correlation map f(c) of a layer at a fixed point of the variance map."""

    def __init__(self, phi: Activation, w2: float, b2: float, at: FixedPoint) -> None:
        self._phi, self._w2, self._b2, self._at = phi, w2, b2, at
        self._relative = at.error / at.q
        self._chi_error = at.chi_error + ROUNDING * at.chi

    def excess(self, c: float) -> tuple[float, float]:
        """Return f(c) - c, with its error: that of the dual, and what the error of q does."""
        value, error = self._at_variance(self._at.q, c)
        moved = abs(self._at_variance(self._at.q * (1.0 + BESIDE), c)[0] - value) / BESIDE
        return value, error + 2.0 * self._relative * moved

    def _at_variance(self, q: float, c: float) -> tuple[float, float]:
        found, whole = dual(self._phi, q, q, [c, 1.0]), self._w2
        before, after = (whole * float(one) + self._b2 for one in found.value)
        return before / after - c, whole * float(found.error.sum()) / after + 4.0 * ROUNDING

    def stable_point(self) -> StablePoint:
        """Return where f crosses the diagonal below 1, or 1, with an error that covers what is left open."""
        chi = self._at.chi
        if chi + self._chi_error < 1.0:
            return StablePoint(1.0, 0.0, chi, self._chi_error)
        c = self._crossing() if chi > 1.0 else 1.0
        low, high = self._surely(c, -1.0), self._surely(c, 1.0)
        slope, slope_error = self.slope(c, low, high)
        return StablePoint(c, max(c - low, high - c), slope, slope_error)

    def slope(self, c: float, low: float | None = None, high: float | None = None) -> tuple[float, float]:
        """Return f'(c), with its error if c is known to be between low and high only: f' rises."""
        value, error = self._slope_at(self._at.q, c)
        moved = abs(self._slope_at(self._at.q * (1.0 + BESIDE), c)[0] - value) / BESIDE
        error += 2.0 * self._relative * moved
        for end in (low, high):
            if end is not None and end != c:
                there, its_error = self._slope_at(self._at.q, end)
                error = max(error, abs(there - value) + its_error + 2.0 * self._relative * moved)
        # At a stable point f' is at most 1.
        return (value, error) if value <= 1.0 else (1.0, max(error - (value - 1.0), ROUNDING))

    def _slope_at(self, q: float, c: float) -> tuple[float, float]:
        found = dual_derivative(self._phi, q, q, c)
        value = self._w2 * float(found.value)
        return value, self._w2 * float(found.error) + 4.0 * ROUNDING * value

    def _crossing(self) -> float:
        """Return where f(c) = c below 1: f is convex, and above the diagonal at 0."""
        from scipy.optimize import brentq

        step = 0.5
        while self.excess(1.0 - step)[0] >= 0.0:  # just below 1 it is below the diagonal
            step /= 4.0
            if step <= ROUNDING:
                return 1.0
        if self.excess(0.0)[0] <= 0.0:
            return 0.0
        return float(brentq(lambda c: self.excess(c)[0], 0.0, 1.0 - step, xtol=ROUNDING, rtol=ROUNDING))

    def _surely(self, c: float, side: float) -> float:
        """Return how far on one side the stable point may be: f is above the diagonal before it, below after it."""
        step = ROUNDING
        while 0.0 < c + side * step < 1.0:
            value, error = self.excess(c + side * step)
            if -side * value > error:
                return c + side * step
            step *= 2.0
        end = 0.0 if side < 0.0 else 1.0
        if side > 0.0 and self._at.chi - self._chi_error > 1.0 > c:
            return self._below_one(c + 0.5 * step)
        return end

    def _below_one(self, c: float) -> float:
        """Return a place between c and 1 at which f is surely below the diagonal; 1 if none is seen."""
        step = 0.5 * (1.0 - c)
        while step > ROUNDING:
            value, error = self.excess(1.0 - step)
            if -value > error:
                return 1.0 - step
            step *= 0.5
        return 1.0
