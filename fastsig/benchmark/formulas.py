"""The nine activations and their derivatives as a user of any array library writes them.

One text for NumPy, JAX, torch, plain numbers, mpmath and Arb: what a library calls
its functions is an `Arithmetic`. The formulas are stable where a careful user
would make them so (no overflow), and no further.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[[Any], Any]
SQRT2, SQRT_TWO_PI = math.sqrt(2.0), math.sqrt(2.0 * math.pi)


@dataclass(frozen=True)
class Arithmetic:
    """Elementary functions and constants of a library."""

    exp: Function
    tanh: Function
    erf: Function
    expit: Function
    absolute: Function
    maximum: Callable[[Any, float], Any]
    minimum: Callable[[Any, float], Any]
    if_positive: Callable[[Any, Any, Any], Any]  # of x, yes, no
    sqrt2: Any = SQRT2
    sqrt_two_pi: Any = SQRT_TWO_PI
    hundredth: Any = 0.01


def formulas(m: Arithmetic) -> dict[str, tuple[Function, Function]]:
    """Return phi and phi' by name."""

    def cdf(x: Any) -> Any:
        return 0.5 * (1 + m.erf(x / m.sqrt2))

    def bump(x: Any) -> Any:
        return m.exp(-0.5 * x * x)

    def softplus_tanh(x: Any) -> Any:
        w = m.exp(-m.absolute(x))
        top = m.if_positive(x, 1 + 2 * w, w * (w + 2))
        return top / m.if_positive(x, 1 + 2 * w + 2 * w * w, 2 + 2 * w + w * w)

    def mish_slope(x: Any) -> Any:
        t = softplus_tanh(x)
        return t + x * (1 - t * t) * m.expit(x)

    def telu_slope(x: Any) -> Any:
        w = m.exp(m.minimum(x, 50.0))
        t = m.tanh(w)
        return t + x * w * (1 - t * t)

    def step(x: Any, left: Any) -> Any:
        return m.if_positive(x, 1.0, left)

    return {
        "crrelu": (
            lambda x: m.maximum(x, 0.0) + m.hundredth * x * bump(x),
            lambda x: step(x, 0.0) + m.hundredth * (1 - x * x) * bump(x),
        ),
        "gelu": (lambda x: x * cdf(x), lambda x: cdf(x) + x * bump(x) / m.sqrt_two_pi),
        "leaky_relu": (lambda x: m.if_positive(x, x, m.hundredth * x), lambda x: step(x, m.hundredth)),
        "mish": (lambda x: x * softplus_tanh(x), mish_slope),
        "relu": (lambda x: m.maximum(x, 0.0), lambda x: step(x, 0.0)),
        "sigmoid": (m.expit, lambda x: m.expit(x) * m.expit(-x)),
        "swish": (lambda x: x * m.expit(x), lambda x: m.expit(x) * (1 + x * m.expit(-x))),
        "tanh": (m.tanh, lambda x: 1 - m.tanh(x) ** 2),
        "telu": (lambda x: x * m.tanh(m.exp(m.minimum(x, 50.0))), telu_slope),
    }


def integrand(function: Function, slope: Function, component: str) -> Function:
    """Return what is averaged: phi, phi', phi'^2 or phi^2."""
    f = function if component[0] == "m" else slope
    return f if component[1] == "1" else lambda x: f(x) ** 2
