"""All zeros of a derivative of phi in an interval: none missed, each proved and narrowed.

An interval is dropped when the ball of f over it excludes 0; it holds exactly one zero when the ball of f'
excludes 0 and f changes sign between its ends. Interval Newton then narrows it.
"""

from collections.abc import Callable
from typing import Any

from fastsig.certified.definition import Definition
from fastsig.certified.flint import arb, ball_of, enclosure, sign
from fastsig.certified.interrupts import stop_if_interrupted
from fastsig.errors import DigitsNotReachedError

DEEPEST = 200
MOST = 20_000  # intervals

Function = Callable[[Any], tuple[Any, Any]]


def zeros_between(definition: Definition, order: int, number: int, a: Any, b: Any) -> list[Any]:
    """Return enclosures of the zeros of a derivative of phi in the open interval (a, b) of one piece, ascending."""
    piece = definition.pieces[number]
    if piece.polynomial is not None and len(piece.polynomial) <= order + 1:
        return []  # a constant

    def function(x: Any) -> tuple[Any, Any]:
        jet = definition.jet(x, order + 2, number)
        return jet[order], jet[order + 1]

    if not a < b:
        return []
    start, end = a, b
    found: list[Any] = []
    for place, multiplicity in sorted(definition.zeros.get(order, ())):
        x = ball_of(place)
        if x < start or x > end:
            continue
        hair = _alone(definition, order, multiplicity, number, x, (b - a).mid() / 4)
        if x > start:
            found += isolate(function, start, min((x - hair).mid(), end, key=float))
        if a < x < b:
            found.append(x)
        start = (x + hair).mid()
    return found + (isolate(function, start, end) if start < end else [])


def _alone(definition: Definition, order: int, multiplicity: int, number: int, x: Any, width: Any) -> Any:
    """Return how far from a known zero there is no other: there the first derivative that is not 0 has one sign."""
    for _ in range(DEEPEST):
        about = enclosure(x - width, x + width)
        if sign(definition.jet(about, order + multiplicity + 1, number)[order + multiplicity]):
            return width
        width /= 2
    raise DigitsNotReachedError(f"{definition.name}: the zero of derivative {order} at {x} could not be isolated")


def isolate(function: Function, low: Any, high: Any) -> list[Any]:
    """Return enclosures of all zeros of f in (low, high), where `function` maps a ball to f and f'."""
    found: list[Any] = []
    open_intervals = [(low, high, 0)]
    for _ in range(MOST):
        if not open_intervals:
            return found
        stop_if_interrupted()
        a, b, depth = open_intervals.pop()
        value, slope = function(enclosure(a, b))
        if sign(value):
            continue
        if sign(slope):
            at_ends = [function(x)[0] for x in (a, b)]
            # An end where f is 0 is no zero inside, since f is monotone.
            signs = [sign(v) for v in at_ends]
            if signs[0] * signs[1] > 0 or any(v.is_zero() for v in at_ends):
                continue
            if signs[0] * signs[1] < 0:
                found.append(narrow(function, a, b))
                continue
        if depth > DEEPEST:
            raise DigitsNotReachedError(
                f"cannot decide whether there is a zero about {((a + b) / 2).str(15, radius=False)}"
            )
        # Not the midpoint: zeros at round numbers should lie inside, not at an end.
        middle = (a + (b - a) * 29 / 64).mid()
        open_intervals += [(middle, b, depth + 1), (a, middle, depth + 1)]
    raise DigitsNotReachedError(f"too many intervals between {low.str(5)} and {high.str(5)} may hold a zero")


def narrow(function: Function, a: Any, b: Any) -> Any:
    """Narrow a bracket with one simple zero by interval Newton, by bisection where that does not get on."""
    x = enclosure(a, b)
    direction = sign(function(x)[1])  # of f, which is monotone on the whole bracket
    for _ in range(400):
        middle = x.mid()
        value, slope = function(middle)[0], function(x)[1]
        newer = x
        if sign(slope):  # on a part of the bracket the ball of f' may be worse than on the whole
            newton = middle - value / slope
            if not newton.is_finite() or not newton.overlaps(x):
                break
            newer = newton.intersection(x)
        if newer.rad() * 10 >= x.rad() * 9:
            side = sign(value) * direction
            if not side:
                break  # as narrow as the precision allows
            newer = enclosure(x.lower(), middle) if side > 0 else enclosure(middle, x.upper())
            if newer.rad() >= x.rad():
                break
        x = newer
    if x.contains(0) and function(arb(0))[0].is_zero():
        return arb(0)
    return x
