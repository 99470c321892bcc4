"""numba's decorators, typed: compiled once, kept in numba's cache, without the GIL."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays when it is first called."""
    return _compile(function, False)


def compiled_for_sums(function: Function) -> Function:
    """The same where the order of additions and multiplications does not matter: loops of sums become vectors."""
    return _compile(function, {"contract", "nsz", "reassoc"})


def _compile(function: Function, fastmath: Any) -> Function:
    options = {"nogil": True, "error_model": "numpy", "fastmath": fastmath}
    try:
        result: Function = njit(cache=True, **options)(function)
    except RuntimeError:  # no folder to keep it in: read-only, and no NUMBA_CACHE_DIR
        result = njit(**options)(function)
    return result
