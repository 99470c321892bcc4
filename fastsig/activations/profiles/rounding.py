"""Rounding errors of phi, phi' and phi'' as formulas compute them: how large they are, piece by piece.

Where the single operations of a formula can be seen, it is shaken (`jets`). Where only its
results can, their noise is read off difference tables: of k-th differences at equidistant points,
close together, noise is all that is left (More and Wild, "Estimating computational noise", SIAM J.
Sci. Comput. 33 (2011) 1292). What code rounds away altogether, as 1 + x does below 1e-16, only
shaking sees.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.chebyshev.fits import EPSILON
from fastsig.activations.chebyshev_pieces import ChebyshevPieces
from fastsig.activations.jets import rounding_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]

_CELLS = np.linspace(0.05, 0.95, 10)  # where in a piece rounding is looked at
_MARGIN = 2.0  # for the points between them
_SMALLEST = 1e-300  # below it rounding is not relative
_ORDERS = (4, 5, 6)  # of differences
_DEVIATIONS = 4.0


def _with_neighbours(errors: "FloatArray") -> "FloatArray":
    """For each cell of each piece the largest error in it and in the cells beside it."""
    padded = np.pad(errors, ((0, 0), (1, 1)), mode="edge")
    largest: FloatArray = np.maximum(np.maximum(padded[:, :-2], errors), padded[:, 2:])
    return largest


@dataclass(frozen=True, slots=True, eq=False)
class Rounding:
    """Errors by cell (ten in a piece), absolute and relative to the values: the smaller one holds."""

    pieces: ChebyshevPieces
    absolute: "FloatArray"
    relative: "FloatArray"

    @classmethod
    def of(cls, pieces: ChebyshevPieces, values: "FloatArray", errors: "FloatArray") -> "Rounding":
        """Take values and errors in the middle of each cell, a row for each piece."""
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(errors > _SMALLEST, errors / np.abs(values), 0.0)
        return cls(pieces, _MARGIN * _with_neighbours(errors), _MARGIN * _with_neighbours(relative))

    def at(self, rows: Any, x: "FloatArray", values: "FloatArray") -> "FloatArray":
        """Return absolute errors of values at x on the pieces `rows`, 4 ulp for the last operations included."""
        left, right = self.pieces.left[rows], self.pieces.right[rows]
        cell = np.clip((x - left) / (right - left) * _CELLS.size, 0, _CELLS.size - 1).astype(int)
        size = np.abs(values)
        with np.errstate(invalid="ignore"):  # inf times 0
            own = np.fmin(self.absolute[rows, cell], self.relative[rows, cell] * size)
        errors: FloatArray = 4.0 * EPSILON * size + own + _SMALLEST
        return errors


def noise(evaluate: "Batch", pieces: ChebyshevPieces, x: "FloatArray") -> "FloatArray":
    """Estimate the noise of a function at points x, a row for each piece; meant to cover."""
    half = 0.5 * (pieces.right - pieces.left)[:, None]
    inwards = np.where(x > pieces.left[:, None] + half, -1.0, 1.0)
    step = np.exp2(np.floor(np.log2(np.minimum(np.abs(x), half))) - 14.0)  # a power of 2: the points are exact
    step = inwards * np.maximum(step, 4.0 * np.spacing(np.abs(x)))
    points = x + step * np.arange(_ORDERS[-1] + 1)[:, None, None]
    with np.errstate(all="ignore"):
        table = evaluate(points.ravel()).reshape(points.shape)
    deviations = []
    for order in range(1, _ORDERS[-1] + 1):
        with np.errstate(invalid="ignore"):
            table = np.diff(table, axis=0)
        # Differences of independent errors of variance 1 have variance (2 order)!/order!^2.
        deviations.append(np.sqrt((table * table).mean(0) / comb(2 * order, order)))
    smallest = np.min([deviations[order - 1] for order in _ORDERS], axis=0)
    errors: FloatArray = np.where(np.isfinite(smallest), _DEVIATIONS * smallest, np.inf)
    return errors


class Formula:
    """A function as its author wrote it, whose rounding is looked at on pieces.

    Parameters
    ----------
    written : callable
        The function, for jets.
    pieces : ChebyshevPieces
        Where.
    """

    def __init__(self, written: Any, pieces: ChebyshevPieces) -> None:
        self.pieces = pieces
        self.x = pieces.left[:, None] + (pieces.right - pieces.left)[:, None] * _CELLS
        self.seen = rounding_errors(written, self.x.ravel())

    def rounding(self, evaluate: "Batch", order: int = 0) -> Rounding:
        """Return the rounding errors of the function, or of its derivative by jets, which `evaluate` gives."""
        values = evaluate(self.x.ravel()).reshape(self.x.shape)
        seen = noise(evaluate, self.pieces, self.x) if self.seen is None else self.seen[order].reshape(self.x.shape)
        return Rounding.of(self.pieces, values, seen)
