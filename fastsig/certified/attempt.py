"""One attempt at a certified expectation, with a given precision and absolute error.

The line is cut where the formula changes. On each piece:

- a polynomial is integrated in closed form, however far out;
- else, beyond mean +- reach sigma nothing is integrated: what that loses is bounded through the growth of phi, phi'
  and phi'';
- towards +inf and -inf phi is replaced by a line, where it is one up to tiny balls (`far_lines`), which stay in the
  coefficients of the line;
- what is left, the core, is integrated by ``acb.integral`` (adaptive Gauss-Legendre, errors bounded by the
  values on ellipses: arXiv 1802.07942).
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from fastsig.certified.definition import Definition
from fastsig.certified.elementary import variable
from fastsig.certified.far_lines import line_at_end
from fastsig.certified.flint import arb, arb_poly, ball_of, enclosure, sign
from fastsig.certified.functionals import Term, value_of
from fastsig.certified.gaussian import density, expectation_of_polynomial, tail_bound
from fastsig.certified.integrate import integrate
from fastsig.certified.isolate import zeros_between
from fastsig.certified.waves import expectation_of_waves


@dataclass
class Attempt:
    """One attempt at one point, with absolute errors about 2^-bits."""

    definition: Definition
    exact_sigma: Fraction
    exact_mean: Fraction
    bits: int
    more_parts: bool = False  # cut the core at mean +- sigma, too: parts that are 0 say nothing of the size

    def run(self, terms: tuple[Term, ...]) -> tuple[Any, Any]:
        """Return balls for the value, and for the sum of the sizes of its parts."""
        self.sigma, self.mean = ball_of(self.exact_sigma), ball_of(self.exact_mean)
        if self.definition.waves:
            total, size = expectation_of_waves(terms, self.definition.waves, self.sigma, self.mean)
            return total, size
        total, size = arb(0), arb(0)
        for term in terms:
            value, own = self.term(term)
            factor = self.sigma**term.sigma_power
            total, size = total + value * factor, size + own * factor
        return total, size

    def term(self, term: Term) -> tuple[Any, Any]:
        """Integrate one term."""
        definition = self.definition
        majorant = sum((self._bound(m)[0] for m in term.monomials), arb(0))
        reach = self._reach(term)
        low, high = (self.mean - reach * self.sigma).lower(), (self.mean + reach * self.sigma).upper()
        total, size = arb(0), arb(0)
        ends = [-arb.pos_inf(), *(ball_of(place) for place in definition.breaks), arb.pos_inf()]
        for number, (a, b) in enumerate(pairwise(ends)):
            piece = definition.pieces[number]
            if piece.polynomial is not None:
                parts = self._polynomial(term, number, a, b)
            else:
                first, last = number == 0, number == len(definition.pieces) - 1
                parts = self._analytic(term, number, a.max(low), b.min(high), first, last, majorant)
            for part in parts:
                total, size = total + part, size + abs(part)
        if any(piece.polynomial is None for piece in definition.pieces):
            lost = sum((self._lost(m, term.z_power, reach) for m in term.monomials), arb(0))
            total += arb(0, lost.upper())
        for part in self._jumps(term):
            total, size = total + part, size + abs(part)
        return total, size

    def _bound(self, monomial: tuple[int, int, int, int]) -> tuple[Any, int, Any]:
        """Bound a monomial by K max(1, abs(z))^power exp(rate abs(z))."""
        factor, power, rate = arb(abs(monomial[0])), 0, arb(0)
        wide = 1 + abs(self.mean) + self.sigma
        for growth, count in zip(self.definition.growth, monomial[1:], strict=True):
            at_mean = ball_of(growth.factor) * wide**growth.power * (ball_of(growth.rate) * abs(self.mean)).exp()
            factor *= at_mean**count
            power += growth.power * count
            rate += ball_of(growth.rate) * self.sigma * count
        return factor, power, rate

    def _reach(self, term: Term) -> Any:
        """Return how many sigmas to go."""
        reach = (2 * arb(self.bits) * arb(2).log()).sqrt() + 2
        for monomial in term.monomials:
            _, power, rate = self._bound(monomial)
            reach = reach.max((8 * arb(power + term.z_power)).sqrt() + 1).max(4 * rate + reach)
        return reach.upper()

    def _lost(self, monomial: tuple[int, int, int, int], z_power: int, reach: Any) -> Any:
        factor, power, rate = self._bound(monomial)
        return tail_bound(factor, power + z_power, rate, reach)

    def _standard(self, x: Any) -> Any:
        return (x - self.mean) / self.sigma if x.is_finite() else x

    def _zeros_of_slope(self, number: int, coefficients: list[Any], a: Any, b: Any) -> list[Any]:
        """Return the zeros of phi' on a polynomial piece: none is beyond 1 + max abs(c_k/c_n) (Cauchy)."""
        most = max((abs(c / coefficients[-1]).upper() for c in coefficients), key=float) + 1
        return zeros_between(self.definition, 1, number, a.max(-most), b.min(most))

    def _polynomial(self, term: Term, number: int, a: Any, b: Any) -> list[Any]:
        """Integrate a polynomial piece over a < x < b."""
        coefficients = self.definition.pieces[number].polynomial or ()
        x = arb_poly([self.mean, self.sigma])
        phi = arb_poly([ball_of(k) for k in coefficients])
        jet = [phi, phi.derivative(), phi.derivative().derivative()]
        cuts = [a, b]
        if term.absolute and len(coefficients) > 2:
            cuts[1:1] = self._zeros_of_slope(number, jet[1].coeffs(), a, b)
        integrand = value_of(term.monomials, jet)(x) * arb_poly([0, 1]) ** term.z_power
        parts = []
        for left, right in pairwise(cuts):
            part = expectation_of_polynomial(integrand, self._standard(left), self._standard(right))
            if term.absolute:
                part = _signed(part, self._sign_of_slope(jet[1](_between(left, right))))
            parts.append(part)
        return parts

    def _analytic(
        self, term: Term, number: int, low: Any, high: Any, first: bool, last: bool, majorant: Any
    ) -> list[Any]:
        """Integrate a piece that is no polynomial over low < x < high: lines far out, the core between them."""
        if not low < high:
            return []
        parts = []
        left, right = low, high
        if last:
            right, line = line_at_end(self.definition, term.orders, number, low, high, 1, self.bits)
            if line is not None:
                parts += self._on_line(term, line, right, high)
        if first:
            left, line = line_at_end(self.definition, term.orders, number, low, right, -1, self.bits)
            if line is not None:
                parts += self._on_line(term, line, low, left)
        places = [self.mean, arb(0)]
        if self.more_parts:
            places += [self.mean - self.sigma, self.mean + self.sigma]
        cuts = sorted({x.mid() for x in places if left < x.mid() < right}, key=float)
        edges = [left, *cuts, right]
        if term.absolute:
            return parts + self._absolute_core(term, number, edges, majorant)
        return parts + [self._core(term, number, a, b, majorant) for a, b in pairwise(edges)]

    def _core(self, term: Term, number: int, a: Any, b: Any, majorant: Any) -> Any:
        formula, monomials, orders = self.definition.pieces[number].formula, term.monomials, term.orders
        mean, sigma, z_power = self.mean, self.sigma, term.z_power

        def integrand(x: Any) -> Any:
            series = formula(variable(x, orders))
            jet = [series[k] * (2 if k == 2 else 1) for k in range(orders)]
            z = (x - mean) / sigma
            weight = (-z * z / 2).exp()
            value = value_of(monomials, jet) * weight
            return value * z**z_power if z_power else value

        norm = 1 / (sigma * (2 * arb.pi()).sqrt())
        return integrate(integrand, a, b, absolute=majorant * arb(2) ** -self.bits / norm) * norm

    def _absolute_core(self, term: Term, number: int, edges: list[Any], majorant: Any) -> list[Any]:
        """Integrate sign(phi') times something: between zeros of phi', where the sign is one."""
        parts = []
        for a, b in pairwise(edges):
            cuts = [a, *zeros_between(self.definition, 1, number, a, b), b]
            for left, right in pairwise(cuts):
                part = self._core(term, number, left, right, majorant)
                parts.append(
                    _signed(part, self._sign_of_slope(self.definition.jet(_between(left, right), 2, number)[1]))
                )
        return parts

    def _sign_of_slope(self, slope: Any) -> int | None:
        return 0 if slope.is_zero() else sign(slope) or None

    def _on_line(self, term: Term, line: list[Any], a: Any, b: Any) -> list[Any]:
        x = arb_poly([self.mean, self.sigma])
        integrand = value_of(term.monomials, line)(x) * arb_poly([0, 1]) ** term.z_power
        part = expectation_of_polynomial(integrand, self._standard(a), self._standard(b))
        if term.absolute:
            part = _signed(part, self._sign_of_slope(line[1](arb(0))))
        return [part]

    def _jumps(self, term: Term) -> list[Any]:
        """What the jumps of phi' add to a derivative."""
        parts: list[Any] = []
        if not term.primitive:
            return parts
        for number, place in enumerate(self.definition.breaks):
            if number in self.definition.smooth:
                continue
            x = ball_of(place)
            left, right = (self.definition.jet(x, 2, number + side) for side in (0, 1))
            heights = [value_of(term.primitive, jet) for jet in (left, right)]
            if term.absolute:
                heights = [abs(h) for h in heights]
            z = self._standard(x)
            parts.append((heights[1] - heights[0]) * z**term.z_power * density(z) / self.sigma)
        return parts


def _signed(part: Any, sign_of_slope: int | None) -> Any:
    """Multiply by a sign; one that is not known leaves a ball about 0."""
    return enclosure(part, -part) if sign_of_slope is None else part * sign_of_slope


def _between(a: Any, b: Any) -> Any:
    if a.is_finite() and b.is_finite():
        return ((a + b) / 2).mid()
    return (a + 1).mid() if a.is_finite() else (b - 1).mid() if b.is_finite() else arb(0)
