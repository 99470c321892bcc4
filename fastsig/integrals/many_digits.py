"""Results of more than double precision: which precision, which digits, and how results are packed."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fastsig.activations.definition import Activation
from fastsig.arguments import whole_number
from fastsig.integrals.found import Stored
from fastsig.integrals.methods import CODES
from fastsig.numbers.double_double import DIGITS, DoubleDouble
from fastsig.numbers.exact import is_one_number, read_exact_in_range
from fastsig.targets.cpu import lib

if TYPE_CHECKING:
    from decimal import Decimal


PRECISIONS = ("double", "double_double", "certified")
DEFAULT_DIGITS, MOST_DIGITS = 50, 1000


def read_precision(precision: str, digits: int | None) -> int:
    """Check a precision; return its digits, 0 for double."""
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(map(repr, PRECISIONS))}; got {precision!r}")
    if precision == "certified":
        return DEFAULT_DIGITS if digits is None else whole_number("digits", digits, 1, MOST_DIGITS)
    if digits is not None:
        raise ValueError(f"digits= goes with precision='certified' only; got precision={precision!r}")
    return DIGITS if precision == "double_double" else 0


def refuse_options(method: str, nodes: object, out: object = None) -> None:
    """Raise if an option of double precision was given."""
    if method != "auto" or nodes is not None:
        raise ValueError("method= and nodes= go with precision='double' only")
    if out is not None:
        raise ValueError("out= goes with precision='double' only: other numbers do not fit into a float64 array")


class ExactPoints:
    """Exact sigma and mean, one list each, and the shape of the results (None: one point given by numbers)."""

    __slots__ = ("mean", "shape", "sigma")

    def __init__(self, sigma: list[Fraction], mean: list[Fraction], shape: tuple[int, ...] | None) -> None:
        self.sigma, self.mean, self.shape = sigma, mean, shape


def read_exact_points(sigma: Any, mean: Any) -> ExactPoints:
    """Read sigma and mean exactly (a float is the exact double, a string what it says) and broadcast them."""
    if is_one_number(sigma) and is_one_number(mean):
        return ExactPoints([read_exact_in_range("sigma", sigma)], [read_exact_in_range("mean", mean)], None)
    import numpy as np

    arrays = [_objects("sigma", sigma), _objects("mean", mean)]
    try:
        both = np.broadcast_arrays(*arrays)
    except ValueError:
        shapes = [a.shape for a in arrays]
        raise ValueError(f"sigma of shape {shapes[0]} and mean of shape {shapes[1]} do not broadcast") from None
    return ExactPoints(both[0].ravel().tolist(), both[1].ravel().tolist(), both[0].shape)


def _objects(name: str, value: Any) -> Any:
    """Return an array of Fractions."""
    import numpy as np

    from fastsig.array_kinds import as_numpy

    given = np.array(value, dtype=object) if isinstance(value, (list, tuple)) else as_numpy(name, value)
    flat = [read_exact_in_range(name, item) for item in given.ravel().tolist()]
    result = np.empty(len(flat), dtype=object)
    result[:] = flat
    return result.reshape(given.shape)


def upper_float(value: "Decimal") -> float:
    """Return a double that is no smaller than a Decimal."""
    nearest = float(value)
    return math.nextafter(nearest, math.inf) if nearest < value else nearest


def find_many_digits(
    activations: Sequence[Activation],
    several: bool,
    names: Sequence[str],
    points: ExactPoints,
    precision: str,
    digits: int,
) -> Stored:
    """Compute functionals at exact points; values are `Ball` or `DoubleDouble`."""
    compute = _certified if precision == "certified" else _double_double
    rows = [compute(phi, names, points, digits) for phi in activations]
    fields: dict[str, dict[str, Any]] = {"value": {}, "error": {}, "method": {}}
    for name in names:
        values = [value for row in rows for value in row[0][name]]
        errors = [error for row in rows for error in row[1][name]]
        fields["value"][name] = packed(values, len(rows), several, points.shape)
        fields["error"][name] = packed(errors, len(rows), several, points.shape, "float64")
        fields["method"][name] = packed([CODES[precision]] * len(values), len(rows), several, points.shape, "int32")
    status = 0 if all(row[2] for row in rows) else lib.FASTSIG_ERROR_NOT_CONVERGED
    return Stored(fields, precision, "bound", sum(row[3] for row in rows), status)


def packed(values: list[Any], rows: int, several: bool, shape: tuple[int, ...] | None, dtype: str = "object") -> Any:
    """Give values the shape of the results: a scalar, or an array."""
    if shape is None and not several:
        return values[0]
    import numpy as np

    result = np.empty(len(values), dtype=dtype)
    result[:] = values
    return result.reshape(((rows,) if several else ()) + (shape or ()))


Row = tuple[dict[str, list[Any]], dict[str, list[float]], bool, int]


def _certified(phi: Activation, names: Sequence[str], points: ExactPoints, digits: int) -> Row:
    from fastsig.certified.moments import functional

    values: dict[str, list[Any]] = {name: [] for name in names}
    for sigma, mean in zip(points.sigma, points.mean, strict=True):
        for name in names:
            values[name].append(functional(phi, name, sigma, mean, digits))
    return values, {name: [upper_float(ball.radius) for ball in row] for name, row in values.items()}, True, 0


def _double_double(phi: Activation, names: Sequence[str], points: ExactPoints, _: int) -> Row:
    from fastsig.double_double.functionals import functional_names, moments_pairs
    from fastsig.double_double.number import read_number
    from fastsig.integrals.double_double_shape import built_in_pairs

    built_in, parameters = built_in_pairs(phi)
    for name in names:
        if name not in functional_names():
            raise ValueError(f"{name} is not available with precision='double_double'; use precision='certified'")
    pairs = [[read_number(x) for x in column] for column in (points.sigma, points.mean)]
    found = moments_pairs(built_in, parameters, pairs[0], pairs[1], names)
    values = {name: _pairs(found.hi[name], found.lo[name]) for name in names}
    return values, found.error, all(found.success), sum(found.evaluations)


def _pairs(hi: list[float], lo: list[float]) -> list[DoubleDouble]:
    return [DoubleDouble(high, low) for high, low in zip(hi, lo, strict=True)]
