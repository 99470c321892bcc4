"""g(y) = phi(y) - (y - b)/a, whose zeros are the fixed points, and the places between which phi' is monotone."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.lyapunov.recursion import UNIT, Recursion
from fastsig.taxonomy.ends import end_of
from fastsig.taxonomy.ranges import values_with_error

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

OUTERMOST = 300  # log2 of how far out is looked, where the line is flatter than 2^-40


class Gap:
    """g(y) = phi(y) - (y - b)/a and its slope, with errors."""

    def __init__(self, recursion: Recursion) -> None:
        self.phi, self.a, self.b = recursion.phi, recursion.a, recursion.b
        self.level = 1.0 / recursion.a

    def __call__(self, y: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return g at a flat array and absolute errors."""
        value, error = values_with_error(self.phi, 0, y)
        line = (y - self.b) / self.a
        rounding = UNIT * (np.abs(value) + (3.0 * np.abs(y) + np.abs(y - self.b) + np.abs(self.b)) / abs(self.a))
        rounding[(value == 0.0) & (y == self.b)] = 0.0
        return value - line, error + rounding

    def slope_sign(self, slope: "FloatArray", error: "FloatArray") -> "FloatArray":
        """Return the sign of phi' - 1/a, 0 where it is within the error."""
        gap = slope - self.level
        return np.where(np.abs(gap) <= error + 4.0 * UNIT * abs(self.level), 0.0, np.sign(gap))


def places_of(recursion: Recursion) -> "FloatArray":
    """Return ends of pieces, breaks and inflections, those left out that are another one within their error."""
    profile = recursion.phi.profile()
    fixed = np.unique(np.concatenate([profile.edges, [one.place for one in profile.breaks]]))
    bends, errors = np.array(profile.inflections), np.array(profile.inflection_errors)
    near = np.clip(np.searchsorted(fixed, bends), 1, fixed.size - 1)
    apart = np.minimum(np.abs(bends - fixed[near - 1]), np.abs(fixed[near] - bends))
    return np.unique(np.concatenate([fixed, bends[apart > 4.0 * errors]]))


def with_tails(gap: Gap, sign: "FloatArray") -> "FloatArray":
    """Give g the sign of its limit at the ends where it has one that rounding hides."""
    sign = sign.copy()
    sure = np.flatnonzero(sign)
    for side, tail in (
        (-1, slice(0, sure[0]) if sure.size else None),
        (1, slice(sure[-1] + 1, None) if sure.size else None),
    ):
        end = gap.phi.profile().plus if side > 0 else gap.phi.profile().minus
        if tail is None or end.slope != gap.level or math.isnan(end.offset):
            continue
        limit = end.offset + gap.b * gap.level
        if abs(limit) > end.offset_error + end.slope_error + 4.0 * UNIT * abs(gap.b * gap.level):
            sign[tail] = math.copysign(1.0, limit)
    return sign


def outwards(gap: Gap, x: "FloatArray") -> "FloatArray":
    """Add places far out until g has the sign that it has at infinity."""
    parts = [x]
    for side, start in ((1, x[-1]), (-1, x[0])):
        end = end_of(gap.phi, side)
        if not end.has_slope or math.isinf(end.slope.value):
            continue
        steep = end.slope.value - gap.level
        if abs(steep) <= end.slope.error + 4.0 * UNIT * abs(gap.level):
            continue
        more = side * np.exp2(np.arange(math.log2(abs(start)) + 1.0, OUTERMOST))
        with np.errstate(all="ignore"):
            towards = np.sign((end.slope.value - gap.level) * more)
            line = end.slope.value * more - (more - gap.b) * gap.level
            still = np.abs(line) < 4.0 * (abs(gap.b * gap.level) + np.abs(gap.phi.batch(0, np.array([start]))[0]))
        still |= np.sign(line) != towards
        parts.append(more[: int(np.flatnonzero(still)[-1]) + 2] if still.any() else more[:1])
    return np.unique(np.concatenate(parts))


def one_sided(recursion: Recursion, x: "FloatArray") -> Any:
    """Return phi' on the left and on the right of places, with errors."""
    value, error = values_with_error(recursion.phi, 1, x)
    left, right = (value, error), (value.copy(), error.copy())
    breaks = recursion.phi.profile().breaks
    if breaks:
        sides, errors = recursion.phi.profile().slopes_at_breaks()
        at = np.searchsorted(x, [one.place for one in breaks])
        left[0][at], left[1][at] = sides[0], errors[0] + 8.0 * UNIT * np.abs(sides[0])
        right[0][at], right[1][at] = sides[1], errors[1] + 8.0 * UNIT * np.abs(sides[1])
    return left, right
