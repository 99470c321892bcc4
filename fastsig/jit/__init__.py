"""The built-in activations inside functions that numba compiles.

For each built-in there are four functions, here for gelu. They may be called
from ``numba.njit`` functions, with ``cache=True`` too, and from Python; they
run in C and give the same numbers as `fastsig.activation` and `fastsig.moments`.

``gelu(x)``, ``gelu_derivative(x)``, ``gelu_second_derivative(x)``
    phi, phi' and phi'' of a number, or of each element of an array.
``moments_gelu(sigma, mean=0.0)``
    A named tuple with m1, g1, g2, m2, eta, their absolute errors (``.error.m1``
    ...) and a status: 0, or not where an error is larger than aimed at.
    ValueError for a sigma or mean out of range.

A built-in with a parameter takes it as a further argument, ``parameter``, which
has the usual default: ``leaky_relu(x, 0.2)``, ``moments_swish(sigma, mean, 1.5)``.
Out of its range the functions of x give NaN, the moments raise ValueError.

Import this module in the file that defines the compiled function, so that it is
loaded before numba's cache is.

Examples
--------
>>> import numba
>>> from fastsig.jit import gelu, moments_gelu
>>> @numba.njit
... def residual(sigma):
...     return moments_gelu(sigma).m2 - gelu(1.0)
>>> round(residual(2.0), 12)
1.088520269796
"""

from typing import Any

from fastsig.activations.registry import activation, activation_names, aliases
from fastsig.jit.functions import Components, Moments, evaluation, gaussian_moments

_SUFFIXES = {"": "value", "_derivative": "derivative", "_second_derivative": "second_derivative"}
# What each name stands for: the activation, and which function of it.
_FUNCTIONS = {
    label: (name, field)
    for name in (*activation_names(), *aliases())
    for label, field in (
        *((f"{name}{suffix}", field) for suffix, field in _SUFFIXES.items()),
        (f"moments_{name}", "moments"),
    )
}

__all__ = ["Components", "Moments", *_FUNCTIONS]


def __getattr__(name: str) -> Any:
    if name not in _FUNCTIONS:
        from difflib import get_close_matches

        close = get_close_matches(name, _FUNCTIONS, n=3)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise AttributeError(f"module 'fastsig.jit' has no attribute {name!r}{hint}")
    known_as, field = _FUNCTIONS[name]
    canonical = activation(known_as).name
    if canonical != known_as:
        value = __getattr__(name.replace(known_as, canonical))
    else:
        value = gaussian_moments(canonical) if field == "moments" else evaluation(canonical, field)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
