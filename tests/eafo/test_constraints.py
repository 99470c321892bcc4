"""Constraints of an optimisation hold on the whole line, not at the places of its table only; and monotone cubics."""

import pickle

import numpy as np
import pytest
from scipy import interpolate, stats

import fastsig
from fastsig import eafo
from fastsig.eafo import interpolation
from fastsig.eafo.constraints import CONSTRAINTS

LINE = np.concatenate([np.linspace(-6.0, 6.0, 100_001), [-1e6, -100.0, 100.0, 1e6]])
LINE.sort()
QUANTILES = stats.norm.ppf((np.arange(2**17) + 0.5) / 2**17)  # that stand for normal data


def rough(seed=0, kind="monotone", rising=False):
    rng = np.random.default_rng(seed)
    places = np.sort(rng.uniform(-3, 3, 14))
    values = np.sort(rng.normal(size=14)) if rising else rng.normal(size=14)
    return eafo.TableActivation(places, values, [places[4], places[5], places[9]], interpolation=kind)


def test_monotone_slopes_are_scipys_pchip_inside():
    """Fritsch and Butland's formula; at ends of pieces ours has phi'' = 0."""
    places, values = np.sort(np.random.default_rng(1).uniform(-3, 3, 20)), np.random.default_rng(2).normal(size=20)
    one = eafo.TableActivation(places, values, interpolation="monotone")
    expected = interpolate.PchipInterpolator(places, values).derivative()(places[2:-2])
    np.testing.assert_allclose(one.derivative(places[2:-2]), expected, rtol=1e-12, atol=1e-13)
    for end in (places[0], np.nextafter(places[-1], 0.0)):
        assert abs(one.second_derivative(end)) < 1e-8


@pytest.mark.parametrize("kind", ["monotone", "bounded"])
@pytest.mark.parametrize("seed", range(20))
def test_between_two_places_values_stay_between(kind, seed):
    one = rough(seed, kind)
    x = np.linspace(one.places[0], one.places[-1], 20_001)
    cell = np.clip(np.searchsorted(one.places, x, side="right"), 1, one.places.size - 1)
    ends = np.sort([one.values[cell - 1], one.values[cell]], axis=0)
    y = one(x)
    assert (y >= ends[0] - 1e-14).all()
    assert (y <= ends[1] + 1e-14).all()
    up = rough(seed, kind, rising=True)
    assert (np.diff(up(LINE)) >= -1e-14).all()
    if kind == "bounded":
        assert up.slopes == (0.0, 0.0)
        assert (up(-1e9), up(1e9)) == (up.values[0], up.values[-1])


@pytest.mark.parametrize("kind", interpolation.INTERPOLATIONS)
def test_derivatives_by_the_values_are_those_of_differences(kind):
    one = rough(3, kind)
    x, y, breaks = one.places, one.values, one.breaks
    found, h = interpolation.derivative(x, y, breaks, kind), 1e-6
    for k in range(x.size):
        move = h * np.eye(x.size)[k]
        up, down = (interpolation.interpolate(x, y + s * move, breaks, kind) for s in (1, -1))
        scale = np.abs(found[:, :, k]).max(axis=1, keepdims=True) + 1.0
        np.testing.assert_allclose((up - down) / (2 * h) / scale, found[:, :, k] / scale, atol=1e-5)


def test_a_monotone_table_is_an_activation_and_is_kept_to_the_bit():
    one = rough(4, "bounded")
    assert pickle.loads(pickle.dumps(one)) == one == eafo.from_json(one.to_json())
    assert one != eafo.TableActivation(one.places, one.values, one.breaks)
    assert fastsig.signature(one, 1.3).success


CONSTRAINED = [
    (phi, objective, limits)
    for phi in ("tanh", "relu", "hardtanh", "softshrink", "sigmoid")
    for objective in ("entropy", "negentropy")
    for limits in (("monotone",), ("range",), ("variance",), ("mean", "variance"), CONSTRAINTS)
]


@pytest.mark.parametrize(("phi", "objective", "limits"), CONSTRAINED)
def test_constraints_hold_on_the_whole_line(phi, objective, limits):
    found = eafo.optimize(phi, "normal", objective=objective, steps=40, constraints=limits)
    first, last = found.history[0], found.history[-1]
    y, start = found(LINE), fastsig.activation(phi)(found.places)
    if "monotone" in limits:
        assert (np.diff(y) >= -1e-14).all()
    if "range" in limits:
        assert start.min() - 1e-15 <= y.min()
        assert y.max() <= start.max() + 1e-15
    before = eafo.TableActivation(found.places, start, found.breaks, interpolation=found.interpolation)(QUANTILES)
    after = found(QUANTILES)
    if "variance" in limits:
        assert after.var() == pytest.approx(before.var(), rel=1e-10)
    if "mean" in limits:
        assert abs(after.mean() - before.mean()) < 1e-10
    inside = np.abs(LINE) < 4.2
    flat = inside & (fastsig.activation(phi).derivative(LINE) == 0.0)
    assert (found(LINE[flat]) == fastsig.activation(phi)(LINE[flat])).all()  # flat pieces stay
    gain = first.entropy - last.entropy if objective == "entropy" else last.negentropy - first.negentropy
    assert gain >= 0.0


@pytest.mark.parametrize(("limits", "least"), [(("variance",), 0.005), (("mean",), 0.01), (("monotone",), 0.1)])
def test_a_flat_piece_is_no_reason_to_stand_still(limits, least):
    """relu at the same variance moved back by the scaling what the step had done, and called itself stationary."""
    found = eafo.optimize("relu", "normal", objective="negentropy", steps=30, constraints=limits)
    assert found.history[-1].negentropy > found.history[0].negentropy + least


def test_half_normal_outputs_have_the_largest_entropy_of_their_mean_and_variance():
    found = eafo.optimize("relu", "normal", constraints=("mean", "variance"))
    assert (found.stopping_reason, len(found.history)) == ("stationary", 1)


def test_an_optimised_activation_gives_no_warnings_of_its_own_kinks(recwarn):
    found = eafo.optimize("relu", "normal", steps=40)
    assert fastsig.signature(found).success
    assert not recwarn.list
