"""Scalar functions that use `math`, run on jets.

A Python function is copied, with a `math` that knows jets in place of its own,
and so are the functions that it calls.
"""

import math
from functools import lru_cache
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.differentiation.jet import Jet, applied

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def _by_element(function: Any) -> Any:
    def evaluate(v: "FloatArray") -> "FloatArray":
        return np.array([function(t) for t in v.ravel().tolist()]).reshape(v.shape)

    return evaluate


def _math(name: str, rule: str) -> Any:
    """A function of `math` that also takes jets; values come from `math` itself."""
    plain = getattr(math, name)

    def evaluate(x: Any) -> Any:
        if not isinstance(x, Jet):
            return plain(x)
        return applied(rule, _by_element(plain), x)

    return evaluate


def _of_numpy(name: str, function: Any) -> Any:
    plain = getattr(math, name)

    def evaluate(*x: Any) -> Any:
        return function(*x) if any(isinstance(item, Jet) for item in x) else plain(*x)

    return evaluate


def _log(x: Any, base: Any = None) -> Any:
    if not isinstance(x, Jet):
        return math.log(x) if base is None else math.log(x, base)
    return np.log(x) if base is None else np.log(x) / math.log(base)


_MATH = SimpleNamespace(
    **{name: getattr(math, name) for name in dir(math) if not name.startswith("_")}
    | {name: _math(name, name) for name in ("exp", "expm1", "log1p", "log2", "log10", "sqrt", "erf", "erfc")}
    | {name: _math(name, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "fabs")}
    | {name: _math(name, f"arc{name[1:]}") for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")}
    | {name: _of_numpy(name, getattr(np, name)) for name in ("hypot", "copysign", "isnan", "isinf", "isfinite")}
    | {name: _of_numpy(name, getattr(np, name)) for name in ("floor", "ceil", "trunc")}
    | {"pow": _of_numpy("pow", np.power), "log": _log}
)


def _names(code: CodeType) -> set[str]:
    inner = (_names(part) for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*inner)


def _translated(item: Any, depth: int) -> Any:
    """`math`, its functions and Python functions that use them, for jets; else the item itself."""
    if item is math:
        return _MATH
    if isinstance(item, BuiltinFunctionType) and item.__module__ == "math":
        return getattr(_MATH, item.__name__)
    item = getattr(item, "py_func", item)  # of numba
    if isinstance(item, FunctionType) and depth and item.__module__.partition(".")[0] not in ("numpy", "scipy"):
        return for_jets(item, depth - 1)
    return item


@lru_cache(maxsize=256)
def for_jets(function: Any, depth: int = 4) -> Any:
    """A copy of a Python function whose `math` knows jets."""
    function = getattr(function, "py_func", function)
    if not isinstance(function, FunctionType):
        return function
    known = function.__globals__
    used = {name: known[name] for name in _names(function.__code__) if name in known}
    changed = {name: _translated(item, depth) for name, item in used.items() if item is not function}
    cells = tuple(_cell(cell, depth) for cell in function.__closure__ or ())
    copy = FunctionType(function.__code__, known | changed, function.__name__, function.__defaults__, cells or None)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _cell(cell: CellType, depth: int) -> CellType:
    try:
        item = cell.cell_contents
    except ValueError:  # still empty
        return cell
    translated = _translated(item, depth)
    return cell if translated is item else CellType(translated)
