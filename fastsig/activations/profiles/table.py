"""phi' and phi'' at Gauss-Legendre nodes: what is summed, compared and searched for sign changes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.chebyshev_pieces import ChebyshevPieces
from fastsig.activations.profiles.derivative import Derivative
from fastsig.targets.cpu import lib, nodes_and_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

QUADRATURE = 40  # Gauss-Legendre nodes a piece: exact for the square of the fit's second derivative


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """phi' and phi'' with errors at the Gauss-Legendre nodes of each piece."""

    x: "FloatArray"
    weight: "FloatArray"
    first: "FloatArray"
    first_error: "FloatArray"
    second: "FloatArray"
    second_error: "FloatArray"

    @classmethod
    def of(cls, pieces: ChebyshevPieces, first: Derivative, second: Derivative) -> "Table":
        """Tabulate both derivatives on the pieces."""
        nodes, weights = nodes_and_weights(lib.fastsig_gauss_legendre, QUADRATURE)
        half = 0.5 * (pieces.right - pieces.left)[:, None]
        x = pieces.left[:, None] + half * (1.0 + nodes)
        rows = np.repeat(np.arange(half.size), nodes.size)
        shaped = [part.reshape(x.shape) for d in (first, second) for part in d(x.ravel(), rows)]
        return cls(x, half * weights, *shaped)

    def with_ends(
        self, pieces: ChebyshevPieces, first: Derivative, second: Derivative, breaks: "FloatArray"
    ) -> "list[FloatArray]":
        """Flat columns x, phi', its error, phi'', its error, with one-sided values at breaks between them."""
        right = np.flatnonzero(np.isin(pieces.right, breaks))
        left = np.flatnonzero(np.isin(pieces.left, breaks))
        rows, x = np.concatenate([right, left]), np.concatenate([pieces.right[right], pieces.left[left]])
        at = QUADRATURE * np.concatenate([right + 1, left])
        ends = [x, *first(x, rows), *second(x, rows)]
        columns = (self.x, self.first, self.first_error, self.second, self.second_error)
        return [np.insert(column.ravel(), at, end) for column, end in zip(columns, ends, strict=True)]
