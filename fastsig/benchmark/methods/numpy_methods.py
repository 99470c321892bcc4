"""Pure NumPy, vectorised over sigma; nodes and weights are prepared outside the timed part."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import erf, expit

from fastsig.arrays import FloatArray
from fastsig.benchmark.formulas import Arithmetic, formulas
from fastsig.benchmark.method import Method, Run
from fastsig.benchmark.methods.fixed_rules import Rule, gauss_hermite, panels
from fastsig.benchmark.problem import ACTIVATIONS


def _if_positive(x: FloatArray, yes: Any, no: Any) -> FloatArray:
    return np.asarray(np.where(x > 0, yes, no))


FUNCTIONS = formulas(Arithmetic(np.exp, np.tanh, erf, expit, np.abs, np.maximum, np.minimum, _if_positive))


def _prepare(make: Callable[[FloatArray], Rule]) -> Callable[[FloatArray], Run]:
    def prepare(sigma: FloatArray) -> Run:
        rule = make(sigma)
        return lambda: np.stack([rule.apply(*FUNCTIONS[name]) for name in ACTIVATIONS])

    return prepare


def _hermite(nodes: int) -> Method:
    return Method(
        f"numpy_gauss_hermite_{nodes}",
        f"NumPy Gauss-Hermite, {nodes} nodes",
        _prepare(lambda sigma: gauss_hermite(sigma, nodes)),
        3.0,
        {"numpy": "numpy"},
        remark="a fixed rule in z misses kinks, and slopes that are narrow beside sigma",
    )


METHODS = (
    _hermite(100),
    _hermite(200),
    Method("numpy_panels", "NumPy Gauss-Legendre panels", _prepare(panels), 1e-12, {"numpy": "numpy"}),
)
