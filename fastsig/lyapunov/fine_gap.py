"""g(y) = a phi(y) + b - y where double precision does not tell its sign: exactly, or to 31 digits.

A piece of phi between two breaks is a line if its values at many places are exactly on one (as for relu, not for 0.3 x,
which is rounded). Else built-ins are evaluated in double-double, as means over a point mass. a, b and y are the exact
doubles. What is 0 to 31 digits then is taken for 0: by chance doubles do not come that close.
"""

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.built_in import BuiltIn
from fastsig.double_double.functionals import moments_pairs
from fastsig.integrals.double_double_shape import built_in_pairs
from fastsig.lyapunov.gap import Gap, Tail
from fastsig.lyapunov.recursion import Recursion
from fastsig.taxonomy.ranges import samples_of

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

FARTHEST = 1e150  # of double-double


class FineGap:
    """The interface of `Gap`, place by place; what is 0 there, and no NaN, is 0 to 31 digits."""

    fine = True

    def __init__(self, recursion: Recursion) -> None:
        self._phi, self._a, self._b = recursion.phi, Fraction(recursion.a), Fraction(recursion.b)
        self._breaks = [one.place for one in recursion.phi.profile().breaks]
        self._pieces = straight_pieces(recursion)
        self._pairs = built_in_pairs(recursion.phi) if isinstance(recursion.phi, BuiltIn) else None
        self._coarse = Gap(recursion)

    def _known(self, low: float, high: float) -> list[bool]:
        ends = [-np.inf, *self._breaks, np.inf]
        inside = [one for one, (a, b) in zip(self._pieces, pairwise(ends), strict=True) if a < high and b > low]
        return [one is not None or self._pairs is not None for one in inside]

    def helps(self, low: float, high: float) -> bool:
        """Whether it tells more than double precision somewhere between two places."""
        return any(self._known(low, high))

    def knows(self, low: float, high: float) -> bool:
        """Whether it does everywhere between two places."""
        return all(self._known(low, high))

    def _signs(self, y: "FloatArray", order: int, side: int) -> "FloatArray":
        """Return signs of g or g' on one side of places, NaN where that is not known any better."""
        found = np.empty_like(y)
        if self._pairs is not None:
            # phi' beside a break is what it is there to rounding, if it is no number of few digits.
            away = np.nextafter(y, side * np.inf) if order else y
            place = np.clip(np.where(np.isin(y, self._breaks), away, y), -FARTHEST, FARTHEST)
            which = ("m1", "g1")[order]
            means = [(one, 0.0) for one in place.tolist()]
            far = moments_pairs(*self._pairs, [(0.0, 0.0)] * y.size, means, [which])
            parts = list(zip(far.hi[which], far.lo[which], far.error[which], strict=True))
        pieces = np.searchsorted(self._breaks, y, side="left" if side < 0 else "right")
        for k, one in enumerate(y.tolist()):
            line = self._pieces[int(pieces[k])]
            error = Fraction(0)
            if line is not None:
                value = line[1] if order else line[0] + line[1] * Fraction(one)
            elif self._pairs is not None and abs(one) <= FARTHEST and np.isfinite(parts[k]).all():
                high, low, wrong = parts[k]
                value, error = Fraction(high) + Fraction(low), abs(self._a) * Fraction(wrong)
            else:
                found[k] = self._coarse_sign(one, order, side) or np.nan
                continue
            gap = self._a * value + (-1 if order else self._b - Fraction(one))
            if abs(gap) > error:
                found[k] = 1.0 if gap > 0 else -1.0
            else:  # numbers of a size of 1e-300 have fewer digits in double-double than in double precision
                found[k] = self._coarse_sign(one, order, side)
        return found

    def _coarse_sign(self, y: float, order: int, side: int) -> float:
        """Return the sign in double precision, 0 where it is not sure."""
        one = np.array([y])
        return float((self._coarse.slope_signs(one)[max(side, 0)] if order else self._coarse.sign(one))[0])

    def tail(self, side: int) -> Tail | None:
        """Return what g does towards side * inf where phi is a line there."""
        line = self._pieces[-1 if side > 0 else 0]
        if line is None:
            return None
        slope, height = self._a * line[1] - 1, self._a * line[0] + self._b
        sign = float(side * (slope > 0) - side * (slope < 0) if slope else (height > 0) - (height < 0))
        return Tail(sign, True)

    def sign(self, y: "FloatArray") -> "FloatArray":
        """Return the sign of g, 0 where it is 0 to 31 digits or not known."""
        return np.nan_to_num(self.value(y)[0])

    def value(self, y: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return signs for values, NaN where they are not known, and no errors."""
        return self._signs(y, 0, 1), np.zeros_like(y)

    def turn_signs(self, y: "FloatArray") -> "FloatArray":
        """Return the sign of g where g' turns, within an ulp of these places; 0 if it could reach 0 between doubles.

        g is convex or concave there, so it is above its tangents, or below them.
        """
        found = self.sign(y)
        for k, one in enumerate(y.tolist()):
            if found[k] and self._pairs is not None and abs(one) <= FARTHEST:
                ulp = Fraction(float(np.spacing(abs(one))))
                beside = [float(np.nextafter(one, end)) for end in (-np.inf, np.inf)]
                steep = max(abs(self._number(x, 1)) for x in (one, *beside))
                if abs(self._number(one, 0)) <= 2 * ulp * steep:
                    found[k] = 0.0
        return found

    def _number(self, y: float, order: int) -> Fraction:
        """Return g, or g' to 31 digits."""
        assert self._pairs is not None
        which = ("m1", "g1")[order]
        mean = moments_pairs(*self._pairs, [(0.0, 0.0)], [(y, 0.0)], [which])
        value = Fraction(mean.hi[which][0]) + Fraction(mean.lo[which][0])
        return self._a * value + (-1 if order else self._b - Fraction(y))

    def slope(self, y: "FloatArray") -> "FloatArray":
        """Return the sign of g'."""
        return self._signs(y, 1, 1)

    def slope_signs(self, y: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return the signs of g' on the left and on the right of places, NaN where they are not known."""
        return self._signs(y, 1, -1), self._signs(y, 1, 1)


def straight_pieces(recursion: Recursion) -> list[tuple[Fraction, Fraction] | None]:
    """Return (value at 0, slope) of each piece of phi between breaks that is exactly a line, as far as values tell."""
    profile = recursion.phi.profile()
    ends = [profile.reach[0], *(one.place for one in profile.breaks), profile.reach[1]]
    found: list[tuple[Fraction, Fraction] | None] = []
    for low, high in pairwise(ends):
        x = samples_of(profile, (low, high))
        places = [Fraction(one) for one in x.tolist()]
        values = [Fraction(one) for one in recursion.phi.batch(0, x).tolist()]
        slope = (values[-1] - values[0]) / (places[-1] - places[0])
        offset = values[0] - slope * places[0]
        exact = all(offset + slope * place == value for place, value in zip(places, values, strict=True))
        found.append((offset, slope) if exact else None)
    return found
