"""Reading numbers exactly: what a decimal string says, what a double is."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from fastsig.arguments import check_range, is_number, number

SMALLEST_EXPONENT, LARGEST_EXPONENT = -100_000, 400  # of powers of ten that are written out


def read_exact(name: str, value: Any) -> Fraction:
    """Read a real number exactly: strings, Fractions and Decimals are what they say, a float is the exact double.

    Examples
    --------
    >>> from fastsig.numbers.exact import read_exact
    >>> read_exact("sigma", "0.1"), read_exact("sigma", 0.5)
    (Fraction(1, 10), Fraction(1, 2))
    """
    rounded = number(name, value)  # refuses what is no finite number in the usual words
    if rounded != rounded or rounded in (float("inf"), float("-inf")):
        raise ValueError(f"{name} must be a finite number; got {value!r}")
    if isinstance(value, (str, Decimal)):
        return _of_decimal(name, value)
    if isinstance(value, (Fraction, int)):
        return Fraction(value)
    return Fraction(rounded)


def read_exact_in_range(name: str, value: Any) -> Fraction:
    """Read sigma or mean exactly, and check it against its range."""
    exact = read_exact(name, value)
    check_range(name, exact, shown=value)
    return exact


def is_one_number(value: Any) -> bool:
    """Whether a value is read as one number rather than as an array."""
    return is_number(value) and not isinstance(value, bool)


def _of_decimal(name: str, value: "str | Decimal") -> Fraction:
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and "/" in text:
        return Fraction(text)
    decimal = Decimal(text)
    # A fraction of a million digits takes for ever.
    if decimal and not SMALLEST_EXPONENT <= decimal.adjusted() <= LARGEST_EXPONENT:
        raise ValueError(
            f"{name} must be 0 or a number with an exponent from {SMALLEST_EXPONENT} to {LARGEST_EXPONENT}; "
            f"got {value!r}"
        )
    return Fraction(decimal)
