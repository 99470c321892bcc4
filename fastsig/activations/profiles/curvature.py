"""The integral of phi''^2, and sup abs(phi'').

The integral is summed piece by piece by a Gauss-Legendre rule that is exact for
the fit.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.chebyshev.fits import EPSILON
from fastsig.activations.chebyshev.places import Break, Singularity
from fastsig.activations.profiles.derivative import Derivative
from fastsig.activations.profiles.ends import End
from fastsig.activations.profiles.table import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def curvature_noise(source: Derivative, table: Table) -> "FloatArray":
    """Error of the integral of phi''^2 over each piece, from the rounding of the coefficients."""
    twice = 2.0 * np.abs(table.second) * table.weight
    if source.function is not None:
        with np.errstate(invalid="ignore"):  # 0 times an error that is not known
            direct: FloatArray = np.nan_to_num(twice * table.second_error, nan=0.0, posinf=np.inf).sum(1)
        return direct
    fits, order = source.fits, source.order
    t = (table.x - fits.centre[:, None]) / fits.half[:, None]
    signed = 2.0 * table.second * table.weight
    # T_k and its derivatives by their recurrences; the sum over the nodes is what a unit of c_k does.
    below = [np.ones_like(t), np.zeros_like(t), np.zeros_like(t)]
    here = [t, np.ones_like(t), np.zeros_like(t)]
    used = fits.coefficients != 0.0
    degree = np.where(used.any(1), used.shape[1] - 1 - np.argmax(used[:, ::-1], axis=1), 0)
    total = np.zeros(t.shape[0])
    for k in range(1, min(used.shape[1], int(degree.max()) + 3)):
        effect = (signed * here[order]).sum(1)
        total += np.where(k <= degree + 2, effect * effect, 0.0)
        after = [2.0 * t * here[j] - below[j] + (2.0 * j * here[j - 1] if j else 0.0) for j in range(3)]
        below, here = here, after
    noise: FloatArray = 3.0 * fits.noise * np.sqrt(total) / fits.half**order
    noise += (table.weight * table.second_error**2).sum(1)
    return noise


def integral_of_square(
    table: Table,
    noise: "FloatArray",
    breaks: tuple[Break, ...],
    singular: tuple[Singularity, ...],
    plus: End,
    minus: End,
) -> tuple[float, float]:
    """Integral of phi''^2 over the line, and its error; inf at kinks."""
    if any(one.is_kink for one in breaks) or any(one.exponent < 1.52 for one in singular):
        return math.inf, 0.0
    rest = plus.curvature + minus.curvature
    if math.isinf(rest):
        return math.inf, 0.0
    sums = (table.weight * table.second**2).sum(1)
    total = float(sums.sum())
    moved = sum(abs(one.bend_jump) * one.place_error for one in breaks if math.isfinite(one.bend_jump))
    # The fit is of phi: phi'' is a polynomial of its degree to somewhat less than rounding.
    error = float(np.sqrt((noise * noise).sum())) + 48.0 * EPSILON * total
    for one in singular:
        # Next to a singular place phi''^2 is integrated as a polynomial, which it is not.
        beside = np.abs(table.x - one.place).min(1) <= 2.0 * one.place_error
        if one.exponent < 2.02:
            error += float(sums[beside].sum()) / (1.0 - 0.5 ** (2.0 * one.exponent - 3.0))
    error += moved * float(np.abs(table.second).max()) + plus.curvature_error + minus.curvature_error
    return total + rest, error


def curvature_sup_of(source: Derivative, table: Table) -> tuple[float, float]:
    """Sup of abs(phi'') over the pieces, one-sided ends included, and its error."""
    pieces = source.pieces
    rows = np.arange(pieces.left.size)
    x = np.column_stack([pieces.left, table.x, pieces.right])
    at_left, left_error = source(pieces.left, rows)
    at_right, right_error = source(pieces.right, rows)
    size = np.abs(np.column_stack([at_left, table.second, at_right]))
    error = np.column_stack([left_error, table.second_error, right_error])
    j = size.argmax(1)
    tall = np.flatnonzero(size[rows, j] >= 0.95 * size.max())
    low, high = x[tall, np.maximum(j[tall] - 1, 0)], x[tall, np.minimum(j[tall] + 1, x.shape[1] - 1)]
    best, best_error, above = _surest(size[tall], error[tall])
    for _ in range(12):
        points = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, 13)
        values, errors = (np.abs(part).reshape(points.shape) for part in source(points.ravel(), np.repeat(tall, 13)))
        found = _surest(values, errors)
        best, best_error = max((best, best_error), found[:2], key=lambda pair: pair[0] - pair[1])
        above = max(above, found[2])
        i = values.argmax(1)
        k = np.arange(tall.size)
        low, high = points[k, np.maximum(i - 1, 0)], points[k, np.minimum(i + 1, 12)]
    return best, max(best_error, above - best) + 4.0 * EPSILON * best


def _surest(size: "FloatArray", error: "FloatArray") -> tuple[float, float, float]:
    """Where sizes are largest for sure: that size, its error; and what the largest can be at most.

    The largest of many sizes is one of those whose errors go upwards.
    """
    known = np.isfinite(error)
    if not known.any():
        return float(size.max()), 0.0, float(size.max())
    at = np.argmax(np.where(known, size - error, -np.inf))
    return float(size.flat[at]), float(error.flat[at]), float((size + error)[known].max())
