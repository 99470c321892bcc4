"""Classes against what is known on paper; what numbers do not decide is undecided."""

import json
import math
import pickle

import numpy as np
import pytest

import fastsig
from fastsig.activations.shape import shape
from fastsig.taxonomy.definition import VERDICTS
from fastsig.taxonomy.ranges import slope_range, value_range
from tests.theory_problems import KNOWN, MADE


@pytest.mark.parametrize("known", KNOWN, ids=str)
def test_classes(known):
    found = fastsig.classify(known.activation())
    for name in VERDICTS:
        assert getattr(found, name).verdict == getattr(known, name), name
    infinite = {name for name, one in found.well_posedness.items() if one.verdict != "finite"}
    assert infinite == known.infinite
    assert found.decided
    if known.lipschitz is not None:
        value, error = found.lipschitz
        assert value == known.lipschitz or abs(value - known.lipschitz) <= error + 4e-16 * known.lipschitz
        assert error < 1e-12


@pytest.mark.parametrize("name", fastsig.activation_names())
def test_verdicts_carry_their_numbers(name):
    found = fastsig.classify(name)
    for verdict in VERDICTS:
        one = getattr(found, verdict)
        assert one.reason
        assert one.numbers or verdict == "saturation"  # where neither end has a limit
        assert all(number.error >= 0.0 for number in one.numbers.values())
    assert set(found.well_posedness) == {*fastsig.signature(name).as_dict(), "curvature_sup"}
    assert name in repr(found)
    json.dumps(found.as_dict())


@pytest.mark.parametrize("name", fastsig.activation_names())
def test_well_posedness_agrees_with_the_signature(name):
    found, numbers = fastsig.classify(name), fastsig.signature(name, 2.0)
    for component, verdict in found.well_posedness.items():
        value = getattr(numbers, component)
        assert verdict.verdict == (
            "finite" if math.isfinite(value) else "infinite" if math.isinf(value) else "no limit"
        )


@pytest.mark.parametrize(
    "name", [name for name in fastsig.activation_names() if not shape(fastsig.activation(name)).surely_oscillates]
)
def test_names_decide_nothing(name):
    """The same function under another name, known by values only, is in the same classes.

    Monotonicity may be undecided there: the fit of a derivative that touches 0 does not tell on which side.
    """
    original = fastsig.activation(name)
    other = fastsig.Activation(lambda x: original(x), kinks=original.kinks, name="relu" if name != "relu" else "tanh")
    here, there = fastsig.classify(original), fastsig.classify(other)
    for verdict in VERDICTS:
        expected, found = getattr(here, verdict).verdict, getattr(there, verdict).verdict
        assert found == expected or (verdict == "monotonicity" and found == "undecided"), verdict


def test_oscillation_is_not_guessed():
    snake = fastsig.classify("snake")
    assert snake.monotonicity.verdict == "undecided"  # phi' touches 0, and was seen on a part of the line only
    assert snake.well_posedness["alpha_plus"].verdict == "no limit"
    assert not snake.decided
    assert "oscillates" in snake.message
    sine = fastsig.classify(MADE["sine"]())
    assert (sine.growth.verdict, sine.saturation.verdict) == ("bounded", "not saturating")
    assert sine.monotonicity.verdict == "neither"  # both signs were seen


@pytest.mark.parametrize("name", ["log log", "x by log"])
def test_slow_growth_is_undecided(name):
    found = fastsig.classify(MADE[name]())
    assert found.growth.verdict == found.saturation.verdict == "undecided"
    assert "cannot be told" in found.growth.reason
    assert not found.decided


def test_waves_without_end_are_not_growth():
    """sin(log(1 + x^2)) is bounded, has no limit, and its steps from octave to octave neither fall nor stay."""
    found = fastsig.classify(MADE["sine of log"]())
    assert found.growth == found.saturation == "undecided"
    assert found.monotonicity == "neither"
    assert found.lipschitz.value < 1.5


def test_scaled_activations_follow():
    tanh = fastsig.activation("tanh")
    assert fastsig.classify(tanh.scaled(a=-2.0)).monotonicity.verdict == "decreasing"
    assert fastsig.classify(tanh.scaled(b=1.0)).parity.verdict == "neither"
    assert fastsig.classify(tanh.scaled(a=3.0, c=2.0)).lipschitz.value == pytest.approx(6.0, rel=1e-14)
    assert fastsig.classify(tanh.scaled(d=1e-13)).parity.verdict == "neither"
    assert fastsig.classify(tanh.scaled(d=2e-16)).parity.verdict != "odd"


def test_parameters_decide():
    assert fastsig.classify(fastsig.activation("leaky_relu", slope=1)).regularity.verdict == "C1, finite curvature"
    assert fastsig.classify(fastsig.activation("leaky_relu", slope=-1)).parity.verdict == "even"
    assert fastsig.classify(fastsig.activation("leaky_relu", slope=0)).saturation.verdict == "half-saturating"
    assert fastsig.classify(fastsig.activation("elu", alpha="0.5")).regularity.verdict == "kinked"


@pytest.mark.parametrize("known", KNOWN, ids=str)
def test_ranges_contain_dense_samples(known):
    """sup and inf of phi' and phi on intervals are never exceeded, and are attained."""
    phi, rng = known.activation(), np.random.default_rng(3)
    for low, high in [(-1.0, 1.0), (-7.3, 0.2), (0.0, 3.0), (-40.0, 40.0), *np.sort(rng.normal(0, 3, (5, 2))).tolist()]:
        x = np.linspace(low, high, 20001)
        for found, values in (
            (slope_range(phi, (low, high)), phi.batch(1, x[1:-1])),
            (value_range(phi, (low, high)), phi.batch(0, x)),
        ):
            assert found.low - found.low_error <= values.min() + 1e-14
            assert found.high + found.high_error >= values.max() - 1e-14
            # a grid of step h misses an extreme by at most h times the slope of what is sampled
            size = max(1.0, np.abs(values).max())
            assert found.high <= values.max() + 0.02 * size
            assert found.low >= values.min() - 0.02 * size


def test_slopes_on_the_line_are_known():
    low, high, *_ = slope_range(fastsig.activation("gelu"))
    assert high == pytest.approx(1.128904145185154786, rel=1e-15)
    assert low == pytest.approx(-0.128904145185154786, rel=1e-15)
    assert value_range(fastsig.activation("tanh"))[:2] == (-1.0, 1.0)
    assert value_range(fastsig.activation("swish")).low == pytest.approx(-0.27846454276107379, rel=1e-14)


def test_one_sided_at_the_ends_of_an_interval():
    relu = fastsig.activation("relu")
    assert slope_range(relu, (0.0, 1.0)).low == pytest.approx(1.0)  # the left slope at 0 is not of the interval
    assert slope_range(relu, (-1.0, 0.0)).high == pytest.approx(0.0)


def test_a_verdict_is_its_answer():
    found = fastsig.classify("relu")
    assert found.growth == "linear"
    assert type(found.growth.verdict) is str
    copy = pickle.loads(pickle.dumps(found))
    assert copy == found
    assert copy.regularity.numbers == found.regularity.numbers
    with pytest.raises(TypeError):
        found.well_posedness["m1"] = found.growth
    with pytest.raises(AttributeError, match="immutable"):
        found.growth.reason = "because"


def test_it_is_remembered():
    assert fastsig.classify("mish") is fastsig.classify("mish")
