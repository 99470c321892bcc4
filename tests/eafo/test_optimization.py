"""Tables, and the iteration: descent, constraints, reasons to stop, JSON and pickle to the bit."""

import json
import math
import pickle
from itertools import pairwise

import numpy as np
import pytest
from scipy import interpolate, stats

import fastsig
from fastsig import eafo

X = np.random.default_rng(5).normal(size=20_000)


def table(seed=0, breaks=True):
    rng = np.random.default_rng(seed)
    places = np.sort(rng.uniform(-3, 3, 12))
    return eafo.TableActivation(places, rng.normal(size=12), breaks=[places[4], places[9]] if breaks else ())


def test_a_table_is_scipys_natural_spline_between_breaks():
    for one in (table(breaks=False), table()):
        cuts = [0, *np.searchsorted(one.places, one.breaks).tolist(), one.places.size - 1]
        for a, b in pairwise(cuts):
            spline = interpolate.CubicSpline(one.places[a : b + 1], one.values[a : b + 1], bc_type="natural")
            x = np.linspace(one.places[a], one.places[b], 40)[1:-1]
            for order, size in ((0, 1e-13), (1, 1e-11), (2, 1e-9)):  # close places: divided differences
                np.testing.assert_allclose(one.batch(order, x), spline(x, order), rtol=1e-10, atol=size)
    x = np.array([-5.0, 5.0, math.inf, -math.inf])
    assert one.second_derivative(x).tolist() == [0.0] * 4
    assert one.derivative(5.0) == one.slopes[0]
    assert one.kinks == one.breaks


def test_a_table_is_an_activation():
    one = table()
    found = fastsig.signature(one, 1.3, mean=0.2)
    assert found.success
    from fastsig.eafo.table_signature import table_signature

    fast = table_signature(one.places, one.coefficients, one.breaks, 0.2, 1.3)
    for name, value in fast.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-11, abs=1e-12)
    smooth = table(breaks=False)
    fast = table_signature(smooth.places, smooth.coefficients, (), 0.0, 1.0)
    assert fastsig.signature(smooth).curvature == pytest.approx(fast["curvature"], rel=1e-9)


def test_json_and_pickle_give_exactly_the_same():
    found = eafo.optimize("crrelu", X, steps=4)
    for again in (eafo.from_json(found.to_json()), pickle.loads(pickle.dumps(found))):
        assert type(again) is type(found) is eafo.OptimizedActivation
        assert again == found
        assert again.history == found.history
        assert again.to_json() == found.to_json()
        x = np.linspace(-6.0, 6.0, 1001)
        assert (again(x) == found(x)).all()
    assert json.loads(found.to_json())["schema"] == "fastsig.eafo.table/1"
    one = table()
    assert eafo.from_json(one.to_json()) == one == pickle.loads(pickle.dumps(one))
    for bad in ("{}", "[", json.dumps({"schema": "other"}), '{"schema": "fastsig.eafo.table/1"}'):
        with pytest.raises(ValueError, match="no table of an activation"):
            eafo.from_json(bad)


@pytest.mark.parametrize("objective", ["entropy", "negentropy"])
@pytest.mark.parametrize("phi", ["gelu", "relu", "tanh"])
def test_the_objective_goes_down(phi, objective):
    found = eafo.optimize(phi, X, steps=15, objective=objective)
    first, last = found.history[0], found.history[-1]
    gain = first.entropy - last.entropy if objective == "entropy" else last.negentropy - first.negentropy
    assert gain > 0.01
    for one in found.history:
        assert one.negentropy == pytest.approx(
            0.5 * math.log(2 * math.pi * math.e * one.variance) - one.entropy, abs=0.05
        )  # the bandwidth's share of the variance
    # What was optimised is a smoothed entropy; the entropy itself went down, too.
    before, after = (eafo.output_entropy(phi, X).entropy for phi in (phi, found))
    if objective == "entropy":
        assert after < before


@pytest.mark.parametrize("objective", ["entropy", "negentropy"])
@pytest.mark.parametrize("phi", ["gelu", "relu", "tanh"])
def test_the_first_gradient_is_that_of_the_objective(phi, objective):
    """By differences of the smoothed objective in random directions of the table's values."""
    from fastsig.activations.registry import resolve
    from fastsig.eafo.optimization import _Search

    search = _Search(resolve(phi), eafo.samples(X), 33, objective, frozenset())
    gradient = -search.steepest() * np.maximum(search.kernel.weights, 1e-3)
    rng = np.random.default_rng(0)
    for _ in range(5):
        d = rng.normal(size=gradient.size) * (search.kernel.weights > 1e-3) * ~search.fixed
        h, bandwidth = 1e-5, search.state.bandwidth
        up, down = (search.value(search._outputs(search.y + s * d, bandwidth)) for s in (h, -h))
        # Exact but where a sample crosses a point of the grid on the way, some in 20,000; and the variance's part is
        # taken in the middle of the grid's cells.
        size = 1e-4 if objective == "entropy" else 2e-3
        assert (up - down) / (2 * h) == pytest.approx(float(gradient @ d), rel=1e-3, abs=size)


def test_the_negentropy_knows_no_scale():
    """4 tanh: the same steps, four times as long (a power of 2, so that roundings scale too)."""
    one = eafo.optimize("tanh", X, steps=5, objective="negentropy")
    other = eafo.optimize(fastsig.activation("tanh").scaled(c=4.0), X, steps=5, objective="negentropy")
    for a, b in zip(one.history, other.history, strict=True):
        assert b.negentropy == pytest.approx(a.negentropy, abs=1e-9)
        assert b.entropy == pytest.approx(a.entropy + math.log(4.0), abs=1e-9)


def test_the_entropy_knows_scale_and_the_bandwidth_can_be_given():
    wide = eafo.optimize("tanh", X, steps=2, bandwidth=0.2)
    narrow = eafo.optimize("tanh", X, steps=2)
    assert wide.history[0].entropy > narrow.history[0].entropy  # smoothing adds entropy
    with pytest.raises(ValueError, match="bandwidth"):
        eafo.optimize("tanh", X, bandwidth=-1.0)


def test_history_has_the_signature_of_each_step():
    found = eafo.optimize("gelu", X, steps=3)
    expected = fastsig.signature(found, found.data_sd, mean=found.data_mean).as_dict()
    assert found.history[-1].signature == pytest.approx(expected, rel=1e-9)
    assert (found.data_mean, found.data_sd) == pytest.approx((X.mean(), X.std()), rel=1e-12)


def test_reasons_to_stop():
    assert eafo.optimize("gelu", X, steps=2).stopping_reason == "steps"
    far = eafo.optimize("identity", X, steps=500, farthest=0.2)
    assert far.stopping_reason == "distance"
    assert 0.99 * 0.2 <= far.history[-1].distance <= max(one.distance for one in far.history) <= 0.2
    assert (
        far.message
        == f"the distance from the start has reached {far.history[-1].distance:.4g} standard deviations, of 0.2 allowed"
    )
    # For normal data the identity is a stationary maximum of the negentropy's negative; a nudge leaves it.
    still = eafo.optimize("identity", "normal", objective="negentropy")
    assert (still.stopping_reason, len(still.history)) == ("stationary", 1)
    assert "nudge" in still.message
    away = eafo.optimize("identity", "normal", objective="negentropy", nudge=0.05, steps=10)
    assert away.history[-1].negentropy > away.history[0].negentropy + 0.05


def test_a_density_and_its_samples_agree():
    one = eafo.optimize("tanh", stats.logistic(), steps=1)
    other = eafo.optimize("tanh", stats.logistic().rvs(200_000, random_state=1), steps=1)
    assert one.history[0].entropy == pytest.approx(other.history[0].entropy, abs=0.02)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"objective": "variance"}, "objective must be"), ({"steps": 0}, "steps"), ({"knots": 3}, "knots"),
        ({"constraints": ("slope",)}, "constraints must be"), ({"farthest": 0.0}, "farthest"),
        ({"nudge": 1.0}, "nudge"),
        ({"tolerance": math.nan}, "tolerance"), ({"constraints": ("monotone",)}, "not monotone"),
    ],
)  # fmt: skip
def test_options_out_of_range(options, words):
    with pytest.raises(ValueError, match=words):
        eafo.optimize("gelu", X[:100], **options)


def test_data_whose_squares_overflow_are_refused():
    for scale in (1e300, 1e-300):
        with pytest.raises(ValueError, match="scale them"):
            eafo.optimize("gelu", X * scale, steps=2)
    assert eafo.optimize("identity", X * 1e40, steps=2).stopping_reason == "steps"


def test_tails_too_heavy_for_a_table_are_said_to_be():
    with pytest.raises(ValueError, match=r"no table resolves both; cut off the tails"):
        eafo.optimize("gelu", stats.levy())
    x = stats.levy().rvs(20_000, random_state=1)
    assert eafo.optimize("gelu", x[x < 20.0], steps=3).stopping_reason == "steps"


def test_what_cannot_be_optimised():
    with pytest.raises(ValueError, match="constant on the data"):
        eafo.optimize(fastsig.Activation(lambda x: 0.0 * x), X[:100])
    with pytest.raises(ValueError, match="constant on the data"):
        eafo.optimize("relu", -1.0 - np.abs(X[:100]))
    with pytest.raises(ValueError, match="all equal"):
        eafo.optimize("relu", np.ones(100))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0.0], [1.0]), "at least 2"), (([0.0, 1.0], [1.0]), "as many values"),
        (([1.0, 0.0], [0.0, 0.0]), "ascending"),
        (([0.0, math.nan], [0.0, 0.0]), "finite"), (([0.0, 1.0, 2.0], [0.0] * 3, [0.5]), "inner places"),
        (([0.0, 1.0, 2.0], [0.0] * 3, [0.0]), "inner places"),
        (([0.0, 1.0], [0.0, 1.0], (), "table", "linear"), "interpolation must be"),
    ],
)  # fmt: skip
def test_tables_that_are_none(arguments, words):
    with pytest.raises(ValueError, match=words):
        eafo.TableActivation(*arguments)
