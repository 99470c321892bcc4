"""fastsig itself, as a user calls it: values and their errors."""

from collections.abc import Callable

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.benchmark.method import Method, Run
from fastsig.benchmark.problem import ACTIVATIONS, COMPONENTS
from fastsig.integrals.gaussian_moments import moments


def _prepare(method: str) -> Callable[[FloatArray], Run]:
    def prepare(sigma: FloatArray) -> Run:
        def run() -> FloatArray:
            found = moments(ACTIVATIONS, sigma, which=COMPONENTS, method=method)  # type: ignore[arg-type]
            return np.stack([found[name] for name in COMPONENTS], axis=1)

        return run

    return prepare


METHODS = (
    Method("fastsig", "fastsig", _prepare("auto"), 1e-15, remark="with its error bounds"),
    Method(
        "fastsig_adaptive",
        "fastsig, adaptive only",
        _prepare("adaptive"),
        1e-12,
        sigmas=100,
        remark="the way of functions that have no table; with error estimates",
    ),
)
