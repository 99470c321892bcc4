"""What users hand in as an activation: every kind that is accepted, and everything that is wrong with it."""

import copy
import ctypes
import functools
import gc
import math
import pickle
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import cffi
import numba
import numpy as np
import pytest
from scipy import LowLevelCallable

import fastsig
from fastsig import KinkWarning
from tests import problems
from tests.subprocesses import output

INF, NAN = math.inf, math.nan
ROOT = Path(__file__).parent.parent
SIGMA, MEAN = [0.1, 1.0, 5.0], [0.5, -0.3, 0.0]


def values_of(phi: fastsig.Activation) -> np.ndarray:
    found = fastsig.moments(phi, SIGMA, mean=MEAN)
    assert found.success
    return np.array([found[name] for name in found.values])


TANH = values_of(fastsig.activation("tanh"))


def is_tanh(phi: fastsig.Activation) -> None:
    assert phi(0.5) == pytest.approx(math.tanh(0.5), rel=1e-15)
    assert phi.derivative(0.5) == pytest.approx(1 / math.cosh(0.5) ** 2, rel=1e-12)
    np.testing.assert_allclose(values_of(phi), TANH, rtol=1e-12, atol=1e-15)
    assert phi.slopes == (0.0, 0.0)


# --- Every kind that is accepted -------------------------------------------------------------------------


@numba.njit
def tanh_njit(x: float) -> float:
    return math.tanh(x)


@numba.vectorize(["float64(float64)"])
def tanh_vectorized(x: float) -> float:
    return math.tanh(x)


@numba.cfunc("float64(float64)")
def tanh_cfunc(x: float) -> float:
    return math.tanh(x)


class Tanh:
    """A callable object, and a method."""

    def __call__(self, x: Any) -> Any:
        return np.tanh(x)

    def method(self, x: float) -> float:
        return math.tanh(x)

    @staticmethod
    def static(x: Any) -> Any:
        return np.tanh(x)


def with_buffer() -> Callable[[np.ndarray], np.ndarray]:
    """It returns the same memory every time."""
    memory = np.empty(10**6)

    def tanh(x: np.ndarray) -> np.ndarray:
        out = memory[: np.size(x)].reshape(np.shape(x))
        return np.tanh(x, out=out)

    return tanh


def in_place(x: Any) -> Any:
    return np.tanh(x, out=x) if isinstance(x, np.ndarray) else math.tanh(x)


def spoils_its_input(x: np.ndarray) -> np.ndarray:
    result = np.tanh(x)
    x[...] = NAN
    return result


def reads_only(x: np.ndarray) -> np.ndarray:
    result = np.tanh(x)
    result.setflags(write=False)
    return result


def by_branches(x: float) -> float:
    if x > 300.0:
        return 1.0
    return -by_branches(-x) if x < 0 else 1.0 - 2.0 / (math.exp(2.0 * x) + 1.0) if x > 0.5 else math.tanh(x)


def tanh_of(rate: float, x: Any) -> Any:
    return np.tanh(rate * x)


CALLABLES = {
    "ufunc": np.tanh,
    "math": math.tanh,
    "lambda": lambda x: np.tanh(x),
    "scalar lambda": lambda x: math.tanh(x),
    "branches": by_branches,
    "partial": functools.partial(tanh_of, 1.0),
    "object": Tanh(),
    "method": Tanh().method,
    "static": Tanh.static,
    "np.vectorize": np.vectorize(math.tanh),
    "frompyfunc, as floats": lambda x: np.frompyfunc(math.tanh, 1, 1)(x).astype(float) if np.ndim(x) else math.tanh(x),
    "one memory": with_buffer(),
    "in place": in_place,
    "spoils its input": spoils_its_input,
    "read-only result": reads_only,
    "list": lambda x: [math.tanh(t) for t in x],
    "strided result": lambda x: np.repeat(np.tanh(x), 2)[::2],
    "big-endian": lambda x: np.tanh(x).astype(">f8"),
    "longdouble": lambda x: np.tanh(np.asarray(x, dtype=np.longdouble)),
    "numpy scalar": lambda x: np.float64(math.tanh(x)),
    "0-d array": lambda x: np.array(math.tanh(x)),
    "njit": tanh_njit,
    "numba.vectorize": tanh_vectorized,
    "cfunc": tanh_cfunc,
}


@pytest.mark.parametrize("function", CALLABLES.values(), ids=CALLABLES)
def test_every_kind_of_callable(function: Any) -> None:
    is_tanh(fastsig.Activation(function))


def test_the_argument_of_the_caller_is_left_alone() -> None:
    x = np.linspace(-1.0, 1.0, 9)
    before = x.copy()
    for function in (in_place, spoils_its_input):
        phi = fastsig.Activation(function)
        for evaluate in (phi, phi.derivative, phi.second_derivative):
            evaluate(x)
            np.testing.assert_array_equal(x, before)
        np.testing.assert_array_equal(phi(x), np.tanh(x))


def test_results_are_not_the_memory_of_the_function() -> None:
    phi = fastsig.Activation(with_buffer())
    first = phi([0.5, 1.0])
    phi([2.0, 3.0])
    np.testing.assert_array_equal(first, np.tanh([0.5, 1.0]))


def test_identity_that_returns_its_argument() -> None:
    phi = fastsig.Activation(lambda x: x, name="same")
    x = np.array([1.0, 2.0])
    assert phi(x) is not x
    assert fastsig.moments(phi, 2.0, mean=3.0).m2 == pytest.approx(13.0, rel=1e-14)
    assert fastsig.slopes(phi).value == (1.0, 1.0)


def test_integers_are_numbers() -> None:
    phi = fastsig.Activation(lambda x: 2)
    assert (phi(0.5), phi.derivative(0.5)) == (2.0, 0.0)
    assert fastsig.moments(phi, 1.0).m2 == pytest.approx(4.0, rel=1e-14)


# --- C pointers -------------------------------------------------------------------------------------------

D_D = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)
D_DP = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_void_p)
D_ID = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, ctypes.POINTER(ctypes.c_double))
D_IDP = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, ctypes.POINTER(ctypes.c_double), ctypes.c_void_p)


def _rate(data: int) -> float:
    return ctypes.cast(data, ctypes.POINTER(ctypes.c_double))[0]


def _count_is_one(n: int, x: Any) -> float:
    assert n == 1
    return x[0]


libm = ctypes.CDLL(None)
libm.tanh.restype, libm.tanh.argtypes = ctypes.c_double, [ctypes.c_double]
RATE = ctypes.c_double(1.0)
RATE_POINTER = ctypes.cast(ctypes.pointer(RATE), ctypes.c_void_p)

c_ffi = cffi.FFI()
c_ffi.cdef("double tanh(double);")
c_lib = c_ffi.dlopen(None)


@c_ffi.callback("double(double)")
def cffi_callback(x: float) -> float:
    return math.tanh(x)


def low_level() -> dict[str, LowLevelCallable]:
    one = D_D(math.tanh)
    with_data = D_DP(lambda x, data: math.tanh(_rate(data) * x))
    array = D_ID(lambda n, x: math.tanh(_count_is_one(n, x)))
    both = D_IDP(lambda n, x, data: math.tanh(_rate(data) * _count_is_one(n, x)))
    return {
        "double (double)": LowLevelCallable(one),
        "double (double, void *)": LowLevelCallable(with_data, RATE_POINTER),
        "double (int, double *)": LowLevelCallable(array),
        "double (int, double *, void *)": LowLevelCallable(both, RATE_POINTER),
        "numba": LowLevelCallable(tanh_cfunc.ctypes),
        "libm": LowLevelCallable(libm.tanh),
    }


LOW_LEVEL = low_level()
POINTERS = {
    **LOW_LEVEL,
    "ctypes": libm.tanh,
    "ctypes callback": D_D(math.tanh),
    "cffi": c_ffi.addressof(c_lib, "tanh"),
    "cffi callback": cffi_callback,
    "numba cfunc": tanh_cfunc,
}


@pytest.mark.parametrize("pointer", POINTERS.values(), ids=POINTERS)
def test_every_kind_of_pointer(pointer: Any) -> None:
    is_tanh(fastsig.Activation(pointer, name="tanh"))


def test_pointers_as_derivatives() -> None:
    slope = D_D(lambda x: 1.0 - math.tanh(x) ** 2)
    phi = fastsig.Activation(LOW_LEVEL["double (double)"], slope)
    assert phi.derivative(0.5) == 1.0 - math.tanh(0.5) ** 2
    assert phi.derivative_source == "given"


def test_user_data_is_read_at_each_call() -> None:
    rate = ctypes.c_double(2.0)
    pointer = ctypes.cast(ctypes.pointer(rate), ctypes.c_void_p)
    phi = fastsig.Activation(LowLevelCallable(D_DP(lambda x, data: math.tanh(_rate(data) * x)), pointer))
    assert phi(0.3) == math.tanh(0.6)


@pytest.mark.parametrize(
    "make",
    [
        lambda: c_ffi.callback("int(int)", lambda n: n),
        lambda: c_ffi.callback("float(float)", lambda x: x),
        lambda: c_ffi.callback("double(double, double)", lambda x, y: x),
        lambda: c_ffi.callback("double(void)", lambda: 0.0),
        lambda: c_ffi.new("double *"),
        lambda: c_ffi.new("double[3]"),
        lambda: ctypes.CFUNCTYPE(ctypes.c_float, ctypes.c_float)(lambda x: x),
        lambda: ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_double)(lambda x, y: x),
        lambda: ctypes.CDLL(None).cos,  # no types declared
        lambda: LowLevelCallable(ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n)),
        lambda: LowLevelCallable(ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int)(lambda n: 1.0)),
    ],
    ids=["int", "float", "two", "none", "data", "array", "c_float", "ctypes two", "untyped", "llc int", "llc mixed"],
)
def test_pointers_of_other_signatures(make: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"double|function"):
        fastsig.Activation(make())


def test_null_pointers() -> None:
    for null in (c_ffi.cast("double(*)(double)", 0), ctypes.cast(None, D_D)):
        with pytest.raises((TypeError, ValueError)):
            fastsig.Activation(null)


def test_functions_stay_alive_while_an_activation_needs_them() -> None:
    """Only the activation holds the callback; a freed one would crash this other process."""
    code = """
    import ctypes, gc, math
    from scipy import LowLevelCallable
    import cffi, numba, fastsig
    kind = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)
    def make():
        ffi = cffi.FFI()
        return [fastsig.Activation(f, name=str(i)) for i, f in enumerate((
            kind(math.tanh), LowLevelCallable(kind(math.tanh)), ffi.callback("double(double)", math.tanh),
            numba.cfunc("float64(float64)")(lambda x: math.tanh(x))))]
    many = [one for _ in range(5) for one in make()]
    gc.collect()
    other = [kind(lambda x: 7.0) for _ in range(1000)]
    print(all(abs(one(0.5) - math.tanh(0.5)) < 1e-15 and fastsig.moments(one, 1.0).m1 < 1 for one in many))
    """
    assert output(code) == "True\n"


# --- Functions that raise ----------------------------------------------------------------------------------


class OwnError(Exception):
    """Nobody else's."""


def raising(error: BaseException, where: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def function(x: Any) -> Any:
        if np.any(where(x)):
            raise error
        return np.tanh(x)

    return function


@pytest.mark.parametrize("where", [lambda x: x < INF, lambda x: x > 5, lambda x: x < -1e6, lambda x: abs(x) < 1e-6])
@pytest.mark.parametrize(
    "error",
    [OwnError("mine"), ZeroDivisionError("mine"), KeyError("mine"), RuntimeError("mine"), RecursionError("mine")],
    ids=lambda e: type(e).__name__,
)
def test_its_own_exception_comes_out(error: Exception, where: Callable) -> None:
    with pytest.raises(type(error)) as caught:
        fastsig.Activation(raising(error, where))
    assert caught.value is error


@pytest.mark.parametrize("error", [TypeError("mine"), ValueError("mine"), AttributeError("mine"), IndexError("mine")])
def test_its_own_ordinary_exception_comes_out(error: Exception) -> None:
    """Those that scalar code raises for arrays, too."""
    for where in (lambda x: x < INF, lambda x: x > 5, lambda x: x < -1e6):
        with pytest.raises(type(error), match="mine"):
            fastsig.Activation(raising(error, where))


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_interrupts_are_not_swallowed(error: type[BaseException]) -> None:
    with pytest.raises(error):
        fastsig.Activation(raising(error(), lambda x: x > 1e3))


class Switch:
    """tanh that raises once it is switched."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __call__(self, x: Any) -> Any:
        if self.error is not None:
            raise self.error
        return np.tanh(x)


@pytest.mark.parametrize("error", [OwnError("late"), ValueError("late"), KeyboardInterrupt("late")], ids=repr)
@pytest.mark.parametrize(
    "call",
    [
        lambda phi: phi(0.3),
        lambda phi: phi.derivative([0.3]),
        lambda phi: fastsig.moments(phi, 1.0),
        lambda phi: fastsig.moments(phi, [1.0, 2.0], mean=0.5, which=("m3", "g1_mean")),
        lambda phi: fastsig.moments(phi, 1.0, which="log_slope"),
        lambda phi: fastsig.moments(phi, 1.0, method="gauss_hermite"),
        lambda phi: fastsig.signature(phi, 1.0, mean=0.5),
        lambda phi: fastsig.expectation(lambda z, f, d, s: f, phi, 1.0),
        lambda phi: fastsig.affine_law(phi, 1.0, 2.0, 0.5, 1.0, 0.0),
        lambda phi: fastsig.sigma_for(phi, m2=0.5),
        lambda phi: fastsig.moments(phi.scaled(2.0), 1.0, mean=0.5),
    ],
    ids=[
        "value",
        "derivative",
        "moments",
        "further",
        "log_slope",
        "gauss_hermite",
        "signature",
        "expectation",
        "affine_law",
        "sigma_for",
        "scaled",
    ],
)
def test_its_own_exception_comes_out_later(call: Callable, error: BaseException) -> None:
    switch = Switch()
    phi = fastsig.Activation(switch, lambda x: switch(x) * 0 + 1 / np.cosh(np.clip(x, -300, 300)) ** 2)
    before = fastsig.moments(fastsig.Activation(np.tanh), 1.0, mean=0.5).m1
    switch.error = error
    with pytest.raises(type(error)) as caught:
        call(phi)
    assert caught.value is error
    switch.error = None
    call(phi)  # nothing is left behind
    assert fastsig.moments(phi, 1.0, mean=0.5).m1 == before


@pytest.mark.parametrize("given", ["derivative", "second_derivative"])
def test_an_activation_does_not_wear_out(given: str) -> None:
    """It serves a million points, whichever derivatives were given."""
    slope, bend = problems.arctan_slope, problems.arctan_bend
    phi = fastsig.Activation(np.arctan, slope, bend if given == "second_derivative" else None)
    x = np.linspace(-3.0, 3.0, 100_001)
    for _ in range(10):
        np.testing.assert_array_equal(phi.derivative(x), slope(x))
        phi.second_derivative(x)
    for _ in range(400):
        assert fastsig.moments(phi, 2.0, mean=0.5, method="gauss_hermite", nodes=1000).success


def test_exceptions_of_compiled_python() -> None:
    @numba.njit
    def angry(x: float) -> float:
        if x > 3.0:
            raise ValueError("mine")
        return x

    with pytest.raises(ValueError, match="mine"):
        fastsig.Activation(angry)


def test_exceptions_of_derivatives() -> None:
    for given in ({"derivative": raising(OwnError("mine"), lambda x: x > 3)}, {"second_derivative": None}):
        given = given if given.get("derivative") else {"second_derivative": raising(OwnError("mine"), lambda x: x > 3)}
        with pytest.raises(OwnError, match="mine"):
            fastsig.Activation(np.tanh, **given)


@pytest.mark.parametrize("error", [OwnError("mine"), ValueError("mine"), KeyboardInterrupt()], ids=repr)
def test_exceptions_of_an_integrand(error: BaseException) -> None:
    def function(z: Any, f: Any, d: Any, s: Any) -> Any:
        raise error

    for sigma in (0.0, 1.0, [1.0, 2.0]):
        with pytest.raises(type(error)) as caught:
            fastsig.expectation(function, "gelu", sigma)
        assert caught.value is error


def test_a_function_may_use_fastsig_itself() -> None:
    def gelu_like(x: Any) -> Any:
        assert fastsig.moments("tanh", 1.0, mean=0.5).success
        assert fastsig.expectation(lambda z, f, d, s: f, "relu", 1.0).success
        return fastsig.activation("gelu")(x)

    phi = fastsig.Activation(gelu_like)
    expected = fastsig.moments("gelu", 1.0, mean=0.5)
    assert fastsig.moments(phi, 1.0, mean=0.5).m2 == pytest.approx(expected.m2, rel=1e-13)

    def nested(z: Any, f: Any, d: Any, s: Any) -> Any:
        inner = fastsig.expectation(lambda z, f, d, s: f * f, phi, 1.0, mean=0.5)
        return f * 0 + inner.value

    assert fastsig.expectation(nested, "relu", 2.0).value == pytest.approx(expected.m2, rel=1e-12)


# --- What functions return -------------------------------------------------------------------------------


def where_large(bad: float, edge: float) -> Callable[[Any], Any]:
    return lambda x: np.where(np.abs(x) > edge, bad, np.tanh(x))


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
@pytest.mark.parametrize("edge", [-1.0, 0.5, 20.0, 1e5])
def test_values_that_are_not_finite(bad: float, edge: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        fastsig.Activation(where_large(bad, edge))
    function = where_large(bad, edge)
    with pytest.raises(ValueError, match="finite"):
        fastsig.Activation(lambda x: float(function(float(x))))


@pytest.mark.parametrize("function", [lambda x: math.sin(x) / x, lambda x: np.sin(x) / x], ids=["scalar", "array"])
def test_nan_at_one_double(function: Callable) -> None:
    """sin(x)/x cannot be told from values elsewhere; where 0 itself is asked for there is an exception, no NaN."""
    with np.errstate(all="ignore"):
        phi = fastsig.Activation(function, name="sinc")
        assert fastsig.moments(phi, 1.0).m1 == pytest.approx(0.8556243918921488, rel=1e-14)  # sqrt(pi/2) erf(1/sqrt 2)
        with pytest.raises((ValueError, ZeroDivisionError), match=r"finite|0\.0|zero"):
            fastsig.moments(phi, 0.0)
        with pytest.raises((ValueError, ZeroDivisionError), match=r"finite|0\.0|zero"):
            fastsig.moments(phi, 1.0, method="gauss_hermite", nodes=101)


@pytest.mark.parametrize("bad", [NAN, INF])
def test_derivatives_that_are_not_finite(bad: float) -> None:
    for edge in (0.5, 20.0):
        with pytest.raises(ValueError, match="derivative"):
            fastsig.Activation(np.tanh, where_large(bad, edge))
        with pytest.raises(ValueError, match="derivative"):
            fastsig.Activation(np.tanh, None, where_large(bad, edge))


NOT_NUMBERS = {
    "complex array": lambda x: np.tanh(x) + 0j,
    "complex": lambda x: complex(math.tanh(x), 1.0),
    "str": lambda x: "tanh",
    "None": lambda x: None,
    "str array": lambda x: np.asarray(x).astype(str),
    "object array": lambda x: np.array([math.tanh(t) for t in x], dtype=object),
    "dict": lambda x: {"value": x},
    "datetime": lambda x: np.asarray(x).astype("M8[s]"),
    "structured": lambda x: np.zeros(np.shape(x), dtype=[("a", "f8")]),
    "generator": lambda x: (math.tanh(t) for t in x),
    "the function": lambda x: np.tanh,
    "fraction": lambda x: Fraction(math.tanh(x)),
    "decimal": lambda x: Decimal(math.tanh(x)),
}


@pytest.mark.parametrize("function", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_values_that_are_no_real_numbers(function: Callable) -> None:
    with pytest.raises(TypeError):
        fastsig.Activation(function)


def test_complex_values_somewhere() -> None:
    """The root of a negative number: complex in Python, NaN in NumPy."""
    with pytest.raises(TypeError, match="real"):
        fastsig.Activation(lambda x: (float(x) + 7.0) ** 0.5)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="finite"):
        fastsig.Activation(lambda x: (x + 7.0) ** 0.5)


OTHER_SHAPES = {
    "shorter": lambda x: np.tanh(x)[1:],
    "longer": lambda x: np.append(np.tanh(x), 0.0),
    "column": lambda x: np.tanh(x)[:, None],
    "one": lambda x: np.tanh(x)[:1],
    "empty": lambda x: np.tanh(x)[:0],
    "pair": lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2),
    "mean": lambda x: np.mean(np.tanh(x), keepdims=True),
    "list of pairs": lambda x: [[math.tanh(t), 0.0] for t in x],
    "shorter when long": lambda x: np.tanh(x)[: min(np.size(x), 20)],
    "scalar when long": lambda x: np.tanh(x) if np.size(x) < 20 else 0.5,
}


@pytest.mark.parametrize("function", OTHER_SHAPES.values(), ids=OTHER_SHAPES)
def test_values_of_another_shape(function: Callable) -> None:
    with pytest.raises((ValueError, TypeError), match=r"shape|one"):
        fastsig.Activation(function)


NOT_ELEMENTWISE = {
    "softmax": lambda x: np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x))),
    "centred": lambda x: x - np.mean(x),
    "reversed": lambda x: np.tanh(x)[::-1],
    "normed": lambda x: x / np.sqrt(np.sum(x * x) + 1.0),
    "cumulative": lambda x: np.cumsum(np.tanh(x)),
    "running maximum": lambda x: np.maximum.accumulate(np.tanh(x)),
    "less the first": lambda x: np.tanh(x - x.flat[0]),
    "sorted": lambda x: np.sort(np.tanh(x)),
    "sorted downwards": lambda x: -np.sort(-np.tanh(x)),
    "layer norm when long": lambda x: np.tanh(x - np.mean(x)) if np.size(x) > 3 else np.tanh(x),
}


@pytest.mark.parametrize("function", NOT_ELEMENTWISE.values(), ids=NOT_ELEMENTWISE)
def test_functions_that_are_not_elementwise(function: Callable) -> None:
    with pytest.raises(ValueError, match=r"element|resolved|smooth|jump|finite"):
        fastsig.Activation(function)


def test_functions_that_change_their_mind() -> None:
    rng = np.random.default_rng(7)
    with pytest.raises(ValueError, match=r"resolved|smooth|element|jump"):
        fastsig.Activation(lambda x: np.tanh(x) + 0.01 * rng.standard_normal(np.shape(x)))
    calls = iter(range(10**9))
    with pytest.raises(ValueError, match=r"resolved|smooth|element|jump"):
        fastsig.Activation(lambda x: math.tanh(x) + 0.01 * (next(calls) % 2))


def test_single_precision_is_refused_or_in_the_error() -> None:
    try:
        phi = fastsig.Activation(lambda x: np.tanh(np.asarray(x, dtype=np.float32)))
    except ValueError as error:
        assert "resolved" in str(error) or "smooth" in str(error)  # noqa: PT017
        return
    got, true = fastsig.moments(phi, 1.0, mean=0.5), fastsig.moments("tanh", 1.0, mean=0.5)
    for name in true.values:
        assert abs(got[name] - true[name]) <= got.error[name] + true.error[name]
        assert got.error[name] > 1e-12 * abs(true[name])


NOT_FUNCTIONS = [None, 3, 2.5, "tanh", b"tanh", [], {}, (np.tanh,), np.zeros(3), object(), Fraction(1), math, iter([])]


@pytest.mark.parametrize("bad", NOT_FUNCTIONS, ids=lambda b: repr(b)[:20])
def test_not_a_function(bad: object) -> None:
    with pytest.raises(TypeError, match="function"):
        fastsig.Activation(bad)
    if bad is not None:
        with pytest.raises(TypeError, match="function"):
            fastsig.Activation(np.tanh, bad)
        with pytest.raises(TypeError, match="function"):
            fastsig.Activation(np.tanh, None, bad)


@pytest.mark.parametrize("bad", [lambda: 1.0, lambda x, y: x, int, dict, np.zeros, type], ids=range(6))
def test_functions_of_other_arguments(bad: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        fastsig.Activation(bad)


# --- Kinks, slopes, derivatives, names ------------------------------------------------------------------------


def relu(x: Any) -> Any:
    return np.maximum(x, 0.0)


@pytest.mark.parametrize(
    ("kinks", "error"),
    [
        ((1.0, 0.0), ValueError),
        ((0.0, 0.0), ValueError),
        ((-0.0, 0.0), ValueError),
        ((NAN,), ValueError),
        ((0.0, INF), ValueError),
        ((-INF, 0.0), ValueError),
        (("zero",), ValueError),
        ((1j,), TypeError),
        ((None,), TypeError),
        (([0.0],), TypeError),
        (((0.0, 1.0),), TypeError),
        (0.0, TypeError),
        (None, TypeError),
        ((True,), TypeError),
        ((10**400,), ValueError),
        (np.array([[0.0, 1.0]]), (TypeError, ValueError)),
    ],
    ids=repr,
)
def test_kinks_that_are_none(kinks: Any, error: Any) -> None:
    with pytest.raises(error, match=r"kink|real number|double|iterable") as caught:
        fastsig.Activation(relu, kinks=kinks)
    assert "kink" in str(caught.value)


@pytest.mark.parametrize("kinks", [[0.0], (0,), np.array([0.0]), ["0"], (Fraction(0),), iter([0.0]), {0.0}])
def test_kinks_of_any_kind(kinks: Any) -> None:
    assert fastsig.Activation(relu, kinks=kinks).kinks == (0.0,)


def test_kinks_that_are_not_there_do_no_harm() -> None:
    plain = fastsig.Activation(np.tanh)
    for kinks in ((0.3,), tuple(np.linspace(-3.0, 3.0, 50))):
        phi = fastsig.Activation(np.tanh, kinks=kinks)
        np.testing.assert_allclose(values_of(phi), values_of(plain), rtol=1e-12, atol=1e-15)
        assert fastsig.total_variation(phi).value == pytest.approx(2.0, rel=1e-11)
        assert math.isfinite(fastsig.curvature(phi).value)


def test_a_kink_that_is_declared_beside_its_place() -> None:
    with pytest.warns(KinkWarning, match=r"0\.37"):
        phi = fastsig.Activation(problems.relu_037, kinks=(0.36,))
    got, true = fastsig.moments(phi, 0.1, mean=0.35), fastsig.moments("relu", 0.1, mean=0.35 - 0.37)
    assert got.m1 == pytest.approx(true.m1, rel=1e-12)
    assert got.g1 == pytest.approx(true.g1, rel=1e-12)


@pytest.mark.parametrize("slopes", [(0.0, 1.0), (1.0, 1.0), (0.999, 0.0), (1.0, 1e-6), (1e300, 0.0), (-1.0, 0.0)])
def test_slopes_that_contradict(slopes: tuple) -> None:
    with pytest.raises(ValueError, match="slopes"):
        fastsig.Activation(relu, kinks=(0.0,), slopes=slopes)
    with pytest.raises(ValueError, match="slopes"):
        fastsig.Activation(problems.softplus, slopes=slopes)


@pytest.mark.parametrize(
    ("slopes", "error"),
    [
        ((1.0,), ValueError),
        ((1.0, 0.0, 0.0), ValueError),
        ((NAN, 0.0), ValueError),
        ((INF, 0.0), ValueError),
        (("a", 0.0), ValueError),
        ((None, 0.0), TypeError),
        ((1j, 0.0), TypeError),
        (1.0, TypeError),
        ((), ValueError),
    ],
    ids=repr,
)
def test_slopes_that_are_none(slopes: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        fastsig.Activation(relu, kinks=(0.0,), slopes=slopes)
    assert "slope" in str(caught.value)


def test_slopes_that_are_given_are_exact() -> None:
    phi = fastsig.Activation(problems.arctan, slopes=(0, "0"))
    assert phi.slopes == (0.0, 0.0)
    assert fastsig.slopes(phi).error == 0.0


@pytest.mark.parametrize(
    "derivative",
    [
        lambda x: np.tanh(x),
        lambda x: -1 / np.cosh(np.clip(x, -300, 300)) ** 2,
        lambda x: 1.001 / np.cosh(np.clip(x, -300, 300)) ** 2,
        lambda x: np.where(x > 2, 0.0, 1 / np.cosh(np.clip(x, -300, 300)) ** 2),
        lambda x: 0 * x,
    ],
    ids=["phi", "sign", "factor", "tail", "zero"],
)
def test_derivatives_that_contradict(derivative: Callable) -> None:
    with pytest.raises(ValueError, match="derivative"):
        fastsig.Activation(np.tanh, derivative)


def test_second_derivatives_that_contradict() -> None:
    with pytest.raises(ValueError, match="derivative"):
        fastsig.Activation(np.tanh, None, lambda x: np.tanh(x))


@pytest.mark.parametrize("name", [3, b"x", ["a"], np.tanh])
def test_names_that_are_no_strings(name: Any) -> None:
    with pytest.raises(TypeError, match="name"):
        fastsig.Activation(np.tanh, name=name)


def test_names() -> None:
    assert fastsig.Activation(np.tanh).name == "tanh"
    assert fastsig.Activation(Tanh()).name == "Tanh"
    assert str(fastsig.Activation(np.tanh, name="my tanh")) == "my tanh"
    assert repr(fastsig.Activation(np.tanh, name="it's")) == 'Activation("it\'s")'
    assert len(repr(fastsig.Activation(functools.partial(tanh_of, 1.0)))) < 80


def test_keywords_only() -> None:
    with pytest.raises(TypeError):
        fastsig.Activation(np.tanh, None, None, (0.0,))  # type: ignore[misc]
    with pytest.raises(TypeError):
        fastsig.Activation()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        fastsig.Activation(np.tanh, kink=(0.0,))  # type: ignore[call-arg]


# --- Growth ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.exp(np.minimum(x * x, 1e300)),
        lambda x: math.exp(x * x),
        lambda x: np.exp(x),
        lambda x: np.sinh(x),
        lambda x: x * np.exp(x),
        lambda x: 2.0 ** abs(x),
    ],
    ids=["exp(x^2)", "scalar exp(x^2)", "exp", "sinh", "x exp", "2^abs(x)"],
)
def test_what_grows_too_fast_is_refused(function: Callable) -> None:
    with np.errstate(all="ignore"), pytest.raises((ValueError, OverflowError)) as caught:
        fastsig.Activation(function)
    assert isinstance(caught.value, OverflowError) or "class" in str(caught.value)


def test_a_square_is_allowed_with_a_note() -> None:
    phi = fastsig.Activation(lambda x: x * x, name="square")
    got = fastsig.moments(phi, 3.0, mean=1.0, which=("m1", "m2"))
    assert got.success
    assert got.m1 == pytest.approx(10.0, rel=1e-13)
    assert got.m2 == pytest.approx(1 + 6 * 9 + 3 * 81, rel=1e-13)
    assert "class" in phi.profile().message
    assert fastsig.total_variation(phi).value == INF
    assert fastsig.slopes(phi).value == (INF, -INF)


# --- Identity ----------------------------------------------------------------------------------------------------


MODULE_LEVEL = [p for p in problems.PROBLEMS if not p.tags & {"oscillating"}][::5]


@pytest.mark.parametrize("problem", MODULE_LEVEL, ids=str)
def test_pickle_and_copy(problem: problems.Problem) -> None:
    phi = problem.activation()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KinkWarning)
        for again in (pickle.loads(pickle.dumps(phi)), copy.copy(phi), copy.deepcopy(phi)):
            assert again == phi
            assert hash(again) == hash(phi)
            assert (again.name, again.kinks) == (phi.name, phi.kinks)
            assert again.derivative_source == phi.derivative_source
            x = np.linspace(-3.0, 3.0, 7)
            for order in ("__call__", "derivative", "second_derivative"):
                np.testing.assert_array_equal(getattr(again, order)(x), getattr(phi, order)(x))
            one, other = (fastsig.moments(a, 0.7, mean=0.2) for a in (again, phi))
            assert one.values == other.values
            assert one.error == other.error


def test_results_with_user_activations_pickle() -> None:
    phi = problems.BY_NAME["softplus"].activation()
    for result in (fastsig.signature(phi, 1.0), fastsig.moments(phi, [1.0, 2.0]), fastsig.total_variation(phi)):
        again = pickle.loads(pickle.dumps(result))
        assert repr(again) == repr(result)
    scaled = phi.scaled(2.0, 1.0, -1.0, 0.5)
    assert pickle.loads(pickle.dumps(scaled)) == scaled


def test_what_does_not_pickle_says_so() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps(fastsig.Activation(lambda x: np.tanh(x)))
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError, ValueError)):
        pickle.dumps(fastsig.Activation(D_D(math.tanh), name="tanh"))


def test_equal_and_hashed_by_what_it_computes() -> None:
    one = fastsig.Activation(np.tanh)
    assert one == fastsig.Activation(np.tanh, name="other")
    assert hash(one) == hash(fastsig.Activation(np.tanh, name="other"))
    assert one != fastsig.Activation(math.tanh)
    assert one != fastsig.Activation(np.arctan)
    assert one != fastsig.activation("tanh")
    assert one != np.tanh
    with_slope = fastsig.Activation(problems.softplus, problems.expit)
    assert with_slope != fastsig.Activation(problems.softplus)
    assert fastsig.Activation(relu, kinks=(0,)) == fastsig.Activation(relu, kinks=[0.0])
    assert len({fastsig.Activation(np.tanh) for _ in range(3)}) == 1
    assert len({one.scaled(2.0), one.scaled(2), one.scaled(3.0)}) == 2


def test_partials_and_bound_methods_compare_by_what_they_are() -> None:
    thing = Tanh()
    assert fastsig.Activation(thing.method) == fastsig.Activation(thing.method)
    assert hash(fastsig.Activation(thing.method)) == hash(fastsig.Activation(thing.method))


def test_an_unhashable_function_still_works() -> None:
    class Unhashable(Tanh):
        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Unhashable)

    phi = fastsig.Activation(Unhashable())
    is_tanh(phi)
    assert phi == fastsig.Activation(Unhashable())
    with pytest.raises(TypeError):
        hash(phi)


def test_immutable() -> None:
    phi = fastsig.Activation(np.tanh)
    for name in ("name", "kinks", "slopes", "_key", "anything"):
        with pytest.raises(AttributeError):
            setattr(phi, name, None)
    with pytest.raises(AttributeError):
        del phi.name


# --- Threads -------------------------------------------------------------------------------------------------------


def test_threads_share_an_activation() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KinkWarning)
        made = [fastsig.Activation(f) for f in (np.tanh, problems.relu_037, tanh_njit, tanh_cfunc)]
    tasks = [(phi, sigma, mean) for phi in made for sigma in (0.1, 1.0, 7.0) for mean in (0.0, 0.4)] * 3

    def run(task: tuple) -> tuple:
        phi, sigma, mean = task
        found = fastsig.moments(phi, sigma, mean=mean, which=("m1", "g2", "eta", "m3"))
        return tuple(found.values.as_dict().values()), phi.derivative([0.3, 0.5]).tolist()

    expected = [run(task) for task in tasks]
    start = threading.Barrier(8)

    def together(task: tuple) -> tuple:
        if task in tasks[:8]:
            start.wait(timeout=30)
        return run(task)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, tasks)) == expected


def test_threads_keep_their_exceptions_apart() -> None:
    def call(i: int) -> str:
        error = OwnError(str(i))
        try:
            fastsig.Activation(raising(error, lambda x: x > 2.0) if i % 2 else np.tanh)
        except OwnError as caught:
            return str(caught) if caught is error else "another"
        return "fine"

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(40))) == [str(i) if i % 2 else "fine" for i in range(40)]


def test_first_use_in_many_threads() -> None:
    phi = pickle.loads(pickle.dumps(problems.BY_NAME["swish_10"].activation()))
    start = threading.Barrier(8)

    def first(_: int) -> tuple:
        start.wait(timeout=30)
        found = fastsig.signature(phi, 0.8)
        return tuple(found.to_array().tolist())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(first, range(8)))) == 1


# --- Fuzz ------------------------------------------------------------------------------------------------------------


class Hostile:
    """Says yes to everything, and means none of it."""

    def __float__(self) -> float:
        raise OwnError("float")

    def __array__(self, *args: object, **kwargs: object) -> np.ndarray:
        raise OwnError("array")

    def __len__(self) -> int:
        return 2**31

    def __repr__(self) -> str:
        return "Hostile"


class Liar(float):
    """A float that is nobody's double."""

    def __float__(self) -> float:
        return NAN

    def __index__(self) -> int:
        return -1


class Endless:
    def __getitem__(self, i: object) -> float:
        if isinstance(i, int) and i < 50:
            return 1.0
        raise IndexError

    def __len__(self) -> int:
        return 3


def hostile_values() -> list[Any]:
    """About 130 arguments of every kind, the harmless among them."""
    itself: list[Any] = [1.0]
    itself.append(itself)
    nested: Any = 1.0
    for _ in range(200):
        nested = [nested]
    arrays = [
        np.array([]),
        np.array(1.5),
        np.array([0.5, 2.0]),
        np.array([[0.1], [1.0]]),
        np.array([1.0, NAN]),
        np.array([INF, 1.0]),
        np.array([-1.0]),
        np.arange(6.0)[::-2],
        np.arange(4, dtype=">f8"),
        np.arange(3, dtype="f4"),
        np.arange(3, dtype="f2"),
        np.arange(3, dtype=np.longdouble),
        np.arange(3, dtype="i1"),
        np.array([2**64 - 1], dtype="u8"),
        np.array([True, False]),
        np.array([1j]),
        np.array(["1/2", "3"]),
        np.array(["x"]),
        np.array([b"1"]),
        np.array([None, 1.0]),
        np.array([Fraction(1, 3), 2], dtype=object),
        np.array([[], []]),
        np.zeros((0, 3)),
        np.zeros((2, 0, 1)),
        np.ones((1,) * 32),
        np.ma.array([1.0, 2.0], mask=[0, 1]),
        np.array(["2020"], dtype="M8[Y]"),
        np.zeros(2, dtype=[("a", "f8")]),
        np.broadcast_to(1.0, (10**14,)),
        np.broadcast_to(np.float32(1), (10**7, 10**7)),
        np.array([5e-324, 1e150, 1e151]),
    ]
    scalars = [
        *(0, 1, 2, 3, -1, 10, 100, 10**400, -(2**63), 2**63, 0.0, -0.0, 0.5, 1.0, 2.0, 1e-300, 5e-324, 1e150, 1e151),
        *(1e308, -1e308, -2.5, NAN, INF, -INF, True, False, None, 1j, Ellipsis, NotImplemented),
        *("1", "1/3", "nan", "inf", "-1", "", " ", "x", "1e400", "1_0", "٣", "\x00", "relu", "swish", "GELU", "tanhh"),
        *(
            "auto",
            "table",
            "adaptive",
            "closed_form",
            "tanh_sinh",
            "gauss_hermite",
            "m1",
            "g1_mean",
            "log_slope",
            "sigma",
            b"gelu",
        ),
        *(Fraction(1, 3), Fraction(-7), Decimal("0.5"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")),
        *(np.float64(2), np.float32(0.5), np.int8(-3), np.uint64(2**63), np.bool_(True), np.complex128(1j)),
        *(np.datetime64("2020"), np.str_("1.5"), np.longdouble(2), np.float16(6e4)),
    ]
    containers = [
        *([], (), [1.0, 2.0], (0.5,), [[1.0], [2.0, 3.0]], ["gelu", "relu"], ["gelu", 3], ("m1", "g2"), ["1", 2.0]),
        *({}, {"a": 1}, {1.0, 2.0}, frozenset(), range(3), itself, nested, [None], [NAN], [[]], [True], bytearray(8)),
        *(memoryview(b"12345678"), iter([1.0]), (x for x in (1.0, 2.0)), [np.array([1.0, 2.0]), 3.0]),
    ]
    objects = [
        *(Hostile(), Liar(1.0), Endless(), object(), object, type, math, len, math.tanh, np.tanh, lambda: 1),
        *(lambda *a: a[0], lambda *a: None, lambda *a: 1 / 0, lambda *a: NAN, lambda *a: a[0][:1], OwnError()),
        *(fastsig, fastsig.moments, fastsig.Activation, ctypes.c_double(1.0), libm.tanh, c_ffi.new("double *")),
    ]
    phis = [
        fastsig.activation("gelu"),
        fastsig.activation("crrelu", eps="1/7"),
        fastsig.activation("tanh").scaled(-2.0, 1.0, 3.0, -1.0),
        fastsig.Activation(np.arctan),
        fastsig.Activation(relu, kinks=(0.0,)),
        fastsig.Components({"m1": 1.0}),
    ]
    return [*arrays, *scalars, *containers, *objects, *phis]


# Each function with what its arguments may be called, and how often it is taken; those that work long on good
# arguments seldom.
TARGETS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], int], ...] = (
    ("moments", ("phi", "sigma"), ("mean", "which", "method", "nodes", "sigm"), 30),
    ("signature", ("phi", "sigma"), ("mean", "method", "nodes"), 15),
    ("activation", ("name",), ("slope", "beta", "eps", "alpha", "x"), 20),
    ("activation_names", (), (), 1),
    ("total_variation", ("phi",), (), 8),
    ("curvature", ("phi",), (), 8),
    ("slopes", ("phi",), (), 8),
    ("affine_law", ("phi", "sigma", "a", "b", "c", "d"), ("mean",), 10),
    ("gauss_hermite", ("n",), (), 8),
    ("gauss_legendre", ("n",), (), 8),
    ("expectation", ("function", "phi", "sigma"), ("mean", "breaks", "method", "nodes"), 6),
    ("total_variation_of_samples", ("x", "y"), (), 10),
    ("sigma_for", ("phi",), ("m1", "g1", "m2", "tv", "mean"), 2),
    ("Activation", ("value", "derivative", "second_derivative"), ("kinks", "slopes", "name"), 4),
    ("Components", ("values",), (), 2),
    ("Estimate", ("value", "error", "error_kind", "method"), (), 1),
    ("evaluate", ("phi", "x"), (), 20),
    ("scaled", ("phi", "a", "b", "c", "d"), (), 10),
)
DOCUMENTED = (ValueError, TypeError, MemoryError, fastsig.FastsigError, OwnError)
# Whatever a user's own function or object raises comes out, as promised; the ones above raise these.
FROM_THE_ARGUMENTS = (ZeroDivisionError, OwnError, ctypes.ArgumentError)


def _targets() -> dict[str, Callable]:
    def evaluate(phi: Any, x: Any) -> Any:
        return [phi(x), phi.derivative(x), phi.second_derivative(x)]

    def scaled(phi: Any, *given: Any) -> Any:
        psi = phi.scaled(*given)
        return [hash(psi), psi == phi, psi(0.5), repr(psi), psi.slopes, psi.kinks]

    own = {"evaluate": evaluate, "scaled": scaled}
    return {name: own.get(name) or getattr(fastsig, name) for name, *_ in TARGETS}


GOOD_PHI = ("relu", "gelu", "tanh", "swish")
PLAIN = (0.0, 0.5, 1.0, 3.0, [0.5, 2.0])


def calls(seed: int, count: int) -> Iterator[tuple[str, tuple, dict]]:
    """Calls with arguments of which most are hostile."""
    rng = np.random.default_rng(seed)
    values = hostile_values()
    phis = [v for v in values if isinstance(v, fastsig.Activation)]
    small = [v for v in values if not isinstance(v, np.ndarray) or v.size < 100]
    weights = np.array([weight for *_, weight in TARGETS], dtype=float)
    which = rng.choice(len(TARGETS), size=count, p=weights / weights.sum())
    uniform = rng.random((count, 12))
    picks = rng.integers(0, 2**31, size=(count, 12))

    for row in range(count):
        name, positional, keywords, _ = TARGETS[which[row]]

        def argument(key: str, j: int, row: int = row) -> Any:
            u, pick = uniform[row, j], int(picks[row, j])
            if key == "phi" and u < 0.75:
                pool: Any = (*GOOD_PHI, *phis) if u < 0.1 else GOOD_PHI
            elif key in ("sigma", "mean", "a", "b", "c", "d", "x") and u < 0.35:
                pool = PLAIN
            elif key == "n" and u < 0.3:
                pool = range(-2, 60)
            elif key == "function" and u < 0.1:
                pool = (lambda z, f, d, s: f * d,)
            elif key == "value" and u < 0.06:
                pool = (np.tanh, math.erf, relu, tanh_cfunc, LOW_LEVEL["double (int, double *)"], lambda x: x * x)
            elif key in ("which", "kinks", "breaks", "slopes"):
                pool = small  # huge ones are read one by one there
            else:
                pool = values
            return pool[pick % len(pool)]

        args = tuple(argument(key, j) for j, key in enumerate(positional))
        given = {key: argument(key, 6 + j) for j, key in enumerate(keywords) if uniform[row, 11 - j] < 0.2}
        if name in ("evaluate", "scaled") and not isinstance(args[0], fastsig.Activation):
            args = (phis[int(picks[row, 0]) % len(phis)], *args[1:])
        yield name, args, given


def look_at(result: Any) -> None:
    """Results of bad calls must be usable, too."""
    if isinstance(result, (fastsig.Moments, fastsig.Signature)):
        repr(result)
    if isinstance(result, fastsig.Signature):
        result.as_dict()


def fuzz(seed: int, count: int) -> dict[str, int]:
    """How the calls ended, by exception; any undocumented one is raised again with the call."""
    warnings.simplefilter("ignore")
    ends: dict[str, int] = {}
    targets = _targets()
    with np.errstate(all="ignore"):
        for number, (name, args, given) in enumerate(calls(seed, count)):
            try:
                look_at(targets[name](*args, **given))
                end = "fine"
            except (*DOCUMENTED, *FROM_THE_ARGUMENTS) as error:
                end = type(error).__name__
                if isinstance(error, (ValueError, TypeError)) and not str(error):
                    raise AssertionError(f"call {number}: {name}{args!r:.200} {given!r:.200}: no message") from error
            except BaseException as error:
                raise AssertionError(
                    f"call {number}: fastsig.{name}{args!r:.300} {given!r:.300} raised {type(error).__name__}: {error}"
                ) from error
            ends[end] = ends.get(end, 0) + 1
            if number % 5000 == 0:
                gc.collect()
    return ends


FUZZ = """
import faulthandler, sys
faulthandler.enable()
sys.path.append(sys.argv[1])
from tests.test_user_input import fuzz
for end, count in fuzz(int(sys.argv[2]), int(sys.argv[3])).items():
    print(end, count)
"""


@pytest.mark.parametrize("seed", range(2))
def test_hostile_calls_end_in_documented_exceptions(seed: int) -> None:
    """2 x 50,000 calls, in other processes: none crashes the interpreter, none raises what is not documented."""
    printed = output(FUZZ, str(ROOT), str(seed), "50000")
    ends = {name: int(count) for name, count in (line.split() for line in printed.splitlines())}
    assert sum(ends.values()) == 50_000
    assert ends["fine"] > 500
    assert ends["TypeError"] > 3000
    assert ends["ValueError"] > 3000


if __name__ == "__main__":
    print(fuzz(int(sys.argv[1]), int(sys.argv[2])))
