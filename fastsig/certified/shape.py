"""Certified total variation, curvature and extremes of phi' and phi''.

phi' is monotone between zeros of phi'' and breaks, so its variation is a finite sum and its extremes are among finitely
many values; likewise those of phi'', by the zeros of its derivative. Outside the window both are monotone and tend to
the end slopes and to 0.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from fastsig.certified.critical import Interval, UnprovedError, derivative_at, stretches
from fastsig.certified.definition import Definition, Line
from fastsig.certified.elementary import variable
from fastsig.certified.flint import arb, ball_of, bits_of, ctx, is_sure, sign
from fastsig.certified.integrate import integrate
from fastsig.errors import DigitsNotReachedError

_PRECISIONS = (1, 2, 4, 8)


def until_sure(what: str, digits: int, compute: Callable[[], Any]) -> Any:
    """Compute a ball, or a list of balls, with more and more precision until all have the digits."""
    why = ""
    for factor in _PRECISIONS:
        with ctx.workprec(factor * (bits_of(digits) + 60)):
            try:
                found = compute()
            except DigitsNotReachedError as error:
                why = f": {error}"
                continue
            balls = found if isinstance(found, list) else [found]
            if all(_is_enough(ball, digits) for ball in balls):
                return found
            worst = next(ball for ball in balls if not _is_enough(ball, digits))
            why = f": reached {worst.str(10, more=True)}"
    raise DigitsNotReachedError(f"{what} was not reached with {digits} digits{why}")


def _is_enough(ball: Any, digits: int) -> bool:
    if ball.is_exact() or is_sure(ball, digits):
        return True
    # 0 or next to it: twice the digits, of 1
    return bool(ball.contains(0) and ball.rad() < arb(10) ** (-2 * digits))


def end_slopes(definition: Definition) -> tuple[Any, Any]:
    """Return the limits of phi' at +inf and -inf."""
    if definition.name == "asinh" or definition.waves:
        return arb(0), arb(0)
    found = []
    for line in definition.lines:
        if not isinstance(line, Line):
            raise UnprovedError(f"the end slopes of {definition.name} are not known to the proofs")
        found.append(ball_of(line.slope))
    return found[0], found[1]


def has_kink(definition: Definition, interval: Interval | None = None) -> bool:
    """Whether phi' jumps, inside the interval if there is one."""
    for number, place in enumerate(definition.breaks):
        if number in definition.smooth:
            continue
        x = ball_of(place)
        if interval is None or (x > ball_of(interval[0]) and x < ball_of(interval[1])):
            return True
    return False


def total_variation(definition: Definition, digits: int) -> Any:
    """Return the total variation of phi' on R; inf where phi' has no limit."""
    if definition.waves:
        return arb.pos_inf()

    def compute() -> Any:
        plus, minus = end_slopes(definition)
        slopes = [minus]
        for stretch in stretches(definition, 2, None):
            marks = [stretch.a, *stretch.zeros, stretch.b]
            slopes += [derivative_at(definition, 1, x, stretch.number) for x in marks]
        slopes.append(plus)
        return sum((abs(b - a) for a, b in pairwise(slopes)), arb(0))

    return until_sure(f"the total variation of {definition.name}", digits, compute)


def curvature(definition: Definition, digits: int) -> Any:
    """Return the integral of phi''^2 over R; inf where phi' jumps or oscillates for ever.

    Beyond the window, and wherever phi'' and phi''' have no zero, the rest is below abs(phi''(x)) abs(slope - phi'(x)).
    """
    if definition.waves or has_kink(definition):
        return arb.pos_inf()
    if definition.curvature is not None:
        return until_sure("the curvature", digits, lambda: ball_of(definition.curvature))  # type: ignore[arg-type]

    def compute() -> Any:
        small = arb(2) ** -(bits_of(digits) + 30)
        slopes = end_slopes(definition)
        total = arb(0)
        for stretch in stretches(definition, 2, None):
            a, b, number = stretch.a, stretch.b, stretch.number
            for side, piece in ((-1, 0), (1, len(definition.pieces) - 1)):
                if number == piece:
                    x, rest = _reach(definition, number, b if side > 0 else a, slopes[0 if side > 0 else 1], small)
                    a, b = (a, x) if side > 0 else (x, b)
                    total += arb(0, rest.upper())
            formula = definition.pieces[number].formula

            def square(x: Any, formula: Any = formula) -> Any:
                bend = 2 * formula(variable(x, 3))[2]
                return bend * bend

            middle = [x for x in (arb(0),) if a < x < b]
            for left, right in pairwise([a, *middle, b]):
                total += integrate(square, left, right, absolute=small)
        return total

    return until_sure(f"the curvature of {definition.name}", digits, compute)


def _reach(definition: Definition, number: int, edge: Any, slope: Any, small: Any) -> tuple[Any, Any]:
    """Go outwards from the edge of the window until the rest is small; return where, and a bound of the rest."""
    x = edge
    for _ in range(200):
        _, phi1, phi2 = definition.jet(x, 3, number)
        rest = abs(phi2) * abs(slope - phi1)
        if rest < small:
            return x, rest
        x = (x * arb("1.25")).mid()
    raise DigitsNotReachedError(f"phi'' of {definition.name} decays too slowly")


def bounds(definition: Definition, order: int, interval: Interval | None, digits: int) -> tuple[Any, Any]:
    """Return inf and sup of phi' (order 1) or phi'' (2) on R, or on a closed interval."""
    if order == 2 and has_kink(definition, interval):
        return arb.neg_inf(), arb.pos_inf()
    if definition.waves and interval is None:
        return _bounds_of_waves(definition, order, digits)

    def compute() -> list[Any]:
        values = []
        for stretch in stretches(definition, order + 1, interval):
            marks = [stretch.a, *stretch.zeros, stretch.b]
            values += [derivative_at(definition, order, x, stretch.number) for x in marks]
        if interval is None:
            values += [arb(0)] if order == 2 else list(end_slopes(definition))
        low, high = values[0], values[0]
        for value in values[1:]:
            low, high = low.min(value), high.max(value)
        return [low, high]

    found = until_sure(f"the bounds of derivative {order} of {definition.name}", digits, compute)
    return found[0], found[1]


def _bounds_of_waves(definition: Definition, order: int, digits: int) -> tuple[Any, Any]:
    assert definition.waves
    w, amplitude = definition.waves
    if order == 1:
        return ball_of(1 - w * amplitude), ball_of(1 + w * amplitude)
    size = until_sure("the bounds", digits, lambda: ball_of(w * w * amplitude))
    return -size, size


def curvature_sup(definition: Definition, digits: int) -> Any:
    """Return sup abs(phi''); inf where phi' jumps."""
    low, high = bounds(definition, 2, None, digits)
    return (-low).max(high)


def slope_sign_changes(definition: Definition, interval: Interval | None) -> int:
    """Return 1 if phi' is nowhere negative, -1 if nowhere positive, else 0."""
    low, high = bounds(definition, 1, interval, 15)
    return 1 if sign(low) >= 0 and low.lower() >= 0 else -1 if high.upper() <= 0 else 0
