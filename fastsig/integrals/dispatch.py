"""Which way a Gaussian functional is computed, and the results in one form.

Built-ins have their five components in C. What C does not know, user activations
and further functionals, goes through tables where they hold and are worth it,
else through the adaptive rule.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.integrals.components import COMPONENTS, Components
from fastsig.integrals.methods import METHOD_NAMES, METHODS, RULES, method_names
from fastsig.integrals.points import Points
from fastsig.targets.cpu import check, ffi, lib

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray


class Computed(NamedTuple):
    """Results of the C library: a sequence or array of rows for each field."""

    value: Any
    error: Any
    method: Any
    nfev: int
    status: Any


def compute(phi: Activation, names: Sequence[str], points: Points, method: str, nodes: int) -> Computed:
    """Compute functionals at validated points, in the order of the names."""
    five = [name for name in names if name in COMPONENTS]
    if isinstance(phi, BuiltIn) and len(five) == len(names):
        found = _built_in(phi, points, METHODS[method], nodes)
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
    if method not in ("auto", "gauss_hermite", *RULES):
        raise ValueError(
            f"method {method!r} is not available for {', '.join(names)} of {phi}; "
            f"use 'auto', {', '.join(map(repr, RULES))} or 'gauss_hermite'"
        )
    rule = method if method in RULES else "adaptive"
    count = nodes if rule == "gauss_legendre" else 0
    rows = [functionals.evaluate(phi, names, sigma, mean, rule, count) for sigma, mean in points.pairs()]
    value = np.array([row.value for row in rows]).reshape(len(rows), len(names)).T
    error = np.array([row.error for row in rows]).reshape(len(rows), len(names)).T
    nfev, status = sum(row.nfev for row in rows), np.array([row.status for row in rows], dtype=np.int32)
    codes = np.full(value.shape, METHODS[rule], dtype=np.int32)
    codes[:, np.asarray(points.sigma) == 0.0] = lib.FASTSIG_METHOD_POINT
    if method == "gauss_hermite":
        sums = [functionals.at_nodes(phi, names, sigma, mean, nodes) for sigma, mean in points.pairs()]
        fixed = np.array(sums).reshape(value.T.shape).T
        value, error = fixed, (error + np.abs(fixed - value)) * (1 + 1e-15)
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
            f"method {METHOD_NAMES[method]!r} is not available for {phi} at these points (tables are for mean 0); "
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
        return row if points.shape is None else row.reshape(points.shape)

    def stacked(index: int) -> Any:
        parts = [one(getattr(c, field)[index]) for c in computed]
        return stack(parts, points.shape) if several else parts[0]

    decode = method_names if field == "method" else None
    return Components({name: stacked(index) for index, name in enumerate(names)}, decode)


def stack(parts: Sequence[Any], shape: tuple[int, ...] | None) -> "FloatArray":
    """Join the results of several activations along a new first axis."""
    import numpy as np

    return np.stack([np.asarray(p) for p in parts]) if parts else np.empty((0, *(shape or ())))
