"""Pairs of doubles: hi + lo, with hi the double nearest to the sum."""

from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import TypeAlias

__all__ = ["Number", "Pair", "read_number", "to_fraction"]

Number: TypeAlias = "str | int | float | Fraction | Decimal"
Pair: TypeAlias = tuple[float, float]


def read_number(number: Number) -> Pair:
    """Return a number as a pair, exact to 2^-106 of its size.

    Parameters
    ----------
    number : str, int, float, Fraction or Decimal
        Strings are decimals ("0.1", "1e-3") or ratios ("1/3"), and exact; a float is the
        exact double.

    Returns
    -------
    hi, lo : float
        hi is the double nearest to the number, lo the one nearest to what is missing.

    Raises
    ------
    ValueError
        If the number is not finite, or beyond the range of doubles.

    Examples
    --------
    >>> from fastsig.double_double.number import read_number
    >>> read_number("0.1")
    (0.1, -5.551115123125783e-18)
    >>> read_number(0.1)
    (0.1, 0.0)
    """
    try:
        exact = Fraction(number)
        hi = float(exact)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise ValueError(
            f"not a finite number within the range of doubles: {number!r}; "
            "give a float, an int, a Fraction, a Decimal, or a text like '0.1', '1e-3' or '1/3'"
        ) from None
    lo = float(exact - Fraction(hi))
    return (hi, lo) if isfinite(hi) else (hi, 0.0)


def to_fraction(pair: Pair) -> Fraction:
    """Return hi + lo, exactly.

    Examples
    --------
    >>> from fastsig.double_double.number import read_number, to_fraction
    >>> float(abs(to_fraction(read_number("1/3")) * 3 - 1)) < 2.0**-106
    True
    """
    return Fraction(pair[0]) + Fraction(pair[1])
