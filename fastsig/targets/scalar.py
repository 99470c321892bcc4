"""Compile the undecorated scalar sources for a target.

A scalar source is a plain Python function of floats that calls only `math` and
other scalar sources. One text serves every target: this module follows the
calls and compiles a copy of each function whose globals are the compiled ones.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

Done = dict[Any, Any]
Decorator = Callable[[FunctionType], Any]


def compile_source(function: FunctionType, decorate: Decorator, done: Done | None = None) -> Any:
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
        a function, or of a class that is a global of sources.

    Returns
    -------
    compiled
        What `decorate` returns for the function.
    """
    done = {} if done is None else done
    if function not in done:
        names = {**function.__globals__}
        for name in function.__code__.co_names:
            callee = names.get(name)
            if isinstance(callee, type) and callee in done:
                names[name] = done[callee]
            elif isinstance(callee, FunctionType):
                names[name] = compile_source(callee, decorate, done)
        copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
        copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
        copy.__doc__, copy.__annotations__ = function.__doc__, {}
        done[function] = decorate(copy)
    return done[function]
