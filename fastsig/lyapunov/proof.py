"""Proofs of the hypotheses of certificates, in ball arithmetic (extra `certified`).

a, b and the ends of the domain are the exact doubles. Bounds of phi' are those of `fastsig.certified.bounds`; that T
maps an interval into itself follows from balls of phi at stationary points, breaks and ends.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fastsig.activations.definition import Activation
from fastsig.errors import DigitsNotReachedError
from fastsig.lyapunov.domain import INVARIANCE, text
from fastsig.lyapunov.hypothesis import HypothesisError
from fastsig.lyapunov.printed import at_least, at_most
from fastsig.numbers.ball import Ball
from fastsig.taxonomy.ranges import LINE, Interval

if TYPE_CHECKING:
    from fastsig.certified.definition import Definition
    from fastsig.lyapunov.contraction_certificate import Contraction
    from fastsig.lyapunov.primitive_certificate import PrimitiveDescent

MOST_PARTS = 20_000
TINY = Decimal("1e-300")


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved.

    Attributes
    ----------
    statement : str
        The hypotheses that hold.
    slope_low, slope_high : Ball
        inf and sup of phi' on a domain + b.
    margin : float
        By how much the hypothesis holds at least (1 - k, or 1 + inf a phi').
    invariance_margin : float
        How far T(domain) stays inside of the domain at least; 0 for R.
    """

    statement: str
    slope_low: Ball
    slope_high: Ball
    margin: float
    invariance_margin: float


def prove_contraction(certificate: "Contraction", digits: int) -> Proof:
    """Prove sup abs(a phi') < 1 and the invariance of the domain."""
    low, high = _slopes(certificate.activation, certificate.a, certificate.b, certificate.domain, digits)
    k = abs(Fraction(certificate.a)) * max(abs(end) for ball in (low, high) for end in _ends(ball))
    margin = 1 - k
    if margin <= 0:
        raise HypothesisError("sup abs(a phi') < 1", float(margin), 0.0, "this is proved: do not rely on it")
    inside = _invariance(certificate.activation, certificate.a, certificate.b, certificate.domain, digits)
    statement = f"sup abs(T') <= {at_most(k, 1.0)} < 1 on {text(certificate.domain)}, which T maps into itself"
    return Proof(statement, low, high, _below(margin), inside)


def prove_descent(certificate: "PrimitiveDescent", digits: int) -> Proof:
    """Prove inf a phi' > -1 and the invariance of the domain."""
    low, high = _slopes(certificate.activation, certificate.a, certificate.b, certificate.domain, digits)
    a = Fraction(certificate.a)
    least = min(a * end for ball in (low, high) for end in _ends(ball))
    margin = 1 + least
    if margin <= 0:
        raise HypothesisError("inf a phi' > -1", float(margin), 0.0, "this is proved: do not rely on it")
    inside = _invariance(certificate.activation, certificate.a, certificate.b, certificate.domain, digits)
    statement = f"inf T' >= {at_least(least, -1.0)} > -1 on {text(certificate.domain)}, which T maps into itself"
    return Proof(statement, low, high, _below(margin), inside)


def _below(margin: Fraction) -> float:
    """Round a positive number down."""
    return float(margin) * (1.0 - 2.0**-52)


def _ends(ball: Ball) -> tuple[Fraction, Fraction]:
    if 0 < abs(ball.to_decimal()) + ball.radius < TINY:  # as a Fraction exp(-1e8) has millions of digits
        return -Fraction(TINY), Fraction(TINY)
    middle, radius = Fraction(ball.to_decimal()), Fraction(ball.radius)
    return middle - radius, middle + radius


def _exact_interval(a: float, b: float, domain: Interval) -> tuple[Fraction, Fraction] | None:
    """Return a I + b exactly; None for the line."""
    if domain == LINE:
        return None
    low, high = sorted(Fraction(a) * Fraction(x) + Fraction(b) for x in domain)
    return low, high


def _slopes(phi: Activation, a: float, b: float, domain: Interval, digits: int) -> tuple[Ball, Ball]:
    from fastsig.certified import bounds

    interval = _exact_interval(a, b, domain)
    try:
        found = bounds(phi, 1, interval=interval, digits=digits)
    except DigitsNotReachedError:
        if interval is None:
            raise
        found = bounds(phi, 1, digits=digits)  # those of the line contain them: enough where phi' repeats itself
    return found.inf, found.sup


def _invariance(phi: Activation, a: float, b: float, domain: Interval, digits: int) -> float:
    """Return a lower bound of how far T(I) stays inside I; raise where it leaves, or that is not decided."""
    interval = _exact_interval(a, b, domain)
    if interval is None:
        return 0.0
    from fastsig.certified.activations import definition_of
    from fastsig.certified.critical import derivative_at, stretches
    from fastsig.certified.flint import ball_of, bits_of, ctx

    with ctx.workprec(bits_of(digits) + 60):
        definition = definition_of(phi)
        low, high = ball_of(Fraction(domain[0])), ball_of(Fraction(domain[1]))
        try:
            values = [
                derivative_at(definition, 0, x, stretch.number)
                for stretch in stretches(definition, 1, interval)
                for x in (stretch.a, *stretch.zeros, stretch.b)
            ]
        except DigitsNotReachedError:  # zeros of phi' that cannot be told apart do not matter if there is room
            values = _enclosures(definition, interval, low, high)
        margins = [margin for value in values for margin in (value - low, high - value)]
        worst = min(margins, key=lambda margin: float(margin.lower()))
        if all(margin.lower() >= 0 for margin in margins):
            return max(0.0, float(worst.lower()) * (1.0 - 2.0**-50))
        raise HypothesisError(INVARIANCE, float(worst.mid()), float(worst.rad()))


def _enclosures(definition: "Definition", interval: tuple[Fraction, Fraction], low: Any, high: Any) -> list[Any]:
    """Return enclosures of phi on parts of an interval, halved until they lie between low and high."""
    from fastsig.certified.flint import ball_of, enclosure

    found, parts = [], [interval]
    while parts:
        start, end = parts.pop()
        ball = enclosure(ball_of(start), ball_of(end))
        value = None
        for number in range(definition.piece_at_exact(start), definition.piece_at_exact(end) + 1):
            middle = definition.jet(ball.mid(), 1, number)[0]
            wide = middle + definition.jet(ball, 2, number)[1] * (ball - ball.mid())  # the mean value theorem
            value = wide if value is None else enclosure(value, wide)
        if value is not None and value.is_finite() and value > low and value < high:
            found.append(value)
        elif len(found) + len(parts) > MOST_PARTS:
            raise DigitsNotReachedError(f"whether {INVARIANCE} was not decided with {MOST_PARTS} parts")
        else:
            half = (start + end) / 2
            parts += [(start, half), (half, end)]
    return found
