"""What becomes of places, slopes and sums of phi in c phi(a x + b) + d, with the roundings of the results."""

import math
from fractions import Fraction
from typing import NamedTuple

_ROUNDED_UP = 1.0 + 2.0**-52


class AffineChange(NamedTuple):
    """The laws of c phi(a x + b) + d, a and c not 0."""

    a: float
    b: float
    c: float
    d: float

    @property
    def turns(self) -> bool:
        """Whether left and right change places."""
        return self.a < 0.0

    def place(self, t: float) -> float:
        """Return the x with a x + b = t, to a few ulp of x."""
        return (t - self.b) / self.a + 0.0

    def place_error(self, t: float, error: float) -> float:
        """Return the error of `place` of a t that is known to an error: its own rounding is found exactly."""
        x = self.place(t)
        if not math.isfinite(x):
            return math.inf
        rounding = abs(Fraction(self.a) * Fraction(x) + Fraction(self.b) - Fraction(t)) / abs(Fraction(self.a))
        return error / abs(self.a) + _up(rounding)

    def slope(self, slope: float) -> float:
        """Return the slope of the result where phi has this one."""
        return self.c * (self.a * slope) + 0.0  # no -0

    def slope_error(self, slope: float, error: float) -> float:
        """Return the error of `slope`: 0 where the slope of phi is exact and nothing is rounded."""
        found = self.slope(slope)
        if not (math.isfinite(slope) and math.isfinite(found)):
            return error
        rounding = abs(Fraction(self.c) * Fraction(self.a) * Fraction(slope) - Fraction(found))
        return times(self.variation_factor, error) + _up(rounding)

    def offset(self, slope: float, slope_error: float, offset: float, offset_error: float) -> tuple[float, float]:
        """Return the offset of an asymptote, slope x + offset, and its error; of slope 0, the limit of a value."""
        if not (math.isfinite(slope) and math.isfinite(offset)):
            return math.nan, math.nan
        exact = Fraction(self.c) * (Fraction(slope) * Fraction(self.b) + Fraction(offset)) + Fraction(self.d)
        try:
            found = float(exact) + 0.0
        except OverflowError:
            return math.copysign(math.inf, exact.numerator), math.inf
        error = abs(self.c) * (offset_error + abs(self.b) * slope_error)
        return found, error + _up(abs(exact - Fraction(found)))

    @property
    def variation_factor(self) -> float:
        """By how much slopes and the total variation of phi' grow."""
        return abs(self.c * self.a)

    @property
    def bend_factor(self) -> float:
        """By how much abs(phi'') grows."""
        return self.variation_factor * abs(self.a)

    @property
    def curvature_factor(self) -> float:
        """By how much the integral of phi''^2 grows."""
        return self.variation_factor * self.variation_factor * abs(self.a)


def times(factor: float, value: float) -> float:
    """Return the product; 0 stays 0 where the factor overflows."""
    return factor * value if value else 0.0


def _up(rounding: Fraction) -> float:
    """Round a small error up."""
    return float(rounding) * _ROUNDED_UP
