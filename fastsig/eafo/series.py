"""Chebyshev series on adaptive pieces of a finite interval: derivatives and integrals of a function of a density.

Pieces are halved until the last coefficients are at rounding level, or the
piece is too narrow to matter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.polynomial import chebyshev

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

DEGREE = 24
_NODES = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))
_TO_COEFFICIENTS = np.linalg.inv(chebyshev.chebvander(_NODES, DEGREE))
_ROUNDING = 2e-15  # of coefficients, relative to the largest value on the piece
NARROWEST = 1e-12  # relative to the scale
_MOST = 4000


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A function as Chebyshev series on pieces.

    Attributes
    ----------
    edges : ndarray, shape (n + 1,)
        Ends of the pieces, ascending.
    coefficients : ndarray, shape (DEGREE + 1, n)
        Of the function on each piece.
    """

    edges: "FloatArray"
    coefficients: "FloatArray"

    def _local(self, x: "FloatArray") -> "tuple[FloatArray, Any, FloatArray]":
        inside = np.clip(x, self.edges[0], self.edges[-1])
        row = np.clip(np.searchsorted(self.edges, inside, side="right") - 1, 0, self.edges.size - 2)
        half = 0.5 * (self.edges[row + 1] - self.edges[row])
        return (inside - self.edges[row]) / half - 1.0, row, half

    def value(self, x: "FloatArray") -> "FloatArray":
        """Return the function; beyond the ends its value there."""
        t, row, _ = self._local(x)
        result: FloatArray = np.asarray(chebyshev.chebval(t, self.coefficients[:, row], tensor=False), np.float64)
        return result

    def derivative(self, x: "FloatArray") -> "FloatArray":
        """Return its derivative; beyond the ends that there."""
        t, row, half = self._local(x)
        slopes = chebyshev.chebder(self.coefficients)
        result: FloatArray = chebyshev.chebval(t, slopes[:, row], tensor=False) / half
        return result

    def integrals(self) -> "FloatArray":
        """Return the integral over each piece."""
        k = np.arange(0, DEGREE + 1, 2)
        half = 0.5 * np.diff(self.edges)
        result: FloatArray = half * ((2.0 / (1.0 - k * k)) @ self.coefficients[::2])
        return result

    def integral_to(self, x: "FloatArray") -> "FloatArray":
        """Return the integral from the first edge to x."""
        t, row, half = self._local(x)
        primitive = chebyshev.chebint(self.coefficients, lbnd=-1)
        before = np.append(0.0, np.cumsum(self.integrals()))[row]
        result: FloatArray = before + half * chebyshev.chebval(t, primitive[:, row], tensor=False)
        return result


def fit(function: "Callable[[FloatArray], FloatArray]", edges: "FloatArray") -> Series:
    """Resolve a function between the first and the last of the edges.

    Parameters
    ----------
    function
        Takes a flat array and returns one like it; finite between the edges.
    edges
        Ascending; places where it is not smooth should be among them.
    """
    low, high = edges[:-1], edges[1:]
    scale = np.maximum(np.abs(low), np.abs(high))
    done: list[tuple[FloatArray, FloatArray, FloatArray]] = []
    count = 0
    while low.size:
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        x = middle + half * _NODES[:, None]
        values = function(x.ravel()).reshape(x.shape)
        c = _TO_COEFFICIENTS @ values
        size = np.abs(values).max(axis=0)
        fine = np.abs(c[-4:]).max(axis=0) <= _ROUNDING * size + 1e-300
        fine |= half <= NARROWEST * np.maximum(scale, half)
        if count + low.size > _MOST:
            fine[:] = True
        done.append((low[fine], high[fine], c[:, fine]))
        count += int(fine.sum())
        low, high, middle, scale = low[~fine], high[~fine], middle[~fine], scale[~fine]
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        scale = np.concatenate([scale, scale])
    left = np.concatenate([part[0] for part in done])
    order = np.argsort(left)
    right = np.concatenate([part[1] for part in done])[order]
    coefficients = np.concatenate([part[2] for part in done], axis=1)[:, order]
    return Series(np.append(left[order], right[-1]), coefficients)
