"""Zeros, bounds and fixed points, certified: what `fastsig.certified` offers."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import whole_number
from fastsig.certified import recursion, shape
from fastsig.certified.activations import definition_of
from fastsig.certified.critical import Interval, UnprovedError, stretches
from fastsig.certified.definition import Definition
from fastsig.certified.flint import ball_of, certify
from fastsig.certified.interrupts import interruptible
from fastsig.numbers.ball import Ball
from fastsig.numbers.exact import read_exact

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Bounds", "FixedPoint", "bounds", "fixed_points", "zeros"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """inf and sup of a derivative of phi; unpacks as (inf, sup).

    Attributes
    ----------
    inf, sup : Ball
        Approached, perhaps at infinity or from one side of a kink only.
    """

    inf: Ball
    sup: Ball

    def __iter__(self) -> Any:
        return iter((self.inf, self.sup))


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """A fixed point x of T(x) = phi(a x + b).

    Attributes
    ----------
    x : Ball
        The fixed point: the only one in the ball.
    multiplier : Ball
        T'(x) = a phi'(a x + b); at a kink the one of the two one-sided slopes that is larger in size.
    multiplier_left, multiplier_right : Ball
        The one-sided slopes of T; equal but at kinks.
    """

    x: Ball
    multiplier_left: Ball
    multiplier_right: Ball

    @property
    def multiplier(self) -> Ball:
        """The slope of T, at a kink the larger one in size."""
        return max(self.multiplier_left, self.multiplier_right, key=lambda slope: slope.to_decimal().copy_abs())


@interruptible()
def zeros(
    phi: ActivationLike, order: int = 1, *, interval: "Sequence[Any] | None" = None, digits: int = 50
) -> tuple[Ball, ...]:
    """Return all isolated zeros of phi' or phi'', each in a ball that contains no other.

    Parameters
    ----------
    phi : Activation or str
        A built-in activation, a scaled one or one from an expression.
    order : {1, 2}
        Of which derivative.
    interval : (low, high), optional
        Look in the open interval only; else on the whole line. Ends are exact: numbers or decimal strings.
    digits : int
        Significant digits of each.

    Returns
    -------
    tuple of Ball
        Ascending. Intervals where the derivative is 0 throughout are left out, and so are kinks.

    Raises
    ------
    ValueError
        There are infinitely many; or what phi does far out is not known, so an interval is needed.
    DigitsNotReachedError
        A zero could not be isolated, or has fewer digits.

    Examples
    --------
    >>> from fastsig import certified
    >>> (zero,) = certified.zeros("swish", digits=30)
    >>> str(zero), zero.radius < 1e-30
    ('-1.27846454276107379510935873902', True)
    >>> [str(x) for x in certified.zeros("gelu", 2, digits=20)]
    ['-1.4142135623730950488', '1.4142135623730950488']
    """
    definition = definition_of(resolve(phi))
    order, digits = whole_number("order", order, 1, 2), whole_number("digits", digits, 1, 1000)
    limits = _interval(interval)

    def compute() -> list[Any]:
        low, high = (None, None) if limits is None else (ball_of(limits[0]), ball_of(limits[1]))
        found = [x for stretch in stretches(definition, order, limits) for x in stretch.zeros]
        return [x for x in found if limits is None or (low < x < high)]

    found = shape.until_sure(f"the zeros of derivative {order} of {definition.name}", digits, compute)
    return tuple(certify(x, digits) for x in found)


@interruptible()
def bounds(phi: ActivationLike, order: int = 1, *, interval: "Sequence[Any] | None" = None, digits: int = 50) -> Bounds:
    """Return inf and sup of phi' or phi'' on the real line, or on a closed interval.

    Kinks are respected: phi'' is then unbounded (infinite in both directions), and phi' has both one-sided values.

    Parameters
    ----------
    phi, order, interval, digits
        As in `zeros`.

    Returns
    -------
    Bounds
        Unpacks as (inf, sup).

    Raises
    ------
    ValueError, DigitsNotReachedError
        As in `zeros`.

    Examples
    --------
    >>> from fastsig import certified
    >>> low, high = certified.bounds("tanh", 1, interval=(-1, 2), digits=20)
    >>> str(low), str(high)
    ('0.070650824853164465686', '1')
    """
    definition = definition_of(resolve(phi))
    order, digits = whole_number("order", order, 1, 2), whole_number("digits", digits, 1, 1000)
    low, high = shape.bounds(definition, order, _interval(interval), digits)
    return Bounds(certify(low, digits), certify(high, digits))


@interruptible()
def fixed_points(
    phi: ActivationLike, a: Any = 1, b: Any = 0, *, interval: "Sequence[Any] | None" = None, digits: int = 50
) -> tuple[FixedPoint, ...]:
    """Return all fixed points of T(x) = phi(a x + b), none missed, with their multipliers.

    Parameters
    ----------
    phi : Activation or str
        As in `zeros`.
    a, b : float, int, str, Fraction or Decimal
        Exact: strings are what they say, a float is the exact double; a not 0.
    interval : (low, high), optional
        Look in this closed interval of x only; else on the whole line.
    digits : int
        Significant digits of each number.

    Returns
    -------
    tuple of FixedPoint
        Ascending.

    Raises
    ------
    ValueError
        Fixed points fill an interval (relu with a = 1, b = 0), or are infinitely many; or an interval is needed.
    DigitsNotReachedError
        A fixed point could not be isolated: a double one, say, where T is tangent to the identity.

    Examples
    --------
    >>> from fastsig import certified
    >>> [str(p.x) for p in certified.fixed_points("tanh", 3, digits=15)]
    ['-0.994901528452629', '0', '0.994901528452629']
    >>> print(certified.fixed_points("tanh", 3, digits=15)[1].multiplier)
    3
    """
    definition: Definition = definition_of(resolve(phi))
    digits = whole_number("digits", digits, 1, 1000)
    exact = Fraction(read_exact("a", a)), Fraction(read_exact("b", b))
    found = recursion.fixed_points(definition, *exact, _interval(interval), digits)
    return tuple(FixedPoint(*(certify(ball, digits) for ball in (one.place, one.left, one.right))) for one in found)


def _interval(interval: "Sequence[Any] | None") -> Interval | None:
    if interval is None:
        return None
    ends = tuple(interval)
    if len(ends) != 2:
        raise ValueError(f"interval must be (low, high); got {interval!r}")
    low, high = read_exact("low", ends[0]), read_exact("high", ends[1])
    if not low < high:
        raise ValueError(f"interval must be (low, high) with low < high; got {interval!r}")
    return low, high


__all__ += ["UnprovedError"]
