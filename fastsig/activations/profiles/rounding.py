"""Rounding errors of phi, phi' and phi'' as formulas compute them: how large they are, cell by cell.

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

_CELLS_IN_A_PIECE = 10
_OCTAVES = 60  # of cells towards 0, where phi or phi' may vanish
_MARGIN = 1.1  # over the largest of eight shakes in each of three cells: 0.96 of a rounding, on average
_SMALLEST = 1e-300  # below it rounding is not relative
_ORDERS = (4, 5, 6)  # of differences
_DEVIATIONS = 4.0


def cell_edges(pieces: ChebyshevPieces) -> "FloatArray":
    """Return the ends of the cells in which rounding is looked at."""
    steps = np.arange(_CELLS_IN_A_PIECE) / _CELLS_IN_A_PIECE
    cut = pieces.left[:, None] + (pieces.right - pieces.left)[:, None] * steps
    inner = np.abs(cut[cut != 0.0]).min() * np.exp2(-np.arange(_OCTAVES))
    edges: FloatArray = np.unique(np.concatenate([cut.ravel(), pieces.right[-1:], inner, -inner]))
    return edges


def _beside(cells: "FloatArray") -> "FloatArray":
    """For each cell what is in the one before it, in itself, and in the next."""
    padded = np.pad(cells, 1, mode="edge")
    return np.stack([padded[:-2], cells, padded[2:]])


@dataclass(frozen=True, slots=True, eq=False)
class Rounding:
    """Errors by cell, absolute and relative to the values: the smaller one holds.

    The relative one does not hold at a zero: there it is that of the smallest value nearby.
    """

    edges: "FloatArray"
    absolute: "FloatArray"
    relative: "FloatArray"
    smallest: "FloatArray"  # abs(value) in the middle of cells

    @classmethod
    def of(cls, edges: "FloatArray", values: "FloatArray", errors: "FloatArray") -> "Rounding":
        """Take values and errors in the middle of each cell."""
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(errors > _SMALLEST, errors / np.abs(values), 0.0)
        known = np.isfinite(errors)  # where not, it is nothing to the cells beside
        absolute, relative = (
            np.where(known, _MARGIN * _beside(np.where(known, e, 0.0)).max(0), np.inf) for e in (errors, relative)
        )
        return cls(edges, absolute, relative, _beside(np.abs(values)).min(0))

    def at(self, x: "FloatArray", values: "FloatArray") -> "FloatArray":
        """Return absolute errors of values at x, 4 ulp for the last operations included."""
        cell = np.clip(np.searchsorted(self.edges, x, side="right") - 1, 0, self.absolute.size - 1)
        size = np.abs(values)
        with np.errstate(invalid="ignore"):  # inf times 0
            by_size = self.relative[cell] * np.maximum(size, self.smallest[cell])
            own = np.fmin(self.absolute[cell], by_size)
        errors: FloatArray = 4.0 * EPSILON * size + own + _SMALLEST
        return errors


def noise(evaluate: "Batch", x: "FloatArray", half: "FloatArray") -> "FloatArray":
    """Estimate the noise of a function in the middle x of cells of half width `half`; meant to cover."""
    reach = np.where(x == 0.0, half, np.minimum(np.abs(x), half))
    step = np.exp2(np.floor(np.log2(reach)) - 14.0)  # a power of 2: the points are exact
    points = x + np.maximum(step, 4.0 * np.spacing(np.abs(x))) * np.arange(_ORDERS[-1] + 1)[:, None]
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
    """A function as its author wrote it, whose rounding is looked at in cells.

    Parameters
    ----------
    written : callable
        The function, for jets.
    edges : ndarray
        Ends of the cells, ascending.
    """

    def __init__(self, written: Any, edges: "FloatArray") -> None:
        self.edges = edges
        self.half = 0.5 * np.diff(edges)
        self.middle = edges[:-1] + self.half
        self.seen = rounding_errors(written, self.middle)

    def rounding(self, evaluate: "Batch", order: int = 0) -> Rounding:
        """Return the rounding errors of the function, or of its derivative by jets, which `evaluate` gives."""
        errors = noise(evaluate, self.middle, self.half) if self.seen is None else self.seen[order]
        return Rounding.of(self.edges, evaluate(self.middle), errors)
