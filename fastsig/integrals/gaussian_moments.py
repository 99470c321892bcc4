"""Gaussian moments of an activation: E f(phi, phi') at x = mean + sigma Z."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve_all
from fastsig.arguments import (
    array,
    array_in_range,
    check_memory,
    in_range,
    is_number,
    number,
    whole_number,
)
from fastsig.integrals.components import Components
from fastsig.targets.cpu import check, ffi, lib, text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

Method = Literal["auto", "table", "closed_form", "adaptive", "gauss_hermite"]

COMPONENTS = ("m1", "g1", "g2", "m2", "eta")
DEFAULT_NODES = 100

_METHODS = {
    "auto": lib.FASTSIG_METHOD_AUTO,
    "table": lib.FASTSIG_METHOD_TABLE,
    "closed_form": lib.FASTSIG_METHOD_CLOSED_FORM,
    "adaptive": lib.FASTSIG_METHOD_ADAPTIVE,
    "gauss_hermite": lib.FASTSIG_METHOD_GAUSS_HERMITE,
}
_NAMES = tuple(text(lib.fastsig_method_name(code)) for code in range(lib.FASTSIG_METHOD_POINT + 1))
_BYTES_PER_POINT = len(COMPONENTS) * (8 + 8 + 4) + 8 + 4 + 16


class Points(NamedTuple):
    """Validated sigma and mean: two floats, or two flat arrays of one length."""

    sigma: Any
    mean: Any
    shape: tuple[int, ...] | None  # None for a single point given by numbers


class Computed(NamedTuple):
    """Results of the C library: a sequence or array of rows for each field."""

    value: Any
    error: Any
    method: Any
    nfev: int
    status: Any


def read_points(sigma: Any, mean: Any, *, rows: int = 1) -> Points:
    """Check sigma and mean and broadcast them against each other.

    `rows` is the number of activations, for the check that results fit into memory.
    """
    if is_number(sigma) and is_number(mean):
        return Points(in_range("sigma", number("sigma", sigma)), in_range("mean", number("mean", mean)), None)
    import numpy as np

    sigmas, means = array("sigma", sigma), array("mean", mean)
    try:
        shape = np.broadcast_shapes(sigmas.shape, means.shape)
    except ValueError:
        raise ValueError(
            f"sigma of shape {sigmas.shape} and mean of shape {means.shape} do not broadcast; "
            "give one of them new axes of length 1"
        ) from None
    check_memory((rows, *shape), _BYTES_PER_POINT)
    array_in_range("sigma", sigmas)
    array_in_range("mean", means)
    flat = [np.ascontiguousarray(np.broadcast_to(a, shape)).ravel() for a in (sigmas, means)]
    return Points(flat[0], flat[1], shape)


def read_method(method: str, nodes: int | None) -> tuple[int, int]:
    """Return the code of a method and its number of nodes."""
    if method not in _METHODS:
        raise ValueError(f"method must be one of {', '.join(map(repr, _METHODS))}; got {method!r}")
    if method != "gauss_hermite":
        if nodes is not None:
            raise ValueError(f"nodes= goes with method='gauss_hermite' only; got method={method!r}")
        return _METHODS[method], 0
    count = DEFAULT_NODES if nodes is None else whole_number("nodes", nodes, 1, lib.FASTSIG_MAX_NODES)
    return _METHODS[method], count


def gaussian_components(phi: Activation, points: Points, method: int, nodes: int) -> Computed:
    """Compute the five components at validated points."""
    rows = len(COMPONENTS)
    if points.shape is None:
        value, error = ffi.new("double[]", rows), ffi.new("double[]", rows)
        codes, nfev, status = ffi.new("int[]", rows), ffi.new("int64_t *"), ffi.new("int *")
        sigma, mean = ffi.new("double *", points.sigma), ffi.new("double *", points.mean)
        output = ffi.new("fastsig_moments_output *", (value, error, codes, nfev, status))
        check(lib.fastsig_moments(phi._native, method, nodes, 1, sigma, mean, output), activation=phi)
        return Computed(list(value), list(error), list(codes), nfev[0], status[0])
    import numpy as np

    n = points.sigma.size
    values, errors = np.empty((rows, n)), np.empty((rows, n))
    code_rows, evaluations, statuses = np.empty((rows, n), np.int32), np.empty(n, np.int64), np.empty(n, np.int32)
    output = ffi.new("fastsig_moments_output *")
    output.value = ffi.from_buffer("double[]", values, require_writable=True)
    output.error = ffi.from_buffer("double[]", errors, require_writable=True)
    output.method = ffi.from_buffer("int[]", code_rows, require_writable=True)
    output.evaluations = ffi.from_buffer("int64_t[]", evaluations, require_writable=True)
    output.status = ffi.from_buffer("int[]", statuses, require_writable=True)
    buffers = ffi.from_buffer("double[]", points.sigma), ffi.from_buffer("double[]", points.mean)
    check(lib.fastsig_moments(phi._native, method, nodes, n, *buffers, output), activation=phi)
    return Computed(values, errors, code_rows, int(evaluations.sum()), statuses)


def method_names(codes: Any) -> Any:
    """Return the names of method codes: a str, or an array of str."""
    if isinstance(codes, int):
        return _NAMES[codes]
    import numpy as np

    return np.array(_NAMES)[codes]


def distinct_methods(rows: Iterable[Any], *, single: bool) -> str:
    """Return the methods behind some numbers, joined by "+"."""
    if single:
        codes = set(rows)
    else:
        import numpy as np

        codes = {int(code) for row in rows for code in np.unique(row)}
    return "+".join(_NAMES[code] for code in sorted(codes))


def error_kind(methods: str) -> str:
    """Return "bound" if all of the joined methods have bounds, else "estimate"."""
    if not methods:
        return "bound"
    codes = (_NAMES.index(name) for name in methods.split("+"))
    return "bound" if all(lib.fastsig_method_has_bound(code) for code in codes) else "estimate"


@dataclass(frozen=True, slots=True, repr=False)
class Moments:
    """Gaussian moments with their errors; one attribute for each name in `which`.

    Attributes
    ----------
    values : Components
        The moments: floats, or arrays in the shape of the broadcast inputs,
        with a first axis for the activations if a list of them was given.
    error : Components
        Absolute errors, same names and shapes.
    error_kind : {"bound", "estimate"}
        A bound is never exceeded by the true error.
    method : str
        The methods behind the numbers, joined by "+".
    methods : Components
        The method of each number, same names and shapes.
    nfev : int
        Number of points at which phi and phi' were evaluated (0 for tables and
        closed forms).
    status : int
        0, or the status code of the first point that missed its accuracy.
    success : bool
        Whether status is 0.
    message : str
        "ok", or what went wrong.
    """

    values: Components
    error: Components
    error_kind: str
    method: str
    methods: Components
    nfev: int
    status: int
    message: str

    @property
    def success(self) -> bool:
        """Whether every number reached the accuracy aimed at."""
        return self.status == 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "values":
            raise AttributeError(name)
        return getattr(self.values, name)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __repr__(self) -> str:
        lines = [f"Moments ({self.method}; errors: {self.error_kind})"]
        lines += [f"  {name:>4} = {self.values[name]!r}  +- {self.error[name]!r}" for name in self.values]
        return "\n".join(lines)


def moments(
    phi: ActivationLike | Sequence[ActivationLike],
    sigma: "ArrayLike",
    *,
    mean: "ArrayLike" = 0.0,
    which: Sequence[str] | str = COMPONENTS,
    method: Method = "auto",
    nodes: int | None = None,
) -> Moments:
    """Gaussian moments of an activation at x = mean + sigma Z, Z standard normal.

    Parameters
    ----------
    phi : Activation, str, or a list of them
        The activation; a list adds a first axis to the results.
    sigma : float or array_like
        Scale of the input, in [0, 1e150]; 0 is the point mass at `mean`.
        Accuracy is promised for 1e-6 to 1e6. float32 and integers are computed
        and returned as float64.
    mean : float or array_like, optional
        Mean of the input, broadcast against `sigma`.
    which : sequence of str, optional
        Which of m1 = E phi, g1 = E phi', g2 = E phi'^2, m2 = E phi^2 and
        eta = E[(x - mean) phi phi'].
    method : {"auto", "table", "closed_form", "adaptive", "gauss_hermite"}
        "auto" takes the most accurate one: a closed form, else the table
        (sinh-trapezoid; a series in sigma^2 at small sigma), else adaptive
        Gauss-Kronrod. "gauss_hermite" is the fixed rule with `nodes` nodes, as
        a method under test: its error is its distance from "auto".
    nodes : int, optional
        Number of Gauss-Hermite nodes, 1 to 10000 (default 100).

    Returns
    -------
    Moments
        At mean 0 the relative error is below 1e-15 for sigma in [1e-3, 1e3] and
        1e-14 in [1e-6, 1e6]; `error` holds a bound for each number.

    Raises
    ------
    ValueError
        Unknown name, sigma or mean out of range or NaN, shapes that do not
        broadcast, a method that the activation does not have.
    TypeError
        Arguments that are no real numbers.
    MemoryError
        The result would not fit into memory; raised before any work.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.moments("gelu", 1.0).m2, 12)
    0.42522148257
    >>> fastsig.moments(["relu", "tanh"], [0.5, 2.0], which=["g2"]).g2.shape
    (2, 2)
    """
    names = (which,) if isinstance(which, str) else tuple(which)
    unknown = [name for name in names if name not in COMPONENTS]
    if unknown:
        raise ValueError(f"which must name components among {', '.join(COMPONENTS)}; got {unknown[0]!r}")
    activations, several = resolve_all(phi)
    points = read_points(sigma, mean, rows=len(activations))
    code, count = read_method(method, nodes)
    computed = [gaussian_components(one, points, code, count) for one in activations]
    indices = [COMPONENTS.index(name) for name in names]

    single = points.shape is None
    status = next((worst for c in computed if (worst := first_failure(c.status))), 0)
    rows = [row.method[i] for row in computed for i in indices]
    used = distinct_methods(rows, single=single)
    return Moments(
        values=arrange(computed, "value", names, indices, points, several),
        error=arrange(computed, "error", names, indices, points, several),
        error_kind=error_kind(used),
        method=used,
        methods=arrange(computed, "method", names, indices, points, several),
        nfev=sum(c.nfev for c in computed),
        status=status,
        message=text(lib.fastsig_status_message(status)),
    )


def first_failure(status: Any) -> int:
    """Return the first status code that is not 0, or 0."""
    if isinstance(status, int):
        return status
    failures = status[status != 0]
    return int(failures[0]) if failures.size else 0


def arrange(
    computed: Sequence[Computed],
    field: str,
    names: Sequence[str],
    indices: Sequence[int],
    points: Points,
    several: bool,
) -> Components:
    """Give one field of the results its final shape, by component."""

    def one(row: Any) -> Any:
        shaped = row if points.shape is None else row.reshape(points.shape)
        return method_names(shaped) if field == "method" else shaped

    def stacked(index: int) -> Any:
        parts = [one(getattr(c, field)[index]) for c in computed]
        return stack(parts, points.shape) if several else parts[0]

    return Components({name: stacked(index) for name, index in zip(names, indices, strict=True)})


def stack(parts: Sequence[Any], shape: tuple[int, ...] | None) -> "NDArray[np.float64]":
    """Join the results of several activations along a new first axis."""
    import numpy as np

    return np.stack([np.asarray(p) for p in parts]) if parts else np.empty((0, *(shape or ())))
