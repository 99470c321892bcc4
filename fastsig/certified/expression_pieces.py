"""Pieces of a SymPy formula in stable form: where they meet, and the formula of each."""

import math
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from fastsig.activations.formulas.stable_form import stable_form
from fastsig.certified.compiled import compiled, exact
from fastsig.certified.critical import UnprovedError
from fastsig.certified.flint import Exact, acb_series, arb, ball_of, ctx, sign

MOST_ALTERNATIVES = 64
_SWITCHES = ("Modulus", "Sign", "Step")


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


def breaks_of(formula: Any, x: Any, name: str) -> list[tuple[Any, Exact]]:
    """Return the places where pieces may meet, as SymPy and as exact numbers."""
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
            found.append((-offset / slope, exact(-offset / slope)))
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
        return exact(root)
    raise ValueError(f"the place {root} where pieces meet is no root of a quadratic; certified results cannot use it")


def distinct(breaks: list[tuple[Any, Exact]], name: str) -> list[tuple[Any, Exact]]:
    """Return places in ascending order, each once."""
    unique = dict(breaks)
    with ctx.workprec(300):
        balls = sorted(
            ((ball_of(exact), place, exact) for place, exact in unique.items()), key=lambda one: float(one[0])
        )
        for (left, _, _), (right, _, _) in pairwise(balls):
            if not left < right:
                raise ValueError(f"two places where pieces of {name!r} meet cannot be told apart: {left} and {right}")
    return [(place, exact) for _, place, exact in balls]


def point_between(left: Any, right: Any) -> Fraction:
    """Return a rational point of an open interval."""
    ends = [None if isinstance(end, arb) else float(ball_of(end)) for end in (left, right)]
    if ends[0] is None:
        return Fraction(0) if ends[1] is None else Fraction(ends[1]) - 1
    return Fraction(ends[0]) + 1 if ends[1] is None else (Fraction(ends[0]) + Fraction(ends[1])) / 2


def resolved(formula: Any, x: Any, point: Fraction) -> Any:
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
