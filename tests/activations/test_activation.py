"""Activations as objects: calling, parameters, identity, pickling, what they say of themselves."""

import copy
import pickle
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import fastsig

NINE = ("crrelu", "gelu", "leaky_relu", "mish", "relu", "sigmoid", "swish", "tanh", "telu")
ALL = [fastsig.activation(name) for name in NINE] + [
    fastsig.activation("swish", beta="1.702"),
    fastsig.activation("leaky_relu", slope=Fraction(-1, 3)),
    fastsig.activation("crrelu", eps=10),
]


def test_the_nine() -> None:
    names = fastsig.activation_names()
    assert isinstance(names, tuple)
    assert set(NINE) <= set(names)
    assert list(names) == sorted(names)
    assert "silu" not in names


# --- Calling ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "x", [2, 2.0, np.float32(2), np.float64(2), np.int16(2), Fraction(2), Decimal(2), "2"], ids=repr
)
def test_a_number_gives_a_float(x: object) -> None:
    phi = fastsig.activation("gelu")
    for function in (phi, phi.derivative, phi.second_derivative):
        assert type(function(x)) is float
        assert function(x) == function(2.0)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0,), (2, 0, 3), (1, 1, 1)])
@pytest.mark.parametrize("dtype", ["f4", "f8", "i4"])
def test_an_array_keeps_its_shape(shape: tuple[int, ...], dtype: str) -> None:
    phi = fastsig.activation("mish")
    x = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    for function in (phi, phi.derivative, phi.second_derivative):
        result = function(x)
        assert np.shape(result) == shape
        assert np.asarray(result).dtype == np.float64
        np.testing.assert_array_equal(result, np.vectorize(function, otypes=["f8"])(x.astype("f8")))


def test_layouts_and_read_only() -> None:
    phi = fastsig.activation("swish")
    x = np.linspace(-3.0, 3.0, 24).reshape(4, 6)
    x.setflags(write=False)
    for view in (x, x[::-1, ::2], x.T, np.broadcast_to(x[0], (5, 6)), x.tolist()):
        np.testing.assert_array_equal(phi(view), [[phi(point) for point in row] for row in np.asarray(view).tolist()])


def test_it_does_not_compute_in_place() -> None:
    x = np.array([-1.0, 2.0])
    result = fastsig.activation("relu")(x)
    assert result is not x
    assert x.tolist() == [-1.0, 2.0]
    assert result.tolist() == [0.0, 2.0]


# --- Parameters -------------------------------------------------------------------------------


def test_defaults_are_exact_decimals() -> None:
    assert fastsig.activation("leaky_relu").parameters == {"slope": Fraction(1, 100)}
    assert fastsig.activation("crrelu").parameters == {"eps": Fraction(1, 100)}
    assert fastsig.activation("swish").parameters == {"beta": 1}
    assert fastsig.activation("gelu").parameters == {}
    assert fastsig.activation("leaky_relu").parameter != Fraction(0.01)


def test_strings_fractions_and_decimals_are_exact_floats_are_doubles() -> None:
    def slope(given: object) -> Fraction:
        exact = fastsig.activation("leaky_relu", slope=given).parameter
        assert isinstance(exact, Fraction)
        return exact

    assert (
        slope("0.2")
        == slope("1/5")
        == slope(Decimal("0.2"))
        == slope(Fraction(1, 5))
        == slope("2e-1")
        == Fraction(1, 5)
    )
    assert slope(0.2) == Fraction(0.2) != Fraction(1, 5)
    assert slope(np.float64(0.2)) == Fraction(0.2)
    assert slope(np.float32(0.2)) == Fraction(float(np.float32(0.2)))
    assert slope(3) == slope(np.int64(3)) == slope("3") == 3
    assert fastsig.activation("leaky_relu", slope="0.01") == fastsig.activation("leaky_relu")
    assert fastsig.activation("leaky_relu", slope=0.01) != fastsig.activation("leaky_relu")


@pytest.mark.parametrize(
    ("name", "parameter", "values"),
    [("leaky_relu", "slope", (-10, 0, 10)), ("swish", "beta", ("1e-12", 1, 100)), ("crrelu", "eps", (-10, 0, 10))],
)
def test_ends_of_the_range_are_allowed(name: str, parameter: str, values: tuple) -> None:
    for value in values:
        phi = fastsig.activation(name, **{parameter: value})
        assert phi.parameters == {parameter: Fraction(value)}
        assert np.isfinite(fastsig.signature(phi).to_array()[:8]).all()


def test_parameter_changes_the_function() -> None:
    assert fastsig.activation("leaky_relu", slope=-2)(-3.0) == 6.0
    assert fastsig.activation("swish", beta=2)(1.0) == pytest.approx(1 / (1 + np.exp(-2.0)), rel=1e-15)
    assert fastsig.activation("crrelu", eps=2)(-1.0) == pytest.approx(-2 * np.exp(-0.5), rel=1e-15)


# --- Identity ------------------------------------------------------------------------------------


def test_silu_is_swish() -> None:
    silu = fastsig.activation("silu")
    assert silu == fastsig.activation("swish")
    assert hash(silu) == hash(fastsig.activation("swish"))
    assert silu.name == "swish"
    assert fastsig.activation("silu", beta=2) == fastsig.activation("swish", beta="2")
    assert fastsig.signature("silu").to_array().tolist() == fastsig.signature("swish").to_array().tolist()


def test_equal_and_hashed_by_what_it_computes() -> None:
    assert len({fastsig.activation(name) for name in (*NINE, *NINE, "silu")}) == len(NINE)
    for i, phi in enumerate(ALL):
        for j, other in enumerate(ALL):
            assert (phi == other) == (i == j)
    assert fastsig.activation("gelu") != "gelu"
    assert fastsig.activation("swish", beta=1) == fastsig.activation("swish", beta=1.0) == fastsig.activation("swish")


@pytest.mark.parametrize("phi", ALL, ids=repr)
def test_pickle_and_copy(phi: fastsig.Activation) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(phi, protocol))
        assert again == phi
        assert hash(again) == hash(phi)
        assert again(0.7) == phi(0.7)
        assert again.parameters == phi.parameters
    assert copy.copy(phi) == copy.deepcopy(phi) == phi


def test_frozen() -> None:
    phi = fastsig.activation("swish")
    for name in ("name", "parameter", "parameters", "kinks"):
        with pytest.raises(AttributeError):
            setattr(phi, name, None)
    with pytest.raises((AttributeError, TypeError)):
        phi.extra = 1


# --- What it says of itself -------------------------------------------------------------------------


def test_repr_is_how_to_make_it() -> None:
    assert repr(fastsig.activation("gelu")) == "Activation('gelu')"
    assert repr(fastsig.activation("leaky_relu")) == "Activation('leaky_relu', slope=1/100)"
    assert repr(fastsig.activation("silu", beta="1.5")) == "Activation('swish', beta=3/2)"
    assert str(fastsig.activation("gelu")) == "gelu"


def test_formula_slopes_and_kinks() -> None:
    for phi in ALL:
        assert "x" in phi.formula
        assert len(phi.slopes) == 2
        assert phi.kinks in ((), (0.0,))
    assert fastsig.activation("gelu").slopes == (1.0, 0.0)
    assert fastsig.activation("tanh").slopes == (0.0, 0.0)
    assert fastsig.activation("leaky_relu", slope=-2).slopes == (1.0, -2.0)
    assert fastsig.activation("relu").kinks == (0.0,)
    assert fastsig.activation("leaky_relu", slope=1).kinks == ()
    assert fastsig.activation("gelu").kinks == ()


def test_a_given_derivative_does_not_wear_out() -> None:
    """The limit on samples is one of making the profile, not of using it."""
    phi = fastsig.Activation(np.arctan, lambda x: 1 / (1 + x * x), name="arctan")
    for _ in range(2):
        assert phi.derivative(np.zeros(300_000)).sum() == 300_000.0


# --- Kinks are told of once ----------------------------------------------------------------------------


def bent(x: np.ndarray) -> np.ndarray:
    return np.maximum(x - 0.37, 0.0)


def test_copies_do_not_warn_again() -> None:
    with pytest.warns(fastsig.KinkWarning, match=r"bent has a kink at x = 0\.37 ") as told:
        phi = fastsig.Activation(bent)
    assert [one.filename for one in told] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for again in (pickle.loads(pickle.dumps(phi)), copy.copy(phi), copy.deepcopy(phi), phi.scaled(2.0)):
            again.profile()
            assert fastsig.moments(again, 1.0).success
    assert pickle.loads(pickle.dumps(phi)).kinks == (0.37,)
    with pytest.warns(fastsig.KinkWarning):
        fastsig.Activation(bent)
