"""One number that a method gave, with all its digits."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from fastsig.numbers.ball import Ball
from fastsig.numbers.double_double import DoubleDouble


class Measured(NamedTuple):
    """A value and the error that its method states; both None if the method refused, and `message` says why.

    `text` holds what does not fit into a double: ``hi + lo`` of two doubles, or the decimal
    midpoint of a ball. `kind` is "bound", "estimate", "standard_error" or "none".
    """

    value: float | None
    text: str | None
    error: float | None
    kind: str
    message: str | None = None


def measured(value: Any, error: float | None, kind: str) -> Measured:
    """Return a value of any precision.

    Examples
    --------
    >>> from fastsig.numbers.double_double import DoubleDouble
    >>> from fastsig.sweeps.measured import exact, measured
    >>> tenth = measured(DoubleDouble(0.1, -5.551115123125783e-18), 1e-32, "bound")
    >>> tenth.value, tenth.text
    (0.1, '0.1 + -5.551115123125783e-18')
    >>> float(abs(exact(tenth) - 1 / Fraction(10))) < 1e-33
    True
    """
    if isinstance(value, DoubleDouble):
        return Measured(value.hi, f"{value.hi!r} + {value.lo!r}", error, kind)
    if isinstance(value, Ball):
        return Measured(float(value), str(value.midpoint), error, kind)
    return Measured(float(value), None, error, kind)


def exact(number: Measured) -> Fraction:
    """Return the value as it is, without rounding; it must be finite."""
    if number.text is None:
        assert number.value is not None, "a method that refused gave no value"
        return Fraction(number.value)
    high, plus, low = number.text.partition(" + ")
    return Fraction(float(high)) + Fraction(float(low)) if plus else Fraction(Decimal(number.text))
