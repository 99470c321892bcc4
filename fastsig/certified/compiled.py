"""SymPy formulas compiled for power series over balls."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from fastsig.certified.elementary import FUNCTIONS, Series, divide, exp, log, sqrt, tanh_of_exp
from fastsig.certified.flint import Exact, acb_series, arb, ball_of


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
        fraction = Fraction(int(formula.p), int(formula.q))
        return lambda s: acb_series([ball_of(fraction)], prec=s.prec)
    if formula in (sp.pi, sp.E, sp.EulerGamma):
        number = {sp.pi: arb.pi, sp.E: arb.const_e, sp.EulerGamma: arb.const_euler}[formula]
        return lambda s: acb_series([number()], prec=s.prec)
    if formula.is_Add or formula.is_Mul:
        parts = [compiled(part, x) for part in formula.args]
        return _summed(parts) if formula.is_Add else _multiplied(parts)
    name = type(formula).__name__
    if formula.is_Pow and name != "exp":
        return _raised(compiled(formula.base, x), formula.exp, x)
    if name == "tanh" and isinstance(formula.args[0], sp.exp):
        exponent = compiled(formula.args[0].args[0], x)
        return lambda s: tanh_of_exp(exponent(s))
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


def exact(number: Any) -> Exact:
    """Return a SymPy number as a Fraction, or as a function that gives a ball."""
    if number.is_Rational:
        return Fraction(int(number.p), int(number.q))
    return lambda: constant(number)
