"""Where phi' and phi'' come from: given functions, automatic differentiation, or the fit.

Whatever replaces the derivatives of the fit is checked by them. A given
derivative that contradicts them is refused, an automatic one is left unused.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.chebyshev.fits import LONG_NODES, Fitter
from fastsig.activations.chebyshev.sampler import Sampler
from fastsig.activations.chebyshev_pieces import ChebyshevPieces
from fastsig.activations.jets import derivatives, differentiate
from fastsig.activations.profiles.derivative import Derivative
from fastsig.activations.profiles.rounding import Formula, Rounding, cell_edges
from fastsig.activations.profiles.table import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]

_AUTOMATIC = "automatic differentiation"


def _outward_maximum(pieces: ChebyshevPieces, values: "FloatArray") -> "FloatArray":
    """For each piece the largest of the values of the pieces no farther out."""
    distance = np.maximum(np.abs(pieces.left), np.abs(pieces.right))
    order = np.argsort(distance, kind="stable")
    result = np.empty_like(values)
    result[order] = np.maximum.accumulate(values[order])
    return result


def _neighbours_maximum(values: "FloatArray") -> "FloatArray":
    padded = np.concatenate([values[:1], values, values[-1:]])
    largest: FloatArray = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    return largest


def _from_function(
    function: "Batch", fitted: Derivative, source: str, table: Table, order: int, rounding: Rounding
) -> tuple[Derivative, float, float]:
    """Take phi' or phi'' from a function; also by how much it contradicts the fit, beyond errors, and where."""
    values = function(table.x.ravel()).reshape(table.x.shape)
    expected, error = (table.first, table.first_error) if order == 1 else (table.second, table.second_error)
    values = np.where(np.isfinite(values), values, expected)
    size = np.abs(values).max(1)
    pieces = fitted.pieces
    steepest = _outward_maximum(pieces, size if order == 1 else np.abs(table.first).max(1))
    reach = np.maximum(np.abs(pieces.left), np.abs(pieces.right))
    # phi'' is rounded like its terms, of which phi'/x is a typical one.
    scale = steepest if order == 1 else _neighbours_maximum(size) + 0.25 * steepest / reach
    excess = np.abs(values - expected) - 3.0 * error - 1e-13 * scale[:, None]
    for one in pieces.singularities:
        excess[np.abs(table.x - one.place) < 1e3 * one.place_error] = 0.0
    i = np.unravel_index(np.argmax(excess), excess.shape)
    bend = np.abs(table.second).max(1) if order == 1 else np.zeros(pieces.left.size)
    return (
        Derivative(pieces, fitted.fits, fitted.order, source, function, rounding, bend),
        max(float(excess[i]), 0.0),
        float(table.x[i]),
    )


def _check_given(order: int, name: str, excess: float, place: float, scale: float) -> None:
    if excess > 1e-6 * scale:
        primes = "'" * order
        raise ValueError(
            f"the derivative of order {order} given for {name} is off by {excess:.3g} at x = {place:.6g} from what "
            f"the values of {name} say; check the formula of {name}{primes}, or leave it out to have it found"
        )


def sources(
    pieces: ChebyshevPieces,
    name: str,
    evaluate: "Batch",
    derivative: "Batch | None",
    second_derivative: "Batch | None",
    written: tuple[Any, Any, Any],
) -> tuple[Rounding, Derivative, Derivative, Table]:
    """Choose where phi' and phi'' come from, and tabulate them; also how phi is rounded.

    `written` has phi, phi' and phi'' as the user wrote them, for jets.
    """
    first, second = (Derivative(pieces, pieces.fits, order, "chebyshev") for order in (1, 2))
    table, edges = Table.of(pieces, first, second), cell_edges(pieces)
    steepest, sharpest = float(np.abs(table.first).max()), float(np.abs(table.second).max())
    if derivative is not None:
        sample = Sampler(derivative, f"the derivative of {name}", limit=math.inf)
        rounding = Formula(written[1], edges).rounding(sample)
        first, excess, place = _from_function(sample, first, "given", table, 1, rounding)
        _check_given(1, name, excess, place, steepest)
        if second_derivative is None:
            ends = pieces.fits.centre - pieces.fits.half, pieces.fits.centre + pieces.fits.half
            fits = Fitter(sample)(*ends, LONG_NODES)
            second = Derivative(pieces, fits, 1, "chebyshev")
    if second_derivative is not None:
        sample = Sampler(second_derivative, f"the second derivative of {name}", limit=math.inf)
        rounding = Formula(written[2], edges).rounding(sample)
        second, excess, place = _from_function(sample, second, "given", table, 2, rounding)
        _check_given(2, name, excess, place, sharpest)
    sample = Sampler(evaluate, name, limit=math.inf)
    formula = Formula(written[0], edges)
    rounding_of_values = formula.rounding(sample)
    values = sample(table.x).ravel()
    if derivatives(written[0], table.x.ravel(), values) is not None:
        jets = _Automatic(written[0], evaluate)
        for order, current in ((1, first), (2, second)):
            if current.source == "given":
                continue
            function = jets.of_order(order)
            found, excess, _ = _from_function(
                function, current, _AUTOMATIC, table, order, formula.rounding(function, order)
            )
            if excess == 0.0:
                first, second = (found, second) if order == 1 else (first, found)
    if first.source != "chebyshev" or second.source != "chebyshev":
        table = Table.of(pieces, first, second)
    return rounding_of_values, first, second, table


class _Automatic:
    """Derivatives by jets, remembering the last points for the other order."""

    def __init__(self, function: Any, evaluate: "Batch") -> None:
        self.function, self.evaluate = function, evaluate
        self.x = np.empty(0)
        self.found: Any = None

    def of_order(self, order: int) -> "Batch":
        """Return phi' or phi'' as a function; NaN where jets cannot follow."""

        def evaluate(x: "FloatArray") -> "FloatArray":
            if not np.array_equal(x, self.x):
                found = differentiate(self.function, x)
                if found is None:
                    self.evaluate(x)  # what it raises for numbers, too, comes out
                self.x, self.found = x.copy(), found
            values: FloatArray = np.full(x.shape, np.nan) if self.found is None else self.found[order]
            return values

        return evaluate
