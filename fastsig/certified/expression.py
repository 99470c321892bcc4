"""SymPy expressions for ball arithmetic: pieces, breaks and growth, read off the formula."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from fastsig.activations.expression import Expression
from fastsig.activations.formulas.stable_form import stable_form
from fastsig.certified.compiled import compiled, exact
from fastsig.certified.definition import Definition, Growth, Piece
from fastsig.certified.expression_pieces import breaks_of, distinct, point_between, resolved
from fastsig.certified.flint import Exact, arb, ball_of, ctx
from fastsig.certified.ranges import Bound, growth_of


def definition_of_expression(phi: Expression) -> Definition:
    """Return the definition of an activation from an expression.

    Raises
    ------
    ValueError
        What the formula contains cannot be computed in balls, or its pieces meet where no polynomial vanishes.
    """
    import sympy as sp

    x = sp.Symbol("x", real=True)
    formula = stable_form(phi.expression)
    breaks = breaks_of(formula, x, phi.name)
    breaks += [(sp.Rational(k), Fraction(k)) for k in phi._key[1]]
    breaks = distinct(breaks, phi.name)
    places = [exact for _, exact in breaks]
    pieces, bounds = [], []
    ends: list[Any] = [arb.neg_inf(), *places, arb.pos_inf()]
    for left, right in pairwise(ends):
        own = resolved(formula, x, point_between(left, right))
        pieces.append(_piece(own, x))
        reach = tuple(end if isinstance(end, arb) else ball_of(end) for end in (left, right))
        slope = stable_form(own.diff(x))
        bend = stable_form(slope.diff(x))
        with ctx.workprec(128):
            bounds.append([growth_of(one, (reach[0], reach[1])) for one in (own, slope, bend)])
    growth = [_larger([bound[order] for bound in bounds]) for order in range(3)]
    smooth = tuple(k for k in range(len(places)) if _is_smooth(formula, x, places, k))
    return Definition(
        phi.name,
        tuple(pieces),
        breaks=tuple(places),
        smooth=smooth,
        growth=(growth[0], growth[1], growth[2]),
        parity=_parity(phi.expression, x),
    )


def _piece(formula: Any, x: Any) -> Piece:
    polynomial = None
    if formula.is_polynomial(x):
        coefficients = formula.as_poly(x).all_coeffs()[::-1] if formula.has(x) else [formula]
        polynomial = tuple(exact(c) for c in coefficients)
    return Piece(compiled(formula, x), polynomial)


def _is_smooth(formula: Any, x: Any, places: list[Exact], k: int) -> bool:
    """Whether phi' has no jump at a break, proved by an exact difference of polynomials or by SymPy."""
    import sympy as sp

    place = places[k]
    if callable(place):
        return False
    ends: list[Any] = [arb.neg_inf(), *places, arb.pos_inf()]
    left, right = (resolved(formula, x, point_between(ends[k + i], ends[k + i + 1])).diff(x) for i in (0, 1))
    at = sp.Rational(place.numerator, place.denominator)
    return bool(sp.simplify(left.subs(x, at) - right.subs(x, at)) == 0)


def _parity(formula: Any, x: Any) -> int:
    import sympy as sp

    mirrored = formula.subs(x, -x)
    for parity in (1, -1):
        if mirrored == parity * formula or sp.expand(mirrored - parity * formula) == 0:
            return parity
    return 0


def _larger(bounds: list[Bound]) -> Growth:
    factor = bounds[0][0]
    rate = bounds[0][2]
    for c, _, r in bounds[1:]:
        factor, rate = factor.max(c), rate.max(r)
    top, steepest = factor.upper(), rate.upper()
    return Growth(lambda: top, max(p for _, p, _ in bounds), lambda: steepest)
