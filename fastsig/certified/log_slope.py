"""Certified E ln abs(phi'), with its logarithmic singularities at zeros of phi'.

About a zero of multiplicity k, abs(phi') lies between m r^k and M r^k at distance r, so over a hair of width h beside
it the integral of abs(ln abs(phi')) is below h (max(abs(ln m), abs(ln M)) + k (abs(ln h) + 1)).
"""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from fastsig.certified.critical import UnprovedError, search_interval
from fastsig.certified.definition import Definition
from fastsig.certified.elementary import log, variable
from fastsig.certified.flint import acb_series, arb, ball_of, bits_of, ctx, enclosure, is_sure, sign
from fastsig.certified.gaussian import density, tail_bound, truncated_moments
from fastsig.certified.integrate import integrate
from fastsig.certified.isolate import zeros_between
from fastsig.certified.shape import until_sure
from fastsig.errors import DigitsNotReachedError

MOST_WAVES = 1_000_000


def log_slope(definition: Definition, sigma: Fraction, mean: Fraction, digits: int) -> Any:
    """Return an ``arb`` for E ln abs(phi'(mean + sigma Z)); `definition.flat` is known to be false."""
    if not sigma:
        return _at_point(definition, mean, digits)
    if definition.waves:
        return until_sure(f"log_slope of {definition.name}", digits, lambda: _of_waves(definition, sigma, mean))
    if definition.log_growth is None:
        raise UnprovedError(f"log_slope of {definition.name} is not available with precision='certified'")
    bits = bits_of(digits) + 20
    # At a hair from a zero of multiplicity k phi' is that small to the power k.
    multiplicity = max((m for _, m in definition.zeros.get(1, ())), default=1)
    for _ in range(3):
        with ctx.workprec(multiplicity * (bits + 30)):
            value = _attempt(definition, ball_of(sigma), ball_of(mean), bits)
            if is_sure(value, digits) or value.is_zero():
                return value
            if not value.is_finite():
                break
        bits *= 2
    raise DigitsNotReachedError(f"log_slope of {definition.name} was not reached with {digits} digits")


def _at_point(definition: Definition, mean: Fraction, digits: int) -> Any:
    for factor in (1, 2, 4):
        with ctx.workprec(factor * (bits_of(digits) + 40)):
            slope = abs(definition.jet(ball_of(mean), 2, definition.piece_at_exact(mean))[1])
            if slope.is_zero():
                return arb.neg_inf()
            if slope > 0 and (is_sure(slope.log(), digits) or slope == 1):
                return slope.log()
    raise DigitsNotReachedError(f"log_slope of {definition.name} at {float(mean):g} was not reached")


def _attempt(definition: Definition, sigma: Any, mean: Any, bits: int) -> Any:
    growth = definition.log_growth
    assert growth is not None
    factor = ball_of(growth.factor) * (1 + abs(mean) + sigma) ** growth.power
    reach = (2 * arb(bits) * arb(2).log()).sqrt() + 2
    reach = reach.max((8 * arb(growth.power)).sqrt() + 1).upper()
    window = search_interval(definition, None)
    low, high = (mean - reach * sigma).lower().min(window[0]), (mean + reach * sigma).upper().max(window[1])
    total = arb(0)
    if any(piece.polynomial is None for piece in definition.pieces):
        total += arb(0, tail_bound(factor, growth.power, arb(0), reach).upper())
    edges = [low, *(ball_of(place) for place in definition.breaks), high]
    for number, piece in enumerate(definition.pieces):
        last = number == len(definition.pieces) - 1
        a, b = (low if not number else edges[number].max(low)), (high if last else edges[number + 1].min(high))
        if piece.polynomial is not None and len(piece.polynomial) == 2:  # a line
            ends = [(x - mean) / sigma for x in (a, b)]
            ends = [-arb.pos_inf() if not number else ends[0], arb.pos_inf() if last else ends[1]]
            total += abs(ball_of(piece.polynomial[1])).log() * truncated_moments(ends[0], ends[1], 1)[0]
        else:
            total += _piece(definition, number, a, b, sigma, mean, bits)
    return total


def _piece(definition: Definition, number: int, a: Any, b: Any, sigma: Any, mean: Any, bits: int) -> Any:
    zeros = zeros_between(definition, 1, number, a, b)
    orders = {float(place): multiplicity for place, multiplicity in definition.zeros.get(1, ())}
    total = arb(0)
    cuts = [a, *zeros, b]
    hair = arb(2) ** -(bits + 10)
    for left, right in pairwise(cuts):
        start = left if left is a else (left + hair).upper()
        end = right if right is b else (right - hair).lower()
        total += _between(definition, number, start, end, sigma, mean, bits)
    for zero in zeros:
        k = next((m for place, m in orders.items() if zero.contains(place)), 1)
        width = (hair + 2 * zero.rad()).upper()
        about = enclosure((zero - width).lower(), (zero + width).upper())
        steep = abs(definition.jet(about, k + 2, number)[k + 1])
        sizes = [abs((steep / arb(k).fac()).lower().log()), abs((steep / arb(k).fac()).upper().log())]
        rest = 2 * width * (sizes[0].max(sizes[1]) + k * (abs(width.log()) + 1))
        total += arb(0, (rest * density((about - mean) / sigma) / sigma).upper())
    return total


def _between(definition: Definition, number: int, a: Any, b: Any, sigma: Any, mean: Any, bits: int) -> Any:
    middle = [x.mid() for x in (mean, arb(0)) if a < x.mid() < b]
    formula = definition.pieces[number].formula
    total = arb(0)
    edges = [a, *sorted(set(middle), key=float), b]
    norm = 1 / (sigma * (2 * arb.pi()).sqrt())
    side = sign(definition.jet(((a + b) / 2).mid(), 2, number)[1])

    spelled = definition.pieces[number].log_slope

    def integrand(x: Any) -> Any:
        z = (x - mean) / sigma
        if spelled is not None:
            return spelled(variable(x, 1), side)[0] * (-z * z / 2).exp()
        slope = formula(variable(x, 2))[1] * side
        return log(acb_series([slope], prec=1))[0] * (-z * z / 2).exp()

    for left, right in pairwise(edges):
        total += integrate(integrand, left, right, absolute=arb(2) ** -bits / norm)
    return total * norm


def _of_waves(definition: Definition, sigma: Fraction, mean: Fraction) -> Any:
    """Phi' = 1 + sin(w x): ln(1 + cos(u)) = -ln(2) - 2 sum (-1)^k cos(k u)/k, u = w x - pi/2, term by term.

    With theta = w sigma the terms beyond K sum to less than 2/K exp(-K^2 theta^2/2)/(1 - exp(-K theta^2)).
    """
    assert definition.waves
    w = ball_of(definition.waves[0])
    theta, phase = w * ball_of(sigma), w * ball_of(mean) - arb.pi() / 2
    last = int(float(((2 * arb(ctx.prec) * arb(2).log()).sqrt() / theta).upper())) + 1
    if last > MOST_WAVES:
        raise UnprovedError(f"log_slope of {definition.name} with a sigma = {float(theta):.1e} would need {last} terms")
    total = -arb(2).log()
    for k in range(1, last + 1):
        total -= 2 * (-1) ** k * (k * phase).cos() * (-((k * theta) ** 2) / 2).exp() / k
    rest = 2 * (-((last * theta) ** 2) / 2).exp() / last / (1 - (-last * theta * theta).exp())
    return total + arb(0, rest.upper())
