"""Cubic interpolation of a table: natural splines, or cubics that are monotone wherever the values are.

Monotone ones have the weighted harmonic mean of the slopes beside a place as the slope there (F. Fritsch and
J. Butland, SIAM J. Sci. Stat. Comput. 5, 1984, 300-304), which is at most three times the smaller, so that each
cubic is monotone (F. Fritsch and R. Carlson, SIAM J. Numer. Anal. 17, 1980, 238-246). At the ends of a
piece phi'' is 0: the slope there is then at most 3/2 of that of the cell.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

INTERPOLATIONS = ("natural", "monotone", "bounded")
"""Natural splines; monotone cubics; the same with constants instead of straight lines beyond the ends."""


def interpolate(x: "FloatArray", y: "FloatArray", breaks: Sequence[float], kind: str = "natural") -> "FloatArray":
    """Return the coefficients of a table, shape (4, places + 1): powers of x - place, on each cell and beyond the ends.

    Parameters
    ----------
    x, y
        Places and values.
    breaks
        Places at which pieces meet with different slopes.
    kind
        One of `INTERPOLATIONS`.
    """
    h = np.diff(x)
    rise = np.diff(y) / h
    left, right = _natural_slopes(x, y, breaks) if kind == "natural" else _monotone_slopes(x, rise, breaks)
    if kind == "bounded":
        left[0] = right[-1] = 0.0
    return _coefficients(h, y, rise, left, right)


def derivative(x: "FloatArray", y: "FloatArray", breaks: Sequence[float], kind: str) -> "FloatArray":
    """Return how the coefficients change with the values, shape (4, places + 1, places)."""
    n = x.size
    h = np.diff(x)[:, None]
    unit = np.eye(n)
    rises = np.diff(unit, axis=0) / h
    if kind == "natural":
        found = [_natural_slopes(x, one, breaks) for one in unit]
        left, right = (np.stack(side, axis=-1) for side in zip(*found, strict=True))
    else:
        rise = np.diff(y) / np.diff(x)
        _, before, after = _harmonic_slopes(x, rise)
        inner = np.zeros((n, n))
        inner[1:-1] = before[:, None] * rises[:-1] + after[:, None] * rises[1:]
        left, right = _with_ends(x, rises, inner, breaks)
        if kind == "bounded":
            left[0] = right[-1] = 0.0
    return _coefficients(h, unit, rises, left, right)


def _coefficients(
    h: "FloatArray", y: "FloatArray", rise: "FloatArray", left: "FloatArray", right: "FloatArray"
) -> "FloatArray":
    found = np.zeros((4, y.shape[0] + 1, *y.shape[1:]))
    found[0, 1:-1], found[1, 1:-1] = y[:-1], left
    found[2, 1:-1] = (3.0 * rise - 2.0 * left - right) / h
    found[3, 1:-1] = (left + right - 2.0 * rise) / h**2
    found[:2, 0] = y[0], left[0]
    found[:2, -1] = y[-1], right[-1]
    return found


def _harmonic_slopes(x: "FloatArray", rise: "FloatArray") -> "tuple[FloatArray, FloatArray, FloatArray]":
    """Slopes at the inner places, and their derivatives by the rise before and by that after."""
    h = np.diff(x)
    share = (h[:-1] + 2.0 * h[1:]) / (3.0 * (h[:-1] + h[1:]))
    one, other = rise[:-1], rise[1:]
    with np.errstate(all="ignore"):
        mean = share * other + (1.0 - share) * one
        same = np.sign(one) * np.sign(other) > 0.0
        slope = np.where(same, one * (other / mean), 0.0)
        by_one = np.where(same, share * (other / mean) ** 2, 0.0)
        by_other = np.where(same, (1.0 - share) * (one / mean) ** 2, 0.0)
    return slope, by_one, by_other


def _monotone_slopes(x: "FloatArray", rise: "FloatArray", breaks: Sequence[float]) -> "tuple[FloatArray, FloatArray]":
    inner = np.zeros(x.size)
    inner[1:-1] = _harmonic_slopes(x, rise)[0]
    return _with_ends(x, rise, inner, breaks)


def _with_ends(
    x: "FloatArray", rise: "FloatArray", inner: "FloatArray", breaks: Sequence[float]
) -> "tuple[FloatArray, FloatArray]":
    """Slopes at the left and at the right of each cell: phi'' is 0 at ends of pieces."""
    ends = np.isin(x, [x[0], x[-1], *breaks])
    left, right = inner[:-1].copy(), inner[1:].copy()
    begins, stops = ends[:-1], ends[1:]
    alone = begins & stops
    left[begins] = 0.5 * (3.0 * rise[begins] - right[begins])
    right[stops] = 0.5 * (3.0 * rise[stops] - left[stops])
    left[alone] = right[alone] = rise[alone]
    return left, right


def _natural_slopes(x: "FloatArray", y: "FloatArray", breaks: Sequence[float]) -> "tuple[FloatArray, FloatArray]":
    cuts = [0, *np.searchsorted(x, np.array(breaks, dtype=np.float64)).tolist(), x.size - 1]
    moments = [_natural(x[first : last + 1], y[first : last + 1]) for first, last in pairwise(cuts)]
    left = np.concatenate([one[:-1] for one in moments])
    right = np.concatenate([one[1:] for one in moments])
    h = np.diff(x)
    rise = np.diff(y) / h
    # In terms of slopes at the places, one number for both cells beside, so that phi' is continuous to rounding.
    at_left, at_right = rise - h * (2.0 * left + right) / 6.0, rise + h * (left + 2.0 * right) / 6.0
    inner = np.ones(x.size - 1, dtype=bool)
    inner[[0, *cuts[1:-1]]] = False
    at_right[:-1] = np.where(inner[1:], at_left[1:], at_right[:-1])
    return at_left, at_right


def _natural(x: "FloatArray", y: "FloatArray") -> "FloatArray":
    """Second derivatives of the natural cubic spline, by elimination (written out: every machine gets the same)."""
    n = x.size
    second = np.zeros(n)
    if n < 3:
        return second
    h, slope = np.diff(x).tolist(), (np.diff(y) / np.diff(x)).tolist()
    diagonal, right = [0.0] * n, [0.0] * n
    for i in range(1, n - 1):
        lower = h[i - 1]
        factor = lower / diagonal[i - 1] if i > 1 else 0.0
        diagonal[i] = 2.0 * (h[i - 1] + h[i]) - factor * (lower if i > 1 else 0.0)
        right[i] = 6.0 * (slope[i] - slope[i - 1]) - factor * right[i - 1]
    following = 0.0
    for i in range(n - 2, 0, -1):
        following = (right[i] - h[i] * following) / diagonal[i]
        second[i] = following
    return second
