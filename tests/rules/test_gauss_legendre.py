"""Gauss-Legendre rules against certified values, identities and NumPy."""

import hashlib
import json
import math
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fastsig

REFERENCE = Path(__file__).parents[1] / "reference" / "gauss_legendre.json"
RULES = {rule["n"]: rule for rule in json.loads(REFERENCE.read_text())["rules"]}


def digest(numbers: np.ndarray) -> str:
    return hashlib.sha256(struct.pack(f"<{numbers.size}d", *numbers.tolist())).hexdigest()


# --- Against certified values ---------------------------------------------------------------------


@pytest.mark.parametrize("n", sorted(RULES))
def test_points_are_correctly_rounded(n: int) -> None:
    nodes, weights = fastsig.gauss_legendre(n)
    for index, node, weight in RULES[n]["points"]:
        for got, exact in ((float(nodes[index]), Fraction(node)), (float(weights[index]), Fraction(weight))):
            # Computed to 1e-24 and rounded once.
            assert abs(Fraction(got) - exact) <= Fraction(math.ulp(float(exact))) * Fraction(501, 1000)


@pytest.mark.parametrize("n", sorted(RULES))
def test_all_are_correctly_rounded(n: int) -> None:
    """Every node and weight is the double nearest to the exact one."""
    nodes, weights = fastsig.gauss_legendre(n)
    assert digest(nodes[n // 2 :]) == RULES[n]["nodes"]
    assert digest(weights[n // 2 :]) == RULES[n]["weights"]


def test_reference_spans_what_it_should() -> None:
    assert {*range(1, 65), 1000, 10000} <= set(RULES)
    for n, rule in RULES.items():
        assert (rule["points"][0][0], rule["points"][-1][0]) == (n // 2, n - 1)


# --- Identities -----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 50, 99, 371, 1001, 8147, 10000])
def test_shape_order_symmetry_and_sum(n: int) -> None:
    nodes, weights = fastsig.gauss_legendre(n)
    assert nodes.shape == weights.shape == (n,)
    assert nodes.dtype == weights.dtype == np.float64
    assert np.all(np.diff(nodes) > 0.0)
    assert nodes[0] > -1.0
    assert np.array_equal(nodes, -nodes[::-1])
    assert np.array_equal(weights, weights[::-1])
    assert np.all(weights > 0.0)
    if n % 2 == 1:
        assert nodes[n // 2] == 0.0
    assert abs(math.fsum(weights.tolist()) - 2.0) <= 2.0**-52  # each is rounded once, to 2^-53 of itself


@pytest.mark.parametrize("n", [1, 2, 5, 12, 40])
def test_exact_to_degree_2n_minus_1_and_not_beyond(n: int) -> None:
    nodes, weights = fastsig.gauss_legendre(n)
    exact_nodes = [Fraction(x) for x in nodes.tolist()]
    exact_weights = [Fraction(w) for w in weights.tolist()]
    for m in range(n + 1):
        got = sum(w * x ** (2 * m) for w, x in zip(exact_weights, exact_nodes, strict=True))
        expected = Fraction(2, 2 * m + 1)
        # At 2m = 2n it misses the squared norm of the monic polynomial P_n n!/(2n-1)!!.
        norm = Fraction(math.factorial(n), math.prod(range(1, 2 * n, 2))) ** 2 * Fraction(2, 2 * n + 1)
        # 2^-53 from each weight, and 2m times that from each node.
        tolerance = (2 * m + 2) * Fraction(1, 2**53) * expected
        assert abs(got - (expected - (norm if m == n else 0))) <= tolerance


# --- Against NumPy --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 9, 30, 100])
def test_agrees_with_numpy(n: int) -> None:
    nodes, weights = fastsig.gauss_legendre(n)
    numpy_nodes, numpy_weights = np.polynomial.legendre.leggauss(n)
    np.testing.assert_allclose(nodes, numpy_nodes, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(weights, numpy_weights, rtol=1e-11)  # NumPy's own error


# --- Arguments ------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [np.int64(5), np.int8(5), np.uint32(5), np.array(5)])
def test_integers_of_all_kinds(n: Any) -> None:
    nodes, weights = fastsig.gauss_legendre(n)
    plain_nodes, plain_weights = fastsig.gauss_legendre(5)
    assert np.array_equal(nodes, plain_nodes)
    assert np.array_equal(weights, plain_weights)


def test_each_call_returns_its_own_arrays() -> None:
    nodes, weights = fastsig.gauss_legendre(4)
    nodes[:] = weights[:] = 7.0
    again, again_weights = fastsig.gauss_legendre(4)
    assert not np.any(again == 7.0)
    assert not np.any(again_weights == 7.0)


@pytest.mark.parametrize("n", [0, -1, 10001, 2**31, -(2**70), 2**70])
def test_out_of_range(n: int) -> None:
    with pytest.raises(ValueError, match=rf"from 1 to 10000, got {n}$"):
        fastsig.gauss_legendre(n)


@pytest.mark.parametrize("n", [2.5, 5.0, np.float64(5), "5", None, [5], np.array([5, 6])])
def test_not_an_integer(n: Any) -> None:
    with pytest.raises(TypeError, match="n must be an integer from 1 to 10000, got"):
        fastsig.gauss_legendre(n)
