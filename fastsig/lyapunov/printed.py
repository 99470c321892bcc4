"""Numbers in statements, printed so that the statement is true as it is read."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

DIGITS = 10
MOST_DIGITS = 40


def exact(value: "float | Fraction") -> str:
    """Write a number so that it is read as the same one, as short as that goes."""
    if isinstance(value, Fraction) and Fraction(float(value)) != value:
        return str(value)
    short = f"{float(value):g}"
    return short if float(short) == value else repr(float(value))


def upwards(error: float) -> str:
    """Write an error with two digits, rounded up."""
    return f"{Context(prec=2, rounding=ROUND_CEILING).create_decimal(Decimal(error)):.1e}"


def at_most(value: "float | Fraction", below: float) -> str:
    """Write a bound rounded up, with as many digits as it takes to stay below a number that it is below."""
    return _rounded(Fraction(value), Fraction(below), 1)


def at_least(value: "float | Fraction", above: float) -> str:
    """Write a bound rounded down, with as many digits as it takes to stay above a number that it is above."""
    return _rounded(Fraction(value), Fraction(above), -1)


def _rounded(value: Fraction, limit: Fraction, side: int) -> str:
    for digits in range(DIGITS, MOST_DIGITS):
        context = Context(prec=digits, rounding=ROUND_CEILING if side > 0 else ROUND_FLOOR)
        found = context.divide(Decimal(value.numerator), Decimal(value.denominator))
        if side * (limit - Fraction(found)) > 0:
            break
    text = f"{found.normalize():f}" if abs(found.adjusted()) < DIGITS else str(found.normalize())
    return text if found else "0"
