"""All fixed points of T(x) = phi(a x + b), none missed.

With y = a x + b they are the zeros of g(y) = phi(y) - (y - b)/a. Between inflections and breaks of phi, phi' is
monotone and crosses 1/a at most once; so between these, the crossings and the ends of the line g is monotone and has
at most one zero. Where g is 0 at several such marks in a row, phi is a line there (if that is so between breaks), or
T(x) = x to rounding only.
"""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.registry import ActivationLike
from fastsig.lyapunov.bisection import bisect
from fastsig.lyapunov.fixed_point import FixedInterval, FixedPoint, FixedPoints
from fastsig.lyapunov.gap import Gap, one_sided, outwards, places_of, with_tails
from fastsig.lyapunov.recursion import UNIT, Recursion, read_recursion
from fastsig.taxonomy.ends import end_of
from fastsig.taxonomy.ranges import values_with_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastsig.arrays import FloatArray

    BoolArray = NDArray[np.bool_]

INSIDE = 8  # points between two marks at which g is 0, too, if phi is a line


def fixed_points(phi: ActivationLike, a: Any = 1.0, b: Any = 0.0) -> FixedPoints:
    """Return all fixed points of T(x) = phi(a x + b) with their multipliers.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    a, b : float
        Weight, not 0, and bias.

    Returns
    -------
    FixedPoints
        Isolated ones with errors and one-sided multipliers, intervals of them, and what rounding leaves undecided
        (`fastsig.certified.fixed_points` decides that for built-ins and expressions).

    Examples
    --------
    >>> from fastsig import lyapunov
    >>> [(round(p.x, 12), round(p.multiplier, 6), p.stability) for p in lyapunov.fixed_points("tanh", 3)]
    [(-0.994901528453, 0.030513, 'attracting'), (0.0, 3.0, 'repelling'), (0.994901528453, 0.030513, 'attracting')]
    >>> lyapunov.fixed_points("relu", 1).intervals
    (FixedInterval(low=0.0, high=inf),)
    """
    recursion = read_recursion(phi, a, b)
    return search(recursion)


def search(recursion: Recursion) -> FixedPoints:
    """Return all fixed points; computed once an activation and (a, b)."""
    cache = recursion.phi._cache.setdefault("fixed points", {})
    key = recursion.a, recursion.b
    if key not in cache:
        if len(cache) > 64:
            cache.clear()
        cache[key] = _search(recursion)
    found: FixedPoints = cache[key]
    return found


def _search(recursion: Recursion) -> FixedPoints:
    gap = Gap(recursion)
    x = outwards(gap, places_of(recursion))
    (left, left_error), (right, right_error) = one_sided(recursion, x)
    starts = gap.slope_sign(right, right_error)[:-1]
    ends = gap.slope_sign(left, left_error)[1:]
    turn = np.flatnonzero(starts * ends < 0.0)
    turns = bisect(lambda y: recursion.phi.batch(1, y) - gap.level, x[turn], x[turn + 1], starts[turn])
    marks = np.unique(np.concatenate([x, turns]))
    value, error = gap(marks)
    sign = with_tails(gap, np.where(np.abs(value) <= error, 0.0, np.sign(value)))
    flat = _flat(gap, marks, sign)
    intervals, undecided = _runs(recursion, marks, sign, flat)
    covered = [(one.low, one.high) for one in intervals] + undecided
    roots = _crossings(gap, marks, sign) + _touches(marks, (value == 0.0) & (error == 0.0), sign, flat)
    points = [_point(recursion, y, wrong, certain) for y, wrong, certain in roots]
    points = [p for p in points if not any(low - p.error <= p.x <= high + p.error for low, high in covered)]
    points.sort(key=lambda p: p.x)
    complete, message = _completeness(recursion, undecided, points)
    return FixedPoints(tuple(points), tuple(intervals), tuple(undecided), complete, message)


def _flat(gap: Gap, marks: "FloatArray", sign: "FloatArray") -> "BoolArray":
    """Whether g is 0 to rounding between a mark and the next one."""
    flat: BoolArray = (sign[:-1] == 0.0) & (sign[1:] == 0.0)
    cells = np.flatnonzero(flat)
    parts = (np.arange(INSIDE) + 0.5) / INSIDE
    inside = marks[cells, None] + np.diff(marks)[cells, None] * parts
    value, error = gap(inside.ravel())
    flat[cells] = (np.abs(value) <= error).reshape(inside.shape).all(1)
    return flat


def _runs(
    recursion: Recursion, marks: "FloatArray", sign: "FloatArray", flat: "BoolArray"
) -> tuple[list[FixedInterval], list[tuple[float, float]]]:
    """Return intervals of fixed points (whole pieces between breaks), and what only looks like that."""
    breaks = [one.place for one in recursion.phi.profile().breaks]
    edges = np.array([marks[0], *breaks, marks[-1]])
    cell_middle = 0.5 * (marks[:-1] + marks[1:])
    line = np.zeros_like(flat)
    for low, high in pairwise(edges.tolist()):
        inside = (cell_middle > low) & (cell_middle < high)
        line[inside] = bool(flat[inside].all())
    # An end of the line, where phi only approaches the identity, looks flat from some place on.
    for side, last in ((-1, 0), (1, flat.size - 1)):
        end = end_of(recursion.phi, side)
        if not flat[last] and sign[last if side < 0 else last + 1] == 0.0 and end.growth == "linear":
            flat = flat.copy()
            flat[last] = True
    found: list[FixedInterval] = []
    unsure: list[tuple[float, float]] = []
    for chosen, sure in ((line, True), (flat & ~line, False)):
        changes = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(int), [0]])))
        for start, stop in changes.reshape(-1, 2):
            ends = [
                -math.inf if start == 0 else marks[start],
                math.inf if stop == flat.size else marks[stop],
            ]
            low, high = sorted((float(y) - recursion.b) / recursion.a + 0.0 for y in ends)
            if sure:
                found.append(FixedInterval(low, high))
            else:
                unsure.append((low, high))
    return sorted(found, key=lambda one: one.low), sorted(unsure)


def _crossings(gap: Gap, marks: "FloatArray", sign: "FloatArray") -> list[tuple[float, float, bool]]:
    """Return the zeros between marks where g surely changes its sign, also past one mark where it is 0."""
    sure = np.flatnonzero(sign)
    change = (sign[sure[:-1]] * sign[sure[1:]] < 0.0) & (sure[1:] - sure[:-1] <= 2)
    low, high, before = marks[sure[:-1]][change], marks[sure[1:]][change], sign[sure[:-1]][change]
    at = bisect(lambda y: gap(y)[0], low, high, before)
    middle = np.flatnonzero(change & (sure[1:] - sure[:-1] == 2))
    zeros = marks[sure[middle] + 1]
    value, error = gap(zeros)
    exact = set(zeros[(value == 0.0) & (error == 0.0)].tolist())
    level = 2.0 * gap(at)[1]
    ends = [
        bisect(lambda y, s=s: gap(y)[0] + s * before * level, low, high, before)  # type: ignore[misc]
        for s in (-1.0, 1.0)
    ]
    found = []
    for y, first, last, left, right in zip(at.tolist(), *(e.tolist() for e in ends), low, high, strict=True):
        here = next((place for place in exact if left < place < right), y)
        wrong = max(abs(first - y), abs(last - y)) + float(np.spacing(abs(y)))
        found.append((here, 0.0 if here in exact else wrong, True))
    return found


def _touches(
    marks: "FloatArray", exact: "BoolArray", sign: "FloatArray", flat: "BoolArray"
) -> list[tuple[float, float, bool]]:
    """Return marks where g is 0 without changing its sign beside them."""
    found = []
    for i in np.flatnonzero(sign == 0.0):
        before = sign[i - 1] if i else 0.0
        after = sign[i + 1] if i + 1 < sign.size else 0.0
        if before * after < 0.0 or i in (0, sign.size - 1):
            continue
        beside_flat = flat[i - 1] or flat[i]
        if not beside_flat:
            found.append((float(marks[i]), 0.0 if exact[i] else float(np.spacing(abs(marks[i]))), bool(exact[i])))
    return found


def _point(recursion: Recursion, y: float, error: float, certain: bool) -> FixedPoint:
    """Return the fixed point with y = a x + b."""
    breaks = recursion.phi.profile().breaks
    x = (y - recursion.b) / recursion.a + 0.0
    x_error = error / abs(recursion.a) + (2.0 * UNIT * (abs(x) + abs(recursion.b / recursion.a)) if error else 0.0)
    near = [k for k, one in enumerate(breaks) if abs(one.place - y) <= error + one.place_error]
    if near:  # a kink, or a jump of phi''
        sides, wrong = recursion.phi.profile().slopes_at_breaks()
        left, right = (recursion.a * float(side) for side in sides[:, near[0]])
        off = abs(recursion.a) * float(wrong[:, near[0]].max()) + 8.0 * UNIT * max(abs(left), abs(right))
        if recursion.a < 0.0:
            left, right = right, left
    else:
        slope, wrong = values_with_error(recursion.phi, 1, np.array([y]))
        bend, more = values_with_error(recursion.phi, 2, np.array([y]))
        left = right = recursion.a * float(slope[0])
        off = abs(recursion.a) * float(wrong[0] + error * (abs(bend[0]) + more[0])) + UNIT * abs(left)
    if x_error:
        x, x_error = _polished(recursion, x, x_error, max(abs(left), abs(right)) + off)
    return FixedPoint(x, x_error, left + 0.0, right + 0.0, off, certain)


def _polished(recursion: Recursion, x: float, error: float, steep: float) -> tuple[float, float]:
    """Apply T while that makes the error smaller: y = a x + b tells x badly for small a."""
    for _ in range(4):
        value, rounding = recursion.with_error(np.array([x]))
        better = float(rounding[0]) + steep * error
        if not better < 0.9 * error:
            break
        x, error = float(value[0]) + 0.0, better
    return x, error


def _completeness(
    recursion: Recursion, undecided: list[tuple[float, float]], points: list[FixedPoint]
) -> tuple[bool, str]:
    parts = []
    complete = all(end_of(recursion.phi, side).has_slope for side in (-1, 1))
    if not complete:
        low, high = sorted((y - recursion.b) / recursion.a for y in recursion.phi.profile().reach)
        parts.append(f"phi' has no known limit; searched in [{low:.6g}, {high:.6g}]")
    if undecided:
        where = ", ".join(f"[{low:.6g}, {high:.6g}]" for low, high in undecided)
        parts.append(f"T(x) = x to rounding in {where}: undecided")
    if any(not point.certain for point in points):
        parts.append("T touches the identity to rounding: there may be none or two fixed points")
    return complete, "; ".join(parts) or "ok"
