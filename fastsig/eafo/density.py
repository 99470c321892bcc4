"""The law of the data: what the entropy of an output needs to know of it."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

# Probabilities of the tails at whose quantiles an integral is cut into panels.
TAILS = (0.25, 0.1, 0.02, 1e-3, 1e-5, 1e-8, 1e-12, 1e-17, 1e-25, 1e-40, 1e-60, 1e-100, 1e-160, 1e-230, 1e-300)
FARTHEST = 1e150  # what is beyond, where squares overflow, has no part in integrals, only in their errors
_NO_MASS = 1e-25
_FAR_APART, _STRIDE = 7.0, 3.5  # logarithms: rules of few nodes resolve no powers over many decades


class Density(ABC):
    """A probability density p on the line.

    Attributes
    ----------
    name : str
        What messages call it.
    support : tuple of float
        The ends of the interval on which p > 0.
    breaks : tuple of float
        Where p or p' jumps, ascending, finite ends of the support included; others cost time, not accuracy.
    exact_score : bool
        Whether `score` has no error beyond rounding.
    """

    exact_score: bool = False

    name: str
    support: tuple[float, float]
    breaks: tuple[float, ...]

    @abstractmethod
    def log_pdf(self, x: "FloatArray") -> "FloatArray":
        """Return ln p; -inf outside of the support."""

    @abstractmethod
    def cdf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X <= x)."""

    @abstractmethod
    def sf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X > x)."""

    @abstractmethod
    def score(self, x: "FloatArray") -> "FloatArray":
        """Return p'/p."""

    @abstractmethod
    def landmarks(self) -> "FloatArray":
        """Return places from one end of what matters to the other, close together where p is large."""

    def hidden_kinks(self) -> tuple[float, ...]:
        """Return places besides the breaks at which p' seems to jump, as far as numbers show it."""
        return ()

    def pdf(self, x: "FloatArray") -> "FloatArray":
        """Return p."""
        result: FloatArray = np.exp(self.log_pdf(x))
        return result

    def quantile(self, u: "FloatArray") -> "FloatArray":
        """Return the x with cdf(x) = u, for u in (0, 1), by halving."""
        marks = self.landmarks()
        low, high = np.full(u.shape, marks[0]), np.full(u.shape, marks[-1])
        known = self.cdf(marks)
        at = np.clip(np.searchsorted(known, u), 1, marks.size - 1)
        low, high = marks[at - 1], marks[at]
        for _ in range(54):
            middle = 0.5 * (low + high)
            below = self.cdf(middle) < u
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        result: FloatArray = 0.5 * (low + high)
        return result

    def widths_from(self, place: float) -> list[float]:
        """Return how far from an end half of the probability reaches, and almost all of it."""
        with np.errstate(all="ignore"):
            x = np.clip(self.quantile(np.array([0.5, 0.02, 0.98, 1e-4, 1.0 - 1e-4])), -FARTHEST, FARTHEST)
        widths = np.abs(x - place).tolist()
        found = [widths[0], max(widths[1:3]), max(widths[3:])]
        return [width for width in found if width > 0.0] or [1.0]

    def means(self) -> tuple[float, float]:
        """Return mean and standard deviation, of 2000 quantiles (there may be no variance)."""
        nodes = self.quantile((np.arange(2000) + 0.5) / 2000)
        return float(nodes.mean()), float(nodes.std())

    def __repr__(self) -> str:
        return f"Density({self.name})"


def inside(density: Density, places: Any) -> "FloatArray":
    """Return places in the support, ascending and distinct, with its finite ends; none beyond the farthest."""
    low, high = (float(np.clip(end, -FARTHEST, FARTHEST)) for end in density.support)
    x = np.asarray(places, dtype=np.float64)
    x = np.clip(x[~np.isnan(x)], -FARTHEST, FARTHEST)
    x = x[(x >= low) & (x <= high)]
    ends = [end for end, given in zip((low, high), density.support, strict=True) if np.isfinite(given)]
    return _filled(density, np.unique(np.append(x, ends)))


def _filled(density: Density, x: "FloatArray") -> "FloatArray":
    """Ascending places, with more between those of one sign several powers of ten apart, where there is probability."""
    low, high = x[:-1], x[1:]
    with np.errstate(all="ignore"):
        mass = np.minimum(np.abs(np.diff(density.cdf(x))), np.abs(np.diff(density.sf(x))))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.abs(x))
        ways = np.nan_to_num(np.abs(np.diff(logs)), posinf=0.0)
    far = np.flatnonzero((np.sign(low) * np.sign(high) > 0.0) & (ways > _FAR_APART) & ~(mass < _NO_MASS))
    more = [
        np.sign(low[i]) * np.exp(np.linspace(logs[i], logs[i + 1], 2 + int(ways[i] / _STRIDE))[1:-1])
        for i in far.tolist()
    ]
    result: FloatArray = np.unique(np.concatenate([x, *more]))
    return result
