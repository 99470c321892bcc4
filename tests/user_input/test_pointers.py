"""C function pointers, by their signatures."""

import ctypes
import math
from collections.abc import Callable
from typing import Any

import pytest
from scipy import LowLevelCallable

import fastsig
from tests.subprocesses import output
from tests.user_input.given import D_D, D_DP, LOW_LEVEL, c_ffi, is_tanh, libm, rate_at, tanh_cfunc

c_ffi.cdef("double tanh(double);")


c_lib = c_ffi.dlopen(None)


@c_ffi.callback("double(double)")
def cffi_callback(x: float) -> float:
    return math.tanh(x)


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
    phi = fastsig.Activation(LowLevelCallable(D_DP(lambda x, data: math.tanh(rate_at(data) * x)), pointer))
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
