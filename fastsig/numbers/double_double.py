"""A double-double number: the unevaluated sum of two doubles."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import final

from fastsig.numbers.number import ManyDigits, context, floor_and_ceiling

DIGITS = 31
_EXACT = context(2200)  # the longest double has 1074 digits after the point


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DoubleDouble(ManyDigits):
    """A number hi + lo of about 31 digits, abs(lo) at most half a unit in the last place of hi.

    Attributes
    ----------
    hi, lo : float
        Its two parts.

    Examples
    --------
    >>> from fastsig.numbers.double_double import DoubleDouble
    >>> tenth = DoubleDouble(0.1, -5.551115123125783e-18)
    >>> str(tenth), float(tenth), tenth < 0.1
    ('0.1', 0.1, True)
    """

    hi: float
    lo: float

    @property
    def digits(self) -> int:
        """Significant decimal digits."""
        return DIGITS

    def to_decimal(self) -> Decimal:
        """Return hi + lo exactly."""
        if not math.isfinite(self.hi):
            return Decimal(self.hi)
        return _EXACT.add(Decimal(self.hi), Decimal(self.lo))

    def __float__(self) -> float:
        return self.hi

    def __repr__(self) -> str:
        return f"DoubleDouble({self})"

    def __eq__(self, other: object) -> bool:
        ends = floor_and_ceiling(other)
        return ends is not None and self.to_decimal() == ends[0] == ends[1]

    def __hash__(self) -> int:
        return hash(self.to_decimal())
