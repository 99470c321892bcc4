"""`compile_source`: it follows calls, compiles each function once, and leaves the sources alone."""

import math

import numba
import pytest

from fastsig.activations import exponentials, gelu, telu
from fastsig.targets.scalar import compile_for_cpu, compile_source


def test_it_follows_the_calls_and_leaves_the_sources_alone() -> None:
    done: dict = {}
    compiled = compile_source(gelu.value, numba.njit, done)
    assert compiled(1.0, 0.0) == gelu.value(1.0, 0.0)
    assert exponentials.gaussian_times in done
    assert exponentials.product_error in done
    assert type(gelu.value).__name__ == type(exponentials.gaussian_times).__name__ == "function"
    assert gelu.value.__globals__["gaussian_times"] is exponentials.gaussian_times


def test_each_function_is_compiled_once_a_target() -> None:
    calls: list[str] = []

    def decorate(function):
        calls.append(function.__name__)
        return function

    done: dict = {}
    first = compile_source(telu.derivative, decorate, done)
    assert first is not telu.derivative
    assert compile_source(telu.derivative, decorate, done) is first
    compile_source(telu.second_derivative, decorate, done)
    assert len(calls) == len(set(calls)) == len(done)
    assert {"derivative", "second_derivative", "slope_of_tanh_exp", "exp_pair"} <= set(calls)
    other: dict = {}
    assert compile_source(telu.derivative, decorate, other) is not first


def test_the_copy_keeps_its_name_and_its_meaning() -> None:
    copy = compile_source(telu.value, lambda function: function)
    assert (copy.__name__, copy.__module__, copy.__doc__) == ("value", telu.__name__, telu.value.__doc__)
    for x in (-50.0, -1.0, 0.3, 8.0):
        assert copy(x, 0.0) == telu.value(x, 0.0)
    assert math.isnan(copy(math.nan, 0.0))


def test_functions_that_are_enclosed_are_compiled_too() -> None:
    factor = 3.0

    def inner(x):
        return factor * x

    def outer(x):
        return inner(x) + 1.0

    assert compile_source(outer, numba.njit)(2.0) == 7.0


def helper(x):
    return x


def test_attributes_are_no_globals() -> None:
    """A method of the same name as a function of the module."""
    calls: list[str] = []

    def decorate(function):
        calls.append(function.__name__)
        return function

    class Holder:
        helper = staticmethod(abs)

    def source(x):
        return Holder.helper(x)

    assert compile_source(source, decorate)(-2.0) == 2.0
    assert calls == ["source"]


def itself(x):
    return itself(x - 1.0) if x > 1.0 else x


def test_functions_that_call_themselves_are_refused() -> None:
    done: dict = {}
    for _ in range(2):  # a failure leaves nothing behind
        with pytest.raises(ValueError, match="itself calls itself"):
            compile_source(itself, numba.njit, done)
    assert done == {}


def test_the_cpu_has_infinities_and_one_line_reasons() -> None:
    def reciprocal(x):
        return 1.0 / x

    def opened(x):
        return open(x)

    assert compile_for_cpu(reciprocal)(0.0) == math.inf
    with pytest.raises(ValueError, match=r"^Untyped global name 'open': [^\n]*$"):
        compile_for_cpu(opened)(1.0)
