"""python-flint, and what goes in and comes out of it: exact numbers and balls."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fastsig.numbers.ball import Ball
from fastsig.numbers.number import above, context

try:
    from flint import acb, acb_series, arb, arb_poly, ctx, fmpq
except ImportError:
    raise ImportError("certified results need python-flint: pip install 'fastsig[certified]'") from None

__all__ = ["Exact", "acb", "acb_series", "arb", "arb_poly", "ball_of", "certify", "ctx", "enclosure", "is_sure", "sign"]

# An exact number, or a function that gives a ball of it at the working precision.
Exact = int | Fraction | Callable[[], Any]

GUARD = 2  # decimal digits beyond those asked for
_BITS = 3.3219280948873626  # in a decimal digit


def bits_of(digits: int) -> int:
    """Return how many bits that many decimal digits are, and the guard digits."""
    return int((digits + GUARD) * _BITS) + 2


def ball_of(number: Exact) -> Any:
    """Return an exact number as an ``arb``: a ball of one rounding, if it is no dyadic number."""
    if callable(number):
        return number()
    if isinstance(number, Fraction):
        return arb(fmpq(number.numerator, number.denominator))
    return arb(number)


def sign(value: Any) -> int:
    """Return the sign of a ball; 0 where the ball contains 0."""
    return 1 if value > 0 else -1 if value < 0 else 0


def is_sure(value: Any, digits: int) -> bool:
    """Whether a ball has that many digits, with the guard digits."""
    return bool(value.is_finite()) and bool(value.rad() <= abs(value).lower() * arb(10) ** -(digits + GUARD))


def enclosure(first: Any, second: Any) -> Any:
    """Return a ball that contains two."""
    return first.union(second)


def certify(value: Any, digits: int) -> Ball:
    """Turn an ``arb`` of any precision into a `Ball`: the midpoint rounded, the rounding added to the radius."""
    with ctx.workprec(max(64, 8 * digits + 200)):
        return _rounded(value, digits)


def _rounded(value: Any, digits: int) -> Ball:
    if value.is_nan() or not value.is_finite():
        return Ball(Decimal(str(float(value))), Decimal(0), digits)
    if value.contains(0) and not value.is_zero():
        value = arb(0, value.abs_upper())  # no digit is known: 0 is as good a midpoint as any
    exact_context = context(digits + 2 * GUARD + 6)
    mantissa, exponent = (int(part) for part in value.mid().man_exp())
    midpoint, error = _power_of_two(mantissa, exponent, exact_context)
    mantissa, exponent = (int(part) for part in value.rad().man_exp())
    radius, more = _power_of_two(mantissa, exponent, context(30))
    total = context(30).add(context(30).add(radius, more), error)
    return Ball(
        _shortest(midpoint), above(context(30).multiply(total, Decimal("1.000001"))) if total else total, digits
    )


def _power_of_two(mantissa: int, exponent: int, at: Any) -> tuple[Decimal, Decimal]:
    """Return mantissa 2^exponent as a Decimal and a bound of its error."""
    if not mantissa:
        return Decimal(0), Decimal(0)
    wider = context(at.prec + 25)
    if -400 < exponent < 400:  # exact where it can be
        fraction = Fraction(mantissa) * Fraction(2) ** exponent
        exact = context(1500).divide(fraction.numerator, fraction.denominator)
        rounded = at.plus(exact)
        error = context(1500).subtract(exact, rounded)
        return rounded, error.copy_abs()
    # A power of 2 by squarings loses a few units of the wider context at most.
    value = wider.multiply(Decimal(mantissa), wider.power(Decimal(2), exponent))
    rounded = at.plus(value)
    return rounded, rounded.copy_abs().scaleb(1 - at.prec, at)


def _shortest(value: Decimal) -> Decimal:
    """Drop zeros at the end."""
    if not value:
        return Decimal(0)
    sign_bit, digits, last = value.as_tuple()
    exponent = int(last)
    while digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    return Decimal((sign_bit, digits, exponent))
