"""phi' or phi'' with its error, from a function or from the pieces of phi."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.chebyshev.fits import EPSILON, Fits
from fastsig.activations.chebyshev_pieces import ChebyshevPieces
from fastsig.activations.profiles.rounding import Rounding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Derivative:
    """phi' or phi'' with its error, from a function or from the pieces."""

    pieces: ChebyshevPieces
    fits: Fits  # of phi or, where that is given, of phi'
    order: int  # how often the fits are to be differentiated
    source: str
    function: "Batch | None" = None
    rounding: Rounding | None = None  # of the function
    bend: "FloatArray | None" = None  # its largest derivative, by piece

    def __call__(self, x: "FloatArray", rows: Any = None) -> tuple["FloatArray", "FloatArray"]:
        """Return values and absolute errors at flat x; `rows` are the pieces meant at edges."""
        rows = self.pieces.rows(x) if rows is None else rows
        if self.function is None or self.bend is None:
            return self.fits.at(rows, x, self.order)
        # Beside an edge that is a break, and known as well as its place is.
        left, right = self.pieces.left[rows], self.pieces.right[rows]
        low, high = (left + self.edge_errors[rows], right - self.edge_errors[rows + 1])
        inside = np.clip(x, np.minimum(low, 0.75 * left + 0.25 * right), np.maximum(high, 0.25 * left + 0.75 * right))
        values, errors = self.completed(x, self.function(inside), rows)
        return values, errors + np.abs(inside - x) * self.bend[rows]

    @property
    def edge_errors(self) -> "FloatArray":
        """By how much an edge, as a break, may be elsewhere."""
        edges = np.append(self.pieces.left, self.pieces.right[-1])
        errors: FloatArray = 4.0 * EPSILON * np.abs(edges) + 1e-9 * EPSILON
        for one in self.pieces.breaks:
            i = np.searchsorted(edges, one.place)
            errors[i] = max(errors[i], 4.0 * one.place_error)
        return errors

    def completed(self, x: "FloatArray", values: "FloatArray", rows: Any) -> tuple["FloatArray", "FloatArray"]:
        """Values of the function with errors, those of the fit where its formula overflows."""
        errors = self.rounding.at(x, values) if self.rounding else 4.0 * EPSILON * np.abs(values)
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            values = values.copy()
            values[bad], errors[bad] = self.fits.at(rows[bad], x[bad], self.order)
        return values, errors
