"""The functions of the built-ins in C, as symbols that compiled numba code links to.

A function pointer in compiled code would hold for one process only, and numba
refuses to cache it. A symbol is a name, which each process binds to its own
address: importing this module does that for all built-ins, and must come before
cached code is loaded. Whoever holds one of the symbols has imported it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from llvmlite import binding
from numba import types
from numba.extending import models, register_model

from fastsig.activations.registry import activation, activation_names
from fastsig.targets.cpu import check, ffi, lib

_POINTER = types.CPointer(types.float64)
# Fields of fastsig_functions.
_FUNCTION = types.float64(types.float64, types.float64)
SIGNATURES = {
    "value": _FUNCTION,
    "derivative": _FUNCTION,
    "second_derivative": _FUNCTION,
    "moments": types.int32(types.float64, types.float64, types.float64, _POINTER, _POINTER),
}
# Compiled code in the caches of users outlives a release, and asks for the names
# that it was compiled with. Whoever changes the arguments of a function in C
# counts up here, and keeps binding the names of older generations, too.
_GENERATION = 1


class Symbol(types.ExternalFunction):  # type: ignore[misc]
    """A function in C: a numba type and, where numba is switched off, a Python function."""

    def __init__(self, name: str, field: str, pointer: Any) -> None:
        self.name_and_field = name, field
        self.pointer = pointer
        super().__init__(f"fastsig_{_GENERATION}_{name}_{field}", SIGNATURES[field])

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str, int]]:
        # By name: equal in all processes, as keys of caches must be, and
        # unpickling imports this module, which binds the symbols.
        return symbol, (*self.name_and_field, _GENERATION)

    def __call__(self, *arguments: Any) -> Any:
        """Call the function from Python (with NUMBA_DISABLE_JIT=1); arrays come as their `.ctypes`."""
        return self.pointer(*(ffi.cast("double *", a.data) if hasattr(a, "data") else a for a in arguments))


register_model(Symbol)(models.OpaqueModel)


@lru_cache(maxsize=1)
def _symbols() -> dict[tuple[str, str], Symbol]:
    found = {}
    for name in activation_names():
        functions = ffi.new("fastsig_functions *")
        check(lib.fastsig_activation_functions(activation(name).native.id, functions))
        for field in SIGNATURES:
            pointer = getattr(functions, field)
            one = found[name, field] = Symbol(name, field, pointer)
            binding.add_symbol(one.symbol, int(ffi.cast("uintptr_t", pointer)))
    return found


def symbol(name: str, field: str, generation: int = _GENERATION) -> Symbol:
    """Return the symbol of a built-in's function: value, derivative, second_derivative or moments."""
    if generation != _GENERATION:
        raise LookupError("this function was pickled with another version of fastsig; pickle it anew")
    return _symbols()[name, field]


_symbols()
