"""All fixed points of T(x) = phi(a x + b), none missed.

With y = a x + b they are the zeros of g(y) = a phi(y) + b - y. Between inflections and breaks of phi the slope of g is
monotone: that is what `RootSearch` needs. What double precision leaves open is looked at again by `FineGap`.
"""

import math
from typing import Any

import numpy as np

from fastsig.activations.registry import ActivationLike
from fastsig.lyapunov.fine_gap import FineGap
from fastsig.lyapunov.fixed_point import FixedInterval, FixedPoint, FixedPoints
from fastsig.lyapunov.gap import OUTERMOST, Gap, outwards, places_of, tail_of
from fastsig.lyapunov.recursion import UNIT, Recursion, read_recursion
from fastsig.lyapunov.root_search import RootSearch
from fastsig.taxonomy.ends import end_of
from fastsig.taxonomy.ranges import is_known_at, values_with_error

MOST_STRETCHES = 24  # that are looked at again, those next to 0 first
SHOWN = 3  # stretches in the message
ROUGH = 1e-9  # relative error of a zero after which it is looked at again


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
        (`fastsig.certified.fixed_points` may decide that for built-ins and expressions, or says that it cannot).

    Raises
    ------
    ValueError
        If a is 0, or a or b not finite; for an unknown name.

    Notes
    -----
    Section 3 of the paper (arXiv 2510.08456) needs them for its certificates; the search is ours. Where double
    precision cannot tell T(x) - x from 0, built-ins are evaluated to 31 digits; what is 0 then is taken for 0.

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
    places, special = places_of(recursion)
    breaks = np.array([one.place for one in recursion.phi.profile().breaks])
    gap, tails = Gap(recursion), (tail_of(recursion, -1), tail_of(recursion, 1))
    outer = [(float(places[k]), tail.sign) for k, tail in ((0, tails[0]), (-1, tails[1]))]
    parts = [outwards(gap, place, sign) for place, sign in outer if abs(sign) == 1.0]
    marks = np.unique(np.concatenate([places, *parts]))
    found = RootSearch(gap, marks, special, breaks, tails).run()
    rough = [one for one in found.certain if one[1] > ROUGH * (abs(one[0]) + abs(recursion.b))]
    if found.open or rough:
        fine = FineGap(recursion)
        exact = fine.tail(-1), fine.tail(1)
        known = (tails[0] if exact[0] is None else exact[0], tails[1] if exact[1] is None else exact[1])
        stretches = [(one, one) for one in found.open] + [((y - wrong, y + wrong), (y, wrong)) for y, wrong in rough]
        for (low, high), one in sorted(stretches, key=lambda pair: min(map(abs, pair[0])))[:MOST_STRETCHES]:
            if fine.helps(low, high):
                (found.certain if one in rough else found.open).remove(one)
                inside = [*marks[(marks > low) & (marks < high)], *_ends(low, high)]
                closer = RootSearch(fine, np.unique(inside), special, breaks, known, (low, high)).run()
                found.certain += closer.certain
                found.intervals += closer.intervals
                found.open += closer.open
    points = sorted((_point(recursion, y, wrong) for y, wrong in found.certain), key=lambda p: p.x)
    intervals = [FixedInterval(*_in_x(recursion, one)) for one in found.intervals]
    undecided = sorted(_in_x(recursion, one) for one in found.open)
    complete, message = _completeness(recursion, undecided)
    return FixedPoints(
        tuple(points), tuple(sorted(intervals, key=lambda one: one.low)), tuple(undecided), complete, message
    )


def _ends(low: float, high: float) -> list[float]:
    """Return marks at the ends of a stretch; of an infinite one, powers of 2."""
    far = [2.0**k for k in range(OUTERMOST + 1) if k.bit_length() < 3 or k % (1 << (k.bit_length() - 3)) == 0]
    far.append(2.0**OUTERMOST)
    left = [low] if math.isfinite(low) else [-y for y in far if -y < high]
    right = [high] if math.isfinite(high) else [y for y in far if y > low]
    return left + right


def _in_x(recursion: Recursion, ends: tuple[float, float]) -> tuple[float, float]:
    """Return an interval of y = a x + b as one of x."""
    low, high = sorted((y - recursion.b) / recursion.a + 0.0 for y in ends)
    return low, high


def _point(recursion: Recursion, y: float, error: float) -> FixedPoint:
    """Return the fixed point with y = a x + b."""
    breaks = recursion.phi.profile().breaks
    x = (y - recursion.b) / recursion.a + 0.0
    rounding = 0.0 if y == recursion.b else 2.0 * UNIT * (abs(x) + abs(recursion.b / recursion.a))
    x_error = error / abs(recursion.a) + rounding
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
    value, wrong = values_with_error(recursion.phi, 0, np.array([y]))
    directly = float(wrong[0]) + error * (max(abs(left), abs(right)) + off) / abs(recursion.a)
    if directly < x_error:  # y = a x + b tells x badly for small a
        x, x_error = float(value[0]) + 0.0, directly
    if x_error:
        x, x_error = _polished(recursion, x, x_error, max(abs(left), abs(right)) + off)
    return FixedPoint(x, x_error, left + 0.0, right + 0.0, off)


def _polished(recursion: Recursion, x: float, error: float, steep: float) -> tuple[float, float]:
    """Apply T while that makes the error smaller."""
    for _ in range(4):
        value, rounding = recursion.with_error(np.array([x]))
        better = float(rounding[0]) + steep * error
        if not better < 0.9 * error:
            break
        x, error = float(value[0]) + 0.0, better
    return x, error


def _completeness(recursion: Recursion, undecided: list[tuple[float, float]]) -> tuple[bool, str]:
    parts = []
    phi = recursion.phi
    complete = all(end_of(phi, side).has_slope and is_known_at(phi.profile(), side) for side in (-1, 1))
    if not complete:
        low, high = _in_x(recursion, phi.profile().reach)
        parts.append(f"phi' has no known limit, or phi is not resolved; searched in [{low:.6g}, {high:.6g}]")
    if undecided:
        where = ", ".join(f"[{low:.17g}, {high:.17g}]" for low, high in undecided[:SHOWN])
        where += f" and {len(undecided) - SHOWN} more places" if len(undecided) > SHOWN else ""
        parts.append(f"T(x) = x to rounding in {where}: undecided")
    return complete and not undecided, "; ".join(parts) or "ok"
