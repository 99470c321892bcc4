"""Bounds of formulas on intervals of the real line, also infinite ones: ranges and growth.

A range is a pair of ``arb``s (low, high), perhaps infinite, that contains all values of a formula in stable form. The
growth of a formula is a bound C (1 + abs(x))^p exp(c abs(x)); both follow the structure of the formula.
"""

from typing import Any

from fastsig.certified.critical import UnprovedError
from fastsig.certified.flint import arb

Range = tuple[Any, Any]
EVERYTHING: Range = (arb.neg_inf(), arb.pos_inf())

_INCREASING = {"exp", "tanh", "erf", "atan", "asinh", "sinh"}
_FIXED: dict[str, Range] = {"sin": (arb(-1), arb(1)), "cos": (arb(-1), arb(1)), "Sech2": (arb(0), arb(1))}


def range_of(formula: Any, x: Range) -> Range:
    """Enclose the values of a formula of one variable in the range x."""
    low, high = _range(formula, x)
    if low.is_nan() or high.is_nan():
        return EVERYTHING
    return low.lower() if low.is_finite() else low, high.upper() if high.is_finite() else high


def _range(formula: Any, x: Range) -> Range:
    if formula.is_Symbol:
        return x
    if formula.is_number:
        from fastsig.certified.compiled import constant

        value = constant(formula)
        return value.lower(), value.upper()
    parts = [range_of(part, x) for part in formula.args]
    if formula.is_Add:
        return sum((p[0] for p in parts), arb(0)), sum((p[1] for p in parts), arb(0))
    if formula.is_Mul:
        product = parts[0]
        for other in parts[1:]:
            ends = [_times(a, b) for a in product for b in other]
            product = _least(ends), _largest(ends)
        return product
    name = type(formula).__name__
    if formula.is_Pow and name != "exp":
        return _power(parts[0], formula.exp) if formula.exp.is_Rational else EVERYTHING
    low, high = parts[0]
    if name in _FIXED:
        return _FIXED[name]
    if name in _INCREASING:
        return _at(name, low), _at(name, high)
    if name == "Expit":
        return (1 + _at("tanh", low / 2)) / 2, (1 + _at("tanh", high / 2)) / 2
    if name == "Erfc":
        return 1 - _at("erf", high), 1 - _at("erf", low)
    if name == "Expm1":
        return _at("exp", low) - 1, _at("exp", high) - 1
    if name in ("cosh", "LogCosh", "Softplus"):
        return (arb(1) if name == "cosh" else arb(0)), arb.pos_inf()
    if name in ("log", "LogOf", "Log1p"):
        shift = 1 if name == "Log1p" else 0
        low, high = low + shift, high + shift
        return (low.log() if low > 0 else arb.neg_inf()), (high.log() if high > 0 else arb.pos_inf())
    return EVERYTHING


def _at(name: str, end: Any) -> Any:
    """Return an increasing function at an end, also an infinite one."""
    if end.is_finite():
        return end.exp() if name == "exp" else getattr(end, name)()
    limits = {"exp": (arb(0), arb.pos_inf()), "tanh": (arb(-1), arb(1)), "erf": (arb(-1), arb(1))}
    limits |= {"atan": (-arb.pi() / 2, arb.pi() / 2)}
    return limits.get(name, EVERYTHING)[1 if end > 0 else 0]


def _times(a: Any, b: Any) -> Any:
    return arb(0) if a.is_zero() or b.is_zero() else a * b


def _least(ends: list[Any]) -> Any:
    best = ends[0]
    for end in ends[1:]:
        best = best.min(end)
    return best


def _largest(ends: list[Any]) -> Any:
    return -_least([-end for end in ends])


def _power(base: Range, exponent: Any) -> Range:
    low, high = base
    if exponent.is_Integer and exponent > 0:
        ends = [_int_power(low, int(exponent)), _int_power(high, int(exponent))]
        if exponent % 2 == 0 and not low > 0 and not high < 0:
            return arb(0), _largest(ends)
        return _least(ends), _largest(ends)
    if exponent.is_negative:
        if not low > 0 and not high < 0:
            return EVERYTHING
        low, high = _power(base, -exponent)
        inverses = [1 / end if end.is_finite() else arb(0) for end in (low, high)]
        return _least(inverses), _largest(inverses)
    if low < 0:
        return EVERYTHING
    half = arb(int(exponent.p)) / int(exponent.q)
    return (low**half if low > 0 else arb(0)), (high**half if high.is_finite() else arb.pos_inf())


def _int_power(end: Any, n: int) -> Any:
    if end.is_finite():
        return end**n
    return arb.pos_inf() if end > 0 or n % 2 == 0 else arb.neg_inf()


Bound = tuple[Any, int, Any]  # C, p, c


def growth_of(formula: Any, x: Range) -> Bound:
    """Bound abs(formula) by C (1 + abs(x))^p exp(c abs(x)) for all x in the range.

    Raises
    ------
    UnprovedError
        If the structure of the formula does not tell.
    """
    low, high = range_of(formula, x)
    if low.is_finite() and high.is_finite():
        return abs(low).max(abs(high)), 0, arb(0)
    if formula.is_Symbol:
        return arb(1), 1, arb(0)
    name = type(formula).__name__
    if formula.is_Add:
        parts = [growth_of(part, x) for part in formula.args]
        return sum((c for c, _, _ in parts), arb(0)), max(p for _, p, _ in parts), _largest([r for _, _, r in parts])
    if formula.is_Mul:
        total: Bound = (arb(1), 0, arb(0))
        for part in formula.args:
            c, p, r = growth_of(part, x)
            total = total[0] * c, total[1] + p, total[2] + r
        return total
    if formula.is_Pow and name != "exp" and formula.exp.is_Rational and formula.exp > 0:
        c, p, r = growth_of(formula.base, x)
        n = -int(-formula.exp // 1)  # rounded up
        return c.max(arb(1)) ** n, p * n, r * n
    if name in ("exp", "sinh", "cosh", "Expm1"):
        c, p, r = growth_of(formula.args[0], x)
        if p <= 1 and r.is_zero():
            return c.exp() + 1, 0, c
    elif name in ("Softplus", "LogCosh", "asinh"):
        c, p, r = growth_of(formula.args[0], x)
        return c + 1, p, r
    elif name in ("log", "Log1p"):
        inner = range_of(formula.args[0], x)[0] + (1 if name == "Log1p" else 0)
        if inner > 0:
            c, p, r = growth_of(formula.args[0], x)
            return c + 1 + abs(inner.log()), p, r
    raise UnprovedError(
        f"cannot bound the growth of {str(formula)!r:.60} for large abs(x), which the tails of a Gaussian "
        "integral need; write it with exp(-x), tanh, erf and their like, whose size can be read off"
    )
