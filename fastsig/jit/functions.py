"""The functions of a built-in for numba: thin shells around its functions in C.

They are thin because numba copies them into the compiled code of whoever calls
them, and into its cache: what is wrong with a formula is then mended by a new
release all the same.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import overload, register_jitable

from fastsig.activations.registry import activation
from fastsig.jit.symbols import symbol
from fastsig.targets.cpu import lib

Function = Callable[..., Any]

_NOT_CONVERGED = int(lib.FASTSIG_ERROR_NOT_CONVERGED)


class Components(NamedTuple):
    """The five Gaussian components, or their absolute errors."""

    m1: float
    g1: float
    g2: float
    m2: float
    eta: float


class Moments(NamedTuple):
    """The five Gaussian components with their errors.

    Attributes
    ----------
    m1, g1, g2, m2, eta : float
        As in `fastsig.moments`.
    error : Components
        Absolute errors.
    status : int
        0, or not if an error is larger than aimed at.
    """

    m1: float
    g1: float
    g2: float
    m2: float
    eta: float
    error: Components
    status: int


def on_each(function: Any, x: Any, parameter: float) -> Any:
    """Apply a symbol to a number or to each element of an array: this text without numba, the next one with it."""
    if not isinstance(x, np.ndarray):
        return function(x, parameter)
    return np.array([function(point, parameter) for point in x.ravel().tolist()]).reshape(x.shape)


def _on_each(function: Any, x: Any, parameter: Any) -> Function:
    def on_number(function: Any, x: Any, parameter: Any) -> Any:
        return function(x, parameter)

    def on_array(function: Any, x: Any, parameter: Any) -> Any:
        result = np.empty(x.shape)
        for index, point in np.ndenumerate(x):
            result[index] = function(point, parameter)
        return result

    return on_array if isinstance(x, types.Array) else on_number


overload(on_each)(_on_each)


def evaluation(name: str, order: str) -> Function:
    """Return the function that evaluates a built-in or a derivative of it."""
    function, default = symbol(name, order), _default(name)

    def evaluate(x: Any) -> Any:
        return on_each(function, x, default)

    def evaluate_with_parameter(x: Any, parameter: float = default) -> Any:
        return on_each(function, x, parameter)

    if activation(name).parameters:
        return _compiled(evaluate_with_parameter, name if order == "value" else f"{name}_{order}")
    return _compiled(evaluate, name if order == "value" else f"{name}_{order}")


def gaussian_moments(name: str) -> Function:
    """Return the function that computes the Gaussian components of a built-in."""
    function, default = symbol(name, "moments"), _default(name)

    def compute(sigma: float, mean: float = 0.0) -> Moments:
        return collect(function, sigma, mean, default)

    def compute_with_parameter(sigma: float, mean: float = 0.0, parameter: float = default) -> Moments:
        return collect(function, sigma, mean, parameter)

    return _compiled(compute_with_parameter if activation(name).parameters else compute, f"moments_{name}")


def collect(function: Any, sigma: float, mean: float, parameter: float) -> Moments:
    """Call C and pack its results."""
    out = np.empty((2, 5))
    status = function(sigma, mean, parameter, out[0].ctypes, out[1].ctypes)
    if status != 0 and status != _NOT_CONVERGED:
        raise ValueError("sigma must be in [0, 1e150], mean in [-1e150, 1e150], a parameter in its range")
    v, e = out[0], out[1]
    return Moments(v[0], v[1], v[2], v[3], v[4], Components(e[0], e[1], e[2], e[3], e[4]), status)


register_jitable(collect)


def _default(name: str) -> float:
    return next((float(p) for p in activation(name).parameters.values()), 0.0)


def _compiled(function: Any, name: str) -> Function:
    """Compile a function under a name, by which numba's cache tells it from the others made here."""
    function.__name__ = function.__qualname__ = name
    compiled: Function
    try:
        compiled = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep it in: read-only, and no NUMBA_CACHE_DIR
        compiled = njit(nogil=True)(function)
    return compiled
