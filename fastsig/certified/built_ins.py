"""The built-in activations for ball arithmetic, by name.

Independent of the C library: plain formulas, no tables, and no derivatives by hand, which come from power series.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from fastsig.certified import algebraic_built_ins, polynomial_built_ins, rectified_built_ins, smooth_built_ins
from fastsig.certified.definition import Definition

_FAMILIES: dict[str, Callable[[Fraction], Definition]] = {
    "arctan": algebraic_built_ins.arctan_,
    "asinh": algebraic_built_ins.asinh_,
    "celu": rectified_built_ins.celu_,
    "crrelu": rectified_built_ins.crrelu_,
    "elu": rectified_built_ins.elu_,
    "erf": smooth_built_ins.erf_,
    "gaussian": smooth_built_ins.gaussian_,
    "gelu": smooth_built_ins.gelu_,
    "gelu_tanh": smooth_built_ins.gelu_tanh_,
    "hardsigmoid": polynomial_built_ins.hardsigmoid_,
    "hardswish": polynomial_built_ins.hardswish_,
    "hardtanh": polynomial_built_ins.hardtanh_,
    "identity": polynomial_built_ins.identity_,
    "leaky_relu": polynomial_built_ins.leaky_relu_,
    "lisht": smooth_built_ins.lisht_,
    "logsigmoid": smooth_built_ins.logsigmoid_,
    "mish": smooth_built_ins.mish_,
    "relu": polynomial_built_ins.relu_,
    "relu6": polynomial_built_ins.relu6_,
    "selu": rectified_built_ins.selu_,
    "sigmoid": smooth_built_ins.sigmoid_,
    "snake": algebraic_built_ins.snake_,
    "softplus": smooth_built_ins.softplus_,
    "softshrink": polynomial_built_ins.softshrink_,
    "softsign": algebraic_built_ins.softsign_,
    "swish": smooth_built_ins.swish_,
    "tanh": smooth_built_ins.tanh_,
    "tanhshrink": smooth_built_ins.tanhshrink_,
    "telu": smooth_built_ins.telu_,
}


@lru_cache(maxsize=256)
def built_in(name: str, parameter: Fraction | None) -> Definition:
    """Return the definition of a built-in with an exact parameter."""
    return _FAMILIES[name](Fraction(0) if parameter is None else parameter)


def is_known(name: str) -> bool:
    """Whether a built-in is defined here."""
    return name in _FAMILIES
