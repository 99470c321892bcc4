"""Elementary functions in float64: value, derivative, rounding; and logarithms beyond the range."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

_LN2 = math.log(2.0)
_LN4 = math.log(4.0)

# --- functions of one argument: value, derivative, rounding in units of EPS ---------------


def _exp(u: Any) -> Any:
    e = np.exp(u)
    return e, e, 2.0


def _expm1(u: Any) -> Any:
    return np.expm1(u), np.exp(u), 3.0


def _logistic(u: Any) -> Any:
    e = np.exp(-np.abs(u))
    return np.where(u < 0.0, e, 1.0) / (1.0 + e), e / (1.0 + e) ** 2, 4.0


def _softplus(u: Any) -> Any:
    e = np.exp(-np.abs(u))
    return np.maximum(u, 0.0) + np.log1p(e), np.where(u < 0.0, e, 1.0) / (1.0 + e), 4.0


def _sech2(u: Any) -> Any:
    e = np.exp(-2.0 * np.abs(u))
    value = 4.0 * e / (1.0 + e) ** 2
    return value, -2.0 * np.tanh(u) * value, 6.0


def _tanh(u: Any) -> Any:
    return np.tanh(u), _sech2(u)[0], 3.0


def _log_cosh(u: Any) -> Any:
    size = np.abs(u)
    near = np.log1p(2.0 * np.sinh(0.5 * np.minimum(size, 2.0)) ** 2)
    return np.where(size < 2.0, near, size + np.log1p(np.exp(-2.0 * size)) - _LN2), np.tanh(u), 8.0


def _erf(u: Any) -> Any:
    from scipy.special import erf

    return erf(u), 2.0 / math.sqrt(math.pi) * np.exp(-u * u), 4.0


def _erfc(u: Any) -> Any:
    from scipy.special import erfc

    # Rounding of u^2 in the exponent: 2 u^2 units.
    return erfc(u), -2.0 / math.sqrt(math.pi) * np.exp(-u * u), 8.0 + np.where(u > 1.0, 2.0 * u * u, 0.0)


UNARY: dict[str, Callable[[Any], Any]] = {
    "exp": _exp,
    "expm1": _expm1,
    "expit": _logistic,
    "softplus": _softplus,
    "sech2": _sech2,
    "tanh": _tanh,
    "logcosh": _log_cosh,
    "erf": _erf,
    "erfc": _erfc,
    "log": lambda u: (np.log(u), 1.0 / u, 2.0),
    "log1p": lambda u: (np.log1p(u), 1.0 / (1.0 + u), 3.0),
    "sin": lambda u: (np.sin(u), np.cos(u), 2.0),
    "cos": lambda u: (np.cos(u), -np.sin(u), 2.0),
    "tan": lambda u: (np.tan(u), 1.0 / np.cos(u) ** 2, 3.0),
    "sinh": lambda u: (np.sinh(u), np.cosh(u), 3.0),
    "cosh": lambda u: (np.cosh(u), np.sinh(u), 3.0),
    "asin": lambda u: (np.arcsin(u), 1.0 / np.sqrt(1.0 - u * u), 3.0),
    "acos": lambda u: (np.arccos(u), -1.0 / np.sqrt(1.0 - u * u), 3.0),
    "atan": lambda u: (np.arctan(u), 1.0 / (1.0 + u * u), 3.0),
    "asinh": lambda u: (np.arcsinh(u), 1.0 / np.hypot(1.0, u), 3.0),
    "acosh": lambda u: (np.arccosh(u), 1.0 / np.sqrt((u - 1.0) * (u + 1.0)), 3.0),
    "atanh": lambda u: (np.arctanh(u), 1.0 / ((1.0 - u) * (1.0 + u)), 3.0),
}


def _log_erfc(u: Any) -> Any:
    from scipy.special import log_ndtr

    return log_ndtr(-math.sqrt(2.0) * u) + _LN2, 2.0 * np.abs(u) + 1.0, u > 0.0


# Logarithms of sizes beyond float64: the logarithm, what it does to an error, where it holds.
MAGNITUDES: dict[str, Callable[[Any], Any]] = {
    "exp": lambda u: (u, 1.0, True),
    "expm1": lambda u: (u, 1.0, u > 40.0),
    "expit": lambda u: (u, 1.0, u < -40.0),
    "softplus": lambda u: (u, 1.0, u < -40.0),
    "sech2": lambda u: (_LN4 - 2.0 * np.abs(u), 2.0, np.abs(u) > 20.0),
    "cosh": lambda u: (np.abs(u) - _LN2, 1.0, np.abs(u) > 20.0),
    "sinh": lambda u: (np.abs(u) - _LN2, 1.0, np.abs(u) > 20.0),
    "erfc": _log_erfc,
}
