"""What an optimisation keeps: mean and variance of the outputs, the monotony of phi, its range, and its flat pieces.

Mean and variance are restored by y + t(y) (a + b y), which moves values by a smooth function of them; t vanishes at
the values of flat pieces, which stay, and at the ends of a range that stays. Without these it is
an affine map. Both are exact: the outputs' moments are quadratic forms of a table's coefficients.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.arguments import brief, few
from fastsig.eafo.interpolation import derivative, interpolate
from fastsig.eafo.output_kernel import LEAST_WEIGHT, Kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastsig.arrays import FloatArray

CONSTRAINTS = ("mean", "variance", "monotone", "range")
_ROUNDING = 1e-12  # relative: what mean and variance may be off by
_NEWTON = 25


class Constraints:
    """The values of a table that are allowed, beside those it starts with.

    Parameters
    ----------
    limits : frozenset of str
        Some of `CONSTRAINTS`.
    kernel : Kernel
        The data.
    places, y, breaks
        The table at the start.
    fixed : ndarray of bool
        Which values stay: those of flat pieces.
    rising : float
        1 or -1 for monotone tables, else 0.
    """

    def __init__(
        self, limits: frozenset[str], kernel: Kernel, places: "FloatArray", y: "FloatArray", breaks: "Sequence[float]",
        fixed: Any, rising: float,
    ) -> None:  # fmt: skip
        self.limits, self.kernel, self.places, self.breaks = limits, kernel, places, breaks
        self.start, self.fixed, self.rising = y.copy(), fixed, rising
        self.low, self.high = float(y.min()), float(y.max())
        self.kind = "bounded" if "range" in limits else "monotone" if "monotone" in limits else "natural"
        self.mean, self.variance = kernel.moments(self.coefficients(y))
        anchors = set(y[fixed].tolist()) | ({self.low, self.high} if "range" in limits else set())
        self.anchors = sorted(anchors)

    def coefficients(self, y: "FloatArray") -> "FloatArray":
        """Return those of the table with values y."""
        return interpolate(self.places, y, self.breaks, self.kind)

    def by_value(self, y: "FloatArray") -> "FloatArray":
        """Return how they change with the values."""
        if self.kind != "natural":
            return derivative(self.places, y, self.breaks, self.kind)
        if not hasattr(self, "_linear"):  # natural splines are linear in the values
            self._linear = derivative(self.places, y, self.breaks, self.kind)
        return self._linear

    def along(self, y: "FloatArray", psi: "FloatArray") -> "FloatArray":
        """Return the part of a direction that changes nothing of what is kept, to first order."""
        free = ~self.fixed
        if "range" in self.limits:
            free &= ~((y <= self.low) & (psi < 0.0)) & ~((y >= self.high) & (psi > 0.0))
        psi = np.where(free, psi, 0.0)
        gradients = self._gradients(y)
        if not gradients.size:
            return psi
        w = np.maximum(self.kernel.weights, LEAST_WEIGHT)
        g = np.where(free, gradients / w, 0.0)
        found = np.linalg.lstsq((g * w) @ g.T, (g * w) @ psi, rcond=1e-12)[0]
        result: FloatArray = psi - found @ g
        return result

    def _gradients(self, y: "FloatArray") -> "FloatArray":
        """Of mean and variance, as far as they are kept, by the values; a row each."""
        if not self.limits & {"mean", "variance"}:
            return np.empty((0, y.size))
        mean, variance = self.kernel.moment_gradients(self.coefficients(y), self.by_value(y))
        kept = [one for name, one in (("mean", mean), ("variance", variance)) if name in self.limits]
        return np.stack(kept)

    def held(self, y: "FloatArray") -> "FloatArray | None":
        """Return values that keep everything near given ones; None if there are none so near."""
        y = np.where(self.fixed, self.start, y)
        if "monotone" in self.limits:
            up = self.rising * y
            low = np.maximum.accumulate(np.where(self.fixed, up, -np.inf))
            high = np.minimum.accumulate(np.where(self.fixed, up, np.inf)[::-1])[::-1]
            up = np.clip(up, low, high)
            y = self.rising * 0.5 * (np.maximum.accumulate(up) + np.minimum.accumulate(up[::-1])[::-1])
            y = np.where(self.fixed, self.start, y)
        if "range" in self.limits:
            y = np.clip(y, self.low, self.high)
        if self.limits & {"mean", "variance"}:
            restored = self._restored(y)
            if restored is None:
                return None
            y = restored
        if "monotone" in self.limits and (np.diff(self.rising * y) < 0.0).any():
            return None
        if "range" in self.limits and ((y < self.low) | (y > self.high)).any():
            return None
        return y

    def _restored(self, y: "FloatArray") -> "FloatArray | None":
        """Values with the mean and the variance of the start, by Newton's method."""
        sd = math.sqrt(self.variance)
        wanted = {"mean": self.mean, "variance": self.variance}
        kept = [name for name in wanted if name in self.limits]
        size = {"mean": sd, "variance": self.variance}
        for _ in range(_NEWTON):
            mean, variance = self.kernel.moments(self.coefficients(y))
            now = {"mean": mean, "variance": variance}
            off = np.array([(wanted[name] - now[name]) / size[name] for name in kept])
            if not np.isfinite(off).all():
                return None
            if np.abs(off).max() <= _ROUNDING:
                return y
            taper = np.where(self.fixed, 0.0, 1.0)
            for anchor in self.anchors:
                taper = taper * (y - anchor) / sd
            moves = np.stack([taper, taper * (y - mean) / sd])
            rates = (self._gradients(y) @ moves.T) / np.array([[size[name]] for name in kept])
            with np.errstate(all="ignore"):
                y = y + np.linalg.lstsq(rates, off, rcond=1e-12)[0] @ moves
        return None


def read_constraints(constraints: Any) -> frozenset[str]:
    """Return the names of constraints; raise for others."""
    given = few("constraints", constraints, len(CONSTRAINTS), '("mean", "variance")')
    for one in given:
        if not isinstance(one, str) or one not in CONSTRAINTS:
            raise ValueError(f"constraints must be some of {', '.join(map(repr, CONSTRAINTS))}; got {brief(one)}")
    return frozenset(given)
