"""Places where the pieces of a formula meet: zeros inside Abs, Max, Piecewise and their like.

Not all of them are kinks; the profile of the activation tells which are.
"""

from itertools import combinations
from typing import Any

import numpy as np

from fastsig.activations.formulas.program import Program
from fastsig.activations.formulas.stable_form import stable_form

MOST = 64  # places; a formula with more has infinitely many, as abs(sin(x))
_OUT = np.geomspace(1e-6, 2.0**40, 2000)
_GRID = np.unique(np.concatenate([-_OUT, _OUT, np.linspace(-50.0, 50.0, 4001)]))


def meeting_places(expression: Any, variable: Any) -> tuple[float, ...]:
    """Return where pieces of a formula meet, ascending, each the nearest double.

    Examples
    --------
    >>> import sympy
    >>> x = sympy.Symbol("x", real=True)
    >>> meeting_places(sympy.Max(x, -2) + sympy.Abs(3 * x - 1), x)
    (-2.0, 0.3333333333333333)
    """
    places: set[float] = set()
    for equation in _equations(expression):
        if variable in equation.free_symbols:
            found = _zeros(equation, variable)
            if len(found) <= MOST:
                places.update(found)
    return tuple(sorted(place + 0.0 for place in places)) if len(places) <= MOST else ()


def _equations(expression: Any) -> list[Any]:
    import sympy as sp

    found: dict[Any, None] = {}
    for part in sp.preorder_traversal(expression):
        if isinstance(part, (sp.Abs, sp.sign, sp.Heaviside)):
            found[part.args[0]] = None
        elif isinstance(part, (sp.Max, sp.Min)):
            for one, other in combinations(part.args, 2):
                found[one - other] = None
        elif isinstance(part, sp.core.relational.Relational):
            found[part.lhs - part.rhs] = None
    return list(found)


def _zeros(equation: Any, variable: Any) -> list[float]:
    import sympy as sp

    numerator = sp.fraction(sp.together(equation))[0] if not equation.has(sp.Abs, sp.Piecewise) else equation
    polynomial = numerator.as_poly(variable) if numerator.is_polynomial(variable) else None
    if polynomial is not None and polynomial.degree() == 1:
        slope, offset = polynomial.all_coeffs()
        return [float((-offset / slope).evalf(40))]
    if polynomial is not None and all(c.is_Rational for c in polynomial.all_coeffs()):
        return [float(root.evalf(40)) for root in set(polynomial.real_roots())]
    return _sign_changes(Program(stable_form(equation), variable))


def _sign_changes(program: Program) -> list[float]:
    """Zeros at which a formula changes sign, from its values."""
    values = np.sign(program(_GRID))
    exact = _GRID[values == 0.0].tolist()
    change = np.flatnonzero(values[1:] * values[:-1] < 0.0)
    if change.size + len(exact) > MOST:
        return [0.0] * (MOST + 1)
    low, high, sign = _GRID[change], _GRID[change + 1], values[change]
    for _ in range(1100):
        middle = low + 0.5 * (high - low)
        if ((middle == low) | (middle == high)).all():
            break
        left = np.sign(program(middle)) == sign
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return [*exact, *np.where(np.abs(program(low)) < np.abs(program(high)), low, high).tolist()]
