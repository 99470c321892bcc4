"""Places beside which a formula may vary so fast that samples overlook it: tanh(200 x - 10000) does so at 50.

A function varies where its argument is about 0, or turns. Arguments that are polynomials are solved; of the places
only those count around which the argument runs through more than 1 within an eighth of their distance from 0, as on
the scale of that distance samples see everything.
"""

from typing import Any

HIGHEST_DEGREE = 8
MOST = 32  # places, those next to 0 first
FARTHEST = 2.0**40
NEAR = 0.125


def narrow_places(expression: Any, variable: Any) -> tuple[float, ...]:
    """Return such places and steps to both sides of them, where to begin looking, ascending.

    Examples
    --------
    >>> import sympy
    >>> x = sympy.Symbol("x", real=True)
    >>> narrow_places(sympy.tanh(4 * x - 40) + sympy.tanh(x - 1), x)
    (8.75, 9.375, 9.6875, 9.84375, 10.0, 10.15625, 10.3125, 10.625, 11.25)
    """
    places: dict[float, list[float]] = {}
    for argument in _arguments(expression, variable):
        for place in _candidates(argument):
            steps = _steps(argument, place)
            if len(steps) > len(places.get(place, [])):
                places[place] = steps
    return tuple(sorted({cut for place in sorted(places, key=abs)[:MOST] for cut in places[place]}))


def _arguments(expression: Any, variable: Any) -> list[Any]:
    """Return polynomials of the variable that functions, and powers that are no polynomials, are taken of."""
    import sympy as sp

    inner: dict[Any, None] = {}
    for part in sp.preorder_traversal(expression):
        is_polynomial = isinstance(part, sp.Pow) and part.exp.is_Integer and part.exp > 0
        if isinstance(part, (sp.Function, sp.Pow)) and not is_polynomial:
            inner.update(dict.fromkeys(part.args))
    plain = [one for one in inner if isinstance(one, sp.Expr) and one.has(variable)]  # no condition of a Piecewise
    found = [one.as_poly(variable) for one in plain if one.is_polynomial(variable)]
    return [one for one in found if one is not None and 1 <= one.degree() <= HIGHEST_DEGREE]


def _candidates(polynomial: Any) -> set[float]:
    """Return zeros and turning points of an argument."""
    found: set[float] = set()
    for one in (polynomial, polynomial.diff()):
        if one.degree() == 1:
            slope, offset = one.all_coeffs()
            found.add(float((-offset / slope).evalf(40)) + 0.0)
        elif one.degree() > 1 and all(c.is_Rational for c in one.all_coeffs()):
            found.update(float(root.evalf(40)) + 0.0 for root in set(one.real_roots()))
    return {place for place in found if abs(place) < FARTHEST}


def _steps(polynomial: Any, place: float) -> list[float]:
    """Return the place and steps towards it, as long as the argument changes by more than 1 in them; else nothing."""
    import sympy as sp

    # By Taylor's formula in exact numbers; in floats, as size is all that matters.
    shifted = polynomial.compose(sp.Poly(polynomial.gen + sp.Rational(place), polynomial.gen)).all_coeffs()[-2::-1]
    powers = [abs(float(c)) for c in shifted]
    step, found = NEAR * max(1.0, abs(place)), []
    while sum(c * step ** (k + 1) for k, c in enumerate(powers)) > 1.0 and place + step > place:
        found += [place - step, place + step]
        step *= 0.5
    return [place, *found, place - step, place + step] if found else []
