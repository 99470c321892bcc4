"""All fixed points of T(x) = phi(a x + b), none missed, with their multipliers.

With y = a x + b they are the zeros of h(y) = phi(y) - (y - b)/a. Far out phi(y) = slope y + offset + r(y), where r
falls to 0 without a zero, or vanishes; so h has no zero where abs((slope - 1/a) y + offset + b/a) is larger than
abs(r).
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fastsig.certified.critical import Interval, UnprovedError, search_interval
from fastsig.certified.definition import Definition, Line
from fastsig.certified.flint import arb, ball_of, sign
from fastsig.certified.isolate import isolate
from fastsig.certified.shape import until_sure

HIGHEST = 6  # multiplicity of a zero


@dataclass(frozen=True)
class Found:
    """A fixed point and the slopes of T there, on the left and on the right."""

    place: Any
    left: Any
    right: Any


def fixed_points(
    definition: Definition, a: Fraction, b: Fraction, interval: Interval | None, digits: int
) -> list[Found]:
    """Return the fixed points of phi(a x + b), ascending."""
    if not a:
        raise UnprovedError("a must not be 0: T is then constant, and its only fixed point is phi(b)")
    found: list[Found] = []

    def compute() -> list[Any]:
        found[:] = _all(definition, a, b, interval)
        return [ball for one in found for ball in (one.place, one.left, one.right)]

    until_sure(f"the fixed points of {definition.name}", digits, compute)
    return sorted(found, key=lambda one: float(one.place))


def _all(definition: Definition, a: Fraction, b: Fraction, interval: Interval | None) -> list[Found]:
    if interval is not None:
        ends = sorted(a * x + b for x in interval)
        low, high = ball_of(ends[0]), ball_of(ends[1])
    else:
        low, high = _range(definition, a, b)
    scale, shift = ball_of(a), ball_of(b)
    found: list[Found] = []

    def add(y: Any, left: int, right: int) -> None:
        sides = [definition.jet(y, 2, number)[1] * scale for number in (left, right)]
        found.append(Found((y - shift) / scale, *(sides if a > 0 else sides[::-1])))

    edges = [low, *(ball_of(place) for place in definition.breaks), high]
    for number, piece in enumerate(definition.pieces):
        first, last = number == 0, number == len(definition.pieces) - 1
        start, end = (low if first else edges[number].max(low)), (high if last else edges[number + 1].min(high))
        if not start < end:
            continue
        if piece.polynomial is not None:
            places = _of_polynomial(definition, piece.polynomial, a, b, start, end)
        else:

            def function(y: Any, number: int = number) -> tuple[Any, Any]:
                phi, slope = definition.jet(y, 2, number)
                return phi - (y - shift) / scale, slope - 1 / scale

            places = _isolated(definition, function, number, a, start, end) if not b else isolate(function, start, end)
        for y in places:
            add(y, number, number)
        for x, other in ((start, number), (end, number + 1)):
            at_break = other > number and not last
            at_end = interval is not None and (x is low or x is high)
            if (at_break or at_end) and _is_fixed(definition, x, number, a, b):
                add(x, number, other if at_break else number)
    return found


def _isolated(definition: Definition, function: Any, number: int, a: Fraction, start: Any, end: Any) -> list[Any]:
    """All zeros of h for b = 0, where h may have a multiple zero at 0, as for tanh and a = 1.

    If the first derivative of h that is not 0 there has one sign nearby, no other zero is near.
    """
    zero = arb(0)
    if zero < start or zero > end or not function(zero)[0].is_zero():
        return isolate(function, start, end)
    slope = 1 / ball_of(a)
    for order in range(1, HIGHEST):
        if sign(definition.jet(zero, order + 1, number)[order] - (slope if order == 1 else 0)):
            break
    hair = (end - start).mid() / 4
    for _ in range(200):
        about = arb(0, hair)
        if sign(definition.jet(about, order + 1, number)[order] - (slope if order == 1 else 0)):
            break
        hair /= 2
    left = isolate(function, start, -hair) if start < -hair else []
    right = isolate(function, hair, end) if hair < end else []
    return left + [zero] * bool(start < zero < end) + right


def _is_fixed(definition: Definition, y: Any, number: int, a: Fraction, b: Fraction) -> bool:
    """Whether a break, or the end of an interval, is a fixed point: an exact 0 only is one."""
    value = definition.jet(y, 1, number)[0] - (y - ball_of(b)) / ball_of(a)
    exact = _exactly(definition, number, a, b)
    if exact is not None and y.overlaps(ball_of(definition.breaks[number])):
        value = ball_of(exact)
    if sign(value):
        return False
    if value.is_zero():
        return True
    raise UnprovedError(f"whether y = {y.str(15, radius=False)} is a fixed point could not be decided")


def _exactly(definition: Definition, number: int, a: Fraction, b: Fraction) -> Fraction | None:
    """Return h at the right end of a polynomial piece where all numbers are exact, else None."""
    polynomial = definition.pieces[number].polynomial
    if polynomial is None or number >= len(definition.breaks):
        return None
    place, total = definition.breaks[number], Fraction(0)
    for coefficient in reversed(polynomial):
        if callable(coefficient) or callable(place):
            return None
        total = total * place + coefficient
    return None if callable(place) else total - (place - b) / a


def _of_polynomial(
    definition: Definition, coefficients: tuple[Any, ...], a: Fraction, b: Fraction, start: Any, end: Any
) -> list[Any]:
    c = [ball_of(k) for k in coefficients] + [arb(0)] * (3 - len(coefficients))
    c[0], c[1] = c[0] + ball_of(b / a), c[1] - ball_of(1 / a)
    if c[2].is_zero():
        if c[1].is_zero():
            if c[0].is_zero():
                raise UnprovedError(
                    f"the fixed points of {definition.name} with a = {a}, b = {b} fill an interval, on which "
                    "phi(a x + b) = x; give an interval= without it"
                )
            return []
        roots = [-c[0] / c[1]]
    else:
        discriminant = c[1] * c[1] - 4 * c[0] * c[2]
        if sign(discriminant) < 0:
            return []
        root = arb(0) if discriminant.is_zero() else discriminant.sqrt()
        roots = [(-c[1] + side * root) / (2 * c[2]) for side in ((0,) if root.is_zero() else (-1, 1))]
    return [y for y in roots if start < y < end]


def _range(definition: Definition, a: Fraction, b: Fraction) -> tuple[Any, Any]:
    """Return ends outside of which h has no zero."""
    if definition.waves:
        return _range_of_waves(definition, a, b)
    low, high = search_interval(definition, None)
    if definition.name == "asinh":  # abs(asinh(y)) <= 2 sqrt(abs(y))
        root = ball_of(abs(a)) + (ball_of(a * a + abs(b))).sqrt()
        reach = (root * root + 1).upper()
        return low.min(-reach), high.max(reach)
    found = []
    for side, edge in ((-1, low), (1, high)):
        line = definition.lines[0 if side > 0 else 1]
        if not isinstance(line, Line):
            raise UnprovedError(f"what {definition.name} does far out is not known; give interval=(low, high)")
        found.append(_end(definition, line, a, b, side, edge))
    return found[0], found[1]


def _end(definition: Definition, line: Line, a: Fraction, b: Fraction, side: int, edge: Any) -> Any:
    number = len(definition.pieces) - 1 if side > 0 else 0
    steep, height = ball_of(line.slope) - ball_of(1 / a), ball_of(line.offset) + ball_of(b / a)
    for _ in range(60):
        rest = abs(definition.jet(edge, 1, number)[0] - ball_of(line.slope) * edge - ball_of(line.offset)).upper()
        if not steep.is_zero():
            if not sign(steep):
                break
            reach = ((abs(height) + rest) / abs(steep) + 1).upper()
            return side * (side * edge).max(reach)
        if height.is_zero() or rest < abs(height):
            return edge  # h is r, which has no zero here (or vanishes: then a polynomial, which is looked at)
        edge = edge * 2
    raise UnprovedError(f"whether {definition.name} has fixed points far out could not be decided; give interval=")


def _range_of_waves(definition: Definition, a: Fraction, b: Fraction) -> tuple[Any, Any]:
    """phi(y) = y + A (1 - cos(w y)) lies between y and y + 2 A."""
    assert definition.waves
    most = 2 * definition.waves[1]
    if a == 1:
        if b > 0 or b < -most:
            return arb(0), arb(0)
        raise UnprovedError(f"{definition.name} with a = 1, b = {b} has infinitely many fixed points; give interval=")
    reach = ball_of((most + abs(b / a)) / abs(1 - 1 / a) + 1)
    return -reach, reach
