"""Gains against certified values, the table of the documentation, and constants in wide use."""

import math
import pickle
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.mean_field import gain, gain_table
from fastsig.mean_field.gains import KINDS
from fastsig.numbers.number import context

DOC = Path(__file__).parents[2] / "docs" / "mean_field.md"


@cache
def certified_moments(name):
    return fastsig.moments(name, "1", which=("m1", "m2", "g2"), precision="certified", digits=40)


def certified(name, kind):
    """The gain to thirty digits, from certified moments."""
    found = certified_moments(name)
    m1, m2, g2 = (getattr(found, which).to_decimal() for which in ("m1", "m2", "g2"))
    digits = context(40)
    kept = {"forward": m2, "backward": g2, "variance": digits.subtract(m2, digits.multiply(m1, m1))}[kind]
    return digits.sqrt(digits.divide(Decimal(1), kept))


def test_a_gain_is_a_float_that_knows_its_convention():
    found = gain("gelu", "variance")
    again = pickle.loads(pickle.dumps(found))
    for one in (found, again):
        assert isinstance(one, float)
        assert (one.kind, one.activation) == ("variance", fastsig.activation("gelu"))
    assert (again, again.error) == (found, found.error)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", fastsig.activation_names())
def test_correct_to_the_last_digit(name, kind):
    pytest.importorskip("flint")
    found, exact = gain(name, kind), certified(name, kind)
    assert abs(Decimal(found) - exact) <= Decimal(math.ulp(found)) / 2
    assert abs(Decimal(found) - exact) <= Decimal(found.error)
    assert found.error < 4e-16 * found


def test_closed_forms():
    assert gain("relu") == math.sqrt(2.0)
    assert gain("relu", "backward") == math.sqrt(2.0)
    assert gain("relu", "variance") == pytest.approx(math.sqrt(2 / (1 - 1 / math.pi)), rel=1e-15)
    assert gain(fastsig.activation("leaky_relu", slope=0.2)) == pytest.approx(math.sqrt(2 / 1.04), rel=1e-15)
    assert gain("identity") == 1.0
    assert gain("relu", q=4.0) == math.sqrt(2.0)
    assert gain("tanh", "backward", q=2.0) == pytest.approx(
        fastsig.mean_field.edge_of_chaos("tanh", 2.0).sigma_w, rel=1e-14
    )


def test_selu_was_made_for_gain_one():
    """Its constants solve m1 = 0, m2 = 1 (Klambauer et al.)."""
    assert gain("selu") == pytest.approx(1.0, abs=1e-15)


def test_elu_and_celu_are_the_same_function():
    table = gain_table()
    assert table["elu"] == table["celu"]


# The constants gamma of nfnets/base.py (google-deepmind/deepmind-research), also in timm/models/nfnet.py.
PUBLISHED = {
    "celu": 1.270926833152771,
    "elu": 1.2716004848480225,
    "leaky_relu": 1.70590341091156,
    "logsigmoid": 1.9193484783172607,
    "relu": 1.7139588594436646,
    "relu6": 1.7131484746932983,
    "selu": 1.0008515119552612,
    "sigmoid": 4.803835391998291,
    "swish": 1.7881293296813965,
    "softsign": 2.338853120803833,
    "softplus": 1.9203323125839233,
    "tanh": 1.5939117670059204,
}


def test_published_gains_are_off():
    off = {name: value / gain(name, "variance") - 1 for name, value in PUBLISHED.items()}
    assert min(off.values()) == pytest.approx(6.56e-5, rel=1e-2)
    assert max(off.values()) == pytest.approx(8.63e-4, rel=1e-2)
    assert 1.7015043497085571 / gain("gelu_tanh", "variance") - 1 == pytest.approx(3.46e-4, rel=1e-2)
    assert 1.7015043497085571 / gain("gelu", "variance") - 1 == pytest.approx(3.40e-4, rel=1e-2)


def test_the_documentation_has_these_numbers():
    rows = re.findall(r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", DOC.read_text(), flags=re.MULTILINE)
    shown = {name: dict(zip(KINDS, numbers, strict=True)) for name, *numbers in rows}
    assert shown == {
        name: {kind: f"{value:#.15g}" for kind, value in gains.items()} for name, gains in gain_table().items()
    }
    text = DOC.read_text()
    for name, published in PUBLISHED.items():
        off = published / gain(name, "variance") - 1
        assert f"| {name} | {published!r} | {gain(name, 'variance'):#.15g} | {off:.1e} |" in text


def test_users_activations_and_infinite_gains():
    soft = fastsig.Activation(lambda x: np.sqrt(1 + x * x), name="soft abs")  # m2 = 1 + q
    found = gain(soft, q=3.0)
    assert found == pytest.approx(math.sqrt(3 / 4), rel=1e-12)
    assert abs(found - math.sqrt(3 / 4)) <= found.error
    two = fastsig.Activation(lambda x: 0.0 * x + 2.0, name="two")
    assert gain(two, "variance") == math.inf
    assert gain(two, "backward") == math.inf


@pytest.mark.parametrize("q", [0.0, -1.0, math.nan, math.inf])
def test_bad_variance(q):
    with pytest.raises(ValueError, match="must be a number in"):
        gain("tanh", q=q)


def test_bad_kind():
    with pytest.raises(ValueError, match="kind must be one of 'forward', 'backward', 'variance'; got 'fan_in'"):
        gain("tanh", "fan_in")


@pytest.mark.parametrize("name", ["softplus", "sigmoid", "gelu", "tanh", "swish", "softsign"])
@pytest.mark.parametrize("q", [1e-300, 1e-20, 1e-12, 1e-6])
def test_variance_gain_of_small_inputs(name, q):
    """var phi(sqrt(q) Z) -> q phi'(0)^2: nothing is lost to m2 - m1^2."""
    found = gain(name, "variance", q=q)
    slope = float(fastsig.activation(name).derivative(0.0))
    assert found == pytest.approx(1.0 / abs(slope), rel=4.0 * q**0.5 + 2e-15)
    assert found.error < 1e-11 * found


def test_variance_gain_against_sixty_digits():
    """Gaussian: m2 = (1 + 4 q)^-1/2, m1 = (1 + 2 q)^-1/2 for exp(-x^2); softplus is in the next orders of q."""
    bump = fastsig.Activation(lambda x: np.exp(-x * x))
    for q in (1e-12, 1e-6, 1e-3, 0.1, 1.0, 50.0):
        found = gain(bump, "variance", q=q)
        with mpmath.workdps(60):
            x = mpmath.mpf(q)
            exact = mpmath.sqrt(x / ((1 + 4 * x) ** mpmath.mpf(-0.5) - 1 / (1 + 2 * x)))
            assert abs(found - exact) <= found.error
        assert found.error < 1e-5 * found


def test_q_is_named_in_the_refusal():
    with pytest.raises(ValueError, match="q must be a number in"):
        gain("relu", q=-1)
