"""The batch and its truth: the shipped values are the certified ones, and errors are what they say."""

import importlib.util
import json
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import fastsig
from fastsig.benchmark.problem import ACTIVATIONS, BATCH_SIGMA, COMPONENTS, certified, relative_errors, spread, worst
from tests.reference_values import exact, records

ROOT = Path(__file__).resolve().parents[2]


def test_the_shipped_values_are_those_of_the_reference_to_20_digits() -> None:
    document = json.loads(files("fastsig.benchmark").joinpath("certified.json").read_text())
    by_key = {(r["activation"], r["sigma"]): r for r in records("moments")}
    assert len(document["sigma"]) >= 50
    for name in ACTIVATIONS:
        for component in COMPONENTS:
            for sigma, shipped in zip(document["sigma"], document["values"][name][component], strict=True):
                true = exact(by_key[name, sigma][component])
                assert abs(Fraction(shipped) - true) <= Fraction(5, 10**20) * abs(true)  # half a unit of 20 digits


def test_the_file_is_what_its_maker_makes() -> None:
    path = ROOT / "benchmarks" / "make_certified.py"
    spec = importlib.util.spec_from_file_location("make_certified", path)
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert maker.contents() == json.loads(files("fastsig.benchmark").joinpath("certified.json").read_text())


def test_certified_spans_the_batch() -> None:
    sigma = certified().sigma
    assert (sigma[0], sigma[-1]) == (BATCH_SIGMA[0], BATCH_SIGMA[-1]) == (1e-3, 1e3)
    assert np.all(np.diff(sigma) > 0)
    assert np.max(sigma[1:] / sigma[:-1]) < 3.5  # no gap wider than half a decade


@pytest.mark.parametrize("number", [1, 2, 10, 999, 1000])
def test_spread(number: int) -> None:
    found = spread(number)
    assert found.size == number
    assert set(found) <= set(BATCH_SIGMA)
    assert abs(np.log10(found).mean()) < 0.01  # neither small nor large sigma are preferred


def test_errors_are_relative_and_found_where_they_are() -> None:
    truth = certified()
    values = truth.high.copy()
    assert worst(relative_errors(values, truth), truth.sigma).error <= 2.0**-53  # doubles next to the truth
    values[ACTIVATIONS.index("gelu"), COMPONENTS.index("m2"), 7] *= 1 + 1e-9
    values[ACTIVATIONS.index("tanh"), COMPONENTS.index("m1"), 9] = 1e-11  # the truth is 0
    found = worst(relative_errors(values, truth), truth.sigma)
    assert found[1:] == ("gelu", "m2", truth.sigma[7])
    assert found.error == pytest.approx(1e-9, rel=1e-6)
    errors = relative_errors(values, truth)
    assert errors[ACTIVATIONS.index("tanh"), COMPONENTS.index("m1"), 9] == 1e-11
    values[0, 0, 0] = np.nan
    assert worst(relative_errors(values, truth), truth.sigma).error == np.inf


def test_errors_below_an_ulp_are_seen() -> None:
    """The truth has more digits than a double: an error is not 0 because the rounded truth agrees."""
    truth = certified()
    assert 1e-17 < np.max(relative_errors(truth.high, truth)) <= 2.0**-53


def test_some_components_only() -> None:
    truth = certified().every(9)
    values = truth.high[:, [2, 3]]
    assert relative_errors(values, truth, ("g2", "m2")).max() <= 2.0**-53
    with pytest.raises(ValueError, match="shape"):
        relative_errors(values, truth)


def test_every_step() -> None:
    truth = certified()
    assert truth.every(1).sigma.size == truth.sigma.size
    part = truth.every(5)
    assert list(part.sigma) == list(truth.sigma[2::5])
    assert part.high.shape[-1] == part.low.shape[-1] == part.sigma.size
    v = fastsig.moments("mish", part.sigma, which=["m2"]).m2
    assert np.max(np.abs(v / part.high[ACTIVATIONS.index("mish"), COMPONENTS.index("m2")] - 1)) < 1e-15
