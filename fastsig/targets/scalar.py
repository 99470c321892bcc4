"""Compile the undecorated scalar sources for a target.

A scalar source is a plain Python function of floats that calls only `math` and
other scalar sources. One text serves every target: this module follows the
calls, of globals and of what a function encloses, and compiles a copy of each whose callees are the compiled ones.
"""

import builtins
from collections.abc import Callable
from dis import get_instructions
from functools import lru_cache
from types import CellType, CodeType, FunctionType
from typing import Any

Done = dict[Any, Any]
_OPEN = object()  # stands for a function whose callees are being compiled
Decorator = Callable[[FunctionType], Any]
Constants = Callable[[Any], Any]


def as_written(constant: Any) -> Any:
    """Return a constant of a source."""
    return constant


def in_single(constant: Any) -> Any:
    """Return a constant of a source with floats, also those in tuples, rounded to 32 bits."""
    import numpy as np

    if isinstance(constant, tuple):
        return tuple(map(in_single, constant))
    if isinstance(constant, CodeType):  # of a function inside of a source
        return constant.replace(co_consts=in_single(constant.co_consts))
    with np.errstate(over="ignore"):  # a limit that no number of 32 bits exceeds
        return np.float32(constant) if type(constant) is float else constant


def compile_source(
    function: FunctionType, decorate: Decorator, done: Done | None = None, constants: Constants = as_written
) -> Any:
    """Compile a scalar source and everything that it calls.

    Parameters
    ----------
    function
        The scalar source.
    decorate
        What compiles one function whose callees are compiled already, such as
        ``numba.njit`` or ``numba.cuda.jit(device=True)``.
    done
        Functions compiled before, shared between calls for one target; what stands in the place of
        a function, or of a class that is a global of sources or `float`.
    constants
        What becomes of constants, in the code and in globals: with 32-bit ones, arguments of 32 bits are not widened.

    Returns
    -------
    compiled
        What `decorate` returns for the function.

    Raises
    ------
    ValueError
        A function that calls itself.
    """
    done = {} if done is None else done
    if done.setdefault(function, _OPEN) is _OPEN:
        names = {**function.__globals__}
        try:
            for name in _globals(function.__code__):
                value = names.get(name, getattr(builtins, name, None))
                if name in names or (isinstance(value, type) and value in done):
                    names[name] = _compiled(value, decorate, done, constants)
            cells = function.__closure__ or ()
            enclosed = tuple(CellType(_compiled(cell.cell_contents, decorate, done, constants)) for cell in cells)
        except ValueError:
            del done[function]
            raise
        code = function.__code__.replace(co_consts=constants(function.__code__.co_consts))
        copy = FunctionType(code, names, function.__name__, function.__defaults__, enclosed)
        copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
        copy.__doc__, copy.__annotations__ = function.__doc__, {}
        done[function] = decorate(copy)
    return done[function]


def _globals(code: CodeType) -> set[str]:
    """Return the names of globals that a function and those inside of it ask for."""
    names = {one.argval for one in get_instructions(code) if one.opname == "LOAD_GLOBAL"}
    return names.union(*(_globals(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def _compiled(value: Any, decorate: Decorator, done: Done, constants: Constants) -> Any:
    """Return what stands in the place of a global."""
    if isinstance(value, type) and value in done:
        return done[value]
    if not isinstance(value, FunctionType):
        return constants(value)
    if done.get(value) is _OPEN:
        raise ValueError(f"{value.__name__} calls itself, which a scalar source must not")
    return compile_source(value, decorate, done, constants)


@lru_cache(maxsize=64)
def compile_for_cpu(source: Any) -> Any:
    """Compile a scalar source of numbers by numba, with NumPy's infinities and NaN in place of exceptions.

    Raises
    ------
    ValueError
        With numba's reason, when the result is called.
    """
    from numba import njit

    compiled = compile_source(source, njit(error_model="numpy"))

    def call(*numbers: float) -> float:
        try:
            return float(compiled(*numbers))
        except Exception as error:  # whatever numba makes of a user's function
            raise ValueError(summary(error)) from None

    return call


def summary(error: Exception) -> str:
    """Return the reason that numba gives, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("Failed in", "During:"))]
    return told[0].rstrip(".")[:200] if told else type(error).__name__
