"""numba's decorator, typed: compiled once, kept in numba's cache, without the GIL."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays when it is first called."""
    try:
        result: Function = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no folder to keep it in: read-only, and no NUMBA_CACHE_DIR
        result = njit(nogil=True, error_model="numpy")(function)
    return result
