"""SymPy expressions for ball arithmetic: pieces, breaks and growth, read off the formula."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from fastsig.activations.expression import Expression
from fastsig.activations.formulas.stable_form import stable_form
from fastsig.certified.critical import UnprovedError
from fastsig.certified.definition import Definition, Growth, Piece
from fastsig.certified.elementary import FUNCTIONS, Series, divide, exp, log, sqrt
from fastsig.certified.flint import Exact, acb_series, arb, ball_of, ctx, sign
from fastsig.certified.ranges import Bound, growth_of

MOST_ALTERNATIVES = 64
_SWITCHES = ("Modulus", "Sign", "Step")


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
    breaks = _breaks(formula, x, phi.name)
    breaks += [(sp.Rational(k), Fraction(k)) for k in phi._key[1]]
    breaks = _distinct(breaks, phi.name)
    places = [exact for _, exact in breaks]
    pieces, bounds = [], []
    ends: list[Any] = [arb.neg_inf(), *places, arb.pos_inf()]
    for left, right in pairwise(ends):
        resolved = _resolved(formula, x, _between(left, right))
        pieces.append(_piece(resolved, x))
        reach = tuple(end if isinstance(end, arb) else ball_of(end) for end in (left, right))
        slope = stable_form(resolved.diff(x))
        bend = stable_form(slope.diff(x))
        with ctx.workprec(128):
            bounds.append([growth_of(one, (reach[0], reach[1])) for one in (resolved, slope, bend)])
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


def constant(number: Any) -> Any:
    """Return a SymPy number as an ``arb``."""
    value = compiled(number, None)(acb_series([0], prec=1))[0]
    return value.real


def compiled(formula: Any, x: Any) -> Callable[[Series], Series]:
    """Return a function that evaluates a resolved formula for power series over balls."""
    import sympy as sp

    if formula.is_Symbol:
        return lambda s: s
    if formula.is_Rational:
        exact = Fraction(int(formula.p), int(formula.q))
        return lambda s: acb_series([ball_of(exact)], prec=s.prec)
    if formula in (sp.pi, sp.E, sp.EulerGamma):
        name = {sp.pi: arb.pi, sp.E: arb.const_e, sp.EulerGamma: arb.const_euler}[formula]
        return lambda s: acb_series([name()], prec=s.prec)
    if formula.is_Add or formula.is_Mul:
        parts = [compiled(part, x) for part in formula.args]
        return _summed(parts) if formula.is_Add else _multiplied(parts)
    name = type(formula).__name__
    if formula.is_Pow and name != "exp":
        return _raised(compiled(formula.base, x), formula.exp, x)
    if name in FUNCTIONS and len(formula.args) == 1:
        function, inner = FUNCTIONS[name], compiled(formula.args[0], x)
        return lambda s: function(inner(s))
    raise ValueError(
        f"{name} in {str(formula)!r:.60} is not available in ball arithmetic; there are {', '.join(sorted(_NAMES))}"
    )


_NAMES = (
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "atan",
    "erf",
    "erfc",
    "Abs",
    "Max",
)


def _summed(parts: list[Callable[[Series], Series]]) -> Callable[[Series], Series]:
    def function(s: Series) -> Series:
        total = parts[0](s)
        for part in parts[1:]:
            total = total + part(s)
        return total

    return function


def _multiplied(parts: list[Callable[[Series], Series]]) -> Callable[[Series], Series]:
    def function(s: Series) -> Series:
        total = parts[0](s)
        for part in parts[1:]:
            total = total * part(s)
        return total

    return function


def _raised(base: Callable[[Series], Series], exponent: Any, x: Any) -> Callable[[Series], Series]:
    if exponent.is_Integer:
        n = int(exponent)
        if n >= 0:
            return lambda s: base(s) ** n
        return lambda s: divide(acb_series([1], prec=s.prec), base(s) ** -n)
    if exponent.is_Rational and exponent.q == 2:
        p = int(exponent.p)
        if p > 0:
            return lambda s: sqrt(base(s)) ** p
        return lambda s: divide(acb_series([1], prec=s.prec), sqrt(base(s)) ** -p)
    power = compiled(exponent, x)
    return lambda s: exp(power(s) * log(base(s)))


def _piece(formula: Any, x: Any) -> Piece:
    polynomial = None
    if formula.is_polynomial(x):
        coefficients = formula.as_poly(x).all_coeffs()[::-1] if formula.has(x) else [formula]
        polynomial = tuple(_exact(c) for c in coefficients)
    return Piece(compiled(formula, x), polynomial)


def _exact(number: Any) -> Exact:
    if number.is_Rational:
        return Fraction(int(number.p), int(number.q))
    return lambda: constant(number)


# ---------------------------------------------------------------- pieces


def _switches(formula: Any) -> list[Any]:
    """Return what changes sign where pieces meet."""
    import sympy as sp

    found: dict[Any, None] = {}
    for part in sp.preorder_traversal(formula):
        name = type(part).__name__
        if name in (*_SWITCHES, "Pick"):
            found[part.args[0]] = None
        elif isinstance(part, sp.core.relational.Relational):
            found[part.lhs - part.rhs] = None
    return list(found)


def _alternatives(formula: Any) -> list[Any]:
    """Return what a formula may be, piece by piece; more of them than there are do no harm."""
    import sympy as sp

    if formula.is_Atom:
        return [formula]
    name = type(formula).__name__
    if name == "Sign":
        return [sp.Integer(-1), sp.Integer(1)]
    if name == "Step":
        return [sp.Integer(0), sp.Integer(1)]
    parts = [_alternatives(argument) for argument in formula.args]
    if name == "Pick":
        return parts[1] + parts[2]
    if name == "Modulus":
        return [s * one for one in parts[0] for s in (1, -1)]
    if math.prod(map(len, parts)) > MOST_ALTERNATIVES:
        raise ValueError(f"the pieces of {str(formula)!r:.60} are nested too deeply for certified results")
    return list(dict.fromkeys(sp.expand(formula.func(*one)) for one in product(*parts)))


def _breaks(formula: Any, x: Any, name: str) -> list[tuple[Any, Exact]]:
    import sympy as sp

    found: list[tuple[Any, Exact]] = []
    for switch in (one for nested in _switches(formula) for one in _alternatives(nested)):
        if not switch.has(x):
            continue
        polynomial = switch.as_poly(x) if switch.is_polynomial(x) else None
        if polynomial is None:
            raise ValueError(
                f"the pieces of {name!r} meet where {str(switch)!r:.60} is 0; "
                "certified results need polynomials with rational coefficients there"
            )
        if polynomial.degree() == 1:
            slope, offset = polynomial.all_coeffs()
            found.append((-offset / slope, _exact(-offset / slope)))
        elif polynomial.degree() > 1:
            if not all(c.is_Rational for c in polynomial.all_coeffs()):
                raise ValueError(
                    f"the pieces of {name!r} meet where {str(switch)!r:.60} is 0; its coefficients must be rational"
                )
            found += [(root, _root(root)) for root in sp.real_roots(polynomial, multiple=False) for root in (root[0],)]
    return found


def _root(root: Any) -> Exact:
    import sympy as sp

    if root.is_Rational or not root.has(sp.CRootOf):
        return _exact(root)
    raise ValueError(f"the place {root} where pieces meet is no root of a quadratic; certified results cannot use it")


def _distinct(breaks: list[tuple[Any, Exact]], name: str) -> list[tuple[Any, Exact]]:
    unique = {place: exact for place, exact in breaks}
    with ctx.workprec(300):
        balls = sorted(
            ((ball_of(exact), place, exact) for place, exact in unique.items()), key=lambda one: float(one[0])
        )
        for (left, _, _), (right, _, _) in pairwise(balls):
            if not left < right:
                raise ValueError(f"two places where pieces of {name!r} meet cannot be told apart: {left} and {right}")
    return [(place, exact) for _, place, exact in balls]


def _between(left: Any, right: Any) -> Fraction:
    """Return a rational point of an open interval."""
    ends = [None if isinstance(end, arb) else float(ball_of(end)) for end in (left, right)]
    if ends[0] is None:
        return Fraction(0) if ends[1] is None else Fraction(ends[1]) - 1
    return Fraction(ends[0]) + 1 if ends[1] is None else (Fraction(ends[0]) + Fraction(ends[1])) / 2


def _resolved(formula: Any, x: Any, point: Fraction) -> Any:
    """Return the formula as it is on the piece around a point, in stable form."""
    import sympy as sp

    def side(u: Any) -> int:
        with ctx.workprec(300):
            found = sign(compiled(resolve(u), x)(acb_series([ball_of(point)], prec=1))[0].real)
        if not found:
            raise UnprovedError(f"the sign of {str(u)!r:.60} at x = {float(point):g} could not be decided")
        return found

    def resolve(part: Any) -> Any:
        if part.is_Atom:
            return part
        name = type(part).__name__
        if name in _SWITCHES:
            u, s = resolve(part.args[0]), side(part.args[0])
            return {"Modulus": s * u, "Sign": sp.Integer(s), "Step": sp.Rational(1 + s, 2)}[name]
        if name == "Pick":
            condition, yes, no = part.args
            return resolve(yes if side(condition) > 0 else no)
        if isinstance(part, sp.Piecewise):
            at = {x: sp.Rational(point.numerator, point.denominator)}
            for value, condition in part.args:
                if condition == sp.true or bool(condition.subs(at)):
                    return resolve(value)
        return part.func(*(resolve(argument) for argument in part.args))

    return stable_form(resolve(formula))


def _is_smooth(formula: Any, x: Any, places: list[Exact], k: int) -> bool:
    """Whether phi' has no jump at a break, proved by an exact difference of polynomials or by SymPy."""
    import sympy as sp

    place = places[k]
    if callable(place):
        return False
    ends: list[Any] = [arb.neg_inf(), *places, arb.pos_inf()]
    left, right = (_resolved(formula, x, _between(ends[k + i], ends[k + i + 1])).diff(x) for i in (0, 1))
    at = sp.Rational(place.numerator, place.denominator)  # type: ignore[union-attr]
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
