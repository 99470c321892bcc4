"""The loops over samples, compiled by numba: values of a table, and their shares of a grid."""

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

_OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", "nsz", "reassoc"}}


def _compiled(function: Any) -> Any:
    try:
        return numba.njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # no folder to keep it in: read-only, and no NUMBA_CACHE_DIR
        return numba.njit(**_OPTIONS)(function)


@_compiled
def table_values(t: "FloatArray", start: Any, c: "FloatArray", out: "FloatArray") -> tuple[float, float, float, float]:
    """Evaluate a table at samples sorted by cell.

    Parameters
    ----------
    t
        Distances of the samples from the first place of their cells.
    start
        Where in `t` each cell begins, and the end.
    c
        The coefficients, shape (4, cells).
    out
        Receives the values.

    Returns
    -------
    tuple of float
        Lowest and highest value, sum and sum of squares.
    """
    low, high, total, squares = np.inf, -np.inf, 0.0, 0.0
    for cell in range(start.size - 1):
        a, b, d, e = c[0, cell], c[1, cell], c[2, cell], c[3, cell]
        for i in range(start[cell], start[cell + 1]):
            v = a + t[i] * (b + t[i] * (d + t[i] * e))
            out[i] = v
            low, high = min(low, v), max(high, v)
            total += v
            squares += v * v
    return low, high, total, squares


@_compiled
def share_out(v: "FloatArray", low: float, step: float, counts: "FloatArray") -> None:
    """Add each value to the two points of a grid beside it, linearly.

    Parameters
    ----------
    v
        Values between low and low + step (counts.size - 1).
    low, step
        The first point of the grid, and their distance.
    counts
        To add to.
    """
    scale = 1.0 / step
    last = counts.size - 2
    for i in range(v.size):
        place = (v[i] - low) * scale
        cell = min(max(int(place), 0), last)
        share = place - cell
        counts[cell] += 1.0 - share
        counts[cell + 1] += share


@_compiled
def cell_moments(
    t: "FloatArray", start: Any, v: "FloatArray", low: float, step: float, s: "FloatArray", out: "FloatArray"
) -> None:
    """Add up a function of the values, times powers of t, over each cell of a table.

    Parameters
    ----------
    t, start
        As in `table_values`; `v` are the values.
    low, step, s
        The function, constant between the points of a grid.
    out
        Receives sums of s(v) t^j, shape (4, cells).
    """
    scale, last = 1.0 / step, s.size - 1
    for cell in range(start.size - 1):
        zeroth, first, second, third = 0.0, 0.0, 0.0, 0.0
        for i in range(start[cell], start[cell + 1]):
            f = s[min(max(int((v[i] - low) * scale), 0), last)]
            zeroth += f
            f *= t[i]
            first += f
            f *= t[i]
            second += f
            third += f * t[i]
        out[0, cell], out[1, cell], out[2, cell], out[3, cell] = zeroth, first, second, third
