"""Which way a Gaussian functional is computed, and the results in one form.

Built-ins have their five components in C: a single point in one short call, any
number of points and activations in one batch. What C does not know, user
activations and further functionals, goes through tables where they hold and are worth
it, else through the adaptive rule.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.found import AtPoint, Found, Stored
from fastsig.integrals.methods import METHODS, RULES, distinct_methods, error_kind
from fastsig.integrals.points import Points
from fastsig.targets.cpu import check, ffi, lib

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

_POINT = ffi.typeof("fastsig_point *")
_PLACES = {name: (name, place) for place, name in enumerate(COMPONENTS)}
_FIVE = tuple(_PLACES.values())


class Computed(NamedTuple):
    """Results for one activation: a sequence or array of rows for each field."""

    value: Any
    error: Any
    method: Any
    nfev: int
    status: Any


def find(
    activations: Sequence[Activation],
    several: bool,
    names: Sequence[str],
    points: Points,
    method: str,
    nodes: int,
    *,
    workers: int = 1,
    out: "FloatArray | None" = None,
    errors: bool = False,
) -> Found:
    """Compute functionals at validated points.

    `out` is an array of shape (activations, names, points), C-contiguous, for
    the values of a batch; `errors` says that errors will be needed too.
    """
    five = names is COMPONENTS or all(name in _PLACES for name in names)
    if five and not several and points.shape is None and type(activations[0]) is BuiltIn:
        point = ffi.new(_POINT)
        phi, code = activations[0], METHODS[method]
        status = lib.fastsig_moments_at(phi.native, code, nodes, points.sigma, points.mean, point)
        if status:
            _refuse(status, (phi,), code)
        return AtPoint(_FIVE if names is COMPONENTS else [_PLACES[name] for name in names], point)
    if five and {*map(type, activations)} == {BuiltIn}:
        from fastsig.integrals.batch import Batch, InBatch

        arrays = points.as_arrays()
        built_in = cast(Sequence[BuiltIn], activations)
        batch = Batch(built_in, names, arrays, METHODS[method], nodes, workers)
        shape = (len(activations), *(arrays.shape or ())) if several else arrays.shape or ()
        return InBatch(batch, names, shape, out, errors)
    if five and not several and points.shape is not None and method in ("auto", "table") and out is None:
        in_table = _in_table(activations[0], names, points, errors)
        if in_table is not None:
            return in_table
    computed = [_one(phi, names, points, method, nodes, workers) for phi in activations]
    used = distinct_methods([row for c in computed for row in c.method], single=points.shape is None)
    return Stored(
        {field: _arranged(computed, field, names, points, several) for field in ("value", "error", "method")},
        used,
        error_kind(used, activations),
        sum(c.nfev for c in computed),
        next((worst for c in computed if (worst := _first_failure(c.status))), 0),
    )


def _refuse(status: int, activations: Sequence[BuiltIn], code: int) -> None:
    if status == lib.FASTSIG_ERROR_METHOD:
        from fastsig.integrals.methods import method_refused

        raise method_refused(activations, code)
    check(status, activation=activations[0])


def _one(phi: Activation, names: Sequence[str], points: Points, method: str, nodes: int, workers: int) -> Computed:
    """Compute for one activation, in the order of the names."""
    five = [name for name in names if name in COMPONENTS]
    if not isinstance(phi, BuiltIn) or not five:
        return _by_functionals(phi, names, points, method, nodes)
    first = _built_in(phi, five, points, method, nodes, workers)
    if len(five) == len(names):
        return first
    further = [name for name in names if name not in five]
    rest = _by_functionals(phi, further, points, method, nodes)
    at = [(*five, *further).index(name) for name in names]
    value, error, codes = ([[*a, *b][i] for i in at] for a, b in zip(first[:3], rest[:3], strict=True))
    return Computed(value, error, codes, first.nfev + rest.nfev, _worse(first.status, rest.status))


def _built_in(phi: BuiltIn, names: Sequence[str], points: Points, method: str, nodes: int, workers: int) -> Computed:
    found = find((phi,), False, names, points, method, nodes, workers=workers, errors=True)
    fields = [found.by_name("value"), found.by_name("error"), found.by_name("method")]
    if points.shape is not None:
        fields = [{name: row.ravel() for name, row in field.items()} for field in fields]
    value, error, codes = ([field[name] for name in names] for field in fields)
    return Computed(value, error, codes, found.nfev, found.status)


def _worse(one: int, other: Any) -> Any:
    if isinstance(other, int):
        return one or other
    import numpy as np

    return np.where(other != 0, other, one)


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


def _in_table(phi: Activation, names: Sequence[str], points: Points, errors: bool) -> Found | None:
    """Use the table of a user's activation if it is there and serves all points for sure."""
    table = None if isinstance(phi, BuiltIn) or not points.centred else phi._cache.get("table")
    if table is None or points.sigma.size == 0 or points.sigma.min() < table.sure_from or points.shape is None:
        return None
    from fastsig.integrals.batch import InBatch
    from fastsig.integrals.table_batch import TableBatch

    return InBatch(TableBatch(table, names, points.sigma), names, points.shape, None, errors)


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


def _first_failure(status: Any) -> int:
    """Return the first status code that is not 0, or 0."""
    if isinstance(status, int):
        return status
    failures = status[status != 0]
    return int(failures[0]) if failures.size else 0


def _arranged(
    computed: Sequence[Computed], field: str, names: Sequence[str], points: Points, several: bool
) -> dict[str, Any]:
    """Give one field of the results its final shape, by name."""

    def one(row: Any) -> Any:
        return row if points.shape is None else row.reshape(points.shape)

    def stacked(index: int) -> Any:
        parts = [one(getattr(c, field)[index]) for c in computed]
        return stack(parts, points.shape) if several else parts[0]

    return {name: stacked(index) for index, name in enumerate(names)}


def stack(parts: Sequence[Any], shape: tuple[int, ...] | None) -> "FloatArray":
    """Join the results of several activations along a new first axis."""
    import numpy as np

    return np.stack([np.asarray(p) for p in parts]) if parts else np.empty((0, *(shape or ())))
