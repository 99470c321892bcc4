"""Integrals over panels with singularities at their ends, by the tanh-sinh rule.

Every panel gets the same nodes, x = middle + half tanh(pi/2 sinh t), t in steps
of 1/12 from -4 to 4 (Takahasi and Mori, Publ. RIMS 9, 1974, 721-741), so that logarithms and
integrable powers at its ends do no harm. Leaving out every second node tells
the error; panels whose error is too large are halved. Nodes are doubles, and rounding
moves them: what that changes is in the error, too, and is all there is to it beside a singularity other than 0.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

_STEPS = 48
_T = np.arange(-_STEPS, _STEPS + 1) / 12.0
_U = 0.5 * np.pi * np.sinh(_T)
_FROM_END = 1.0 / (1.0 + np.exp(2.0 * np.abs(_U)))  # distance from the nearer end, relative to the width
_WEIGHTS = 0.25 * np.pi * np.cosh(_T) / np.cosh(_U) ** 2 / 12.0
_MOST_PANELS = 5_000


class Integral(NamedTuple):
    """Integrals by row, their errors, and what each of the panels given has of them."""

    value: "FloatArray"
    error: "FloatArray"
    parts: "FloatArray"
    nfev: int
    converged: bool


def nodes(low: "FloatArray", high: "FloatArray") -> "FloatArray":
    """Return the nodes on panels, shape (panels, nodes), none of them rounded to an end."""
    width = (high - low)[:, None]
    left = np.maximum(low[:, None] + width * _FROM_END[:_STEPS], np.nextafter(low, np.inf)[:, None])
    right = np.minimum(high[:, None] - width * _FROM_END[_STEPS:], np.nextafter(high, -np.inf)[:, None])
    result: FloatArray = np.concatenate([left, right], axis=1)
    return result


def integrate(function: "Callable[[FloatArray], FloatArray]", edges: "FloatArray", rows: int, goal: float) -> Integral:
    """Integrate rows of functions together from the first edge to the last.

    Parameters
    ----------
    function
        Maps places to an array of shape (rows, places); finite.
    edges
        Ascending; singularities are at edges.
    rows
        How many functions.
    goal
        Absolute error to stop at.
    """
    low, high = edges[:-1], edges[1:]
    origin = np.arange(low.size)
    parts = np.zeros((rows, low.size))
    total_error, nfev, converged = np.zeros(rows), 0, True
    while low.size:
        x = nodes(low, high)
        values = function(x.ravel()).reshape(rows, *x.shape)
        nfev += x.size
        width = high - low
        with np.errstate(all="ignore"):  # of integrals that are infinite
            fine = (values @ _WEIGHTS) * width
            coarse = 2.0 * (values[..., ::2] @ _WEIGHTS[::2]) * width
            coarser = 4.0 * (values[..., ::4] @ _WEIGHTS[::4]) * width
            first, second = np.abs(fine - coarse), np.abs(coarse - coarser)
            size = (np.abs(values) @ _WEIGHTS) * width
            # the rule converges at least geometrically where it does
            error = first * np.minimum(1.0, np.nan_to_num(first / second, nan=1.0)) + 4e-16 * size
        narrow = width <= 8.0 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
        good = (error <= np.maximum(0.02 * goal, 8e-16 * size)).all(axis=0) | narrow
        if nfev > _MOST_PANELS * x.shape[1]:
            good[:], converged = True, False
        for row in range(rows):
            parts[row] += np.bincount(origin[good], fine[row, good], parts.shape[1])
        total_error += error[:, good].sum(axis=1) + _moved(x[good], values[:, good], width[good]).sum(axis=1)
        low, high, origin = low[~good], high[~good], origin[~good]
        middle = 0.5 * (low + high)
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        origin = np.concatenate([origin, origin])
    return Integral(parts.sum(axis=1), total_error, parts, nfev, converged)


def _moved(x: "FloatArray", values: "FloatArray", width: "FloatArray") -> "FloatArray":
    """What the rounding of nodes changes, by row and panel, from differences between neighbouring nodes."""
    apart = np.diff(x, axis=1)
    with np.errstate(all="ignore"):
        steep = np.where(apart > 0.0, np.abs(np.diff(values, axis=2)) / apart, np.inf)
        slope = np.maximum(np.pad(steep, ((0, 0), (0, 0), (0, 1))), np.pad(steep, ((0, 0), (0, 0), (1, 0))))
        off = np.minimum(np.nan_to_num(0.5 * slope * np.spacing(np.abs(x)), nan=np.inf), np.abs(values))
    result: FloatArray = (off @ _WEIGHTS) * width
    return result
