"""Gaussian moments of an activation: E f(phi, phi') at x = mean + sigma Z."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve_all
from fastsig.arguments import whole_number
from fastsig.integrals.components import Components
from fastsig.integrals.points import Points, read_points
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


class Computed(NamedTuple):
    """Results of the C library: a sequence or array of rows for each field."""

    value: Any
    error: Any
    method: Any
    nfev: int
    status: Any


def read_nodes(method: str, nodes: int | None) -> int:
    """Check a method; return its number of nodes, 0 where it has none."""
    if not isinstance(method, str) or method not in _METHODS:
        raise ValueError(f"method must be one of {', '.join(map(repr, _METHODS))}; got {method!r}")
    if method != "gauss_hermite":
        if nodes is not None:
            raise ValueError(f"nodes= goes with method='gauss_hermite' only; got method={method!r}")
        return 0
    return DEFAULT_NODES if nodes is None else whole_number("nodes", nodes, 1, lib.FASTSIG_MAX_NODES)


def compute(phi: Activation, names: Sequence[str], points: Points, method: str, nodes: int) -> Computed:
    """Compute functionals at validated points, in the order of the names."""
    five = [name for name in names if name in COMPONENTS]
    if isinstance(phi, BuiltIn) and len(five) == len(names):
        found = _built_in(phi, points, _METHODS[method], nodes)
        indices = [COMPONENTS.index(name) for name in names]
        value, error, codes = ([rows[i] for i in indices] for rows in found[:3])
        return Computed(value, error, codes, found.nfev, found.status)
    if isinstance(phi, BuiltIn) and five:
        parts = [compute(phi, five, points, method, nodes)]
        parts.append(compute(phi, [n for n in names if n not in five], points, method, nodes))
        order = [*five, *(n for n in names if n not in five)]
        at = [order.index(name) for name in names]
        value, error, codes = ([[*a, *b][i] for i in at] for a, b in zip(parts[0][:3], parts[1][:3], strict=True))
        return Computed(value, error, codes, parts[0].nfev + parts[1].nfev, _worse(parts[0].status, parts[1].status))
    return _by_functionals(phi, names, points, method, nodes)


def _worse(one: Any, other: Any) -> Any:
    if isinstance(one, int):
        return one or other
    import numpy as np

    return np.where(one != 0, one, other)


def _by_functionals(phi: Activation, names: Sequence[str], points: Points, method: str, nodes: int) -> Computed:
    """Integrate in Python what C does not know: user activations, further functionals."""
    import numpy as np

    from fastsig.integrals import functionals

    if not isinstance(phi, BuiltIn) and method in ("auto", "table") and all(name in COMPONENTS for name in names):
        from_table = _by_table(phi, names, points, method)
        if from_table is not None:
            return from_table
    if method not in ("auto", "adaptive", "gauss_hermite"):
        raise ValueError(
            f"method {method!r} is not available for {', '.join(names)} of {phi}; "
            "use 'auto', 'adaptive' or 'gauss_hermite'"
        )
    rows = [functionals.evaluate(phi, names, sigma, mean) for sigma, mean in points.pairs()]
    value = np.array([row.value for row in rows]).reshape(len(rows), len(names)).T
    error = np.array([row.error for row in rows]).reshape(len(rows), len(names)).T
    nfev, status = sum(row.nfev for row in rows), np.array([row.status for row in rows], dtype=np.int32)
    codes = np.full(value.shape, lib.FASTSIG_METHOD_ADAPTIVE, dtype=np.int32)
    codes[:, np.asarray(points.sigma) == 0.0] = lib.FASTSIG_METHOD_POINT
    if method == "gauss_hermite":
        sums = [functionals.at_nodes(phi, names, sigma, mean, nodes) for sigma, mean in points.pairs()]
        fixed = np.array(sums).reshape(value.T.shape).T
        value, error = fixed, error + np.abs(fixed - value)
        codes[:] = lib.FASTSIG_METHOD_GAUSS_HERMITE
    if points.shape is None:
        return Computed(value[:, 0].tolist(), error[:, 0].tolist(), codes[:, 0].tolist(), nfev, int(status[0]))
    return Computed(list(value), list(error), list(codes), nfev, status)


# Making a table costs about as much as this many points by the adaptive rule.
_WORTH_A_TABLE = 30


def _by_table(phi: Activation, names: Sequence[str], points: Points, method: str) -> Computed | None:
    """Use the table of a smooth activation where it holds; None where it serves nothing."""
    import numpy as np

    from fastsig.integrals.smooth_table import smooth_table

    sigma, mean = np.atleast_1d(points.sigma), np.atleast_1d(points.mean)
    wanted = (mean == 0.0) & (sigma > 0.0)
    if method == "auto" and "table" not in phi._cache and wanted.sum() < _WORTH_A_TABLE:
        return None
    table = smooth_table(phi) if wanted.any() else None
    if table is None:
        return None
    values, errors, served = table.evaluate(np.where(wanted, sigma, 0.0))
    served &= wanted
    if not served.any() or (method == "table" and not np.all(served | (sigma == 0.0))):
        return None
    indices = [COMPONENTS.index(name) for name in names]
    value, error = values[indices], errors[indices]
    codes = np.full(value.shape, lib.FASTSIG_METHOD_TABLE, dtype=np.int32)
    status, nfev = np.zeros(sigma.size, dtype=np.int32), 0
    if not served.all():
        rest = Points(sigma[~served], mean[~served], (int((~served).sum()),))
        others = _by_functionals(phi, names, rest, "adaptive", 0)
        value[:, ~served], error[:, ~served], codes[:, ~served] = others.value, others.error, others.method
        status[~served], nfev = others.status, others.nfev
    if points.shape is None:
        return Computed(value[:, 0].tolist(), error[:, 0].tolist(), codes[:, 0].tolist(), nfev, int(status[0]))
    return Computed(list(value), list(error), list(codes), nfev, status)


def _check(status: int, phi: BuiltIn, method: int) -> None:
    if status == lib.FASTSIG_ERROR_METHOD:
        raise ValueError(
            f"method {_NAMES[method]!r} is not available for {phi} at these points (tables are for mean 0); "
            "use method='auto'"
        )
    check(status, activation=phi)


def _built_in(phi: BuiltIn, points: Points, method: int, nodes: int) -> Computed:
    """Compute the five components of a built-in, in C."""
    rows = len(COMPONENTS)
    if points.shape is None:
        value, error = ffi.new("double[]", rows), ffi.new("double[]", rows)
        codes, nfev, status = ffi.new("int[]", rows), ffi.new("int64_t *"), ffi.new("int *")
        sigma, mean = ffi.new("double *", points.sigma), ffi.new("double *", points.mean)
        output = ffi.new("fastsig_moments_output *", (value, error, codes, nfev, status))
        _check(lib.fastsig_moments(phi.native, method, nodes, 1, sigma, mean, output), phi, method)
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
    _check(lib.fastsig_moments(phi.native, method, nodes, n, *buffers, output), phi, method)
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


def _check_names(names: Sequence[str]) -> None:
    if all(name in COMPONENTS for name in names):
        return
    from fastsig.integrals.functionals import NAMES

    for name in names:
        if name not in NAMES:
            further = ", ".join(n for n in NAMES if n not in COMPONENTS and not n.endswith(("_sigma", "_mean")))
            raise ValueError(
                f"which must name components among {', '.join(COMPONENTS)}, further ones among {further}, or one of "
                f"them with _sigma or _mean; got {name!r}"
            )


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
        eta = E[(x - mean) phi phi']; further m3 = E phi^3, m4 = E phi^4,
        m1z = E[Z phi], abs_g1 = E abs(phi'), g2z2 = E[phi'^2 Z^2],
        log_slope = E ln abs(phi') (-inf where phi is flat); and the
        derivatives "<name>_sigma" and "<name>_mean" of all but the last and m1z
        (g1_mean is E phi'', jumps of phi' included).
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
    _check_names(names)
    activations, several = resolve_all(phi)
    points = read_points(sigma, mean, rows=len(activations))
    count = read_nodes(method, nodes)
    computed = [compute(one, names, points, method, count) for one in activations]

    single = points.shape is None
    status = next((worst for c in computed if (worst := first_failure(c.status))), 0)
    used = distinct_methods([row for c in computed for row in c.method], single=single)
    return Moments(
        values=arrange(computed, "value", names, points, several),
        error=arrange(computed, "error", names, points, several),
        error_kind=error_kind(used),
        method=used,
        methods=arrange(computed, "method", names, points, several),
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

    return Components({name: stacked(index) for index, name in enumerate(names)})


def stack(parts: Sequence[Any], shape: tuple[int, ...] | None) -> "NDArray[np.float64]":
    """Join the results of several activations along a new first axis."""
    import numpy as np

    return np.stack([np.asarray(p) for p in parts]) if parts else np.empty((0, *(shape or ())))
