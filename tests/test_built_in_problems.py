"""The table of problems is right about the problems in it."""

import math

import numpy as np
import pytest

import fastsig
from tests.built_in_problems import BUILT_IN_PROBLEMS, BuiltInProblem, dense_points

EACH = pytest.mark.parametrize("problem", BUILT_IN_PROBLEMS, ids=str)


def test_names_are_unique() -> None:
    assert len({str(problem) for problem in BUILT_IN_PROBLEMS}) == len(BUILT_IN_PROBLEMS)


@EACH
def test_tags(problem: BuiltInProblem) -> None:
    phi = problem.activation()
    assert ("smooth" in problem.tags) != ("kinked" in problem.tags)
    assert phi.kinks == ((0.0,) if "kinked" in problem.tags else ())
    assert math.isinf(fastsig.curvature(phi).value) == bool(problem.tags & {"kinked", "oscillating"})
    assert math.isinf(fastsig.total_variation(phi).value) == ("oscillating" in problem.tags)
    assert [math.isnan(slope) for slope in phi.slopes] == 2 * ["oscillating" in problem.tags]
    x = np.linspace(-9.0, 9.0, 1001)
    assert np.array_equal(phi(-x), -phi(x)) == ("odd" in problem.tags or str(problem) == "leaky_relu(slope=1)")
    assert np.any(phi.second_derivative(x)) != ("piecewise linear" in problem.tags or str(problem) == "crrelu(eps=0)")


@EACH
def test_delicate_places_are_delicate(problem: BuiltInProblem) -> None:
    """There phi, phi' or phi'' vanishes on the scale of its neighbourhood, or phi' jumps."""
    phi = problem.activation()
    for place in problem.delicate:
        near = place + 0.2 * problem.scale * np.linspace(-1.0, 1.0, 41)
        vanishes = [
            abs(f(place)) <= 1e-9 * np.max(np.abs(f(near))) for f in (phi, phi.derivative, phi.second_derivative)
        ]
        assert any(vanishes) or place in phi.kinks or problem.name == "sigmoid"  # whose formula branches at 0


@EACH
def test_dense_points_cover_the_line(problem: BuiltInProblem) -> None:
    x = dense_points(problem)
    assert 18_000 <= x.size <= 25_000
    assert np.all(np.isfinite(x))
    for low, high in ((1e-323, 1e-300), (1e-8, 1e-3), (0.1, 10.0), (700.0, 750.0), (1e100, 1e300)):
        assert np.any((x >= low) & (x <= high))
        assert np.any((-x >= low) & (-x <= high))
