"""An array that carries its derivatives through NumPy.

A `Jet` is an array of values with their first and second derivatives. NumPy
ufuncs, those of scipy.special (by name) and a few array functions know what to
do with it, so that a NumPy-style function returns its own derivatives. What a
jet does not understand raises.
"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from fastsig.activations.differentiation.binary_rules import BINARY
from fastsig.activations.differentiation.shaking import SUMS, is_shaking, shaken, shaken_sum
from fastsig.activations.differentiation.taylor import Taylor, chain
from fastsig.activations.differentiation.unary_rules import UNARY

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PREDICATES = frozenset(
    ["greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "isnan", "isfinite", "isinf", "signbit"]
)
_FLAT = frozenset(["sign", "floor", "ceil", "trunc", "rint", "heaviside"])  # constant between their jumps


class Split(Exception):  # noqa: N818 - control flow, never leaves `differentiate`
    """A branch is taken at some points and not at others."""

    def __init__(self, mask: "NDArray[np.bool_]") -> None:
        self.mask = mask


class Decision(np.ndarray[Any, np.dtype[np.bool_]]):
    """Truth values of a comparison; used as one condition it must be the same everywhere."""

    def __bool__(self) -> bool:
        truths = np.array(self, dtype=bool, subok=False)
        if truths.all():
            return True
        if truths.any():
            raise Split(truths)
        return False


class Jet(NDArrayOperatorsMixin):
    """Values with first and second derivatives, arrays of one shape.

    Attributes
    ----------
    value, first, second : ndarray of float64
        f, f' and f'' at the same points.
    """

    __slots__ = ("first", "second", "value")

    def __init__(self, value: Any, first: Any, second: Any) -> None:
        self.value = np.array(value, dtype=np.float64)
        self.first = np.array(np.broadcast_to(first, self.value.shape), dtype=np.float64)
        self.second = np.array(np.broadcast_to(second, self.value.shape), dtype=np.float64)

    # --- what an array has ---------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the arrays."""
        return self.value.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.value.ndim

    @property
    def size(self) -> int:
        """Number of points."""
        return self.value.size

    @property
    def dtype(self) -> np.dtype[np.float64]:
        """Always float64."""
        return self.value.dtype

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("a jet is not taken apart")

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise TypeError("a jet does not become an array: its derivatives would be lost")

    def __bool__(self) -> bool:
        raise TypeError("a jet is no truth value")

    def copy(self) -> "Jet":
        """Return a jet of its own."""
        return Jet(self.value, self.first, self.second)

    def astype(self, dtype: Any, **_: Any) -> "Jet":
        """Return a copy; only float64 keeps derivatives."""
        if np.dtype(dtype) != np.float64:
            raise TypeError(f"a jet is float64; got {dtype!r}")
        return self.copy()

    def clip(self, min: Any = None, max: Any = None) -> Any:  # noqa: A002 - names of ndarray.clip
        """Return the jet between two bounds, as np.clip."""
        return _clip(self, min, max)

    def __getitem__(self, index: Any) -> "Jet":
        return Jet(self.value[index], self.first[index], self.second[index])

    def __setitem__(self, index: Any, item: Any) -> None:
        given = lift(item)
        self.value[index], self.first[index], self.second[index] = given.value, given.first, given.second

    # --- NumPy -----------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.pop("out", None)
        if method != "__call__" or options:
            return NotImplemented
        name = ufunc.__name__
        jets = [lift(item) for item in inputs]
        result: Any
        with np.errstate(all="ignore"):
            if name in _PREDICATES:
                return np.asarray(ufunc(*(jet.value for jet in jets))).view(Decision)
            if name in _FLAT:
                result = Jet(ufunc(*(jet.value for jet in jets)), 0.0, 0.0)
            elif len(jets) == 1 and name in UNARY:
                result = applied(name, ufunc, jets[0])
            elif len(jets) == 2 and name in BINARY:
                a, b = (parts(jet) for jet in jets)
                result = Jet(*BINARY[name](ufunc, a, b))
                if is_shaking():
                    result = Jet(*shaken_sum(a, b, result) if name in SUMS else shaken(name, *parts(result)))
            else:
                return NotImplemented
        if out is None:
            return result
        if not isinstance(out[0], Jet):
            return NotImplemented
        out[0][...] = result
        return out[0]

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        known = _FUNCTIONS.get(function.__name__)
        return NotImplemented if known is None else known(*arguments, **options)


def lift(item: Any) -> Jet:
    """Read a jet, or a real constant as one."""
    if isinstance(item, Jet):
        return item
    constant = np.asarray(item)
    if constant.dtype.kind not in "biuf":
        raise TypeError(f"not a real number: {item!r}")
    return Jet(constant, 0.0, 0.0)


def applied(name: str, function: Any, jet: Jet) -> Jet:
    """Return a function of one argument of a jet, by the rule of that name."""
    derivatives: Any = shaken(name, *UNARY[name](function, jet.value))
    return Jet(*chain(derivatives, parts(jet)))


# --- functions that are no ufuncs --------------------------------------------------


def _where(condition: Any, yes: Any, no: Any) -> Jet:
    a, b, chosen = lift(yes), lift(no), np.asarray(condition)
    return Jet(*(np.where(chosen, f, g) for f, g in zip(parts(a), parts(b), strict=True)))


def _clip(a: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> Any:
    low, high = bounds.pop("min", a_min), bounds.pop("max", a_max)
    if bounds:
        raise TypeError(f"clip of a jet takes no {', '.join(bounds)}")
    result = a if low is None else np.maximum(a, low)
    return result if high is None else np.minimum(result, high)


def _select(conditions: Any, choices: Any, default: Any = 0.0) -> Jet:
    result = lift(default)
    for condition, choice in reversed(list(zip(conditions, choices, strict=True))):
        result = _where(condition, choice, result)
    return result


def _piecewise(x: Jet, conditions: Any, functions: Any) -> Jet:
    masks = [np.asarray(condition, dtype=bool) for condition in conditions]
    if len(functions) == len(masks) + 1:
        masks.append(~np.logical_or.reduce(masks))
    result = Jet(np.zeros(x.shape), 0.0, 0.0)
    for mask, function in zip(masks, functions, strict=True):
        result[mask] = function(x[mask]) if callable(function) else function
    return result


def _constant(value: float) -> Any:
    def make(like: Jet, dtype: Any = None) -> Jet:
        if dtype is not None and np.dtype(dtype) != np.float64:
            raise TypeError(f"a jet is float64; got {dtype!r}")
        return Jet(np.full(like.shape, value), 0.0, 0.0)

    return make


def parts(jet: Jet) -> Taylor:
    """Return the arrays of a jet."""
    return Taylor(jet.value, jet.first, jet.second)


_FUNCTIONS: dict[str, Any] = {
    "where": _where,
    "clip": _clip,
    "select": _select,
    "piecewise": _piecewise,
    "zeros_like": _constant(0.0),
    "ones_like": _constant(1.0),
    "empty_like": _constant(math.nan),
    "full_like": lambda like, value, dtype=None: _constant(value)(like, dtype),
    "copy": lambda jet: jet.copy(),
    "shape": lambda jet: jet.shape,
    "ndim": lambda jet: jet.ndim,
    "size": lambda jet: jet.size,
    "real": lambda jet: jet,
}
