"""The formulas in Python, plain and compiled by numba, against those in C.

Both texts do the same operations in the same order, so on one machine they agree to the bit; what may
differ elsewhere is exp and tanh, when Python's or numba's come from another math library. A last bit of
those can enter a quotient three times: 4 ulp of the largest term, which is also the bar for each alone.
"""

import importlib
import math

import numba
import numpy as np
import pytest

from fastsig.targets.scalar import compile_source
from tests.built_in_problems import BUILT_IN_PROBLEMS, BuiltInProblem, dense_points
from tests.plain_definitions import largest_terms

ULPS_OF_LARGEST_TERM = 4
ORDERS = ("value", "derivative", "second_derivative")
SPECIALS = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1e-300, -1e-300, 700.0, -700.0]

_compiled: dict = {}


def sources(problem: BuiltInProblem):
    module = importlib.import_module(f"fastsig.activations.{problem.name}")
    return [getattr(module, order) for order in ORDERS]


def plain(function):
    return function


def by_numba(function):
    return compile_source(function, numba.njit, _compiled)


@pytest.mark.parametrize("target", [plain, by_numba])
@pytest.mark.parametrize("problem", BUILT_IN_PROBLEMS, ids=str)
def test_python_source_agrees_with_c(problem: BuiltInProblem, target) -> None:
    x = dense_points(problem)
    assert x.size >= 18_000
    phi = problem.activation()
    of_c = [f(x) for f in (phi, phi.derivative, phi.second_derivative)]
    sizes = largest_terms(problem.name, x, problem.parameter)
    for source, expected, size in zip(sources(problem), of_c, sizes, strict=True):
        function = target(source)
        got = np.array([function(point, problem.parameter) for point in x.tolist()])
        allowed = ULPS_OF_LARGEST_TERM * np.spacing(np.maximum(size, np.abs(expected)))
        with np.errstate(invalid="ignore"):  # inf - inf near the largest double
            wrong = ~((np.abs(got - expected) <= allowed) | (got == expected))
        failures = [f"{source.__name__}({x[i]!r}) = {got[i]!r}, in C {expected[i]!r}" for i in np.flatnonzero(wrong)]
        assert not failures[:5]


@pytest.mark.parametrize("target", [plain, by_numba])
@pytest.mark.parametrize("problem", BUILT_IN_PROBLEMS, ids=str)
def test_specials_are_treated_alike(problem: BuiltInProblem, target) -> None:
    phi = problem.activation()
    for source, in_c in zip(sources(problem), (phi, phi.derivative, phi.second_derivative), strict=True):
        function = target(source)
        for x in SPECIALS:
            got, expected = function(x, problem.parameter), in_c(x)
            if math.isnan(expected):
                assert math.isnan(got)
            elif abs(x) <= 1e-300:  # also the sign of zero
                assert (got, math.copysign(1.0, got)) == (expected, math.copysign(1.0, expected))
            else:
                assert abs(got - expected) <= 4 * math.ulp(expected) or got == expected


def test_every_built_in_has_a_source() -> None:
    import fastsig

    for name in fastsig.activation_names():
        module = importlib.import_module(f"fastsig.activations.{name}")
        for order in ORDERS:
            function = getattr(module, order)
            assert function.__doc__
            assert function.__code__.co_argcount == 2
    # The others are compared at their certified points: test_certified_points.py.
    assert {problem.name for problem in BUILT_IN_PROBLEMS} <= set(fastsig.activation_names())
