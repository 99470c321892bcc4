"""Automatic differentiation: a function evaluated on truncated Taylor series.

A `Jet` is an array of values with their first and second derivatives. NumPy
ufuncs, those of scipy.special (by name) and a few array functions know what to
do with it, so that a NumPy-style function returns its own derivatives:

    f(u):     f(u)' = f' u',   f(u)'' = f'' u'^2 + f' u''.

A scalar function that uses `math` is run on a copy of itself whose `math` knows
jets; where it asks which branch to take, the points are split into those that
take it and those that do not. What a jet does not understand ends in None,
never in a wrong derivative.
"""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Triple = tuple[FloatArray, FloatArray, FloatArray]

MOST_PATHS = 64  # branches of a scalar function that are followed
AGREEMENT = 32.0 * float(np.finfo(np.float64).eps)
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)
_TWO_BY_ROOT_PI = 2.0 / math.sqrt(math.pi)
_LN2 = math.log(2.0)


class _Split(Exception):  # noqa: N818 - control flow, never leaves this file
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
            raise _Split(truths)
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
                result = _chain(UNARY[name](ufunc, jets[0].value), jets[0])
            elif len(jets) == 2 and name in BINARY:
                result = BINARY[name](ufunc, *jets)
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


def _chain(derivatives: "Triple", u: Jet) -> Jet:
    f, f1, f2 = derivatives
    return Jet(f, f1 * u.first, f2 * u.first * u.first + f1 * u.second)


# --- functions of one argument: f, f', f'' ------------------------------------


def _hyperbolic_tangent(ufunc: Any, v: "FloatArray") -> "Triple":
    t, slope = ufunc(v), 1.0 / np.cosh(v) ** 2
    return t, slope, -2.0 * t * slope


def _tangent(ufunc: Any, v: "FloatArray") -> "Triple":
    t = ufunc(v)
    slope = 1.0 / np.cos(v) ** 2
    return t, slope, 2.0 * t * slope


def _root(ufunc: Any, v: "FloatArray") -> "Triple":
    r = ufunc(v)
    return r, 0.5 / r, -0.25 / (r * v)


def _cube_root(ufunc: Any, v: "FloatArray") -> "Triple":
    r = ufunc(v)
    return r, r / (3.0 * v), -2.0 * r / (9.0 * v * v)


def _arc_tangent(ufunc: Any, v: "FloatArray") -> "Triple":
    slope = 1.0 / (1.0 + v * v)
    return ufunc(v), slope, -2.0 * (v * slope) * slope


def _area_sine(ufunc: Any, v: "FloatArray") -> "Triple":
    h = np.hypot(1.0, v)
    return ufunc(v), 1.0 / h, -(v / h) / h / h


def _logistic(ufunc: Any, v: "FloatArray") -> "Triple":
    s, rest = ufunc(v), ufunc(-v)
    return s, s * rest, s * rest * (rest - s)


def _log_logistic(ufunc: Any, v: "FloatArray") -> "Triple":
    e = np.exp(-np.abs(v))
    below = np.where(v > 0.0, e, 1.0) / (1.0 + e)
    return ufunc(v), below, -e / (1.0 + e) ** 2


def _soft_plus(ufunc: Any, v: "FloatArray") -> "Triple":
    e = np.exp(-np.abs(v))
    return ufunc(v), np.where(v > 0.0, 1.0, e) / (1.0 + e), e / (1.0 + e) ** 2


def _error_function(sign: float) -> Any:
    def rule(ufunc: Any, v: "FloatArray") -> "Triple":
        slope = sign * _TWO_BY_ROOT_PI * np.exp(-v * v)
        return ufunc(v), slope, -2.0 * v * slope

    return rule


def _scaled_error_function(ufunc: Any, v: "FloatArray") -> "Triple":
    f = ufunc(v)
    slope = 2.0 * v * f - _TWO_BY_ROOT_PI
    return f, slope, 2.0 * f + 2.0 * v * slope


def _normal(ufunc: Any, v: "FloatArray") -> "Triple":
    density = np.exp(-0.5 * v * v) / _ROOT_TWO_PI
    return ufunc(v), density, -v * density


def _log_normal(ufunc: Any, v: "FloatArray") -> "Triple":
    f = ufunc(v)
    ratio = np.exp(-0.5 * v * v - f) / _ROOT_TWO_PI
    return f, ratio, -ratio * (v + ratio)


def _exponential(rate: float, shift: float = 0.0) -> Any:
    def rule(ufunc: Any, v: "FloatArray") -> "Triple":
        f = ufunc(v)
        e = np.exp(v) if shift else f
        return f, rate * e, rate * rate * e

    return rule


def _logarithm(unit: float, shift: float = 0.0) -> Any:
    def rule(ufunc: Any, v: "FloatArray") -> "Triple":
        r = 1.0 / (v + shift)
        return ufunc(v), r / unit, -r * r / unit

    return rule


def _plain(first: Any, second: Any) -> Any:
    def rule(ufunc: Any, v: "FloatArray") -> "Triple":
        return ufunc(v), first(v), second(v)

    return rule


def _unit(v: "FloatArray") -> "FloatArray":
    """1 - v^2, accurate near abs(v) = 1."""
    return (1.0 - v) * (1.0 + v)


UNARY: dict[str, Callable[[Any, "FloatArray"], "Triple"]] = {
    "negative": _plain(lambda v: -np.ones_like(v), np.zeros_like),
    "positive": _plain(np.ones_like, np.zeros_like),
    "conjugate": _plain(np.ones_like, np.zeros_like),
    "absolute": _plain(np.sign, np.zeros_like),
    "fabs": _plain(np.sign, np.zeros_like),
    "square": _plain(lambda v: 2.0 * v, lambda v: np.full_like(v, 2.0)),
    "reciprocal": _plain(lambda v: -1.0 / (v * v), lambda v: 2.0 / (v * v * v)),
    "exp": _exponential(1.0),
    "exp2": _exponential(_LN2),
    "expm1": _exponential(1.0, 1.0),
    "log": _logarithm(1.0),
    "log2": _logarithm(_LN2),
    "log10": _logarithm(math.log(10.0)),
    "log1p": _logarithm(1.0, 1.0),
    "sqrt": _root,
    "cbrt": _cube_root,
    "sin": _plain(np.cos, lambda v: -np.sin(v)),
    "cos": _plain(lambda v: -np.sin(v), lambda v: -np.cos(v)),
    "tan": _tangent,
    "arcsin": _plain(lambda v: _unit(v) ** -0.5, lambda v: v * _unit(v) ** -1.5),
    "arccos": _plain(lambda v: -(_unit(v) ** -0.5), lambda v: -v * _unit(v) ** -1.5),
    "arctan": _arc_tangent,
    "sinh": _plain(np.cosh, np.sinh),
    "cosh": _plain(np.sinh, np.cosh),
    "tanh": _hyperbolic_tangent,
    "arcsinh": _area_sine,
    "arccosh": _plain(lambda v: (-_unit(v)) ** -0.5, lambda v: -v * (-_unit(v)) ** -1.5),
    "arctanh": _plain(lambda v: 1.0 / _unit(v), lambda v: 2.0 * v / _unit(v) ** 2),
    "erf": _error_function(1.0),
    "erfc": _error_function(-1.0),
    "erfcx": _scaled_error_function,
    "expit": _logistic,
    "log_expit": _log_logistic,
    "softplus": _soft_plus,
    "ndtr": _normal,
    "log_ndtr": _log_normal,
}

# --- functions of two arguments --------------------------------------------------


def _add(sign: float) -> Any:
    def rule(ufunc: Any, a: Jet, b: Jet) -> Jet:
        return Jet(ufunc(a.value, b.value), a.first + sign * b.first, a.second + sign * b.second)

    return rule


def _multiply(ufunc: Any, a: Jet, b: Jet) -> Jet:
    first = a.first * b.value + a.value * b.first
    second = a.second * b.value + 2.0 * a.first * b.first + a.value * b.second
    return Jet(ufunc(a.value, b.value), first, second)


def _divide(ufunc: Any, a: Jet, b: Jet) -> Jet:
    ratio = ufunc(a.value, b.value)
    first = (a.first - ratio * b.first) / b.value
    return Jet(ratio, first, (a.second - 2.0 * first * b.first - ratio * b.second) / b.value)


def _power(ufunc: Any, a: Jet, b: Jet) -> Jet:
    value = ufunc(a.value, b.value)
    if not (b.first.any() or b.second.any()):
        p = b.value
        f1 = np.where(p == 0.0, 0.0, p * np.power(a.value, p - 1.0))
        f2 = np.where((p == 0.0) | (p == 1.0), 0.0, p * (p - 1.0) * np.power(a.value, p - 2.0))
        return _chain((value, f1, f2), a)
    exponent = _multiply(np.multiply, b, _chain(UNARY["log"](np.log, a.value), a))
    return _chain((value, value, value), exponent)


def _choose(better: Any) -> Any:
    def rule(ufunc: Any, a: Jet, b: Jet) -> Jet:
        mine = better(a.value, b.value)
        first, second = np.where(mine, a.first, b.first), np.where(mine, a.second, b.second)
        return Jet(ufunc(a.value, b.value), first, second)

    return rule


def _hypotenuse(ufunc: Any, a: Jet, b: Jet) -> Jet:
    h = ufunc(a.value, b.value)
    first = (a.value / h) * a.first + (b.value / h) * b.first
    turn = (a.value / h) * b.first - (b.value / h) * a.first
    second = (a.value / h) * a.second + (b.value / h) * b.second + turn * turn / h
    return Jet(h, first, second)


def _log_add_exp(unit: float) -> Any:
    def rule(ufunc: Any, a: Jet, b: Jet) -> Jet:
        value = ufunc(a.value, b.value)
        apart = unit * (a.value - b.value)
        e = np.exp(-np.abs(apart))
        larger, smaller = 1.0 / (1.0 + e), e / (1.0 + e)
        mine, other = np.where(apart > 0.0, larger, smaller), np.where(apart > 0.0, smaller, larger)
        bend = unit * larger * smaller * (a.first - b.first) ** 2
        return Jet(value, mine * a.first + other * b.first, mine * a.second + other * b.second + bend)

    return rule


def _copy_sign(ufunc: Any, a: Jet, b: Jet) -> Jet:
    value = ufunc(a.value, b.value)
    sign = np.where(np.signbit(value) == np.signbit(a.value), 1.0, -1.0)
    return Jet(value, sign * a.first, sign * a.second)


BINARY: dict[str, Callable[[Any, Jet, Jet], Jet]] = {
    "add": _add(1.0),
    "subtract": _add(-1.0),
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "float_power": _power,
    "maximum": _choose(np.greater_equal),
    "minimum": _choose(np.less_equal),
    "fmax": _choose(np.greater_equal),
    "fmin": _choose(np.less_equal),
    "hypot": _hypotenuse,
    "logaddexp": _log_add_exp(1.0),
    "logaddexp2": _log_add_exp(_LN2),
    "copysign": _copy_sign,
}

_PREDICATES = frozenset(
    ["greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "isnan", "isfinite", "isinf", "signbit"]
)
_FLAT = frozenset(["sign", "floor", "ceil", "trunc", "rint", "heaviside"])  # constant between their jumps

# --- functions that are no ufuncs --------------------------------------------------


def _where(condition: Any, yes: Any, no: Any) -> Jet:
    a, b, chosen = lift(yes), lift(no), np.asarray(condition)
    return Jet(*(np.where(chosen, f, g) for f, g in zip(_parts(a), _parts(b), strict=True)))


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


def _parts(jet: Jet) -> "Triple":
    return jet.value, jet.first, jet.second


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

# --- scalar functions --------------------------------------------------------------


def _by_element(function: Any) -> Any:
    def evaluate(v: "FloatArray") -> "FloatArray":
        return np.array([function(t) for t in v.ravel().tolist()]).reshape(v.shape)

    return evaluate


def _math(name: str, rule: str) -> Any:
    """A function of `math` that also takes jets; values come from `math` itself."""
    plain = getattr(math, name)

    def evaluate(x: Any) -> Any:
        return _chain(UNARY[rule](_by_element(plain), x.value), x) if isinstance(x, Jet) else plain(x)

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
        return _aware(item, depth - 1)
    return item


@lru_cache(maxsize=256)
def _aware(function: Any, depth: int = 4) -> Any:
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


def differentiate(function: Any, x: "FloatArray") -> "Triple | None":
    """Return f, f', f'' at an array by jets, unchecked; None where a jet cannot follow."""
    try:
        aware = _aware(function)
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    result = np.empty((3, x.size))
    waiting, paths = [np.arange(x.size)], 0
    while waiting:
        points, paths = waiting.pop(), paths + 1
        if paths > MOST_PATHS:
            return None
        variable = Jet(x[points], 1.0, 0.0)
        try:
            with np.errstate(all="ignore"):
                found = aware(variable)
        except _Split as split:
            waiting += [points[split.mask], points[~split.mask]]
            continue
        except Exception:  # the function is the user's: whatever a jet sets off in it
            return None
        if isinstance(found, (int, float)) and not isinstance(found, bool):
            found = Jet(np.full(points.size, float(found)), 0.0, 0.0)
        if not isinstance(found, Jet) or found.shape != points.shape:
            return None
        result[:, points] = _parts(found)
    return result[0], result[1], result[2]


def derivatives(function: Any, x: "FloatArray", values: "FloatArray | None" = None) -> "Triple | None":
    """Return a function with its first two derivatives by automatic differentiation.

    Parameters
    ----------
    function : callable
        The function as its author wrote it: in NumPy and scipy.special for arrays, or in `math`
        for numbers.
    x : ndarray of float64
        One-dimensional.
    values : ndarray, optional
        What the function returns at x, if known.

    Returns
    -------
    tuple of three ndarrays, or None
        f, f', f''; at a kink one of the one-sided values, NaN where a formula overflows. None if
        the function does something that cannot be differentiated in this way, or if the values
        found on the way are not those of the function.

    Examples
    --------
    >>> import math
    >>> import numpy as np
    >>> f, slope, bend = derivatives(lambda x: x * np.tanh(x), np.array([0.0, 1.0]))
    >>> slope[0], bend[0]
    (np.float64(0.0), np.float64(2.0))
    >>> derivatives(lambda x: math.exp(x) if x < 0 else 1 + x, np.array([-1.0, 1.0]))[1]
    array([0.36787944, 1.        ])
    """
    x = np.asarray(x, dtype=np.float64)
    found = differentiate(function, x)
    if found is None:
        return None
    if values is None:
        try:
            with np.errstate(all="ignore"):
                values = np.asarray(function(x.copy()), dtype=np.float64)
        except Exception:  # a function of one number, perhaps
            values = np.array([function(point) for point in x.tolist()], dtype=np.float64)
    slope = np.abs(found[1])[np.isfinite(found[1])].max(initial=0.0)
    allowed = AGREEMENT * (np.abs(values) + slope * np.abs(x))
    agrees = (np.abs(found[0] - values) <= allowed) | (found[0] == values)
    return found if agrees.all() else None
