"""Moments at points that are on the GPU; results stay there, and nothing is copied."""

from collections.abc import Sequence
from typing import Any

from fastsig.activations.definition import Activation
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import ROWS, columns, floors, method_of
from fastsig.integrals.device_arrays import largest_and_total
from fastsig.integrals.device_inputs import DeviceInputs
from fastsig.integrals.errors_kernel import errors_kernel, single_errors_kernel
from fastsig.integrals.floors_kernel import floors_kernel
from fastsig.integrals.found import Field, status_message
from fastsig.integrals.methods import CODES
from fastsig.targets.cuda import Source, empty, kernel
from fastsig.targets.warp import LANES

_Rows = list[Any]  # the columns of one activation


class OnDevice:
    """Moments at points on the GPU; errors are computed there when they are first asked for."""

    error_kind = "estimate"
    status = 0

    def __init__(
        self, activations: Sequence[Activation], several: bool, names: Sequence[str], points: DeviceInputs, single: bool
    ) -> None:
        self._activations, self._several, self._names = activations, several, names
        self._points, self._single = points, single
        self.method = "+".join(sorted({method_of(phi) for phi in activations}))
        self._values = self._run(points.flat["sigma"], points.flat["mean"], single=single)
        self._fields: dict[str, dict[str, Any]] = {}

    def _run(self, sigma: Any, mean: Any, **options: Any) -> list[_Rows]:
        at = self._points
        return [columns(phi, at.size, sigma, mean, stream=at.stream, **options) for phi in self._activations]

    @property
    def nfev(self) -> int:
        """Number of points at which phi was evaluated; the host waits for it."""
        return int(sum(largest_and_total(rows[ROWS - 1], self._points.stream)[1] for rows in self._values))

    @property
    def message(self) -> str:
        """What the status means, in one line."""
        return status_message(self.status)

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values or errors by name, arrays on the GPU, or method codes."""
        if field not in self._fields:
            self._fields[field] = self._named(field)
        return self._fields[field]

    def _named(self, field: Field) -> dict[str, Any]:
        if field == "method":
            import numpy as np

            codes = np.stack(
                [np.full(self._points.shape, CODES[method_of(phi)], np.int32) for phi in self._activations]
            )
            return dict.fromkeys(self._names, codes if self._several else codes[0])
        found = self._values if field == "value" else self._error_rows()
        rows = {name: [one[COMPONENTS.index(name)] for one in found] for name in self._names}
        return {name: self._points.result(row, self._several) for name, row in rows.items()}

    def _error_rows(self) -> list[_Rows]:
        """By halved panels, roundings and what users' functions lose; in 32 bits also the difference from 64 bits."""
        at = self._points.in_double("sigma"), self._points.in_double("mean")
        values = self._run(*at) if self._single else self._values
        halved, sizes = self._run(*at, parts=2), self._run(*at, sizes=True)
        three = zip(values, halved, sizes, strict=True)
        errors = [[self._each(errors_kernel, *columns) for columns in zip(*rows, strict=True)] for rows in three]
        for phi, row, size in zip(self._activations, errors, sizes, strict=True):
            self._add_floors(phi, at[0], row, size)
        if not self._single:
            return errors
        three = zip(self._values, values, errors, strict=True)
        return [
            [self._each(single_errors_kernel, *columns, single=True) for columns in zip(*rows, strict=True)]
            for rows in three
        ]

    def _add_floors(self, phi: Activation, sigma: Any, errors: _Rows, sizes: _Rows) -> None:
        if any(lost := floors(phi)):
            points = self._points.size
            squares = sizes[COMPONENTS.index("g2")], sizes[COMPONENTS.index("m2")]
            arguments = (points, *lost, sigma, *squares, *errors[: len(COMPONENTS)])
            kernel(floors_kernel, {}).launch(-(-points // LANES), arguments, self._points.stream)

    def _each(self, source: Source, *columns: Any, single: bool = False) -> Any:
        """Return what a kernel of a lane a point makes of columns."""
        size = self._points.size
        out = empty(size, single)
        kernel(source, {}).launch(-(-size // LANES), (size, *columns, out), self._points.stream)
        return out
