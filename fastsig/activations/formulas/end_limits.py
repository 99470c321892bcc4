"""Limits of formulas at +inf and -inf, exact where that is found quickly.

Most derivatives of activations approach their limit like an exponential or a
power of x; then it is read off far out, with many digits. SymPy finds most of the
others, but with some it never ends: it gets a fixed number of function calls, the
same on every machine.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from fastsig.activations.formulas.many_digits import at_precision
from fastsig.activations.formulas.program import Program
from fastsig.activations.formulas.stable_functions import stable_functions

CALLS = 200_000  # of Python functions within SymPy: about a second
# Where to look, in how many bits, and how close values must be there: for
# exponentials, and for powers.
FAR = ((2.0**20, 2.0**30, 2.0**40), (2.0**400, 2.0**700, 2.0**1000))
BITS = (600, 3500)
SAME = (2.0**-400, 2.0**-150)
CLOSE = 1e-2  # what SymPy says must be this close to the value at 2^40


class _Exhausted(BaseException):
    """The calls are used up; SymPy catches every Exception somewhere."""


def within(calls: int, function: Callable[[], Any]) -> Any:
    """Return what a function returns, or None if it raises or takes more than so many calls."""
    left = calls

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Exhausted

    before = sys.gettrace()
    sys.settrace(count)
    try:
        return function()
    except (_Exhausted, Exception):  # whatever happens in there, it is no limit
        return None
    finally:
        sys.settrace(before)


def limit(expression: Any, variable: Any, side: int) -> float | None:
    """Return the limit of a formula in stable form at +inf (side 1) or -inf (-1), None where it is not found.

    Examples
    --------
    >>> import sympy
    >>> x = sympy.Symbol("x", real=True)
    >>> limit(x / sympy.sqrt(1 + x**2), x, -1), limit(sympy.sin(x), x, 1)
    (-1.0, None)
    """
    program = Program(expression, variable)
    for places, bits, same in zip(FAR, BITS, SAME, strict=True):
        found = [at_precision(program, side * place, bits) for place in places]
        last = found[-1][0]
        if all(error < same and abs(value - last) < same for value, error in found):
            return float(last) if abs(last) >= same else 0.0
    symbolic = within(CALLS, lambda: _symbolic(expression, variable, side))
    value, error = at_precision(program, side * FAR[0][-1], BITS[0])
    if symbolic is None or not abs(symbolic - value) + error <= CLOSE * (1.0 + abs(symbolic)):
        return None
    return float(symbolic)


def _symbolic(expression: Any, variable: Any, side: int) -> float | None:
    import sympy as sp

    formula = _standard(expression, variable, side)
    found = sp.limit(formula, variable, sp.oo if side > 0 else -sp.oo)
    if not (found.is_number and found.is_real and found.is_finite):
        return None
    return float(found.evalf(40))


def _standard(expression: Any, variable: Any, side: int) -> Any:
    """Write a formula in SymPy's own functions, with the pieces that hold far out."""
    import sympy as sp

    known = stable_functions()
    if expression.is_Atom:
        return expression

    def positive(u: Any) -> bool:
        value, error = at_precision(Program(u, variable), side * FAR[0][-1], BITS[0])
        return bool(value > error)

    if isinstance(expression, sp.Piecewise):
        for branch, condition in expression.args:
            if condition == sp.true or bool(condition.subs(variable, sp.Integer(2) ** 40 * side)):
                return _standard(branch, variable, side)
    if isinstance(expression, known.Pick):
        c, a, b = expression.args
        return _standard(a if positive(c) else b, variable, side)
    arguments = [_standard(argument, variable, side) for argument in expression.args]
    u = arguments[0]
    if isinstance(expression, (known.Modulus, known.Sign, known.Step)):
        sign = 1 if positive(expression.args[0]) else -1 if positive(-expression.args[0]) else 0
        half = sp.Rational(1, 2)
        return {known.Modulus: sign * u, known.Sign: sign, known.Step: half * (1 + sign)}[type(expression)]
    standard = {
        known.Expit: lambda: 1 / (1 + sp.exp(-u)),
        known.Softplus: lambda: sp.log(1 + sp.exp(u)),
        known.Sech2: lambda: sp.cosh(u) ** -2,
        known.Log1p: lambda: sp.log(1 + u),
        known.Expm1: lambda: sp.exp(u) - 1,
        known.Erfc: lambda: sp.erfc(u),
        known.LogCosh: lambda: sp.log(sp.cosh(u)),
        known.LogOf: lambda: sp.log(u),
    }.get(type(expression))
    return standard() if standard is not None else expression.func(*arguments)
