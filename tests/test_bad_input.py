"""What is refused, and whether the message names the value, what is allowed and the next step."""

import datetime
import itertools
import math
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import fastsig

NAN, INF = math.nan, math.inf


def refused(call, error: type[Exception], *words: str) -> None:
    """The call raises just this error, with all of the words, on one line of at most 300 characters."""
    with pytest.raises(error) as caught:
        call()
    message = str(caught.value)
    assert type(caught.value) is error
    for word in words:
        assert word in message, f"{word!r} is not in {message!r}"
    assert "\n" not in message
    assert len(message) <= 300
    assert not re.search(r"0x[0-9a-f]{6,}", message)  # no addresses


FUNCTIONS = {
    "moments": fastsig.moments,
    "signature": fastsig.signature,
    "total_variation": lambda phi, *_: fastsig.total_variation(phi),
    "curvature": lambda phi, *_: fastsig.curvature(phi),
    "slopes": lambda phi, *_: fastsig.slopes(phi),
    "activation": lambda phi, *_: fastsig.activation(phi),
}
by_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
by_result = pytest.mark.parametrize("function", [fastsig.moments, fastsig.signature], ids=["moments", "signature"])

# --- Activations ----------------------------------------------------------------------------


@by_function
@pytest.mark.parametrize(
    ("name", "close"),
    [("gelo", "'gelu'"), ("GELU", "'gelu'"), ("swich", "'swish'"), ("leaky-relu", "'leaky_relu'"), ("Silu", "'silu'")],
)
def test_unknown_name_with_close_matches(function, name: str, close: str) -> None:
    refused(lambda: function(name, 1.0), ValueError, repr(name), "did you mean", close)


@by_function
@pytest.mark.parametrize("name", ["", "zzzz", "gelu\x00", "ßß"])
def test_unknown_name_without_close_match_lists_all(function, name: str) -> None:
    with pytest.raises(ValueError, match="no built-in activation") as caught:
        function(name, 1.0)
    assert "gelu" in str(caught.value).split(";")[1]


@by_function
@pytest.mark.parametrize("phi", [3, None, 1.5, b"gelu", math.tanh, np.array("gelu"), {"gelu"}], ids=repr)
def test_not_an_activation(function, phi: object) -> None:
    with pytest.raises(TypeError, match="activation") as caught:
        function(phi, 1.0)
    assert len(str(caught.value)) <= 300


@by_result
def test_one_bad_name_in_a_list(function) -> None:
    refused(lambda: function(["relu", "gelo"], 1.0), ValueError, "'gelo'", "'gelu'")
    refused(lambda: function(["relu", 3], 1.0), TypeError, "3")


@pytest.mark.parametrize(
    ("name", "parameter", "value", "error", "words"),
    [
        ("leaky_relu", "slope", 10.5, ValueError, ["slope", "leaky_relu", "[-10, 10]", "10.5"]),
        ("leaky_relu", "slope", "-10.0000001", ValueError, ["slope", "[-10, 10]", "-10.0000001"]),
        ("leaky_relu", "slope", Fraction(31, 3), ValueError, ["slope", "[-10, 10]"]),
        ("swish", "beta", 0, ValueError, ["beta", "swish", "(0, 100]", "0"]),
        ("swish", "beta", -1.0, ValueError, ["beta", "(0, 100]", "-1.0"]),
        ("swish", "beta", 100.0001, ValueError, ["beta", "(0, 100]", "100.0001"]),
        ("swish", "beta", "1e-400", ValueError, ["beta", "swish", "(0, 100]", "1e-400"]),  # 0 as a double
        ("crrelu", "eps", 11, ValueError, ["eps", "crrelu", "[-10, 10]", "11"]),
        ("crrelu", "eps", 10**400, ValueError, ["eps", "[-10, 10]"]),
        ("swish", "beta", NAN, ValueError, ["beta", "finite", "nan"]),
        ("swish", "beta", INF, ValueError, ["beta", "finite", "inf"]),
        ("swish", "beta", np.float32(np.nan), ValueError, ["beta", "finite", "nan"]),
        ("swish", "beta", Decimal("NaN"), ValueError, ["beta", "finite"]),
        ("swish", "beta", "one", ValueError, ["beta", "number", "'one'"]),
        ("swish", "beta", "", ValueError, ["beta", "number", "''"]),
        ("swish", "beta", "1/0", ValueError, ["beta", "number", "'1/0'"]),
        ("swish", "beta", True, TypeError, ["beta", "number", "True"]),
        ("swish", "beta", np.True_, TypeError, ["beta", "number"]),
        ("swish", "beta", None, TypeError, ["beta", "number", "None"]),
        ("swish", "beta", 1j, TypeError, ["beta", "number", "1j"]),
        ("swish", "beta", [1.0], TypeError, ["beta", "number", "[1.0]"]),
        ("swish", "beta", np.array([1.0, 2.0]), TypeError, ["beta", "number"]),
        ("swish", "slope", 1.0, TypeError, ["swish", "'beta'", "'slope'"]),
        ("gelu", "beta", 1.0, TypeError, ["gelu", "no parameter", "'beta'"]),
    ],
    ids=lambda v: repr(v)[:25] if not isinstance(v, (list, type)) else "",
)
def test_parameters(name: str, parameter: str, value: object, error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        fastsig.activation(name, **{parameter: value})
    message = str(caught.value)
    for word in words:
        assert word in message, f"{word!r} is not in {message!r}"
    assert len(message) <= 600


def test_two_parameters_where_there_is_one() -> None:
    refused(lambda: fastsig.activation("swish", beta=1, slope=2), TypeError, "'beta'", "'slope'")


@pytest.mark.parametrize("name", [3, None, b"gelu", ["gelu"]])
def test_name_of_an_activation_must_be_text(name: object) -> None:
    refused(lambda: fastsig.activation(name), TypeError, "str", repr(name))  # type: ignore[arg-type]


# --- sigma and mean ----------------------------------------------------------------------------


@by_result
@pytest.mark.parametrize(
    "sigma", [-1.0, -5e-324, NAN, INF, -INF, 1.1e150, "-2", "nan", "inf", Fraction(-1, 3)], ids=repr
)
def test_sigma_out_of_range(function, sigma: object) -> None:
    refused(lambda: function("gelu", sigma), ValueError, "sigma", "[0, 1e+150]", repr(float(sigma)))
    refused(lambda: function("gelu", [1.0, float(sigma)]), ValueError, "sigma", "[0, 1e+150]", "at index 1")
    several = np.full((2, 3), 1.0)
    several[1, 2] = float(sigma)
    refused(lambda: function("gelu", several), ValueError, "sigma", "at index (1, 2)", repr(float(sigma)))


@by_result
@pytest.mark.parametrize("mean", [NAN, INF, -INF, -1.1e150, "nan"], ids=repr)
def test_mean_out_of_range(function, mean: object) -> None:
    refused(lambda: function("gelu", 1.0, mean=mean), ValueError, "mean", "[-1e+150, 1e+150]", repr(float(mean)))
    refused(lambda: function("gelu", 1.0, mean=[0.0, 1.0, float(mean)]), ValueError, "mean", "at index 2")


@by_result
@pytest.mark.parametrize("text", ["", "one", "1,5", "0x10", "1/0", "--1", "1 2"])
def test_strings_that_are_no_numbers(function, text: str) -> None:
    refused(lambda: function("gelu", text), ValueError, "sigma", "number", repr(text))
    refused(lambda: function("gelu", [text, "1"]), ValueError, "sigma", "number", repr(text))
    refused(lambda: fastsig.activation("gelu")(text), ValueError, "x", "number", repr(text))


NOT_REAL = {
    "None": None,
    "bool": True,
    "numpy bool": np.True_,
    "complex": 1j,
    "bytes": b"1",
    "dict": {},
    "set": {1.0},
    "function": math.sin,
    "complex array": np.array([1j, 2.0]),
    "bool array": np.array([True, False]),
    "datetime array": np.array(["2020-01-01"], dtype="M8[D]"),
    "timedelta array": np.array([1], dtype="m8[s]"),
    "structured array": np.zeros(2, dtype=[("a", "f8")]),
    "object array": np.array([1.0, None], dtype=object),
    "object array of lists": np.array([[1], [2, 3]], dtype=object),
    "bools in an object array": np.array([True, 2.0], dtype=object),
    "complex in an object array": np.array([1j, Fraction(1)], dtype=object),
    "bytes array": np.array([b"1"]),
    "date": datetime.date(2020, 1, 1),
}


@by_result
@pytest.mark.parametrize("bad", NOT_REAL.values(), ids=NOT_REAL)
def test_not_real_numbers(function, bad: object) -> None:
    refused(lambda: function("gelu", bad), TypeError, "sigma", "real number", "float")
    refused(lambda: function("gelu", 1.0, mean=bad), TypeError, "mean", "real number")
    refused(lambda: fastsig.activation("gelu")(bad), TypeError, "x", "real number")


@by_result
def test_ragged_lists(function) -> None:
    with pytest.raises(ValueError, match="sigma") as caught:
        function("gelu", [[1.0], [2.0, 3.0]])
    assert "length" in str(caught.value) or "shape" in str(caught.value)


@by_result
def test_numbers_beyond_the_doubles(function) -> None:
    refused(lambda: function("gelu", Decimal("1e400")), ValueError, "sigma")
    with pytest.raises(ValueError, match="sigma"):
        function("gelu", 10**400)
    with pytest.raises(ValueError, match="sigma"):
        function("gelu", [10**400, 1])


@by_result
def test_shapes_that_do_not_broadcast(function) -> None:
    refused(
        lambda: function("gelu", [1.0, 2.0], mean=[0.0, 1.0, 2.0]),
        ValueError,
        "sigma of shape (2,)",
        "mean of shape (3,)",
        "broadcast",
        "axes",
    )


@by_result
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8"])
def test_too_large_for_memory(function, dtype: str) -> None:
    """A petabyte is refused at once: no page of it is touched before (the work itself would take hours)."""
    huge = np.broadcast_to(np.array(1, dtype=dtype), (10**12,))
    for call in (lambda: function("gelu", huge), lambda: function("gelu", 1.0, mean=huge)):
        with pytest.raises(MemoryError, match=r"(?s)1000000000000.*GiB.*smaller parts"):
            call()
    column = np.broadcast_to(1.0, (10**6, 1))
    with pytest.raises(MemoryError, match="GiB"):
        function("gelu", column, mean=np.broadcast_to(0.0, (10**6,)))
    with pytest.raises(MemoryError, match="GiB"):
        fastsig.activation("gelu")(huge)


# --- method, nodes, which ------------------------------------------------------------------------


@by_result
@pytest.mark.parametrize("method", ["Auto", "", "exact", "monte", "series", "point"])
def test_unknown_method(function, method: str) -> None:
    refused(lambda: function("gelu", 1.0, method=method), ValueError, "method", "'adaptive'", "'auto'", repr(method))


@by_result
@pytest.mark.parametrize("method", [None, 3, ["auto"], b"auto"])
def test_method_of_another_type(function, method: object) -> None:
    with pytest.raises((TypeError, ValueError), match="method"):
        function("gelu", 1.0, method=method)


@by_result
@pytest.mark.parametrize(
    ("name", "method", "mean"),
    [
        ("mish", "closed_form", 0.0),
        ("relu", "table", 0.0),
        ("gelu", "table", 0.0),
        ("swish", "table", 0.5),
        ("gelu", "closed_form", 0.5),
    ],
)
def test_method_that_the_activation_does_not_have(function, name: str, method: str, mean: float) -> None:
    refused(lambda: function(name, 1.0, mean=mean, method=method), ValueError, "method", name, method)
    refused(lambda: function(name, [1.0, 2.0], mean=mean, method=method), ValueError, "method", name, method)


def test_nothing_is_computed_when_one_mean_has_no_table() -> None:
    with pytest.raises(ValueError, match="method"):
        fastsig.moments("swish", [1.0, 1.0], mean=[0.0, 1e-300], method="table")
    assert fastsig.moments("swish", [1.0, 0.0], mean=[0.0, 2.0], method="table").m2.shape == (2,)  # sigma 0 needs none


@by_result
@pytest.mark.parametrize("nodes", [0, -1, 10001, 2**40])
def test_nodes_out_of_range(function, nodes: int) -> None:
    call = lambda: function("gelu", 1.0, method="gauss_hermite", nodes=nodes)  # noqa: E731
    refused(call, ValueError, "nodes", "1", "10000", str(nodes))


@by_result
@pytest.mark.parametrize("nodes", [10.0, "10", True, [10], 2.5])
def test_nodes_of_another_type(function, nodes: object) -> None:
    call = lambda: function("gelu", 1.0, method="gauss_hermite", nodes=nodes)  # noqa: E731
    refused(call, TypeError, "nodes", "10000", repr(nodes))


@by_result
def test_nodes_without_the_rule(function) -> None:
    refused(lambda: function("gelu", 1.0, nodes=10), ValueError, "nodes", "gauss_hermite", "'auto'")


def test_unknown_component() -> None:
    refused(
        lambda: fastsig.moments("gelu", 1.0, which=["m1", "m7"]), ValueError, "which", "m1, g1, g2, m2, eta", "'m7'"
    )
    refused(lambda: fastsig.moments("gelu", 1.0, which="tv"), ValueError, "which", "'tv'")
    with pytest.raises((TypeError, ValueError)):
        fastsig.moments("gelu", 1.0, which=[3])


LONG_LISTS = {
    "array of 10^14": lambda: np.broadcast_to(1.0, 10**14),
    "range": lambda: range(10**12),
    "endless": itertools.count,
    "generator": lambda: (1.0 for _ in itertools.count()),
}
TAKES_PLACES = {
    "kinks": lambda bad: fastsig.Activation(np.tanh, kinks=bad),
    "breaks": lambda bad: fastsig.expectation(lambda z, f, d, s: f, "relu", 1.0, breaks=bad),
    "slopes": lambda bad: fastsig.Activation(np.tanh, slopes=bad),
    "which": lambda bad: fastsig.moments("relu", 1.0, which=bad),
}


@pytest.mark.parametrize("make", LONG_LISTS.values(), ids=LONG_LISTS)
@pytest.mark.parametrize(("name", "call"), TAKES_PLACES.items(), ids=TAKES_PLACES)
def test_endless_lists_are_not_read(name: str, call, make) -> None:
    most = {"slopes": "2", "which": "100"}.get(name, "2000")
    with pytest.raises(ValueError, match=f"{name} may have at most {most} entries; got more: ") as caught:
        call(make())
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("bad", [3, 0.5, b"m1", bytearray(2), np.array(1.0)], ids=repr)
@pytest.mark.parametrize(("name", "call"), TAKES_PLACES.items(), ids=TAKES_PLACES)
def test_one_thing_where_several_are_meant(name: str, call, bad: object) -> None:
    refused(lambda: call(bad), TypeError, f"{name} must be a sequence, as in {name}=(", "got ")


def test_as_many_kinks_as_allowed() -> None:
    places = np.linspace(-3.0, 3.0, 2000)
    heights = 0.1 * np.sin(places) + 1e-3 * (np.arange(2000) % 2)
    phi = fastsig.Activation(lambda x: np.interp(x, places, heights), kinks=places)
    assert len(phi.kinks) == 2000
    refused(lambda: fastsig.Activation(np.tanh, kinks=np.arange(2001.0)), ValueError, "2000", "kinks")


@pytest.mark.parametrize("bad", [NAN, INF])
def test_breaks_that_are_not_finite(bad: float) -> None:
    refused(lambda: TAKES_PLACES["breaks"]([0.5, bad]), ValueError, "breaks must be finite", repr(bad))


@pytest.mark.parametrize("bad", ["", " ", "two\nlines", "\0"])
def test_names_that_say_nothing(bad: str) -> None:
    refused(lambda: fastsig.Activation(np.tanh, name=bad), ValueError, "name must be one line", repr(bad))


def test_positional_arguments_end_after_two() -> None:
    with pytest.raises(TypeError):
        fastsig.moments("gelu", 1.0, 0.5)  # type: ignore[misc]
    with pytest.raises(TypeError):
        fastsig.signature("gelu", 1.0, 0.5)  # type: ignore[misc]
    with pytest.raises(TypeError):
        fastsig.moments("gelu", 1.0, sigm=2.0)  # type: ignore[call-arg]


def test_a_refused_call_leaves_nothing_behind() -> None:
    before = fastsig.moments("mish", 0.7).m2
    for bad in (-1.0, "x", None, [1.0, NAN]):
        with pytest.raises((ValueError, TypeError)):
            fastsig.moments("mish", bad)
    assert fastsig.moments("mish", 0.7).m2 == before


def test_masked_arrays() -> None:
    """A masked element has no value to compute with; without any, it is an array like others."""
    with pytest.raises(ValueError, match=r"sigma has masked elements; give sigma\.compressed\(\)"):
        fastsig.moments("gelu", np.ma.masked_array([1.0, 2.0], mask=[False, True]))
    plain = fastsig.moments("gelu", np.ma.masked_array([1.0, 2.0]))
    assert type(plain.m2) is np.ndarray
    assert np.array_equal(plain.m2, fastsig.moments("gelu", [1.0, 2.0]).m2)
    with pytest.raises(ValueError, match="masked"):
        fastsig.affine_law("tanh", np.ma.masked_array([1.0, 2.0], mask=[False, True]), -1.0, 1e-300, 0.3, 0.0)
