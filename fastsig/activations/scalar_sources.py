"""Activations as functions of one number that a compiler for scalars takes: phi, phi' and phi''.

Those of built-ins stand in their modules, those of formulas are written from their operations, those of functions
are the functions, if numba can take them.
"""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from types import BuiltinFunctionType, FunctionType
from typing import Any, NamedTuple

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.expression import Expression
from fastsig.activations.scaled import Scaled

Source = Callable[[float, float], float]
_FOUND_BY = {"chebyshev": "a Chebyshev fit", "automatic differentiation": "automatic differentiation of arrays"}


class ScalarSources(NamedTuple):
    """Functions of (x, p), p the parameter of a built-in.

    Attributes
    ----------
    value, derivative
        phi and phi'.
    second_derivative
        phi''; None where it is not known as a function of one number.
    """

    value: Source
    derivative: Source
    second_derivative: Source | None


def scalar_sources(phi: Activation) -> ScalarSources:
    """Return phi, phi' and phi'' as scalar sources, the same functions each time.

    Raises
    ------
    ValueError
        Where there are none; the message says why, and what to do.

    Examples
    --------
    >>> from fastsig.activations.registry import resolve
    >>> sources = scalar_sources(resolve("tanh").scaled(a=2.0))
    >>> sources.value(0.25, 0.0) == resolve("tanh")(0.5)
    True
    """
    cache = phi._cache
    if "scalar_sources" not in cache:
        cache["scalar_sources"] = _made(phi)
    found: ScalarSources = cache["scalar_sources"]
    return found


def parameter_of(phi: Activation) -> float:
    """Return the p of the sources."""
    while isinstance(phi, Scaled):
        phi = phi.base
    return float(phi.parameter) if isinstance(phi, BuiltIn) and phi.parameter is not None else 0.0


def _made(phi: Activation) -> ScalarSources:
    if isinstance(phi, BuiltIn):
        module = import_module(f"fastsig.activations.{phi.name}")
        return ScalarSources(module.value, module.derivative, module.second_derivative)
    if isinstance(phi, Scaled):
        base, (a, b, c, d) = scalar_sources(phi.base), (phi.a, phi.b, phi.c, phi.d)
        bend = base.second_derivative
        return ScalarSources(
            _affine(base.value, a, b, c, d),
            _affine(base.derivative, a, b, c * a, 0.0),
            None if bend is None else _affine(bend, a, b, c * a * a, 0.0),
        )
    if isinstance(phi, Expression):
        return ScalarSources(*(phi.scalar_source(order) for order in range(3)))
    value, derivative, second = phi._key[:3]
    # What the value is comes first: a function that can never go there needs no derivative.
    source = _of_user(value, "value", phi)
    if derivative is None:
        raise ValueError(
            f"the derivative of {phi!r} is found by {_FOUND_BY[phi.derivative_source]}, which is no function that "
            "can be compiled: give derivative=, or write phi as a formula (Activation.from_expression)"
        )
    last = None if second is None else _of_user(second, "second_derivative", phi)
    return ScalarSources(source, _of_user(derivative, "derivative", phi), last)


def _of_user(function: Any, role: str, phi: Activation) -> Source:
    kind = type(function)
    if kind.__module__.startswith("numba.") and kind.__name__ == "CPUDispatcher":
        return _of_one_argument(function.py_func)
    if isinstance(function, FunctionType) or (
        isinstance(function, BuiltinFunctionType) and function.__module__ == "math"
    ):
        return _of_one_argument(function)
    raise ValueError(
        f"the {role} of {phi!r} is a {kind.__module__}.{kind.__name__}, of which no function of one number can be "
        "compiled: give a Python function of a float that uses math, numba's njit of one, or a formula "
        "(Activation.from_expression)"
    )


@lru_cache(maxsize=256)
def _of_one_argument(function: Any) -> Source:
    def source(x: float, p: float) -> float:
        return 1.0 * function(x)  # type: ignore[no-any-return]  # an int would be another type

    return source


@lru_cache(maxsize=256)
def _affine(function: Any, a: float, b: float, c: float, d: float) -> Source:
    def source(x: float, p: float) -> float:
        return c * function(a * x + b, p) + d  # type: ignore[no-any-return]

    return source
