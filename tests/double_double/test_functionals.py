"""Gaussian functionals in double-double against certified values: accuracy, and honesty of the errors, apart.

Promised for sigma in [1e-3, 1e3]: 1e-29 of E abs(integrand). An error bound never undercuts the true error, and
exceeds the promise at most tenfold.
"""

import math
from functools import cache

import pytest

import fastsig
from fastsig.double_double.functionals import functional_names, moments_pairs
from fastsig.double_double.number import read_number, to_fraction
from tests.double_double.pairs import Compared, comparisons, computed, parameters
from tests.reference_values import Record, exact, grouped, records
from tests.subprocesses import output

SIX = ("m1", "g1", "g2", "m2", "eta", "g2z2")
FILES = ("moments", "parameters", "means", "functionals")
CASES = [(name, case) for name in FILES for case in grouped(name)]
by_case = pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{n}-{c}" for n, c in CASES])


@cache
def compared(name: str, case: str) -> tuple[Compared, ...]:
    names = tuple(functional_names()) if name == "functionals" else SIX
    rows = [row for row in grouped(name)[case] if 1e-3 <= float(row["sigma"]) <= 1e3]
    return tuple(comparisons(rows, names))


@by_case
def test_accuracy(name: str, case: str) -> None:
    assert [str(c) for c in compared(name, case) if not c.is_accurate] == []


@by_case
def test_error_covers_the_true_error(name: str, case: str) -> None:
    assert [str(c) for c in compared(name, case) if not c.is_honest] == []


@by_case
def test_bound_is_at_most_ten_times_the_promise(name: str, case: str) -> None:
    assert [str(c) for c in compared(name, case) if not c.is_tight] == []


def test_there_are_records_of_every_functional_and_activation() -> None:
    seen = {c.where.split(" ")[0] for case in grouped("functionals") for c in compared("functionals", case)}
    assert seen == set(fastsig.activation_names())
    held = {name for row in records("functionals") for name in row} | set(SIX)
    assert set(functional_names()) <= held


def test_a_flat_slope_has_no_logarithm() -> None:
    flat = [row for row in records("functionals") if row.get("log_slope") == "-inf"]
    assert {row["activation"] for row in flat} >= {
        "relu",
        "relu6",
        "hardtanh",
        "hardsigmoid",
        "hardswish",
        "softshrink",
    }
    for row in flat:
        assert computed(row, ["log_slope"]).hi["log_slope"] == [-math.inf]


@pytest.mark.parametrize("name", ["parameters", "means"])
def test_size_is_that_of_the_integrand(name: str) -> None:
    """As a sum over the nodes it is right to a percent; snake's closed form states at most 2.5 times as much."""
    for row in records(name):
        if not 1e-3 <= float(row["sigma"]) <= 1e3:
            continue
        result = computed(row, SIX)
        most = 2.5 if row["activation"] == "snake" else 1.01
        for component in SIX:
            size = exact(row[f"abs_{component}"])
            if size > 1e-280 and result.size[component][0]:  # 0 by symmetry
                assert 0.99 <= result.size[component][0] / float(size) <= most, (row["activation"], component)


LEVELS = """
    import sys
    sys.path.append(sys.argv[1])  # behind the installed fastsig
    from fastsig.double_double.functionals import functional_names
    from fastsig.targets.cpu import cpu_level
    from tests.double_double.pairs import comparisons
    from tests.reference_values import records
    compared = comparisons(records("functionals")[::3], list(functional_names()))
    print(cpu_level(), [str(c) for c in compared if not (c.is_accurate and c.is_honest)])
"""


def test_every_cpu_level() -> None:
    from pathlib import Path

    from fastsig.targets.cpu import cpu_levels

    root = str(Path(__file__).parents[2])
    for level in cpu_levels():
        assert output(LEVELS, root, env={"FASTSIG_CPU_LEVEL": level}) == f"{level} []\n"


# --- What needs no table ------------------------------------------------------------------


def test_defaults_are_exact_decimals() -> None:
    """leaky_relu's slope is 1/100, not the double next to it: g1 = (1 + 1/100)/2 at mean 0."""
    result = moments_pairs("leaky_relu", {}, [(1.0, 0.0)], [(0.0, 0.0)], ["g1"])
    got = to_fraction((result.hi["g1"][0], result.lo["g1"][0]))
    assert abs(got - to_fraction(read_number("0.505"))) < 1e-31
    double = moments_pairs("leaky_relu", {"slope": (0.01, 0.0)}, [(1.0, 0.0)], [(0.0, 0.0)], ["g1"])
    assert 5e-20 < abs(to_fraction((double.hi["g1"][0], double.lo["g1"][0])) - got) < 5e-19


@pytest.mark.parametrize("name", ["tanh", "erf", "arctan", "asinh", "softsign", "identity", "hardtanh", "tanhshrink"])
def test_odd_functions_have_no_mean(name: str) -> None:
    result = moments_pairs(name, {}, [(0.7, 0.0)], [(0.0, 0.0)], ["m1", "m3", "g1_mean", "m2_mean"])
    for functional in ("m1", "m3", "m2_mean"):
        assert (result.hi[functional], result.lo[functional], result.error[functional]) == ([0.0], [0.0], [0.0])


@pytest.mark.parametrize("name", fastsig.activation_names())
@pytest.mark.parametrize("mean", [-50.0, -1.2784645, 0.0, 37.5, 50.0, 400.0])
def test_agrees_with_double_within_errors(name: str, mean: float) -> None:
    """All functionals, also in tails; where double states no error that covers, 1e-12 of the size is the limit."""
    names = list(functional_names())
    sigmas = [1e-3, 0.03, 0.9, 5.0, 70.0, 1e3]
    pairs = moments_pairs(name, {}, [(s, 0.0) for s in sigmas], [(mean, 0.0)] * len(sigmas), names)
    for i, sigma in enumerate(sigmas):
        double = fastsig.moments(name, sigma, mean=mean, which=names)
        for functional in names:
            got, size = pairs.hi[functional][i], pairs.size[functional][i]
            if math.isinf(got):
                assert functional == "log_slope"
                assert double.values[functional] == got
                continue
            allowed = 2 * double.error[functional] + pairs.error[functional][i] + 1e-12 * size + 1e-290
            assert abs(got - double.values[functional]) <= allowed, (functional, sigma)
            # At -1.278 phi' of swish vanishes: roundings are relative to its terms, of size 1/2, and its logarithm's
            # to their quotient.
            most = size + 0.5 / min(sigma, 1.0) if mean == -1.2784645 else size
            assert pairs.error[functional][i] <= 1e-28 * most + 1e-298, (functional, sigma)
        assert pairs.success[i]


def test_sigma_zero_is_the_point_mass() -> None:
    names = ["m1", "g1", "g2", "m2", "eta", "m1z", "g2z2", "m4", "m1_sigma", "m1_mean", "g2z2_mean"]
    x = read_number("0.3")
    result = moments_pairs("tanh", {}, [(0.0, 0.0)], [x], names)
    value = {n: to_fraction((result.hi[n][0], result.lo[n][0])) for n in names}
    assert abs(value["m2"] - value["m1"] ** 2) < 1e-31
    assert abs(value["g1"] - (1 - value["m2"])) < 1e-31
    assert abs(value["g2z2"] - value["g1"] ** 2) < 1e-31
    assert abs(value["g2z2_mean"] + 4 * value["m1"] * value["g1"] ** 2) < 1e-30
    assert value["m1_mean"] == value["g1"]
    assert value["eta"] == value["m1z"] == value["m1_sigma"] == 0


def test_many_points_are_those_of_single_calls() -> None:
    sigmas, means = [(0.1 * k + 1e-3, 1e-20) for k in range(5)], [(0.3 * k, 0.0) for k in range(5)]
    batch = moments_pairs("mish", {}, sigmas, means, ["m1", "g2"])
    for i, (sigma, mean) in enumerate(zip(sigmas, means, strict=True)):
        one = moments_pairs("mish", {}, [sigma], [mean], ["m1", "g2"])
        for name in ("m1", "g2"):
            assert (one.hi[name][0], one.lo[name][0]) == (batch.hi[name][i], batch.lo[name][i])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("nosuch", {}, [(1.0, 0.0)], [(0.0, 0.0)], ["m1"]), "nosuch"),
        (("tanh", {}, [(1.0, 0.0)], [(0.0, 0.0)], ["m5"]), "m5"),
        (("tanh", {}, [(1.0, 0.0)], [], ["m1"]), "1 sigmas and 0 means"),
        (("tanh", {}, [(-1.0, 0.0)], [(0.0, 0.0)], ["m1"]), "sigma"),
        (("tanh", {}, [(1.0, 0.0)], [(math.nan, 0.0)], ["m1"]), "mean"),
        (("tanh", {"beta": (1.0, 0.0)}, [(1.0, 0.0)], [(0.0, 0.0)], ["m1"]), "beta"),
        (("swish", {"beta": (0.0, 0.0)}, [(1.0, 0.0)], [(0.0, 0.0)], ["m1"]), "parameter"),
    ],
)
def test_refusals(arguments: tuple, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        moments_pairs(*arguments)


def test_parameters_of_records_are_pairs() -> None:
    row: Record = {"activation": "swish", "beta": "100.0"}
    assert parameters(row) == {"beta": (100.0, 0.0)}
