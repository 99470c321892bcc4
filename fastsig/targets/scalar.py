"""Compile the undecorated scalar sources for a target.

A scalar source is a plain Python function of floats that calls only `math` and
other scalar sources. One text serves every target: this module follows the
calls and compiles a copy of each function whose globals are the compiled ones.
"""

import builtins
from collections.abc import Callable
from types import FunctionType
from typing import Any

Done = dict[Any, Any]
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
    """
    done = {} if done is None else done
    if function not in done:
        names = {**function.__globals__}
        for name in function.__code__.co_names:
            callee = names.get(name, getattr(builtins, name, None))
            if isinstance(callee, type) and callee in done:
                names[name] = done[callee]
            elif isinstance(callee, FunctionType):
                names[name] = compile_source(callee, decorate, done, constants)
            elif name in names:
                names[name] = constants(callee)
        code = function.__code__.replace(co_consts=constants(function.__code__.co_consts))
        copy = FunctionType(code, names, function.__name__, function.__defaults__, function.__closure__)
        copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
        copy.__doc__, copy.__annotations__ = function.__doc__, {}
        done[function] = decorate(copy)
    return done[function]
