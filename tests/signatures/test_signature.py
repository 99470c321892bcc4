"""`fastsig.signature` and its result."""

import copy
import dataclasses
import math
import pickle
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import fastsig

NINE = ("m1", "g1", "g2", "m2", "eta", "alpha_plus", "alpha_minus", "tv", "curvature")
GAUSSIAN = NINE[:5]
NAMES = list(fastsig.activation_names())


def test_defaults() -> None:
    got = fastsig.signature("gelu")
    assert (got.sigma, got.mean) == (1.0, 0.0)
    assert got.activation == fastsig.activation("gelu")
    assert got == fastsig.signature(fastsig.activation("gelu"), 1.0, mean=0.0)
    assert got.success
    assert (got.status, got.message, got.error_kind) == (0, "ok", "bound")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mean", [0.0, 0.75])
def test_it_is_made_of_its_parts(name: str, mean: float) -> None:
    sigma = np.array([0.05, 1.0, 30.0])
    got = fastsig.signature(name, sigma, mean=mean)
    moments = fastsig.moments(name, sigma, mean=mean)
    for component in GAUSSIAN:
        np.testing.assert_array_equal(getattr(got, component), moments.values[component])
        np.testing.assert_array_equal(got.error[component], moments.error[component])
        np.testing.assert_array_equal(got.methods[component], moments.methods[component])
    assert (got.method, got.nfev, got.error_kind) == (moments.method, moments.nfev, moments.error_kind)
    assert np.all(got.tv == fastsig.total_variation(name).value)
    assert np.all(got.error.tv == fastsig.total_variation(name).error)
    assert np.all(got.curvature == fastsig.curvature(name).value)
    np.testing.assert_array_equal(got.alpha_plus, np.full(3, fastsig.slopes(name).alpha_plus))
    assert list(got.error) == list(got.methods) == [*NINE, "curvature_sup"]


def test_a_number_gives_python_floats() -> None:
    got = fastsig.signature("swish", np.float32(2))
    for name in (*NINE, "curvature_sup", "sigma", "mean"):
        assert type(getattr(got, name)) is float, name
    assert set(map(type, got.error.as_dict().values())) == {float}
    assert set(map(type, got.methods.as_dict().values())) == {str}


def test_shapes() -> None:
    one = fastsig.signature("swish", [1.0, 2.0], mean=[[0.0], [1.0], [2.0]])
    several = fastsig.signature(["swish", "relu"], [1.0, 2.0], mean=[[0.0], [1.0], [2.0]])
    for name in (*NINE, "curvature_sup", "sigma", "mean"):
        assert getattr(one, name).shape == (3, 2), name
        assert getattr(several, name).shape == (2, 3, 2), name
        assert getattr(several, name).dtype == np.float64
        np.testing.assert_array_equal(getattr(several, name)[0], getattr(one, name))
    assert several.activation == (fastsig.activation("swish"), fastsig.activation("relu"))
    assert one.mean[2, 0] == 2.0
    assert one.sigma[0].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("phi", ["relu", ["relu", "gelu"], []])
@pytest.mark.parametrize("sigma", [np.empty(0), np.empty((2, 0))])
def test_empty_in_empty_out(phi, sigma) -> None:
    got = fastsig.signature(phi, sigma)
    shape = (*((len(phi),) if isinstance(phi, list) else ()), *sigma.shape)
    assert got.m1.shape == got.tv.shape == got.error.tv.shape == shape
    assert got.to_array().shape == (*shape, 9)
    assert len(got.to_dataframe()) == 0
    assert got.as_dict()["tv"].shape == shape
    assert isinstance(repr(got), str)
    assert "<table" in got._repr_html_()
    assert got.success


def test_zero_dimensional_and_readonly_inputs() -> None:
    got = fastsig.signature("gelu", np.array(2.0))
    assert np.shape(got.m2) == np.shape(got.tv) == np.shape(got.sigma) == ()
    assert float(got.m2) == fastsig.signature("gelu", 2.0).m2
    assert got.to_array().shape == (9,)
    assert len(got.to_dataframe()) == 1
    assert isinstance(repr(got), str)
    sigma = np.array([1.0, 2.0])
    sigma.setflags(write=False)
    mine = fastsig.signature("gelu", sigma)
    assert mine.m1.flags.writeable
    mine.sigma[:]  # may be a view of the input, but must not change it
    assert sigma.tolist() == [1.0, 2.0]


# --- Conversions ---------------------------------------------------------------------------


def test_as_dict_and_to_array_have_the_same_order() -> None:
    one = fastsig.signature("mish", 0.7)
    assert tuple(one.as_dict()) == NINE
    assert one.to_array().tolist() == list(one.as_dict().values())
    several = fastsig.signature(["mish", "tanh"], [0.5, 1.0, 2.0])
    array = several.to_array()
    assert array.shape == (2, 3, 9)
    assert array.dtype == np.float64
    for i, name in enumerate(NINE):
        np.testing.assert_array_equal(array[..., i], getattr(several, name))
    array[:] = 0.0
    assert several.tv[0, 0] != 0.0


def test_to_dataframe_has_one_row_a_point() -> None:
    frame = fastsig.signature(["mish", fastsig.activation("swish", beta=2)], [0.5, 1.0], mean=0.25).to_dataframe()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == ["activation", "sigma", "mean", *NINE]
    assert frame["activation"].tolist() == ["mish", "mish", "swish(beta=2)", "swish(beta=2)"]
    assert frame["sigma"].tolist() == [0.5, 1.0, 0.5, 1.0]
    assert set(frame["mean"]) == {0.25}
    assert frame["m2"].dtype == np.float64
    assert frame["m2"][1] == fastsig.moments("mish", 1.0, mean=0.25).m2
    assert len(fastsig.signature("relu").to_dataframe()) == 1


class Rows(HTMLParser):
    """Counts tags, and that they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.seen[tag] = self.seen.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html() -> None:
    for phi, sigma, rows in (("relu", 1.0, 1), (NAMES[:9], [0.5, 1.0], 18), ("gelu", np.linspace(1, 2, 120), 50)):
        text = fastsig.signature(phi, sigma)._repr_html_()
        parser = Rows()
        parser.feed(text)
        assert not parser.open
        assert parser.seen["tr"] == rows + 1
        assert parser.seen["th"] == 12
        assert ("more rows" in text) == (rows == 50)
    assert "inf" in fastsig.signature("relu")._repr_html_()


def test_repr() -> None:
    text = repr(fastsig.signature(fastsig.activation("swish", beta="1.5"), 2.0))
    lines = text.splitlines()
    assert lines[0] == "Signature of swish(beta=1.5) at sigma=2.0, mean=0.0"
    assert len(lines) == 11
    for name, line in zip((*NINE, "curvature_sup"), lines[1:], strict=True):
        assert line.split()[0] == name
    assert "exact" in lines[2]
    assert "+-" in lines[3]
    assert max(map(len, lines)) <= 80
    array = repr(fastsig.signature(NAMES, np.linspace(1, 2, 1000)))
    assert len(array.splitlines()) == 10
    assert f"({len(NAMES)}, 1000)" in array


# --- As an object ---------------------------------------------------------------------------


def test_equality() -> None:
    a, b = fastsig.signature("gelu", [1.0, 2.0]), fastsig.signature("gelu", [1.0, 2.0])
    assert a == b
    assert a != fastsig.signature("gelu", [1.0, 3.0])
    assert a != fastsig.signature("gelu", 1.0)
    assert a != fastsig.signature("mish", [1.0, 2.0])
    assert a != fastsig.signature("gelu", [1.0, 2.0], mean=1.0)
    assert fastsig.signature("gelu") == fastsig.signature("gelu")
    assert fastsig.signature("silu") == fastsig.signature("swish")
    assert fastsig.signature("relu") == fastsig.signature("relu")  # inf equals inf
    assert fastsig.signature("gelu") != 1
    # Far in the flat half of relu all nine are the same; the inputs are not.
    flat = fastsig.signature("relu", 0.001, mean=-50.0)
    assert flat.m2 == fastsig.signature("relu", 0.002, mean=-50.0).m2 == 0.0
    assert flat != fastsig.signature("relu", 0.002, mean=-50.0)
    assert flat != fastsig.signature("relu", 0.001, mean=-51.0)
    with pytest.raises(TypeError):
        hash(a)


@pytest.mark.parametrize(("phi", "sigma"), [("crrelu", 1.5), (["gelu", "crrelu"], [0.5, 1.5])])
def test_pickle_and_copy(phi, sigma) -> None:
    got = fastsig.signature(phi, sigma)
    for again in (pickle.loads(pickle.dumps(got)), copy.copy(got), copy.deepcopy(got)):
        assert again == got
        assert again.method == got.method
        np.testing.assert_array_equal(again.error.tv, got.error.tv)
        assert repr(again) == repr(got)


def test_frozen() -> None:
    got = fastsig.signature("gelu")
    for name in ("m1", "tv", "error", "activation"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(got, name, 0.0)
    with pytest.raises((AttributeError, TypeError)):
        got.something_new = 1
    with pytest.raises(AttributeError):
        got.error.m1 = 0.0


def test_methods_can_be_chosen() -> None:
    rule = fastsig.signature("tanh", 2.0, method="gauss_hermite", nodes=10)
    assert rule.error_kind == "estimate"
    assert rule.method == "gauss_hermite"
    truth = fastsig.signature("tanh", 2.0)
    assert 1e-4 <= abs(rule.g2 - truth.g2) <= rule.error.g2
    assert rule.tv == truth.tv
    assert rule.methods.tv == "zeros"


# --- Meaning ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_components_agree_with_sums_over_samples(name: str) -> None:
    """A definition check by brute force: 400,000 equally spaced quantiles of the Gaussian.

    The midpoint rule in the quantile is good to about 1/n of the range of the integrand, which grows
    like the square of the 1/n-quantile: 2e-4 relative here.
    """
    from scipy.special import ndtri

    n, sigma, mean = 400_000, 1.25, 0.4
    x = mean + sigma * ndtri((np.arange(n) + 0.5) / n)
    phi = fastsig.activation(name)
    value, slope = phi(x), phi.derivative(x)
    got = fastsig.signature(name, sigma, mean=mean)
    size = np.mean(value**2)
    assert got.m1 == pytest.approx(np.mean(value), abs=2e-4 * math.sqrt(size))
    assert got.g1 == pytest.approx(np.mean(slope), abs=2e-4)
    assert got.g2 == pytest.approx(np.mean(slope**2), abs=2e-4)
    assert got.m2 == pytest.approx(size, rel=2e-4)
    assert got.eta == pytest.approx(np.mean((x - mean) * value * slope), abs=2e-4 * size)
    grid = np.linspace(-40.0, 40.0, 800_001)
    derivative = phi.derivative(grid)
    if "no limit" in got.message:
        assert_oscillates(phi, got)
        return
    # Algebraic tails reach their slopes late: 1/x at most.
    assert got.alpha_plus == pytest.approx(phi.derivative(1e13), abs=1e-12)
    assert got.alpha_minus == pytest.approx(phi.derivative(-1e13), abs=1e-12)
    ends = abs(derivative[0] - got.alpha_minus) + abs(derivative[-1] - got.alpha_plus)
    assert got.tv == pytest.approx(np.sum(np.abs(np.diff(derivative))) + ends, rel=1e-4 if phi.kinks else 1e-7)
    if math.isfinite(got.curvature):
        bend = phi.second_derivative(grid)
        # A jump of phi'' is off by half a cell, an algebraic tail loses what lies beyond the grid.
        coarse = 1e-3 if got.methods.curvature == "double_exponential" or name in ("arctan", "asinh") else 1e-9
        assert got.curvature == pytest.approx(np.sum(bend**2) * 1e-4, rel=coarse)
        sharp = 1e-7 if not phi.kinks and got.methods.curvature == "trapezoid" else 1e-3
        assert got.curvature_sup == pytest.approx(np.max(np.abs(bend)), rel=sharp)
    else:
        assert phi.kinks


def assert_oscillates(phi: fastsig.Activation, got: fastsig.Signature) -> None:
    """Far out phi' goes up and down as much as near 0, so that every stretch adds the same variation and curvature."""
    assert math.isnan(got.alpha_plus)
    assert math.isnan(got.alpha_minus)
    assert got.tv == got.curvature == math.inf
    for start in (-1e6, -40.0, 0.0, 1e3, 1e6):
        grid = start + np.linspace(0.0, 10 * math.pi, 100_001)
        assert np.sum(np.abs(np.diff(phi.derivative(grid)))) == pytest.approx(40.0, rel=1e-5)
        bend = phi.second_derivative(grid)
        assert np.mean(bend**2) == pytest.approx(2.0, rel=1e-4)
        assert np.max(np.abs(bend)) == pytest.approx(got.curvature_sup, rel=1e-7)


def test_what_did_not_converge_says_so() -> None:
    base = fastsig.signature("gelu")
    found = base._stored()
    found.status, found.message = 10, "the accuracy was not reached"
    got = fastsig.Signature(found, base.activation)
    assert not got.success
    assert "NOT CONVERGED: the accuracy was not reached" in repr(got)
    assert "NOT CONVERGED" not in repr(fastsig.signature("gelu"))
