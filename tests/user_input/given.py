"""Functions that users hand in, and what their integrals must be."""

import ctypes
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cffi
import numba
import numpy as np
import pytest
from scipy import LowLevelCallable

import fastsig

INF, NAN = math.inf, math.nan
ROOT = Path(__file__).parents[2]
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


@numba.njit
def tanh_njit(x: float) -> float:
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


def tanh_of(rate: float, x: Any) -> Any:
    return np.tanh(rate * x)


D_D = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)
D_DP = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_void_p)
D_ID = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, ctypes.POINTER(ctypes.c_double))
D_IDP = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, ctypes.POINTER(ctypes.c_double), ctypes.c_void_p)


def rate_at(data: int) -> float:
    return ctypes.cast(data, ctypes.POINTER(ctypes.c_double))[0]


def _count_is_one(n: int, x: Any) -> float:
    assert n == 1
    return x[0]


libm = ctypes.CDLL(None)
libm.tanh.restype, libm.tanh.argtypes = ctypes.c_double, [ctypes.c_double]
RATE = ctypes.c_double(1.0)
RATE_POINTER = ctypes.cast(ctypes.pointer(RATE), ctypes.c_void_p)
c_ffi = cffi.FFI()


def low_level() -> dict[str, LowLevelCallable]:
    one = D_D(math.tanh)
    with_data = D_DP(lambda x, data: math.tanh(rate_at(data) * x))
    array = D_ID(lambda n, x: math.tanh(_count_is_one(n, x)))
    both = D_IDP(lambda n, x, data: math.tanh(rate_at(data) * _count_is_one(n, x)))
    return {
        "double (double)": LowLevelCallable(one),
        "double (double, void *)": LowLevelCallable(with_data, RATE_POINTER),
        "double (int, double *)": LowLevelCallable(array),
        "double (int, double *, void *)": LowLevelCallable(both, RATE_POINTER),
        "numba": LowLevelCallable(tanh_cfunc.ctypes),
        "libm": LowLevelCallable(libm.tanh),
    }


LOW_LEVEL = low_level()


class OwnError(Exception):
    """Nobody else's."""


def raising(error: BaseException, where: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def function(x: Any) -> Any:
        if np.any(where(x)):
            raise error
        return np.tanh(x)

    return function


def relu(x: Any) -> Any:
    return np.maximum(x, 0.0)
