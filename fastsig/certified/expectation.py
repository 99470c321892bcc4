"""Certified Gaussian expectations of an activation: attempts, until the ball has the digits asked for.

A ball too wide means another attempt, deeper: with a smaller absolute error, where the value is small, and with more
precision, where parts cancel.
"""

from fractions import Fraction
from typing import Any

from fastsig.certified.attempt import Attempt
from fastsig.certified.definition import Definition
from fastsig.certified.flint import arb, ball_of, bits_of, ctx, is_sure, sign
from fastsig.certified.functionals import Term, parity_of, value_of
from fastsig.errors import DigitsNotReachedError

ATTEMPTS = 9
MOST_BITS = 200_000  # of an absolute error: far means with values about 1e-60000
MOST_PRECISION = 12_000


def expectation(definition: Definition, terms: tuple[Term, ...], sigma: Fraction, mean: Fraction, digits: int) -> Any:
    """Return an ``arb`` for a functional, with the digits asked for and guard digits.

    Where it cannot be told from 0 the digits are those of the sum of the sizes of its parts, twice as many.
    """
    if not sigma:
        return _at_point(definition, terms, mean, digits)
    if not mean and all(parity_of(term, definition.parity) == -1 for term in terms):
        return arb(0)
    goal = bits_of(digits)
    precision, bits = goal + 40, goal + 20
    closed = all(piece.polynomial is not None for piece in definition.pieces)
    best = None
    for number in range(ATTEMPTS):
        with ctx.workprec(precision):
            attempt = Attempt(definition, sigma, mean, bits, more_parts=number > 1)
            value, size = attempt.run(terms)
            if is_sure(value, digits) or value.is_zero():
                return value
            best = value
            small = size.abs_lower()
            if value.contains(0) and small > 0 and value.rad() * arb(2) ** (2 * goal - 8) < small:
                return value
            bits, precision = _deeper(value, size, goal, bits, precision)
            if closed:  # far tails of the normal distribution: the radius of erfc is large there
                precision = max(precision, 2 * ctx.prec)
        if bits > MOST_BITS or precision > MOST_PRECISION:
            break
    raise DigitsNotReachedError(
        f"{definition.name} at sigma {float(sigma):g}, mean {float(mean):g}: reached {reached(best)}, "
        f"not {digits} digits"
    )


def reached(value: Any) -> str:
    """Describe a ball that is too wide."""
    if value is None or not value.is_finite():
        return "no finite enclosure"
    if value.contains(0):
        return f"an absolute error of {value.rad().str(2, radius=False)}, and no digit of the value"
    return f"{max(0, int(value.rel_accuracy_bits() / 3.3219))} digits"


def _deeper(value: Any, size: Any, goal: int, bits: int, precision: int) -> tuple[int, int]:
    """Return the bits and the precision of the next attempt."""
    if not value.is_finite():
        return bits * 2, precision * 2
    if not value.contains(0):
        missing = max(0, goal - int(value.rel_accuracy_bits())) + 10
        return bits + missing, precision + missing
    lost = _log2(size.abs_upper() / value.abs_upper())
    return bits * 2, max(precision * 9 // 8, goal + 40 + lost)


def _log2(ratio: Any) -> int:
    return max(0, int(float((ratio.log() / arb(2).log()).mid()))) if ratio > 0 else 0


def _at_point(definition: Definition, terms: tuple[Term, ...], mean: Fraction, digits: int) -> Any:
    """The point mass: z^2 has mean 1; at a break the formula of the left piece, as torch has it."""
    moment = {0: 1, 2: 1, 4: 3}
    for precision in (2, 4, 8, 16):
        with ctx.workprec(precision * (bits_of(digits) + 40)):
            jet = definition.jet(ball_of(mean), 3, definition.piece_at_exact(mean))
            total = arb(0)
            for term in terms:
                if not term.sigma_power and term.z_power in moment:
                    part = value_of(term.monomials, jet)
                    total += moment[term.z_power] * (part * sign(jet[1]) if term.absolute else part)
            if total.is_exact() or is_sure(total, digits):
                return total
            if total.contains(0) and total.rad() < arb(10) ** (-2 * digits):  # at a zero of phi', say
                return total
    raise DigitsNotReachedError(f"{definition.name} at {float(mean):g}: reached {reached(total)}, not {digits} digits")
