"""Samples, and the Gaussian kernel density estimate that stands for them where a density is needed.

Samples are shared out linearly between the points of a grid of a quarter of the
bandwidth, which adds at most 1/64 of its square to the variance; p is then
a mixture of one normal a grid point, exact with all its derivatives, and at any place only
those within nine bandwidths count. (A kernel so short needs no FFT, which
would leave 1e-17 of the largest value everywhere and spoil the score in the tails.)

Bandwidth: Silverman's 0.9 min(sd, interquartile range/1.349) n^(-1/5) (Density
Estimation for Statistics and Data Analysis, 1986, eq. 3.31).
"""

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.arguments import array, number
from fastsig.eafo.density import Density

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

FEWEST = 10
GRID = 0.25  # of the bandwidth
REACH = 9.0  # bandwidths: exp(-40.5) is 3e-18
MOST_POINTS = 10_000_000
_OFFSETS = np.arange(-int(REACH / GRID), int(REACH / GRID) + 1)


def read_samples(name: str, samples: Any) -> "FloatArray":
    """Return samples as a flat float64 array.

    Raises
    ------
    ValueError
        If there are fewer than 10, some are NaN or infinite, or all are equal.
    """
    x = array(name, samples).ravel()
    if x.size < FEWEST:
        raise ValueError(f"{name} must have at least {FEWEST} samples for a density; got {x.size}")
    bad = np.flatnonzero(~np.isfinite(x))
    if bad.size:
        raise ValueError(
            f"{name} must be finite; {bad.size} of {x.size} are not, the first is {float(x[bad[0]])!r} at index "
            f"{int(bad[0])}: remove them, as in x[np.isfinite(x)]"
        )
    if x.min() == x.max():
        raise ValueError(f"{name} are all equal ({float(x[0])!r}): a point mass has no density")
    return x


def silverman(x: "FloatArray") -> float:
    """Return Silverman's bandwidth."""
    size = float(np.abs(x).max())  # whose square may overflow, or be 0
    x = x / size
    sd = float(x.std(ddof=1))
    low, high = np.percentile(x, [25.0, 75.0])
    spread = min(sd, float(high - low) / 1.349) or sd
    return float(0.9 * spread * size * float(x.size) ** -0.2)


class KernelDensity(Density):
    """Samples with their Gaussian kernel density; made by `samples`."""

    breaks = ()
    exact_score = True
    support = (-math.inf, math.inf)

    def __init__(self, x: "FloatArray", bandwidth: float) -> None:
        self.samples = x
        self.bandwidth = bandwidth
        self.name = f"{x.size} samples"
        low, high = float(x.min()), float(x.max())
        self.step = GRID * bandwidth
        count = (high - low) / self.step + 2.0
        if not count <= MOST_POINTS:
            raise ValueError(
                f"the samples reach from {low:g} to {high:g}, too far for the bandwidth {bandwidth:g}: "
                "give a larger bandwidth=, or leave out the outliers"
            )
        self.low = low
        place = (x - low) / self.step
        cell = np.minimum(place.astype(np.int64), int(count) - 2)
        share = place - cell
        weights = np.bincount(cell, 1.0 - share, int(count)) + np.bincount(cell + 1, share, int(count))
        self.weights: FloatArray = weights / x.size

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, KernelDensity)
            and self.bandwidth == other.bandwidth
            and np.array_equal(self.samples, other.samples)
        )

    def __hash__(self) -> int:
        return hash((self.samples.size, float(self.samples[0]), self.bandwidth))

    def _near(self, x: "FloatArray") -> "tuple[FloatArray, FloatArray]":
        """Distances in bandwidths to the grid points near each x, and their weights."""
        with np.errstate(invalid="ignore"):
            middle = np.clip(np.rint((x - self.low) / self.step), 0, self.weights.size - 1).astype(np.int64)
        points = middle[:, None] + _OFFSETS
        inside = (points >= 0) & (points < self.weights.size)
        weights = np.where(inside, self.weights[np.clip(points, 0, self.weights.size - 1)], 0.0)
        return (x[:, None] - (self.low + self.step * points)) / self.bandwidth, weights

    def _by_blocks(self, kind: str, x: "FloatArray") -> "FloatArray":
        method = getattr(self, f"_{kind}")
        blocks = [method(x[i : i + 8192]) for i in range(0, x.size, 8192)]
        return np.concatenate(blocks) if blocks else np.empty(0)

    def _log_pdf(self, x: "FloatArray") -> "FloatArray":
        distance, weights = self._near(x)
        with np.errstate(divide="ignore", over="ignore"):
            logs = np.log(weights) - 0.5 * distance**2
            result: FloatArray = np.logaddexp.reduce(logs, axis=1)
        return result - math.log(self.bandwidth * math.sqrt(2.0 * math.pi))

    def log_pdf(self, x: "FloatArray") -> "FloatArray":
        """Return ln p."""
        return self._by_blocks("log_pdf", x)

    @cached_property
    def _before(self) -> "FloatArray":
        return np.append(0.0, np.cumsum(self.weights))

    def _cdf(self, x: "FloatArray") -> "FloatArray":
        from scipy.special import ndtr

        distance, weights = self._near(x)
        with np.errstate(invalid="ignore"):
            middle = np.clip(np.rint((x - self.low) / self.step), 0, self.weights.size - 1).astype(np.int64)
        first = np.clip(middle + _OFFSETS[0], 0, self.weights.size)
        result: FloatArray = self._before[first] + (weights * ndtr(distance)).sum(axis=1)
        return np.minimum(result, 1.0)

    def cdf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X <= x)."""
        return self._by_blocks("cdf", x)

    def sf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X > x)."""
        return 1.0 - self._by_blocks("cdf", x)

    def _score(self, x: "FloatArray") -> "FloatArray":
        distance, weights = self._near(x)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            logs = np.log(weights) - 0.5 * distance**2
            shares = np.exp(logs - logs.max(axis=1, keepdims=True))
            result: FloatArray = -(shares * distance).sum(axis=1) / shares.sum(axis=1) / self.bandwidth
        return np.nan_to_num(result)

    def score(self, x: "FloatArray") -> "FloatArray":
        """Return p'/p."""
        return self._by_blocks("score", x)

    def landmarks(self) -> "FloatArray":
        """Return a place every two bandwidths, where samples are."""
        edges = np.arange(-REACH, self.weights.size * GRID + REACH + 2.0, 2.0)
        return self.low + self.bandwidth * edges

    def quantile(self, u: "FloatArray") -> "FloatArray":
        """Return quantiles of the samples."""
        result: FloatArray = np.quantile(self.samples, u)
        return result

    def means(self) -> tuple[float, float]:
        """Return mean and standard deviation of the samples."""
        return float(self.samples.mean()), float(self.samples.std())


def samples(x: Any, *, bandwidth: float | None = None) -> KernelDensity:
    """Return data as a density.

    Parameters
    ----------
    x : array_like
        At least 10 samples, finite, not all equal; flattened.
    bandwidth : float, optional
        Of the Gaussian kernel density estimate, > 0; Silverman's rule if not given.

    Returns
    -------
    KernelDensity

    Raises
    ------
    ValueError
        Samples that are too few, all equal, NaN or infinite; a bandwidth that is not
        positive.

    Examples
    --------
    >>> import numpy as np
    >>> from fastsig import eafo
    >>> data = eafo.samples(np.random.default_rng(0).normal(size=10_000))
    >>> round(data.bandwidth, 2)
    0.14
    """
    values = read_samples("samples", x)
    if bandwidth is None:
        width = silverman(values)
    else:
        width = number("bandwidth", bandwidth)
        if not 0.0 < width < math.inf:
            raise ValueError(f"bandwidth must be a finite number > 0; got {bandwidth!r}")
    if width <= 1e-14 * float(np.abs(values).max()):
        raise ValueError(
            f"the samples differ by rounding only ({width:g} at {float(values[0]):g}): subtract their mean first"
        )
    return KernelDensity(values, width)
