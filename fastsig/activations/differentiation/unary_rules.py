"""Functions of one argument: f, f', f'' of NumPy's ufuncs and of those of scipy.special, by name."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Triple = tuple[FloatArray, FloatArray, FloatArray]

_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)
_TWO_BY_ROOT_PI = 2.0 / math.sqrt(math.pi)
LN2 = math.log(2.0)


def _hyperbolic_tangent(ufunc: Any, v: "FloatArray") -> "Triple":
    t, slope = ufunc(v), 1.0 / np.cosh(v) ** 2
    return t, slope, -2.0 * t * slope


def _tangent(ufunc: Any, v: "FloatArray") -> "Triple":
    t = ufunc(v)
    slope = 1.0 / np.cos(v) ** 2
    return t, slope, 2.0 * t * slope


def _root(ufunc: Any, v: "FloatArray") -> "Triple":
    r = ufunc(v)
    return r, 0.5 / r, -0.25 / (r * v)


def _cube_root(ufunc: Any, v: "FloatArray") -> "Triple":
    r = ufunc(v)
    return r, r / (3.0 * v), -2.0 * r / (9.0 * v * v)


def _arc_tangent(ufunc: Any, v: "FloatArray") -> "Triple":
    slope = 1.0 / (1.0 + v * v)
    return ufunc(v), slope, -2.0 * (v * slope) * slope


def _area_sine(ufunc: Any, v: "FloatArray") -> "Triple":
    h = np.hypot(1.0, v)
    return ufunc(v), 1.0 / h, -(v / h) / h / h


def _logistic(ufunc: Any, v: "FloatArray") -> "Triple":
    s, rest = ufunc(v), ufunc(-v)
    return s, s * rest, s * rest * (rest - s)


def _log_logistic(ufunc: Any, v: "FloatArray") -> "Triple":
    e = np.exp(-np.abs(v))
    below = np.where(v > 0.0, e, 1.0) / (1.0 + e)
    return ufunc(v), below, -e / (1.0 + e) ** 2


def _soft_plus(ufunc: Any, v: "FloatArray") -> "Triple":
    e = np.exp(-np.abs(v))
    return ufunc(v), np.where(v > 0.0, 1.0, e) / (1.0 + e), e / (1.0 + e) ** 2


def _error_function(sign: float) -> Any:
    def rule(ufunc: Any, v: "FloatArray") -> "Triple":
        slope = sign * _TWO_BY_ROOT_PI * np.exp(-v * v)
        return ufunc(v), slope, -2.0 * v * slope

    return rule


def _scaled_error_function(ufunc: Any, v: "FloatArray") -> "Triple":
    f = ufunc(v)
    slope = 2.0 * v * f - _TWO_BY_ROOT_PI
    return f, slope, 2.0 * f + 2.0 * v * slope


def _normal(ufunc: Any, v: "FloatArray") -> "Triple":
    density = np.exp(-0.5 * v * v) / _ROOT_TWO_PI
    return ufunc(v), density, -v * density


def _log_normal(ufunc: Any, v: "FloatArray") -> "Triple":
    f = ufunc(v)
    ratio = np.exp(-0.5 * v * v - f) / _ROOT_TWO_PI
    return f, ratio, -ratio * (v + ratio)


def _exponential(rate: float, shift: float = 0.0) -> Any:
    def rule(ufunc: Any, v: "FloatArray") -> "Triple":
        f = ufunc(v)
        e = np.exp(v) if shift else f
        return f, rate * e, rate * rate * e

    return rule


def _logarithm(unit: float, shift: float = 0.0) -> Any:
    def rule(ufunc: Any, v: "FloatArray") -> "Triple":
        r = 1.0 / (v + shift)
        return ufunc(v), r / unit, -r * r / unit

    return rule


def _plain(first: Any, second: Any) -> Any:
    def rule(ufunc: Any, v: "FloatArray") -> "Triple":
        return ufunc(v), first(v), second(v)

    return rule


def _unit(v: "FloatArray") -> "FloatArray":
    """1 - v^2, accurate near abs(v) = 1."""
    return (1.0 - v) * (1.0 + v)


UNARY: dict[str, Callable[[Any, "FloatArray"], "Triple"]] = {
    "negative": _plain(lambda v: -np.ones_like(v), np.zeros_like),
    "positive": _plain(np.ones_like, np.zeros_like),
    "conjugate": _plain(np.ones_like, np.zeros_like),
    "absolute": _plain(np.sign, np.zeros_like),
    "fabs": _plain(np.sign, np.zeros_like),
    "square": _plain(lambda v: 2.0 * v, lambda v: np.full_like(v, 2.0)),
    "reciprocal": _plain(lambda v: -1.0 / (v * v), lambda v: 2.0 / (v * v * v)),
    "exp": _exponential(1.0),
    "exp2": _exponential(LN2),
    "expm1": _exponential(1.0, 1.0),
    "log": _logarithm(1.0),
    "log2": _logarithm(LN2),
    "log10": _logarithm(math.log(10.0)),
    "log1p": _logarithm(1.0, 1.0),
    "sqrt": _root,
    "cbrt": _cube_root,
    "sin": _plain(np.cos, lambda v: -np.sin(v)),
    "cos": _plain(lambda v: -np.sin(v), lambda v: -np.cos(v)),
    "tan": _tangent,
    "arcsin": _plain(lambda v: _unit(v) ** -0.5, lambda v: v * _unit(v) ** -1.5),
    "arccos": _plain(lambda v: -(_unit(v) ** -0.5), lambda v: -v * _unit(v) ** -1.5),
    "arctan": _arc_tangent,
    "sinh": _plain(np.cosh, np.sinh),
    "cosh": _plain(np.sinh, np.cosh),
    "tanh": _hyperbolic_tangent,
    "arcsinh": _area_sine,
    "arccosh": _plain(lambda v: (-_unit(v)) ** -0.5, lambda v: -v * (-_unit(v)) ** -1.5),
    "arctanh": _plain(lambda v: 1.0 / _unit(v), lambda v: 2.0 * v / _unit(v) ** 2),
    "erf": _error_function(1.0),
    "erfc": _error_function(-1.0),
    "erfcx": _scaled_error_function,
    "expit": _logistic,
    "log_expit": _log_logistic,
    "softplus": _soft_plus,
    "ndtr": _normal,
    "log_ndtr": _log_normal,
}
