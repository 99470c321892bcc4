"""`fastsig.moments` as an interface: shapes, types, names, methods, results as objects."""

import copy
import dataclasses
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import fastsig
from tests.reference_values import COMPONENTS

# --- In what goes in, and what comes out -----------------------------------------------


@pytest.mark.parametrize(
    "sigma",
    [
        2,
        2.0,
        np.float64(2),
        np.float32(2),
        np.float16(2),
        np.int8(2),
        np.uint64(2),
        Fraction(2),
        Decimal(2),
        "2",
        "2.0e0",
    ],
    ids=repr,
)
def test_a_number_gives_python_floats(sigma: object) -> None:
    result = fastsig.moments("gelu", sigma)
    expected = fastsig.moments("gelu", 2.0)
    for name in COMPONENTS:
        assert type(result.values[name]) is float
        assert type(result.error[name]) is float
        assert result.values[name] == expected.values[name]
    assert type(result.nfev) is int
    assert type(result.status) is int
    assert result.methods.g1 == "exact"


def test_strings_and_fractions_are_read_exactly() -> None:
    tenth = fastsig.moments("swish", 0.1)
    for sigma in ("0.1", "1e-1", "1/10", Fraction(1, 10), Decimal("0.1")):
        assert fastsig.moments("swish", sigma).m2 == tenth.m2
    assert fastsig.moments("swish", 1.0, mean="-0.5").m1 == fastsig.moments("swish", 1.0, mean=-0.5).m1
    assert fastsig.moments("swish", ["0.1", Fraction(1, 10), Decimal("0.1"), 0.1]).m2.tolist() == [tenth.m2] * 4


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "u1", "i8", "u8", ">f8", ">i4", "g"])
def test_any_real_dtype_is_computed_as_float64(dtype: str) -> None:
    sigma = np.array([1, 2, 3], dtype=dtype)
    result = fastsig.moments("mish", sigma)
    assert result.m2.dtype == np.float64
    np.testing.assert_array_equal(result.m2, fastsig.moments("mish", [1.0, 2.0, 3.0]).m2)


def test_float32_is_not_rounded_on_the_way() -> None:
    third = np.float32(1) / np.float32(3)
    assert fastsig.moments("tanh", third).m2 == fastsig.moments("tanh", float(third)).m2
    assert fastsig.moments("tanh", np.array([third])).m2[0] == fastsig.moments("tanh", float(third)).m2


@pytest.mark.parametrize(
    ("sigma_shape", "mean_shape", "shape"),
    [
        ((3,), (), (3,)),
        ((), (2, 2), (2, 2)),
        ((3, 1), (4,), (3, 4)),
        ((1, 1), (1,), (1, 1)),
        ((2, 1, 3), (5, 1), (2, 5, 3)),
    ],
)
def test_sigma_and_mean_broadcast(sigma_shape, mean_shape, shape) -> None:
    rng = np.random.default_rng(0)
    sigma, mean = rng.uniform(0.1, 3.0, sigma_shape), rng.uniform(-2.0, 2.0, mean_shape)
    result = fastsig.moments("swish", sigma, mean=mean)
    one_by_one = np.vectorize(lambda s, m: fastsig.moments("swish", s, mean=m).eta)(sigma, mean)
    assert result.eta.shape == result.error.eta.shape == result.methods.eta.shape == shape
    np.testing.assert_array_equal(result.eta, one_by_one)


def test_arrays_equal_their_points() -> None:
    sigma = np.logspace(-8, 8, 50)
    for name in fastsig.activation_names():
        together = fastsig.moments(name, sigma)
        for i, s in enumerate(sigma.tolist()):
            alone = fastsig.moments(name, s)
            for component in COMPONENTS:
                assert alone.values[component] == together.values[component][i]
                assert alone.error[component] == together.error[component][i]
                assert alone.methods[component] == together.methods[component][i]


def test_zero_dimensional_array_gives_zero_dimensional_results() -> None:
    result = fastsig.moments("gelu", np.array(2.0))
    assert np.shape(result.m2) == ()
    assert float(result.m2) == fastsig.moments("gelu", 2.0).m2


@pytest.mark.parametrize("empty", [[], np.empty(0), np.empty((3, 0)), np.empty((0, 2), dtype=np.int64), ()])
def test_empty_in_empty_out(empty) -> None:
    result = fastsig.moments("relu", empty)
    assert result.m1.shape == np.shape(empty)
    assert result.m1.dtype == np.float64
    assert result.success
    assert result.nfev == 0
    assert fastsig.moments("relu", empty, method="adaptive").m1.size == 0
    assert fastsig.moments("relu", empty, method="gauss_hermite").m1.size == 0
    assert fastsig.moments(["relu", "tanh"], empty).m1.shape == (2, *np.shape(empty))


def test_no_activations_no_rows() -> None:
    assert fastsig.moments([], [1.0, 2.0, 3.0]).m1.shape == (0, 3)
    assert fastsig.moments([], 1.0).m1.shape == (0,)


def test_layout_of_the_input_does_not_matter() -> None:
    sigma = np.linspace(0.5, 4.0, 24).reshape(4, 6)
    for view in (sigma[::2, ::-3], sigma.T, np.asfortranarray(sigma), np.broadcast_to(sigma[0], (3, 6))):
        np.testing.assert_array_equal(fastsig.moments("telu", view).m1, fastsig.moments("telu", view.copy()).m1)
    frozen = sigma.copy()
    frozen.setflags(write=False)
    np.testing.assert_array_equal(fastsig.moments("telu", frozen).m1, fastsig.moments("telu", sigma).m1)
    np.testing.assert_array_equal(frozen, sigma)  # and it is not touched


def test_results_own_their_memory() -> None:
    sigma = np.array([1.0, 2.0])
    first = fastsig.moments("tanh", sigma)
    first.m2[:] = 7.0
    assert not np.any(fastsig.moments("tanh", sigma).m2 == 7.0)
    assert sigma.tolist() == [1.0, 2.0]


# --- Several activations -------------------------------------------------------------------


def test_a_list_of_activations_adds_a_first_axis() -> None:
    swish = fastsig.activation("swish", beta=2)
    several = fastsig.moments(["gelu", swish, "tanh"], [0.5, 2.0], mean=[[0.0], [1.0], [2.0], [3.0]])
    assert several.m1.shape == (3, 4, 2)
    for i, phi in enumerate(["gelu", swish, "tanh"]):
        alone = fastsig.moments(phi, [0.5, 2.0], mean=[[0.0], [1.0], [2.0], [3.0]])
        for name in COMPONENTS:
            np.testing.assert_array_equal(several.values[name][i], alone.values[name])
            np.testing.assert_array_equal(several.methods[name][i], alone.methods[name])
    assert fastsig.moments(("gelu",), 1.0).m1.shape == (1,)
    assert several.error_kind == "bound"
    assert fastsig.moments(["gelu", "elu"], 1.0, mean=0.5).error_kind == "estimate"  # elu by the adaptive rule


# --- which, method, nodes ---------------------------------------------------------------------


def test_which_chooses_and_orders() -> None:
    result = fastsig.moments("swish", 1.0, which=["eta", "m1"])
    assert list(result.values) == list(result.error) == list(result.methods) == ["eta", "m1"]
    assert result.eta == fastsig.moments("swish", 1.0).eta
    assert len(result.values) == 2
    with pytest.raises(AttributeError, match=r"no component 'g2'.*eta, m1"):
        _ = result.g2
    assert list(fastsig.moments("swish", 1.0, which="g2").values) == ["g2"]
    assert fastsig.moments("swish", 1.0, which=["g1"]).method == "exact"
    assert fastsig.moments("swish", 1.0, mean=1.0, which=[]).error_kind == "bound"


def test_method_says_what_was_done() -> None:
    assert fastsig.moments("gelu", 1.0).method == "exact+closed_form"
    assert fastsig.moments("mish", 1.0).method == "table"
    assert fastsig.moments("mish", 0.01).method == "series"
    assert fastsig.moments("mish", [0.01, 1.0]).method == "series+table"
    assert fastsig.moments("mish", 1.0, mean=0.5).method == "gauss_trapezoid"
    assert fastsig.moments("elu", 1.0, mean=0.5).method == "adaptive"
    assert fastsig.moments("relu", 1.0, mean=0.5).method == "closed_form"
    assert fastsig.moments("relu", 1.0, method="adaptive").method == "adaptive"
    assert fastsig.moments("tanh", 1.0, method="gauss_hermite").method == "gauss_hermite"
    assert fastsig.moments("tanh", 0.0, mean=1.0).method == "exact+point"
    kinds = {
        m: fastsig.moments("gelu", 1.0, method=m).error_kind
        for m in ("auto", "closed_form", "adaptive", "gauss_hermite")
    }
    assert kinds == {"auto": "bound", "closed_form": "bound", "adaptive": "estimate", "gauss_hermite": "estimate"}


def test_nfev_counts_evaluations() -> None:
    assert fastsig.moments("mish", [0.5, 1.0]).nfev == 0
    rule = fastsig.moments("mish", [0.5, 1.0], method="gauss_hermite", nodes=37)
    assert rule.nfev == 74
    adaptive = fastsig.moments("mish", 1.0, method="adaptive")
    assert adaptive.nfev % 21 == 0
    assert 21 * 10 <= adaptive.nfev <= 21 * 1000


def test_gauss_hermite_is_the_plain_sum() -> None:
    nodes, weights = fastsig.gauss_hermite(33)
    phi, sigma, mean = fastsig.activation("mish"), 1.3, -0.4
    x = mean + sigma * nodes
    value, slope = phi(x), phi.derivative(x)
    sums = {
        "m1": weights @ value,
        "g1": weights @ slope,
        "g2": weights @ slope**2,
        "m2": weights @ value**2,
        "eta": weights @ (sigma * nodes * value * slope),
    }
    got = fastsig.moments(phi, sigma, mean=mean, method="gauss_hermite", nodes=33)
    for name, expected in sums.items():
        assert got.values[name] == pytest.approx(expected, rel=1e-14, abs=1e-16)  # another order of 33 additions
    default = fastsig.moments(phi, sigma, method="gauss_hermite")
    hundred = fastsig.moments(phi, sigma, method="gauss_hermite", nodes=100)
    assert default.m1 == hundred.m1


# --- The result as an object ---------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [1.5, [0.5, 1.5]])
def test_results_pickle_and_copy(sigma) -> None:
    result = fastsig.moments(["gelu", "tanh"] if isinstance(sigma, list) else "gelu", sigma)
    for again in (pickle.loads(pickle.dumps(result)), copy.copy(result), copy.deepcopy(result)):
        assert type(again) is fastsig.Moments
        for name in COMPONENTS:
            np.testing.assert_array_equal(again.values[name], result.values[name])
            np.testing.assert_array_equal(getattr(again, name), getattr(result, name))
            np.testing.assert_array_equal(again.error[name], result.error[name])
        assert (again.method, again.message, again.success) == (result.method, result.message, True)


def test_results_are_frozen() -> None:
    result = fastsig.moments("gelu", 1.0)
    for name in ("values", "error", "method", "status"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(result, name, 0)
    with pytest.raises((AttributeError, TypeError)):
        result.m1 = 0.0
    with pytest.raises(AttributeError):
        result.values.m1 = 0.0
    with pytest.raises(TypeError):
        result.values["m1"] = 0.0


def test_components_are_a_mapping() -> None:
    values = fastsig.moments("gelu", 1.0).values
    assert list(values) == list(COMPONENTS)
    assert dict(values.as_dict()) == {name: values[name] for name in COMPONENTS}
    assert values == fastsig.moments("gelu", 1.0).values
    assert values != fastsig.moments("gelu", 2.0).values
    assert values != 3
    assert repr(values).startswith("Components(m1=0.28209479177387")
    with pytest.raises(KeyError):
        values["nothing"]
    changed = values.as_dict()
    changed["m1"] = 7.0
    assert values.m1 != 7.0
    with pytest.raises(TypeError):
        hash(values)


def test_repr_shows_values_and_errors() -> None:
    text = repr(fastsig.moments("gelu", 1.0))
    assert text.startswith("Moments (exact+closed_form; errors: bound)")
    assert "m1 = 0.28209479177387" in text
    assert "g1 = 0.5  +- 0.0" in text
