"""What numbers of many digits have in common: text, comparison, conversion.

An answer in doubles asks whether it is one; so decimal and fractions are imported where they are used.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Context, Decimal
    from fractions import Fraction

FRACTION_DIGITS = 1500  # of a fraction that is compared
MOST = 50_000  # decimal digits or powers of ten of an exact fraction


def context(digits: int, rounding: str = "ROUND_HALF_EVEN") -> "Context":
    """Return a decimal context of that many digits, without limits of the exponent."""
    from decimal import MAX_EMAX, MIN_EMIN, Context

    return Context(prec=digits, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


def above(value: "Decimal", digits: int = 3) -> "Decimal":
    """Round upwards to a few digits."""
    return context(digits, "ROUND_CEILING").plus(value)


class ManyDigits(ABC):
    """A real number with more digits than a double; `Ball` and `DoubleDouble`.

    It is text (``str``, ``format``), an ordered and hashable value, and converts to
    float, Fraction, Decimal, mpmath and python-flint. It has no arithmetic: convert it to
    the type that you compute with.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def digits(self) -> int:
        """Significant decimal digits."""

    @abstractmethod
    def to_decimal(self) -> "Decimal":
        """Return the number as a `decimal.Decimal`, exactly (a ball: its midpoint)."""

    def to_fraction(self) -> "Fraction":
        """Return the number as a Fraction, exactly (a ball: its midpoint)."""
        from fractions import Fraction

        decimal = self.to_decimal()
        if decimal and decimal.is_finite() and abs(decimal.adjusted()) > MOST:
            raise OverflowError(f"{self} is no Fraction of reasonable size; use to_decimal()")
        return Fraction(decimal)

    def to_mpmath(self) -> Any:
        """Return the number as an ``mpmath.mpf`` of its own precision, whatever ``mpmath.mp`` says."""
        try:
            import mpmath
        except ImportError:
            raise ImportError("to_mpmath() needs mpmath: pip install mpmath") from None
        with mpmath.workdps(len(self.to_decimal().as_tuple().digits) + 15):
            return mpmath.mpf(str(self.to_decimal()))

    def to_flint(self) -> Any:
        """Return a python-flint ``arb`` that encloses the number: with its error, if it has one."""
        try:
            import flint
        except ImportError:
            raise ImportError("to_flint() needs python-flint: pip install 'fastsig[certified]'") from None
        decimal = self.to_decimal()
        with flint.ctx.workprec(4 * len(decimal.as_tuple().digits) + 64):
            return flint.arb(str(decimal)) + flint.arb(0, str(above(self._error())))

    def _error(self) -> "Decimal":
        from decimal import Decimal

        return Decimal(0)

    def __float__(self) -> float:
        return float(self.to_decimal())

    def __str__(self) -> str:
        return format_number(self.to_decimal(), self.digits)

    def __format__(self, spec: str) -> str:
        return format(self.to_decimal(), spec) if spec else str(self)

    @property
    def lower(self) -> "Decimal":
        """The lower end of what the number may be: the number itself, but for a ball."""
        return self.to_decimal()

    @property
    def upper(self) -> "Decimal":
        """The upper end."""
        return self.to_decimal()

    def __lt__(self, other: object) -> bool:
        ends = floor_and_ceiling(other)
        return NotImplemented if ends is None else self.upper < ends[0]

    def __le__(self, other: object) -> bool:
        ends = floor_and_ceiling(other)
        return NotImplemented if ends is None else self.upper <= ends[0]

    def __gt__(self, other: object) -> bool:
        ends = floor_and_ceiling(other)
        return NotImplemented if ends is None else self.lower > ends[1]

    def __ge__(self, other: object) -> bool:
        ends = floor_and_ceiling(other)
        return NotImplemented if ends is None else self.lower >= ends[1]

    def __bool__(self) -> bool:
        return bool(self.to_decimal())

    def is_finite(self) -> bool:
        """Whether the number is neither infinite nor NaN."""
        return self.to_decimal().is_finite()


def format_number(value: "Decimal", digits: int) -> str:
    """Write so many significant digits, without zeros at the end; exponents as floats have them."""
    if value.is_nan():
        return "nan"
    if value.is_infinite():
        return "inf" if value > 0 else "-inf"
    if not value:
        return "0"
    rounded = context(digits).plus(value)
    sign, figures, _ = rounded.as_tuple()
    text, exponent = "".join(map(str, figures)).rstrip("0"), rounded.adjusted()
    minus = "-" if sign else ""
    if -5 <= exponent < max(digits, 16):
        if exponent < 0:
            return f"{minus}0.{'0' * (-exponent - 1)}{text}"
        text = text.ljust(exponent + 1, "0")
        whole, rest = text[: exponent + 1], text[exponent + 1 :]
        return f"{minus}{whole}.{rest}" if rest else f"{minus}{whole}"
    return f"{minus}{text[0]}{'.' if text[1:] else ''}{text[1:]}e{exponent:+03d}"


def floor_and_ceiling(other: object) -> "tuple[Decimal, Decimal] | None":
    """Enclose a number between two Decimals, equal but for fractions without an end; None for what is no number."""
    from decimal import Decimal
    from fractions import Fraction

    if isinstance(other, ManyDigits):
        return other.lower, other.upper
    if isinstance(other, (int, float, Decimal)):
        return Decimal(other), Decimal(other)
    if isinstance(other, Fraction):
        around = [context(FRACTION_DIGITS, rounding) for rounding in ("ROUND_FLOOR", "ROUND_CEILING")]
        low, high = (one.divide(Decimal(other.numerator), Decimal(other.denominator)) for one in around)
        return low, high
    return None
