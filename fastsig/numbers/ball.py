"""A ball: a midpoint and a radius that enclose a real number."""

from dataclasses import dataclass
from decimal import Decimal
from typing import final

from fastsig.numbers.number import MOST, ManyDigits, above, context, floor_and_ceiling


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ball(ManyDigits):
    """A certified number: the exact value lies in [midpoint - radius, midpoint + radius].

    Attributes
    ----------
    midpoint, radius : Decimal
        Exact decimal numbers. The radius is 0 where the midpoint is the value itself.
    digits : int
        Significant digits of the value that were asked for, and are certified: `str` prints
        them, the last one off by at most 0.6 units. Where the value is so close to 0 that
        it may be 0, they are digits of the mean absolute integrand, see docs/thirty_digits.md.

    Notes
    -----
    ``a < b`` is True where every number in a is below every one in b, so two balls
    that overlap are in no order. Two balls are equal if they are the same; an exact one equals
    the number that it is.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from fastsig.numbers.ball import Ball
    >>> third = Ball(Decimal("0.33333333333"), Decimal("1e-11"), 10)
    >>> str(third), third
    ('0.3333333333', Ball(0.3333333333, radius 1E-11))
    >>> third < 0.34, third.contains("1/3"), float(third)
    (True, True, 0.33333333333)
    """

    midpoint: Decimal
    radius: Decimal
    _digits: int

    @property
    def digits(self) -> int:
        """Significant decimal digits."""
        return self._digits

    @property
    def exact(self) -> bool:
        """Whether the midpoint is the value itself."""
        return not self.radius

    @property
    def lower(self) -> Decimal:
        """The lower end."""
        return self._end(-1)

    @property
    def upper(self) -> Decimal:
        """The upper end."""
        return self._end(1)

    def _end(self, side: int) -> Decimal:
        if not self.radius:
            return self.midpoint
        # Exact: no more digits than lie between the leading one and the last of both numbers.
        numbers = [d.as_tuple() for d in (self.midpoint, self.radius)]
        last = min(int(n.exponent) for n in numbers)
        wanted = max(self.midpoint.adjusted(), self.radius.adjusted()) - last + 3
        exactly = context(min(wanted, MOST))
        return (exactly.add if side > 0 else exactly.subtract)(self.midpoint, self.radius)

    def contains(self, number: object) -> bool:
        """Whether a number, exact decimal string or Fraction lies in the ball; of a ball, whether all of it does."""
        if isinstance(number, Ball):
            return self.lower <= number.lower and number.upper <= self.upper
        if isinstance(number, str):
            from fastsig.numbers.exact import read_exact

            number = read_exact("the number", number)
        ends = floor_and_ceiling(number)
        return ends is not None and self.lower <= ends[0] and ends[1] <= self.upper

    def to_decimal(self) -> Decimal:
        """Return the midpoint."""
        return self.midpoint

    def _error(self) -> Decimal:
        return self.radius

    def __repr__(self) -> str:
        return f"Ball({self}, {'exact' if self.exact else f'radius {above(self.radius, 2)}'})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Ball):
            return self.midpoint == other.midpoint and self.radius == other.radius
        ends = floor_and_ceiling(other)
        return ends is not None and self.exact and self.midpoint == ends[0] == ends[1]

    def __hash__(self) -> int:
        return hash(self.midpoint) if self.exact else hash((self.midpoint, self.radius))
