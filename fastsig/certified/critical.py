"""Places that decide about phi' and phi'': zeros of the derivatives on R or an interval, ends, breaks."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fastsig.certified.definition import Definition
from fastsig.certified.flint import arb, ball_of, enclosure
from fastsig.certified.isolate import zeros_between

Interval = tuple[Fraction, Fraction]


class UnprovedError(ValueError):
    """Something that is asked for cannot be proved for this activation; the message says what would help."""


@dataclass(frozen=True)
class Stretch:
    """A part of one piece: from a to b, and the zeros of a derivative inside."""

    number: int
    a: Any
    b: Any
    zeros: tuple[Any, ...]


def search_interval(definition: Definition, interval: Interval | None) -> tuple[Any, Any]:
    """Return where to look: the interval, or the window outside of which nothing is to be found."""
    if interval is not None:
        return ball_of(interval[0]), ball_of(interval[1])
    if definition.waves:
        raise UnprovedError(f"phi' of {definition.name} oscillates for ever; give interval=(low, high)")
    if definition.window is None:
        raise UnprovedError(
            f"what {definition.name} does far out is not known to the proofs; give interval=(low, high), "
            "outside of which nothing is claimed"
        )
    return ball_of(definition.window[0]), ball_of(definition.window[1])


def stretches(definition: Definition, order: int, interval: Interval | None) -> list[Stretch]:
    """Return the parts of the pieces inside the interval or the window, with the zeros of a derivative inside each."""
    low, high = search_interval(definition, interval)
    edges = [low, *(ball_of(place) for place in definition.breaks), high]
    found = []
    for number in range(len(definition.pieces)):
        a = low if number == 0 else edges[number].max(low)
        b = high if number == len(definition.pieces) - 1 else edges[number + 1].min(high)
        if a < b:
            start, end = _inside_window(definition, a, b)
            zeros = zeros_between(definition, order, number, start, end) if start < end else []
            found.append(Stretch(number, a, b, tuple(_exactly(definition, order, zero) for zero in zeros)))
    return found


def _inside_window(definition: Definition, a: Any, b: Any) -> tuple[Any, Any]:
    """Return the part of [a, b] in the window, outside of which no derivative in question has an isolated zero."""
    if definition.window is None:
        return a, b
    return a.max(ball_of(definition.window[0])), b.min(ball_of(definition.window[1]))


def _exactly(definition: Definition, order: int, zero: Any) -> Any:
    """Return 0 for a zero that symmetry puts there."""
    odd = (definition.parity < 0) == (order % 2 == 0) and definition.parity
    return arb(0) if odd and zero.contains(0) else zero


def derivative_at(definition: Definition, order: int, x: Any, number: int) -> Any:
    """Return a derivative of phi at a ball.

    By the mean value theorem about the midpoint: tighter than the plain value on a ball.
    """
    if x.is_exact():
        return definition.jet(x, order + 1, number)[order]
    middle = definition.jet(x.mid(), order + 1, number)[order]
    wide = definition.jet(enclosure(x.lower(), x.upper()), order + 2, number)[order + 1]
    return middle + wide * (x - x.mid())


def is_constant(definition: Definition, number: int, order: int) -> bool:
    """Whether a derivative is constant on a piece, which is then a polynomial."""
    polynomial = definition.pieces[number].polynomial
    return polynomial is not None and len(polynomial) <= order + 1
