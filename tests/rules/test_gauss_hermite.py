"""Gauss-Hermite rules against certified values, identities and NumPy."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fastsig

REFERENCE = Path(__file__).parents[1] / "reference" / "gauss_hermite.json"
RULES = {rule["n"]: rule["points"] for rule in json.loads(REFERENCE.read_text())["rules"]}
SMALLEST_NORMAL = Fraction(np.finfo(np.float64).tiny)

# Everything is computed to 1e-27 and rounded once: half a unit in the last
# place, and never two.
CORRECTLY_ROUNDED = 0.501


def units_of_last_place(got: float, exact: Fraction) -> float:
    """Error in ulp of the exact value (below the normal range: in 2^-1074)."""
    return float(abs(Fraction(got) - exact) / Fraction(math.ulp(float(exact))))


# --- Against certified 40-digit values ---------------------------------------


def test_reference_spans_what_it_should() -> None:
    assert {1, 2, 3, 371, 372, 10000} <= set(RULES)
    for n, points in RULES.items():
        indices = [index for index, _, _ in points]
        assert indices[0] == n // 2
        assert indices[-1] == n - 1
        assert len(points) >= min(40, (n + 1) // 2)


@pytest.mark.parametrize("n", sorted(RULES))
def test_nodes_are_correctly_rounded(n: int) -> None:
    nodes, _ = fastsig.gauss_hermite(n)
    for index, node, _ in RULES[n]:
        exact = Fraction(node)
        if exact == 0:
            assert nodes[index] == 0.0
        else:
            assert units_of_last_place(float(nodes[index]), exact) <= CORRECTLY_ROUNDED


@pytest.mark.parametrize("n", sorted(RULES))
def test_weights_are_correctly_rounded_down_to_the_smallest_normal(n: int) -> None:
    _, weights = fastsig.gauss_hermite(n)
    for index, _, weight in RULES[n]:
        exact = Fraction(weight)
        # Below the normal range the rounding to 53 bits comes first, then one
        # to a multiple of 2^-1074: together less than one such multiple.
        allowed = CORRECTLY_ROUNDED if exact >= SMALLEST_NORMAL else 1.0
        assert units_of_last_place(float(weights[index]), exact) <= allowed


def test_weights_underflow_gradually() -> None:
    nodes, weights = fastsig.gauss_hermite(10000)
    right = weights[nodes > 0]
    assert np.all(np.diff(right) <= 0.0)
    assert np.any((right > 0.0) & (right < np.finfo(np.float64).tiny))
    assert np.all(right[nodes[nodes > 0] > 38.8] == 0.0)


# --- Identities ---------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 50, 99, 371, 372, 1001, 8147, 10000])
def test_shape_order_symmetry_and_sum(n: int) -> None:
    nodes, weights = fastsig.gauss_hermite(n)
    assert nodes.shape == weights.shape == (n,)
    assert nodes.dtype == weights.dtype == np.float64
    assert np.all(np.diff(nodes) > 0.0)
    assert np.array_equal(nodes, -nodes[::-1])
    assert np.array_equal(weights, weights[::-1])
    assert np.all(weights[abs(nodes) < 37.0] > 0.0)
    if n % 2 == 1:
        assert nodes[n // 2] == 0.0
    # Python's sum goes one by one; the worst of all n is 1.9e-15, at n = 8147.
    assert abs(sum(weights.tolist()) - 1.0) <= 2e-15


@pytest.mark.parametrize("n", [1, 2, 5, 12, 40])
def test_exact_to_degree_2n_minus_1_and_not_beyond(n: int) -> None:
    nodes, weights = fastsig.gauss_hermite(n)
    exact_nodes = [Fraction(x) for x in nodes.tolist()]
    exact_weights = [Fraction(w) for w in weights.tolist()]
    for m in range(n + 1):
        terms = zip(exact_weights, exact_nodes, strict=True)
        got = sum(w * x ** (2 * m) for w, x in terms)
        expected = Fraction(math.prod(range(1, 2 * m, 2)))  # (2m-1)!!
        # Half an ulp (2^-53) from each weight, and 2m times that from each node.
        tolerance = (2 * m + 2) * Fraction(1, 2**53) * expected
        missed = math.factorial(n) if m == n else 0  # the squared norm of He_n
        assert abs(got - (expected - missed)) <= tolerance


@pytest.mark.parametrize("t", [0.5, 2.0, 5.0])
@pytest.mark.parametrize("n", [100, 372, 5000])
def test_characteristic_function(n: int, t: float) -> None:
    nodes, weights = fastsig.gauss_hermite(n)
    # Absolute: the terms are up to 1 in size, and cos(t x) inherits t x u.
    assert abs(weights @ np.cos(t * nodes) - math.exp(-(t**2) / 2)) <= 3e-15
    assert abs(weights @ np.sin(t * nodes)) <= 1e-16


# --- Against NumPy ------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 9, 30, 100])
def test_agrees_with_numpy_where_numpy_works(n: int) -> None:
    nodes, weights = fastsig.gauss_hermite(n)
    numpy_nodes, numpy_weights = np.polynomial.hermite_e.hermegauss(n)
    np.testing.assert_allclose(nodes, numpy_nodes, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(weights, numpy_weights / math.sqrt(2 * math.pi), rtol=1e-11)


@pytest.mark.parametrize("n", [371, 372])
def test_right_where_numpy_fails(n: int) -> None:
    # numpy.polynomial.hermite.hermgauss returns only zero weights at 371 nodes
    # and NaN from 372 on.
    nodes, weights = fastsig.gauss_hermite(n)
    assert np.all(np.isfinite(nodes))
    assert np.all(np.isfinite(weights))
    assert np.all(weights > 0.0)  # the smallest is 1e-309: representable
    # E Z^2 = 1, E Z^20 = 19!!, E exp(Z) = exp(1/2); 20 roundings of the power.
    assert abs(weights @ nodes**2 - 1.0) <= 2e-15
    assert weights @ nodes**20 == pytest.approx(math.prod(range(1, 20, 2)), rel=3e-15)
    assert weights @ np.exp(nodes) == pytest.approx(math.exp(0.5), rel=3e-15)


# --- Arguments ----------------------------------------------------------------


@pytest.mark.parametrize("n", [np.int64(5), np.int8(5), np.uint32(5), np.array(5)])
def test_integers_of_all_kinds(n: Any) -> None:
    nodes, weights = fastsig.gauss_hermite(n)
    plain_nodes, plain_weights = fastsig.gauss_hermite(5)
    assert np.array_equal(nodes, plain_nodes)
    assert np.array_equal(weights, plain_weights)


def test_each_call_returns_its_own_arrays() -> None:
    nodes, weights = fastsig.gauss_hermite(4)
    nodes[:] = weights[:] = 7.0
    again, again_weights = fastsig.gauss_hermite(4)
    assert not np.any(again == 7.0)
    assert not np.any(again_weights == 7.0)


@pytest.mark.parametrize("n", [0, -1, 10001, 2**31, -(2**70), 2**70])
def test_out_of_range(n: int) -> None:
    with pytest.raises(ValueError, match=rf"from 1 to 10000, got {n}$"):
        fastsig.gauss_hermite(n)


@pytest.mark.parametrize("n", [2.5, 5.0, np.float64(5), "5", None, [5], np.array([5, 6])])
def test_not_an_integer(n: Any) -> None:
    with pytest.raises(TypeError, match="n must be an integer from 1 to 10000, got"):
        fastsig.gauss_hermite(n)


# --- Double-double -----------------------------------------------------------

# Nodes are rounded once to a pair, by half a unit of 2^-106 at most; a weight
# carries the roundings of exp, of P psi'^2 and of their quotient.
NODE_ERROR, WEIGHT_ERROR = Fraction(1.01) / 2**106, Fraction(20) / 2**106
SMALLEST_FULL_WEIGHT = Fraction(1, 10**292)


@pytest.mark.parametrize("n", sorted(RULES))
def test_pairs_have_thirty_digits(n: int) -> None:
    rule = fastsig.gauss_hermite(n, precision="double_double")
    for index, node_text, weight_text in RULES[n]:
        node, weight = Fraction(node_text), Fraction(weight_text)
        got_node = Fraction(float(rule.nodes_hi[index])) + Fraction(float(rule.nodes_lo[index]))
        got_weight = Fraction(float(rule.weights_hi[index])) + Fraction(float(rule.weights_lo[index]))
        assert abs(got_node - node) <= NODE_ERROR * abs(node)
        allowed = WEIGHT_ERROR * weight if weight > SMALLEST_FULL_WEIGHT else Fraction(2) ** -1073
        assert abs(got_weight - weight) <= allowed


@pytest.mark.parametrize("n", [1, 2, 5, 64, 371, 372, 2049, 10000])
def test_pairs_round_to_the_rule_in_double(n: int) -> None:
    """Both are correctly rounded but for near-ties: at most one unit in the last place apart."""
    nodes, weights = fastsig.gauss_hermite(n)
    rule = fastsig.gauss_hermite(n, precision="double_double")
    np.testing.assert_array_max_ulp(rule.nodes_hi, nodes, 1)
    np.testing.assert_array_max_ulp(rule.weights_hi, weights, 1)
    for hi, lo in ((rule.nodes_hi, rule.nodes_lo), (rule.weights_hi, rule.weights_lo)):
        np.testing.assert_array_equal(hi + lo, hi)
    np.testing.assert_array_equal(rule.nodes_lo, -rule.nodes_lo[::-1])
    np.testing.assert_array_equal(rule.weights_lo, rule.weights_lo[::-1])


def test_pairs_refuse_what_doubles_refuse() -> None:
    with pytest.raises(ValueError, match="n must be"):
        fastsig.gauss_hermite(0, precision="double_double")
    with pytest.raises(ValueError, match=r"'float64' or 'double_double'.*'quad'"):
        fastsig.gauss_hermite(5, precision="quad")  # type: ignore[call-overload]
