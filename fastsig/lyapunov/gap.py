"""g(y) = (a phi(y) + b - y)/max(1, abs(a)), whose zeros are the fixed points.

The factor keeps numbers finite for any a.
"""

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastsig.lyapunov.recursion import UNIT, Recursion
from fastsig.taxonomy.ends import end_of
from fastsig.taxonomy.ranges import values_with_error

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

OUTERMOST = 1022  # log2 of how far out is looked
SMALLEST = 2.0**-1073  # what underflow takes away
OCTAVES = 64  # at a time


class Gap:
    """g(y) and its slope in double precision, with errors.

    Attributes
    ----------
    fine : bool
        Whether 0 to rounding may be taken for 0: not in double precision.
    """

    fine = False

    def __init__(self, recursion: Recursion) -> None:
        self.phi, self.a, self.b = recursion.phi, recursion.a, recursion.b
        self._size = max(1.0, abs(self.a))
        self._weight = self.a / self._size

    def value(self, y: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return g at a flat array and absolute errors."""
        with np.errstate(over="ignore", invalid="ignore"):
            value, error = values_with_error(self.phi, 0, y)
            vanished = np.where(value == 0.0, 0.0, SMALLEST)
            value, line = self._weight * value, (y - self.b) / self._size
            rounding = UNIT * (2.0 * np.abs(value) + 3.0 * np.abs(line)) + vanished
            return value - line, abs(self._weight) * error + rounding

    def knows(self, low: float, high: float) -> bool:
        """Whether 0 to rounding may be taken for 0 between two places: not in double precision."""
        return False

    def sign(self, y: "FloatArray") -> "FloatArray":
        """Return the sign of g where it is sure, else 0."""
        return _sure(*self.value(y))

    def turn_signs(self, y: "FloatArray") -> "FloatArray":
        """Return the sign of g where g' turns, which is within an ulp of these places: errors of g are larger."""
        return self.sign(y)

    def slope(self, y: "FloatArray") -> "FloatArray":
        """Return a number of the sign of g'."""
        return self._weight * self.phi.batch(1, y) - 1.0 / self._size

    def slope_signs(self, y: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return the signs of g' on the left and on the right of ascending places, 0 where they are not sure."""
        value, error = values_with_error(self.phi, 1, y)
        left, right = (value, error), (value.copy(), error.copy())
        breaks = self.phi.profile().breaks
        if breaks:
            sides, errors = self.phi.profile().slopes_at_breaks()
            for k, one in enumerate(breaks):
                at = np.flatnonzero(y == one.place)
                for side, row in ((left, 0), (right, 1)):
                    side[0][at], side[1][at] = sides[row, k], errors[row, k] + 8.0 * UNIT * np.abs(sides[row, k])
        level = 1.0 / self._size

        def sign(slope: "FloatArray", error: "FloatArray") -> "FloatArray":
            steep = self._weight * slope
            return _sure(steep - level, abs(self._weight) * error + UNIT * (2.0 * np.abs(steep) + 2.0 * level))

        return sign(*left), sign(*right)


def _sure(value: "FloatArray", error: "FloatArray") -> "FloatArray":
    """Return the sign of numbers, 0 where it is within the error."""
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(value) > error, np.sign(value), 0.0)


def places_of(recursion: Recursion) -> tuple["FloatArray", "FloatArray"]:
    """Return ends of pieces, breaks and inflections, and those among them where phi' may turn.

    Inflections that are another place within their error are left out: that place stands for them.
    """
    profile = recursion.phi.profile()
    breaks = np.array([one.place for one in profile.breaks])
    fixed = np.unique(np.concatenate([profile.edges, breaks]))
    bends, errors = np.array(profile.inflections), np.array(profile.inflection_errors)
    near = np.clip(np.searchsorted(fixed, bends), 1, fixed.size - 1)
    nearest = np.where(bends - fixed[near - 1] < fixed[near] - bends, fixed[near - 1], fixed[near])
    bends = np.where(np.abs(bends - nearest) > 4.0 * errors, bends, nearest)
    special = np.unique(np.concatenate([breaks, bends]))
    return np.unique(np.concatenate([fixed, special])), special


class Tail(NamedTuple):
    """What g does towards an end of the line.

    Attributes
    ----------
    sign : float
        Its sign there, 0 where it is not known; NaN where phi' has no limit.
    monotone : bool
        Whether g is known to be monotone beyond the last place where phi' may turn.
    """

    sign: float
    monotone: bool


def tail_of(recursion: Recursion, side: int) -> Tail:
    """Return what g does towards side * inf."""
    phi, a = recursion.phi, recursion.a
    end = end_of(phi, side)
    if not end.has_slope:
        return Tail(math.nan, False)
    if math.isinf(end.slope.value):
        far = phi.profile().reach[1 if side > 0 else 0]
        return Tail(math.copysign(1.0, a * float(phi.batch(0, np.array([far]))[0])), False)
    steep = Fraction(a) * Fraction(end.slope.value) - 1
    if abs(steep) > abs(Fraction(a)) * Fraction(end.slope.error):
        return Tail(side * math.copysign(1.0, steep), False)
    if steep or end.slope.error:
        return Tail(0.0, False)
    last = phi.profile().plus if side > 0 else phi.profile().minus
    limit = a * last.offset + recursion.b  # of a phi(y) + b - y, which phi' -> 1/a takes there monotonically
    sure = abs(limit) > abs(a) * last.offset_error + 4.0 * UNIT * abs(recursion.b)
    return Tail(math.copysign(1.0, limit) if sure else 0.0, True)


def outwards(gap: Gap, start: float, wanted: float) -> "FloatArray":
    """Return places beyond an outermost one, as far as g has the wanted sign at the last one, if it ever has."""
    first = math.ceil(math.log2(abs(start)))
    for last in range(first, OUTERMOST, OCTAVES):
        places = math.copysign(1.0, start) * np.exp2(np.arange(first, min(last + OCTAVES, OUTERMOST) + 1.0))
        places = places[np.abs(places) > abs(start)]
        there = np.flatnonzero(gap.sign(places) == wanted)
        if there.size:
            break
    beyond: FloatArray = places[: there[0] + 1] if there.size else places
    return beyond
