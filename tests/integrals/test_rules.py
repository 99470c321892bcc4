"""Gauss-Legendre pieces and tanh-sinh as methods: honesty and convergence, each against certified values."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fastsig
from tests.problems import PROBLEMS, Problem
from tests.problems import size as user_size
from tests.reference_values import COMPONENTS, SUBNORMAL_SLACK, activation, error, exact, grouped, size, where

RULES = pytest.mark.parametrize("rule", ["gauss_legendre", "tanh_sinh"])
GROUPS = {name: rows[::7] for name, rows in grouped("means").items()}
# Of E abs(integrand), for what says that it succeeded: the goal is 2e-14 before rounding.
PROMISE = Fraction(1, 10**12)


# --- Built-ins ------------------------------------------------------------------------------------


def results(name: str, rule: str, **options: Any) -> list[tuple[Any, Any]]:
    return [
        (r, fastsig.moments(activation(r), float(r["sigma"]), mean=float(r["mean"]), method=rule, **options))
        for r in GROUPS[name]
    ]


@RULES
@pytest.mark.parametrize("name", sorted(GROUPS))
def test_honest(name: str, rule: str) -> None:
    for record, got in results(name, rule):
        assert set(got.method.split("+")) <= {rule}
        assert got.error_kind == "estimate"
        for component in COMPONENTS:
            off = error(got[component], record, component)
            assert off <= Fraction(got.error[component]) + SUBNORMAL_SLACK, f"{component} at {where(record)}"


@RULES
@pytest.mark.parametrize("name", sorted(GROUPS))
def test_small_where_it_succeeds(name: str, rule: str) -> None:
    """Tanh-sinh succeeds everywhere; pieces of 40 nodes do not where phi bends over many lengths, and say so.

    Neither resolves thousands of waves.
    """
    for record, got in results(name, rule):
        waves = name == "snake" and float(record["sigma"]) >= 1000.0
        assert got.success or waves or rule == "gauss_legendre", where(record)
        for component in COMPONENTS:
            if got.success and size(record, component) > Fraction(1, 10**200):
                # Tanh-sinh counts what the rounding of x = mean + sigma z, 2^-53 of it, does on the scale of sigma.
                conditioned = PROMISE + Fraction(4, 2**53) * abs(Fraction(record["mean"])) / Fraction(record["sigma"])
                allowed = conditioned * size(record, component)
                assert Fraction(got.error[component]) <= allowed, f"{component} at {where(record)}"


@pytest.mark.parametrize("nodes", [8, 13, 30, 100, 1000])
def test_few_and_many_nodes_are_honest(nodes: int) -> None:
    """Fewer nodes overlook the edge of a Gaussian tail, where all there is may lie."""
    for name in ("gelu", "relu", "tanh", "softshrink"):
        for record, got in results(name, "gauss_legendre", nodes=nodes):
            for component in COMPONENTS:
                off = error(got[component], record, component)
                assert off <= Fraction(got.error[component]) + SUBNORMAL_SLACK, f"{component} at {where(record)}"


def test_more_nodes_are_better() -> None:
    few, more = (fastsig.moments("mish", 3.0, method="gauss_legendre", nodes=n) for n in (8, 40))
    assert few.error.m2 > 1e3 * more.error.m2
    assert not few.success
    assert more.success


# --- Users' functions -----------------------------------------------------------------------------


@RULES
@pytest.mark.parametrize("problem", PROBLEMS[::4], ids=str)
def test_user_activations_are_honest(problem: Problem, rule: str) -> None:
    phi = problem.activation()
    for record in problem.records()[::3]:
        got = fastsig.moments(phi, float(record["sigma"]), mean=float(record["mean"]), method=rule)
        for name in COMPONENTS:
            off = abs(Fraction(got[name]) - exact(record[name]))
            stated = got.error[name]
            assert stated == math.inf or off <= Fraction(stated) + SUBNORMAL_SLACK, f"{name} at {where(record)}"
            if got.success and "far" not in problem.tags and user_size(record, name) > Fraction(1, 10**100):
                assert stated <= 1e-9 * float(user_size(record, name)), f"{name} at {where(record)}"


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if any("log_slope" in r for r in p.records())], ids=str)
def test_logarithmic_singularities_by_tanh_sinh(problem: Problem) -> None:
    for record in (r for r in problem.records() if "log_slope" in r):
        got = fastsig.moments(
            problem.activation(),
            float(record["sigma"]),
            mean=float(record["mean"]),
            which="log_slope",
            method="tanh_sinh",
        )
        off = abs(Fraction(got.log_slope) - exact(record["log_slope"]))
        assert off <= Fraction(got.error.log_slope), where(record)
        assert not got.success or got.error.log_slope <= 1e-11 * (1 + abs(float(record["log_slope"])))


def test_log_slope_of_a_built_in() -> None:
    """phi' of gelu has a simple zero: two rules that share no node."""
    one, other = (fastsig.moments("gelu", [0.5, 2.0], which="log_slope", method=m) for m in ("tanh_sinh", "adaptive"))
    assert one.success
    assert np.all(one.error.log_slope < 1e-12)
    assert np.all(np.abs(one.log_slope - other.log_slope) <= one.error.log_slope + other.error.log_slope)
    assert one.nfev < other.nfev


# --- Expectations ---------------------------------------------------------------------------------

LOG = -(np.euler_gamma + math.log(2.0)) / 2  # E ln abs(Z)
ROOT = 2.0**-0.25 * math.gamma(0.25) / math.sqrt(math.pi)  # E abs(Z)^(-1/2)


@RULES
def test_expectation(rule: str) -> None:
    got = fastsig.expectation(lambda z, f, d, s: z * f, "gelu", [1.0, 2.0], method=rule)  # type: ignore[arg-type]
    g1 = np.array([0.5, 1.0])  # Stein: sigma g1
    assert got.method == rule
    assert got.success
    assert np.all(np.abs(got.value - g1) <= got.error)
    assert np.all(got.error <= 1e-13)


def test_singularities_at_breaks() -> None:
    log = fastsig.expectation(lambda z, f, d, s: np.log(np.abs(f)), "identity", 1.0, breaks=(0.0,), method="tanh_sinh")
    assert abs(log.value - LOG) <= log.error <= 1e-13
    root = fastsig.expectation(lambda z, f, d, s: np.abs(f) ** -0.5, "identity", 1.0, breaks=(0.0,), method="tanh_sinh")
    assert abs(root.value - ROOT) <= root.error <= 1e-12
    # Beside 1.5 doubles are 2e-16 apart: what lies between them is not seen, and said so.
    far = fastsig.expectation(
        lambda z, f, d, s: np.abs(f - 1.5) ** -0.5, "identity", 1.0, mean=1.5, breaks=(1.5,), method="tanh_sinh"
    )
    assert abs(far.value - ROOT) <= far.error <= 1e-6


@RULES
def test_an_integrand_that_raises(rule: str) -> None:
    def broken(z: Any, f: Any, d: Any, s: Any) -> Any:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        fastsig.expectation(broken, "gelu", 1.0, method=rule)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="NaN or inf"):
        fastsig.expectation(lambda z, f, d, s: np.full_like(f, np.nan), "gelu", 1.0, method=rule)  # type: ignore[arg-type]


# --- Refusals -------------------------------------------------------------------------------------


def test_refusals() -> None:
    with pytest.raises(ValueError, match=r"'tanh_sinh', 'monte_carlo', 'sobol'; got 'gauss_hermite'"):
        fastsig.expectation(lambda z, f, d, s: f, "gelu", 1.0, method="gauss_hermite")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"nodes= goes with .*got method='tanh_sinh'"):
        fastsig.moments("gelu", 1.0, method="tanh_sinh", nodes=5)
    with pytest.raises(ValueError, match="from 1 to 10000"):
        fastsig.expectation(lambda z, f, d, s: f, "gelu", 1.0, method="gauss_legendre", nodes=0)
