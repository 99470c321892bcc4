"""Chebyshev series of phi on intervals, cut where their coefficients are rounding.

A series and its derivatives come with errors: rounding of phi, relative to the
largest of abs(phi) and abs(x phi'), grows by the size of the derivatives of the
Chebyshev polynomials, inside an interval by n and n^2 only, at its ends by n^2
and n^4 (n the degree).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import chebder, chebval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]

OUTERMOST = 40  # pieces reach to 2^40, beyond which phi counts as asymptotic
EPSILON = float(np.finfo(np.float64).eps)
NOISE = 2.0 * EPSILON  # coefficients below NOISE * scale are rounding
NODES, LONG_NODES = 32, 40  # on pieces as halved; on lengthened ones
TAIL = 8  # so many last coefficients must be rounding
CHECKS = np.array([-0.8713, -0.3391, 0.2117, 0.7039])  # where a fit is compared with phi


@lru_cache(maxsize=4)
def _transform(n: int) -> tuple["FloatArray", "FloatArray"]:
    """Chebyshev nodes of the first kind, and the matrix from values there to coefficients."""
    # cos(pi m / 2n) with m reduced to [-n, n], where the sine is accurate.
    quarter = n - np.arange(4 * n)
    table = np.sin(np.pi * np.where(quarter < -n, -2 * n - quarter, quarter) / (2 * n))
    odd = 2 * np.arange(n) + 1
    matrix = table[np.outer(odd, np.arange(n)) % (4 * n)] * (2.0 / n)
    matrix[:, 0] *= 0.5
    return table[odd], matrix


@lru_cache(maxsize=256)
def differentiation(n: int, order: int) -> "FloatArray":
    """Return the matrix from n Chebyshev coefficients (a row) to those of the order-th derivative."""
    matrix: FloatArray = np.zeros((n, 1))
    if order < n:
        matrix = np.asarray(chebder(np.eye(n), order, axis=1), dtype=np.float64)
    return matrix


_CHECK_MATRIX = np.cos(np.outer(np.arange(NODES), np.arccos(CHECKS)))


def envelope(degrees: int, t: "FloatArray", order: int) -> "FloatArray":
    """Bounds of the order-th derivative of T_k at abs(t) <= 1: a last axis for k < degrees."""
    k = np.arange(degrees, dtype=np.float64)
    if order == 0:
        return np.ones((*t.shape, degrees))
    inside = np.sqrt(np.maximum(1.0 - t * t, 1e-30))[..., None]
    if order == 1:
        return np.minimum(k * k, k / inside)
    at_end = k * k * (k * k - 1.0) / 3.0
    if order == 2:
        at_t: FloatArray = np.minimum(at_end, k * k / inside**2 + k / inside**3)
        return at_t
    for j in range(2, order):
        at_end = at_end * np.maximum(k * k - j * j, 0.0) / (2 * j + 1)
    return np.broadcast_to(at_end, (*t.shape, degrees))


class Fits(NamedTuple):
    """Chebyshev series on intervals: one row each."""

    centre: "FloatArray"
    half: "FloatArray"
    coefficients: "FloatArray"  # cut where they are rounding
    noise: "FloatArray"  # size of the coefficients that are rounding
    scale: "FloatArray"  # what rounding is relative to
    resolved: "NDArray[np.bool_]"
    tail: "FloatArray"  # largest of the last coefficients, as computed

    def take(self, rows: Any) -> "Fits":
        """Some of the rows."""
        return Fits(*(field[rows] for field in self))

    def at(self, rows: Any, x: "FloatArray", order: int) -> tuple["FloatArray", "FloatArray"]:
        """Return the order-th derivative at x[i] by the series rows[i], and its error."""
        centre, half = self.centre[rows], self.half[rows]
        t = np.clip((x - centre) / half, -1.0, 1.0)
        n = int(self.degrees(rows).max(initial=0)) + 1
        series = self.coefficients[:, :n] @ differentiation(n, order)
        value = chebval(t, series[rows].T, tensor=False) / half**order
        floor = EPSILON * (2.0 * np.abs(value) + 0.5 * self.scale[rows] / half**order)
        return value, self.amplification(rows, t, order) + floor

    def degrees(self, rows: Any) -> "NDArray[np.int_]":
        """Degrees of the series."""
        used = self.coefficients != 0.0
        last = used.shape[1] - 1 - np.argmax(used[:, ::-1], axis=1)
        degree: NDArray[np.int_] = np.where(used.any(1), last, 0)[rows]
        return degree

    def amplification(self, rows: Any, t: "FloatArray", order: int) -> "FloatArray":
        """What the rounding of phi becomes in its order-th derivative: about 5 standard deviations."""
        degree = self.degrees(rows)
        n = min(int(degree.max(initial=0)) + 3, self.coefficients.shape[1])
        kept = envelope(n, t, order) * (np.arange(n) <= degree[..., None] + 2)
        amplified: FloatArray = 3.0 * self.noise[rows] * np.sqrt((kept * kept).sum(-1)) / self.half[rows] ** order
        return amplified


class Fitter:
    """Fits phi on intervals, knowing what its rounding errors are relative to."""

    def __init__(self, sample: "Batch", slopes: "FloatArray | None" = None, level: float = NOISE) -> None:
        self.sample, self.level = sample, level
        # Largest slope seen for abs(x) <= 2^k: an argument x is uncertain by its own rounding.
        self.slopes = np.zeros(OUTERMOST + 1) if slopes is None else slopes

    def rounding(self, reach: "FloatArray") -> "FloatArray":
        """Size of abs(x phi') for abs(x) <= reach."""
        ring = np.ceil(np.log2(np.maximum(reach, 1.0))).astype(int)
        size: FloatArray = reach * self.slopes[np.minimum(ring, OUTERMOST)]
        return size

    def __call__(self, a: "FloatArray", b: "FloatArray", n: int = NODES) -> Fits:
        """Fit phi on the intervals [a, b]."""
        nodes, matrix = _transform(n)
        centre, half = a + 0.5 * (b - a), 0.5 * (b - a)
        places = np.concatenate([nodes, CHECKS]) if n == NODES else nodes
        x = np.clip(centre[:, None] + half[:, None] * places, a[:, None], b[:, None])
        values = self.sample(x)
        coefficients = values[:, :n] @ matrix
        if not self.slopes[-1]:
            self.learn_slopes(a, b, x[:, :n], values[:, :n])
        size = np.abs(values).max(1)
        scale = np.maximum(size, self.rounding(np.maximum(np.abs(a), np.abs(b))))
        magnitude = np.abs(coefficients)
        tail = magnitude[:, -TAIL:].max(1)
        resolved = tail <= self.level * scale
        if n == NODES:
            off = np.abs(values[:, n:] - coefficients @ _CHECK_MATRIX).max(1)
            resolved &= off <= 10.0 * self.level * scale
        noise = np.maximum(tail, EPSILON * np.maximum(0.1 * size, 0.04 * scale))
        significant = magnitude > 2.0 * noise[:, None]
        degree = n - 1 - np.argmax(significant[:, ::-1], axis=1)
        coefficients[np.arange(n) > degree[:, None]] = 0.0
        return Fits(centre, half, coefficients, noise, scale, resolved, tail)

    def learn_slopes(self, a: "FloatArray", b: "FloatArray", x: "FloatArray", values: "FloatArray") -> None:
        """Record how steep phi is, outwards."""
        with np.errstate(all="ignore"):
            steep = np.nan_to_num(np.abs(np.diff(values, axis=1) / np.diff(x, axis=1)).max(1), posinf=0.0)
        # Second differences of neighbouring doubles: what phi itself makes of rounding.
        middle = x[:, ::8]
        step = 3.0 * np.spacing(np.abs(middle))  # odd, for parities to differ
        three = self.sample(np.stack([middle - step, middle, middle + step]))
        noise = np.abs(np.diff(three, 2, axis=0))[0].max(1) / 3.0
        noise = np.minimum(noise, 1e-6 * np.abs(values).max(1))  # more is no rounding
        steep = np.maximum(steep, noise / np.spacing(np.maximum(np.abs(a), np.abs(b))))
        inner = np.minimum(np.abs(a), np.abs(b))
        rings = 2.0 ** np.arange(OUTERMOST + 1)
        self.slopes = np.array([steep[inner < ring].max(initial=0.0) for ring in rings])

    def learn_branches(self, branches: Fits, place: float) -> None:
        """Take the slopes beside a break into account."""
        slopes, _ = branches.at(np.arange(2), np.full(2, place), 1)
        beyond = 2.0 ** np.arange(OUTERMOST + 1) >= min(abs(place), 2.0**OUTERMOST)
        self.slopes[beyond] = np.maximum(self.slopes[beyond], np.abs(slopes).max())
