"""Functions of two arguments: their Taylor series from those of the arguments, by name of the ufunc."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fastsig.activations.differentiation.taylor import Taylor, chain
from fastsig.activations.differentiation.unary_rules import LN2, UNARY


def _add(sign: float) -> Any:
    def rule(ufunc: Any, a: Taylor, b: Taylor) -> Taylor:
        return Taylor(ufunc(a.value, b.value), a.first + sign * b.first, a.second + sign * b.second)

    return rule


def _multiply(ufunc: Any, a: Taylor, b: Taylor) -> Taylor:
    first = a.first * b.value + a.value * b.first
    second = a.second * b.value + 2.0 * a.first * b.first + a.value * b.second
    return Taylor(ufunc(a.value, b.value), first, second)


def _divide(ufunc: Any, a: Taylor, b: Taylor) -> Taylor:
    ratio = ufunc(a.value, b.value)
    first = (a.first - ratio * b.first) / b.value
    return Taylor(ratio, first, (a.second - 2.0 * first * b.first - ratio * b.second) / b.value)


def _power(ufunc: Any, a: Taylor, b: Taylor) -> Taylor:
    value = ufunc(a.value, b.value)
    if not (b.first.any() or b.second.any()):
        p = b.value
        f1 = np.where(p == 0.0, 0.0, p * np.power(a.value, p - 1.0))
        f2 = np.where((p == 0.0) | (p == 1.0), 0.0, p * (p - 1.0) * np.power(a.value, p - 2.0))
        return chain((value, f1, f2), a)
    exponent = _multiply(np.multiply, b, chain(UNARY["log"](np.log, a.value), a))
    return chain((value, value, value), exponent)


def _choose(better: Any) -> Any:
    def rule(ufunc: Any, a: Taylor, b: Taylor) -> Taylor:
        mine = better(a.value, b.value)
        first, second = np.where(mine, a.first, b.first), np.where(mine, a.second, b.second)
        return Taylor(ufunc(a.value, b.value), first, second)

    return rule


def _hypotenuse(ufunc: Any, a: Taylor, b: Taylor) -> Taylor:
    h = ufunc(a.value, b.value)
    first = (a.value / h) * a.first + (b.value / h) * b.first
    turn = (a.value / h) * b.first - (b.value / h) * a.first
    second = (a.value / h) * a.second + (b.value / h) * b.second + turn * turn / h
    return Taylor(h, first, second)


def _log_add_exp(unit: float) -> Any:
    def rule(ufunc: Any, a: Taylor, b: Taylor) -> Taylor:
        value = ufunc(a.value, b.value)
        apart = unit * (a.value - b.value)
        e = np.exp(-np.abs(apart))
        larger, smaller = 1.0 / (1.0 + e), e / (1.0 + e)
        mine, other = np.where(apart > 0.0, larger, smaller), np.where(apart > 0.0, smaller, larger)
        bend = unit * larger * smaller * (a.first - b.first) ** 2
        return Taylor(value, mine * a.first + other * b.first, mine * a.second + other * b.second + bend)

    return rule


def _copy_sign(ufunc: Any, a: Taylor, b: Taylor) -> Taylor:
    value = ufunc(a.value, b.value)
    sign = np.where(np.signbit(value) == np.signbit(a.value), 1.0, -1.0)
    return Taylor(value, sign * a.first, sign * a.second)


BINARY: dict[str, Callable[[Any, Taylor, Taylor], Taylor]] = {
    "add": _add(1.0),
    "subtract": _add(-1.0),
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "float_power": _power,
    "maximum": _choose(np.greater_equal),
    "minimum": _choose(np.less_equal),
    "fmax": _choose(np.greater_equal),
    "fmin": _choose(np.less_equal),
    "hypot": _hypotenuse,
    "logaddexp": _log_add_exp(1.0),
    "logaddexp2": _log_add_exp(LN2),
    "copysign": _copy_sign,
}
