"""Built-ins at arrays of points: one call of the C library for all activations.

Points go to C in pieces, so that Ctrl-C is noticed between them, and with
`workers=` to threads: C computes without Python's lock. Every number depends on its own
point alone, so threads and pieces change no bit.

Values come first. Where they are cheap (all but the adaptive rule), errors and methods are
computed when they are first asked for, from copies of sigma and mean.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastsig.activations.built_in import BuiltIn
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.found import Field, joined, kind, status_message
from fastsig.integrals.methods import method_refused
from fastsig.integrals.points import Points
from fastsig.integrals.workers import for_each, pieces
from fastsig.targets.cpu import check, ffi, lib

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.integrals.table_batch import TableBatch

PIECE = 1 << 15  # points that go to C together: milliseconds at mean 0,
QUICK_PIECE = 1 << 12  # more at other means, where a few may be adaptive,
SLOW_PIECE = 256  # and seconds where all are

_ACTIVATIONS = ffi.typeof("fastsig_activation[]")
_OUTPUT = ffi.typeof("fastsig_moments_output *")
_SUMMARY = ffi.typeof("fastsig_batch_summary *")
_DOUBLES = ffi.typeof("double[]")
_INTS = ffi.typeof("int[]")


_ROWS = ffi.new(_INTS, list(range(len(COMPONENTS))))

# Lists that were used, as C needs them, by the identity of their activations; an entry keeps those alive.
_known: dict[tuple[int, ...], tuple[Sequence[BuiltIn], Any, bool, bool]] = {}


def _natives(activations: Sequence[BuiltIn], method: int) -> tuple[Any, bool, bool]:
    """Return activations as an array of structs, whether all go in blocks at mean 0, and are quick at any mean."""
    key = (method, *map(id, activations))
    entry = _known.get(key)
    if entry is None:
        natives = ffi.new(_ACTIVATIONS, [phi.native[0] for phi in activations])
        in_blocks = all(lib.fastsig_moments_in_blocks(phi.native, method) for phi in activations)
        quick = method == lib.FASTSIG_METHOD_AUTO and all(lib.fastsig_moments_quick(phi.native) for phi in activations)
        if len(_known) >= 64:
            _known.clear()
        entry = _known[key] = tuple(activations), natives, in_blocks, quick
    return entry[1:]


class Batch:
    """What is asked of the C library: activations, components, points."""

    def __init__(
        self,
        activations: Sequence[BuiltIn],
        names: Sequence[str],
        points: Points,
        method: int,
        nodes: int,
        workers: int,
    ) -> None:
        self.activations = activations
        self.natives, in_blocks, quick = _natives(activations, method)
        self.rows = _ROWS if names is COMPONENTS else ffi.new(_INTS, [COMPONENTS.index(name) for name in names])
        self.method, self.nodes, self.workers = method, nodes, workers
        self.sigma = points.sigma
        self.mean = None
        if not points.centred:
            import numpy as np

            self.mean = np.ascontiguousarray(points.mean)
        in_blocks = points.centred and in_blocks
        self.longest = PIECE if in_blocks else QUICK_PIECE if quick else SLOW_PIECE
        self.cheap = in_blocks or quick
        self.shape = len(activations), len(names), points.sigma.size  # activations, components, points

    def run(
        self, value: "FloatArray | None" = None, error: "FloatArray | None" = None, method: Any = None
    ) -> tuple[int, int, int]:
        """Fill arrays of this shape; return the number of evaluations, the status and the set of methods."""
        count, rows, n = self.shape
        sigma = ffi.from_buffer(_DOUBLES, self.sigma)
        mean = None if self.mean is None else ffi.from_buffer(_DOUBLES, self.mean)
        values = None if value is None else ffi.from_buffer(_DOUBLES, value, True)
        errors = None if error is None else ffi.from_buffer(_DOUBLES, error, True)
        methods = None if method is None else ffi.from_buffer(_INTS, method, True)
        summaries: list[Any] = []

        def piece(low: int, high: int) -> None:
            output, summary = ffi.new(_OUTPUT), ffi.new(_SUMMARY)
            if values is not None:
                output.value = values + low
            if errors is not None:
                output.error = errors + low
            if methods is not None:
                output.method = methods + low
            means = ffi.NULL if mean is None else mean + low
            at = (high - low, sigma + low, means, n, output, summary)
            status = lib.fastsig_moments_batch(count, self.natives, self.method, self.nodes, rows, self.rows, *at)
            if status:
                self._refuse(status)
            summaries.append(summary)

        if 0 < n <= self.longest:
            piece(0, n)
            return summaries[0].evaluations, summaries[0].status, summaries[0].methods
        for_each(piece, pieces(n, self.longest, self.workers), self.workers)
        mask = 0
        for summary in summaries:
            mask |= summary.methods
        return sum(s.evaluations for s in summaries), max((s.status for s in summaries), default=0), mask

    def keep_points(self) -> None:
        """Copy the points, as the caller's may change before errors are asked for."""
        self.sigma = self.sigma.copy()
        if self.mean is not None:
            self.mean = self.mean.copy()

    def error_kind(self, mask: int) -> str:
        """Return the kind of the errors by a set of methods."""
        return kind(mask)

    def _refuse(self, status: int) -> None:
        if status == lib.FASTSIG_ERROR_METHOD:
            raise method_refused(self.activations, self.method)
        check(status)


class InBatch:
    """Results of a batch: views of arrays, made when they are first asked for."""

    __slots__ = ("_arrays", "_batch", "_mask", "_names", "_shape", "nfev", "status")

    def __init__(
        self,
        batch: "Batch | TableBatch",
        names: Sequence[str],
        shape: tuple[int, ...],
        out: "FloatArray | None",
        errors: bool,
    ) -> None:
        import numpy as np

        from fastsig.integrals.memory import empty

        self._names = names
        self._shape = shape  # of the results of one name
        self._batch = batch
        value: FloatArray = empty(batch.shape) if out is None else out.reshape(batch.shape)
        self._arrays: dict[str, Any] = {"value": value}
        if errors or not batch.cheap:
            self._arrays["error"], self._arrays["method"] = empty(batch.shape), np.empty(batch.shape, np.int32)
        self.nfev, self.status, self._mask = batch.run(value, self._arrays.get("error"), self._arrays.get("method"))
        if batch.cheap and not errors:
            batch.keep_points()

    @property
    def message(self) -> str:
        """What the status means, in one line."""
        return status_message(self.status)

    @property
    def method(self) -> str:
        """The methods behind the values, joined by "+"."""
        return joined(self._mask)

    @property
    def error_kind(self) -> str:
        """Whether errors are a "bound" or an "estimate"."""
        return self._batch.error_kind(self._mask)

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values, errors or method codes by name."""
        if field not in self._arrays:
            import numpy as np

            from fastsig.integrals.memory import empty

            missing: Any = np.empty(self._batch.shape, np.int32) if field == "method" else empty(self._batch.shape)
            self._batch.run(**{field: missing})
            self._arrays[field] = missing
        array = self._arrays[field]
        return {name: array[:, row].reshape(self._shape) for row, name in enumerate(self._names)}
